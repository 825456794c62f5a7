"""Which row shows what: the clips of one query by number, and the jobs without clips among them."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from math import inf
from typing import Final, NamedTuple

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.clip_query import ClipGrouping, SearchResult, day_groups

UNFINISHED: Final = "unfinished"
"""The section of unfinished jobs, where they have no place among the clips."""

_FEW: Final = 3
_NEAR: Final = 100


class Section(NamedTuple):
    """The start of a section. name: a day as "2026-03-01", a preset's ID ("" for none), or UNFINISHED."""

    row: int
    name: str


class RowIndex:
    """Newest first, jobs are ordered by their own time, so that a result appears in its job's place; in any other order
    they come before all clips. Everything is arithmetic on arrays, however many clips there are.
    """

    def __init__(self, found: SearchResult, jobs: Iterable[Job]) -> None:
        self.query = found.query
        self.more = found.has_more
        self._numbers, self._moments = array("q", found.numbers), array("d", found.timestamps)
        # Where more clips are still to come, the jobs among them come along.
        last = -inf
        if found.has_more and found.query.is_newest_first:
            last = self._moments[-1] if self._moments else inf
        shown = (job for job in jobs if found.query.includes_job(job) and job.created_at >= last)
        self.jobs = sorted(shown, key=_age, reverse=True)
        self._groups = found.groups
        self._days_are_told = bool(found.groups)
        # How many clips come before each job: several takes of one submission share a time, which can't tell.
        self._clips_before = [self._newer(job.created_at) for job in self.jobs]
        self._rows: list[int] = []
        self._sections: tuple[Section, ...] | None = None
        self._section_rows: tuple[int, ...] = ()
        self._settle()

    def __len__(self) -> int:
        return len(self.jobs) + len(self._numbers)

    @property
    def clip_count(self) -> int:
        return len(self._numbers)

    def begins(self, whole: "RowIndex") -> bool:
        """Whether `whole` starts with the same rows and has more."""
        return self.more and self.query == whole.query and self.head(len(self)) == whole.head(len(self))

    def head(self, count: int) -> "tuple[list[Job], list[int], array[int]]":
        """The first `count` rows: their jobs, the rows of those jobs, and the clips' numbers."""
        jobs = bisect_left(self._rows, count)
        return self.jobs[:jobs], self._rows[:jobs], self._numbers[: count - jobs]

    # Jobs

    def job_at(self, row: int) -> Job | None:
        """None for a clip."""
        nth = bisect_left(self._rows, row)
        return self.jobs[nth] if nth < len(self._rows) and self._rows[nth] == row else None

    def row_of_job(self, job_id: str) -> int | None:
        nth = self._nth(job_id)
        return None if nth is None else self._rows[nth]

    def row_for_job(self, moment: float) -> int:
        """Where a new job of that time goes."""
        return self._before(moment) + self._newer(moment)

    def row_for_clip(self, moment: float) -> int:
        """Where a new clip of that time goes."""
        return sum(self._place_for_clip(moment))

    def put_job(self, job: Job) -> None:
        """Replaces the same job, or goes to `row_for_job`."""
        nth = self._nth(job.id)
        if nth is not None:
            self.jobs[nth] = job
            return
        nth = self._before(job.created_at)
        self.jobs.insert(nth, job)
        self._clips_before.insert(nth, self._newer(job.created_at))
        self._settle()

    def remove_job(self, job_id: str) -> None:
        nth = self._nth(job_id)
        if nth is not None:
            del self.jobs[nth], self._clips_before[nth]
            self._settle()

    # Clips

    def number_at(self, row: int) -> int:
        """The number of the clip in a row without a job."""
        return self._numbers[self._at(row)]

    def page_at(self, row: int, size: int, *, next_to: int = 0) -> list[int]:
        """The numbers of the page that a clip's row is on, or of one that many pages further on."""
        start = (min(self._at(row), len(self._numbers) - 1) // size + next_to) * size
        return list(self._numbers[start : start + size]) if start >= 0 else []

    def row_of(self, number: int, near: range = range(0)) -> int | None:
        """The row of a clip. It checks the numbers before it one by one if the clip isn't near those rows."""
        if number < 0:  # as for no clip
            return None
        ends = max(0, self._at(near.start) - _NEAR), self._at(near.stop) + _NEAR
        for start, stop in (ends, (0, len(self._numbers))) if near else ((0, len(self._numbers)),):
            with suppress(ValueError):
                return self._row_at(self._numbers.index(number, start, stop))
        return None

    def rows_of(self, numbers: Collection[int]) -> list[int]:
        """The rows of those clips that are shown, in order."""
        if len(numbers) <= _FEW:  # searching for each is faster than asking each clip whether it is one of them
            return sorted(row for number in numbers if (row := self.row_of(number)) is not None)
        found = (at for at, number in enumerate(self._numbers) if number in numbers)
        return [self._row_at(at) for at in found]

    def numbers_of(self, rows: Iterable[int]) -> list[int]:
        """The numbers of the clips in those rows; jobs have none."""
        return [self.number_at(row) for row in rows if self.job_at(row) is None]

    def put_clip(self, clip: Clip) -> None:
        """Goes to `row_for_clip`, or into the place of its job. For newest first."""
        nth = self._nth(clip.id)
        if nth is None:
            nth, at = self._place_for_clip(clip.created_at)
        else:
            at = self._clips_before[nth]
            del self.jobs[nth], self._clips_before[nth]
        self._numbers.insert(at, clip.number)
        self._moments.insert(at, clip.created_at)
        self._clips_before[nth:] = [before + 1 for before in self._clips_before[nth:]]
        self._days_are_told = False
        self._settle()

    def remove_clip(self, number: int) -> None:
        at = self._numbers.index(number)
        del self._numbers[at], self._moments[at : at + 1]
        self._clips_before = [before - (before > at) for before in self._clips_before]
        begins = {
            begin - (begin > at): name for begin, name in self._groups
        }  # an empty section is where the next one starts
        self._groups = tuple((begin, name) for begin, name in begins.items() if begin < len(self._numbers))
        self._settle()

    # Sections

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections in order: first row and name. Empty without headings."""
        if self._sections is None:
            self._sections = tuple(self._find_sections())
            self._section_rows = tuple(section.row for section in self._sections)
        return self._sections

    @property
    def section_rows(self) -> tuple[int, ...]:
        """The first rows of the sections."""
        return self._section_rows if self.sections else ()

    def _find_sections(self) -> Iterator[Section]:
        if self.query.group is ClipGrouping.NONE:
            return
        by_day = self.query.group is ClipGrouping.DAY and self.query.is_newest_first
        groups = day_groups(self._moments) if by_day and not self._days_are_told else self._groups
        begins = [Section(self._row_at(at), name) for at, name in groups]
        jobs = zip(self._rows, self.jobs, strict=True)
        begins += (Section(row, _day(job.created_at) if by_day else UNFINISHED) for row, job in jobs)
        before = None
        for section in sorted(begins):
            if section.name != before:
                yield section
            before = section.name

    # Arithmetic

    def _settle(self) -> None:
        self._rows = [nth + before for nth, before in enumerate(self._clips_before)]
        self._sections = None

    def _nth(self, job_id: str) -> int | None:
        return next((nth for nth, job in enumerate(self.jobs) if job.id == job_id), None)

    def _before(self, moment: float, *, as_well: bool = False) -> int:
        """How many jobs come before one of that time; with or without those of the same time."""
        bisect = bisect_right if as_well else bisect_left
        return bisect(self.jobs, -moment, key=lambda job: -_age(job))

    def _place_for_clip(self, moment: float) -> tuple[int, int]:
        """How many jobs and how many clips come before a new clip of that time; of equal times, jobs come first."""
        nth = self._before(moment, as_well=True)
        return nth, max(self._newer(moment), self._clips_before[nth - 1] if nth else 0)

    def _newer(self, moment: float) -> int:
        """How many clips come before a job of that time."""
        return bisect_left(self._moments, -moment, key=lambda other: -other)

    def _at(self, row: int) -> int:
        """The clip's position among the clips."""
        return row - bisect_left(self._rows, row)

    def _row_at(self, at: int) -> int:
        return at + sum(row - nth <= at for nth, row in enumerate(self._rows))


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment).astimezone().date().isoformat()


def _age(job: Job) -> float:
    return job.created_at
