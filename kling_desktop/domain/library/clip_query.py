"""What the library is asked for, and the answer: which clips, in which order."""

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from math import inf
from operator import neg
from typing import Any, Self

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Blocked, Failed, Refused, Unknown
from kling_desktop.domain.library.lineage import parents_of
from kling_desktop.domain.library.lineage_filter import Kindred, Kinship
from kling_desktop.domain.library.text_search import found_in
from kling_desktop.domain.request.generation_type import GenerationType, type_of

TROUBLED = (Failed, Blocked, Refused, Unknown)


class Sort(StrEnum):
    """Where two clips are alike, the newer one comes first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    RATING = "rating"
    LENGTH = "length"
    PRICE = "price"


class Group(StrEnum):
    """What clips under one heading have in common."""

    NONE = "none"
    DAY = "day"
    PRESET = "preset"


class Period(StrEnum):
    """When a clip was made, counted from today, so that a saved search stays what it says."""

    TODAY = "Today"
    WEEK = "Last 7 days"
    MONTH = "Last 30 days"
    YEAR = "Last 12 months"
    BEFORE = "Older"


_DAYS = {Period.TODAY: 0, Period.WEEK: 6, Period.MONTH: 29, Period.YEAR: 364, Period.BEFORE: 364}


@dataclass(frozen=True, slots=True)
class Query:
    """The clips of an account that are not in the bin. Everything must hold that is set; of several of one kind, any
    will do.

    words: any text, see `domain/words`. aspects as Size writes them, "16:9". flags as clips have them, "" for none.
    presets by ID, "" for none. least_rating: stars, 0 for any. troubled: what went wrong, or whose file is gone.
    kin: with which clip they are to hang together. since, until: what `dated` made of period, seconds since the epoch.
    """

    sort: Sort = Sort.NEWEST
    group: Group = Group.DAY
    words: str = ""
    ways: frozenset[GenerationType] = frozenset()
    aspects: frozenset[str] = frozenset()
    seconds: frozenset[int] = frozenset()
    least_rating: int = 0
    flags: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    presets: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()
    period: Period | None = None
    since: float = 0.0
    until: float = inf
    troubled: bool = False
    kin: Kindred | None = None

    @property
    def is_plain(self) -> bool:
        """Whether every clip belongs to the answer, the newest first: a new one's place is known without asking."""
        return self.finds_all and self.by_age

    @property
    def by_age(self) -> bool:
        """Whether the newest comes first throughout."""
        return self.sort is Sort.NEWEST and self.group is not Group.PRESET

    @property
    def finds_all(self) -> bool:
        return not self.kinds and not self.words.strip()

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of filters that are set: fields of this class."""
        return tuple(
            one.name
            for one in fields(self)
            if one.name not in ("sort", "group", "words", "since", "until") and getattr(self, one.name) != one.default
        )

    def holds(self, kind: str, value: object) -> bool:
        """Whether that filter is set: ("ways", Way.TEXT)."""
        now = getattr(self, kind)
        return value in now if isinstance(now, frozenset) else now == value

    def toggled(self, kind: str, value: object) -> Self:
        """With one filter more, or without it where it was set. A period becomes moments by `dated` alone."""
        now = getattr(self, kind)
        changes: dict[str, Any] = {kind: now ^ {value} if isinstance(now, frozenset) else value}
        return self.without(kind) if now == value else replace(self, **changes)

    def without(self, kind: str) -> Self:
        """With no filter of that kind."""
        names = ("period", "since", "until") if kind == "period" else (kind,)
        changes: dict[str, Any] = {one.name: one.default for one in fields(self) if one.name in names}
        return replace(self, **changes)

    def dated(self, now: datetime) -> Self:
        """With the moments of its period as of now: local, with its zone."""
        since, until = span(self.period, now) if self.period else (0.0, inf)
        return replace(self, since=since, until=until)

    def shows(self, job: Job) -> bool:
        """Whether a job that is no clip, or not yet, stands among the clips of this query. What is still on its way
        does, unless trouble is looked for.
        """
        if self.kin and not _is_made_from(job, self.kin):
            return False
        if not job.is_terminal:
            return not self.troubled or isinstance(job.state, TROUBLED)
        draft = job.draft
        return (
            not self.least_rating
            and (not self.flags or "" in self.flags)
            and not self.tags
            and (not self.troubled or isinstance(job.state, TROUBLED))
            and (not self.ways or type_of(draft) in self.ways)
            and (not self.aspects or draft.size.aspect in self.aspects)
            and (not self.seconds or draft.duration in self.seconds)
            and (not self.presets or draft.preset in self.presets)
            and (not self.profiles or job.profile in self.profiles)
            and self.since <= job.created_at < self.until
            and found_in(self.words, draft.prompt)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The clips' numbers in their order; moments: when each was made, if the newest comes first throughout, else empty.

    groups: where each group begins among the numbers, and what it is: a day as "2026-03-01", or a preset's ID, "" for
    none. Empty where there are no groups. more: others may come after these.
    """

    query: Query = field(default_factory=Query)
    numbers: Sequence[int] = field(default_factory=lambda: array("q"))
    moments: Sequence[float] = field(default_factory=lambda: array("d"))
    groups: tuple[tuple[int, str], ...] = ()
    more: bool = False


def days(moments: Sequence[float]) -> Iterator[tuple[int, str]]:
    """Where each day begins among moments, the newest first, and what it is: "2026-03-01", as it is here."""
    at = 0
    while at < len(moments):
        day = datetime.fromtimestamp(moments[at]).date()  # noqa: DTZ006 - the day as it is here
        yield at, day.isoformat()
        midnight = datetime.combine(day, time()).timestamp()
        at = max(at + 1, bisect_right(moments, -midnight, lo=at, key=neg))


def _is_made_from(job: Job, kin: Kindred) -> bool:
    """A job that is no clip yet has led to nothing."""
    return kin.kinship is not Kinship.PARENTS and any(one.origin.job == kin.job for one in parents_of(job.draft))


def span(period: Period, now: datetime) -> tuple[float, float]:
    """From which moment to before which, in seconds since the epoch. Days begin at midnight here."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    # By the calendar and only then in the zone, as a day may have 23 hours.
    begin = (today - timedelta(days=_DAYS[period])).astimezone().timestamp()
    return (0.0, begin) if period is Period.BEFORE else (begin, inf)
