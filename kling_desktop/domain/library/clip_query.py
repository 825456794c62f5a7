"""What to show of the library, and the answer: which clips, in which order."""

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
from kling_desktop.domain.library.lineage import sources_of
from kling_desktop.domain.library.text_search import matches_search
from kling_desktop.domain.request.generation_type import GenerationType, type_of

PROBLEM_STATES = (Failed, Blocked, Refused, Unknown)


class ClipSort(StrEnum):
    """The order of clips. Among equals the newer one comes first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    RATING = "rating"
    LENGTH = "length"
    PRICE = "price"


class ClipGrouping(StrEnum):
    """What the clips under one heading have in common."""

    NONE = "none"
    DAY = "day"
    PRESET = "preset"


class Period(StrEnum):
    """When a clip was made, relative to today, so that a saved search keeps its meaning."""

    TODAY = "Today"
    WEEK = "Last 7 days"
    MONTH = "Last 30 days"
    YEAR = "Last 12 months"
    BEFORE = "Older"


class LineageScope(StrEnum):
    """Which relatives of a clip to show.

    CHILDREN: clips made from it. PARENTS: clips it was made from. ALL: ancestors, descendants and the clip itself.
    """

    CHILDREN = "made from"
    PARENTS = "led to"
    ALL = "family"


@dataclass(frozen=True, slots=True)
class LineageFilter:
    """Shows only clips related to one clip.

    Attributes:
        job: The job ID of that clip.
        scope: Which of its relatives.
        prompt_excerpt: How its prompt begins, for the label. Doesn't count when filters are compared.
    """

    job: str
    scope: LineageScope
    prompt_excerpt: str = field(default="", compare=False)


class FilterKind(StrEnum):
    """The kinds of filters. Each value is the name of the field of `ClipQuery` that the filter sets."""

    TYPES = "types"
    ASPECTS = "aspects"
    SECONDS = "seconds"
    MIN_RATING = "min_rating"
    FLAGS = "flags"
    TAGS = "tags"
    PRESETS = "presets"
    PROFILES = "profiles"
    PERIOD = "period"
    HAS_PROBLEM = "has_problem"
    LINEAGE = "lineage"


_DAYS = {Period.TODAY: 0, Period.WEEK: 6, Period.MONTH: 29, Period.YEAR: 364, Period.BEFORE: 364}


@dataclass(frozen=True, slots=True)
class ClipQuery:
    """Which clips of an account to show. Clips in the trash never match.

    Different kinds of filters must all match; of several values of one kind any one will do.

    Attributes:
        text: What to search for in prompts and notes, see `domain/library/text_search.py`.
        aspects: As `Size.aspect` writes them: "16:9".
        flags: As clips have them; "" for clips without a flag.
        presets: Preset IDs; "" for clips made without a preset.
        min_rating: Stars; 0 for any.
        has_problem: Only what failed, or whose file is missing.
        since: Start of the period in seconds since the epoch, set by `with_period_bounds`.
        until: End of the period.
    """

    sort: ClipSort = ClipSort.NEWEST
    group: ClipGrouping = ClipGrouping.DAY
    text: str = ""
    types: frozenset[GenerationType] = frozenset()
    aspects: frozenset[str] = frozenset()
    seconds: frozenset[int] = frozenset()
    min_rating: int = 0
    flags: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    presets: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()
    period: Period | None = None
    since: float = 0.0
    until: float = inf
    has_problem: bool = False
    lineage: LineageFilter | None = None

    @property
    def is_plain(self) -> bool:
        """Whether it shows every clip, newest first, so that a new clip's place is known without asking."""
        return self.matches_all and self.is_newest_first

    @property
    def is_newest_first(self) -> bool:
        """Whether the newest clip comes first throughout, across all groups."""
        return self.sort is ClipSort.NEWEST and self.group is not ClipGrouping.PRESET

    @property
    def matches_all(self) -> bool:
        return not self.kinds and not self.text.strip()

    @property
    def kinds(self) -> tuple[FilterKind, ...]:
        """The kinds of filters that are set."""
        defaults = {one.name: one.default for one in fields(self)}
        return tuple(kind for kind in FilterKind if getattr(self, kind) != defaults[kind])

    def is_set(self, kind: FilterKind, value: object) -> bool:
        """Whether a filter is set, as in `is_set(FilterKind.TYPES, GenerationType.TEXT)`."""
        now = getattr(self, kind)
        return value in now if isinstance(now, frozenset) else now == value

    def toggle(self, kind: FilterKind, value: object) -> Self:
        """The query with one more filter, or without it if it was set.

        A period has no effect until `with_period_bounds` is called.
        """
        now = getattr(self, kind)
        changes: dict[str, Any] = {kind: now ^ {value} if isinstance(now, frozenset) else value}
        return self.without(kind) if now == value else replace(self, **changes)

    def without(self, kind: FilterKind) -> Self:
        """The query with no filter of that kind."""
        names = ("period", "since", "until") if kind is FilterKind.PERIOD else (kind,)
        changes: dict[str, Any] = {one.name: one.default for one in fields(self) if one.name in names}
        return replace(self, **changes)

    def with_period_bounds(self, now: datetime) -> Self:
        """The query with its period turned into moments, as of `now` (local time with its zone)."""
        since, until = period_bounds(self.period, now) if self.period else (0.0, inf)
        return replace(self, since=since, until=until)

    def includes_job(self, job: Job) -> bool:
        """Whether a job that is not yet, or never became, a clip is shown among the clips of this query.

        A job still under way is shown unless the query asks for problems.
        """
        if self.lineage and not _is_made_from(job, self.lineage):
            return False
        if not job.is_terminal:
            return not self.has_problem or isinstance(job.state, PROBLEM_STATES)
        draft = job.draft
        return (
            not self.min_rating
            and (not self.flags or "" in self.flags)
            and not self.tags
            and (not self.has_problem or isinstance(job.state, PROBLEM_STATES))
            and (not self.types or type_of(draft) in self.types)
            and (not self.aspects or draft.size.aspect in self.aspects)
            and (not self.seconds or draft.duration in self.seconds)
            and (not self.presets or draft.preset in self.presets)
            and (not self.profiles or job.profile in self.profiles)
            and self.since <= job.created_at < self.until
            and matches_search(self.text, draft.prompt)
        )


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query kept under a name. Its period is relative to the day on which it is run."""

    name: str
    query: ClipQuery


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The clips that a query found.

    Attributes:
        numbers: The clips' numbers, in order.
        timestamps: When each clip was made, if the newest comes first throughout; else empty.
        groups: Where each group begins in `numbers`, and what it is: a day as "2026-03-01", or a preset's ID ("" for
            none). Empty without groups.
        has_more: More clips may follow these.
    """

    query: ClipQuery = field(default_factory=ClipQuery)
    numbers: Sequence[int] = field(default_factory=lambda: array("q"))
    timestamps: Sequence[float] = field(default_factory=lambda: array("d"))
    groups: tuple[tuple[int, str], ...] = ()
    has_more: bool = False


def day_groups(timestamps: Sequence[float]) -> Iterator[tuple[int, str]]:
    """Yield where each local day begins among timestamps, newest first, with the day as "2026-03-01"."""
    at = 0
    while at < len(timestamps):
        day = datetime.fromtimestamp(timestamps[at]).date()  # noqa: DTZ006 - the local day
        yield at, day.isoformat()
        midnight = datetime.combine(day, time()).timestamp()
        at = max(at + 1, bisect_right(timestamps, -midnight, lo=at, key=neg))


def period_bounds(period: Period, now: datetime) -> tuple[float, float]:
    """Return the start and the end of a period in seconds since the epoch. Days begin at local midnight."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    # Subtract calendar days first and convert to the zone afterwards, because a day may have 23 hours.
    begin = (today - timedelta(days=_DAYS[period])).astimezone().timestamp()
    return (0.0, begin) if period is Period.BEFORE else (begin, inf)


def _is_made_from(job: Job, lineage: LineageFilter) -> bool:
    """Whether a job that is not a clip, and so has no descendants yet, is related to the filter's clip."""
    sources = sources_of(job.draft)
    return lineage.scope is not LineageScope.PARENTS and any(one.origin.job == lineage.job for one in sources)
