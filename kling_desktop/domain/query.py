"""What the user is looking for among the clips, as one value."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from kling_desktop.domain.job import Job
from kling_desktop.domain.states import Blocked, Failed, Refused, Unknown
from kling_desktop.domain.ways import Way, way_of
from kling_desktop.domain.words import found_in

TROUBLED = (Failed, Blocked, Refused, Unknown)


class Period(StrEnum):
    """When a clip was made, counted from today, so that a saved search stays what it says."""

    TODAY = "Today"
    WEEK = "Last 7 days"
    MONTH = "Last 30 days"
    YEAR = "Last 12 months"
    BEFORE = "Over a year ago"


_DAYS = {Period.TODAY: 0, Period.WEEK: 6, Period.MONTH: 29, Period.YEAR: 364, Period.BEFORE: 364}


@dataclass(frozen=True, slots=True)
class Query:
    """Everything must hold that is set; of several of one kind, any will do. The empty one finds all.

    aspects as Size writes them, "16:9". flags: "pick", "reject", "none". presets by ID; "" for none. profiles by name.
    least_rating: stars, 0 for any. troubled: what went wrong, or whose file is gone.
    """

    words: str = ""
    ways: frozenset[Way] = frozenset()
    aspects: frozenset[str] = frozenset()
    seconds: frozenset[int] = frozenset()
    least_rating: int = 0
    flags: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    presets: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()
    period: Period | None = None
    troubled: bool = False

    @property
    def filters(self) -> int:
        """How many kinds of filters are set, words aside."""
        return sum(getattr(self, field.name) != field.default for field in fields(self) if field.name != "words")

    @property
    def finds_all(self) -> bool:
        return not self.filters and not self.words.strip()

    def with_words(self, words: str) -> "Query":
        return replace(self, words=words)

    def toggled(self, kind: str, value: object) -> Self:
        """With one filter of a kind added, or taken away where it was set: ("ways", Way.TEXT)."""
        now = getattr(self, kind)
        changes: dict[str, Any] = {}
        if isinstance(now, frozenset):
            changes[kind] = now ^ {value}
        elif kind == "troubled":
            changes[kind] = not now
        else:
            changes[kind] = (0 if kind == "least_rating" else None) if now == value else value
        return replace(self, **changes)

    def without(self, kind: str) -> Self:
        """With no filter of that kind."""
        default = next(field.default for field in fields(self) if field.name == kind)
        changes: dict[str, Any] = {kind: default}
        return replace(self, **changes)

    def holds(self, kind: str, value: object) -> bool:
        """Whether that filter is set."""
        now = getattr(self, kind)
        return value in now if isinstance(now, frozenset) else now == value


def span(period: Period, now: datetime) -> tuple[float, float]:
    """From which moment to before which, in seconds since the epoch. now: local, with its zone; days begin at its
    midnight.
    """
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    # By the calendar and then in the zone again, as a day may have 23 hours.
    begin = (today.replace(tzinfo=None) - timedelta(days=_DAYS[period])).astimezone().timestamp()
    return (0.0, begin) if period is Period.BEFORE else (begin, float("inf"))


def lists(query: Query, job: Job, now: datetime) -> bool:
    """Whether a job that became no clip, or not yet, is to be seen. What is still on its way always is."""
    if not job.ended:
        return True
    draft = job.draft
    begin, end = span(query.period, now) if query.period else (0.0, float("inf"))
    return (
        not query.least_rating
        and (not query.flags or "none" in query.flags)
        and not query.tags
        and (not query.troubled or isinstance(job.state, TROUBLED))
        and (not query.ways or way_of(draft) in query.ways)
        and (not query.aspects or draft.size.aspect in query.aspects)
        and (not query.seconds or draft.duration in query.seconds)
        and (not query.presets or draft.preset in query.presets)
        and (not query.profiles or job.profile in query.profiles)
        and begin <= job.created_at < end
        and found_in(query.words, draft.prompt)
    )
