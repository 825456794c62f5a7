"""Jobs and clips as one Qt model of any size: clips are numbers until they come in sight."""

from array import array
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, time
from enum import IntEnum
from html import escape
from typing import Final, NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QImage

from kling_desktop.domain.clip import Clip
from kling_desktop.domain.job import Job
from kling_desktop.domain.query import Found, Group, Query
from kling_desktop.domain.states import Done
from kling_desktop.domain.usual import Usual
from kling_desktop.ui.library.cards import NOT_YET, Card, card, judged
from kling_desktop.ui.library.clip_mime import CLIP_MIME, clip_mime
from kling_desktop.ui.library.days import day_words, short_day
from kling_desktop.ui.library.posters import Posters

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_PAGE: Final = 24
_KEPT: Final = 40 * _PAGE


UNFINISHED: Final = "unfinished"
"""The name of the section of jobs that are no clips, where they have no place among these."""


class Section(NamedTuple):
    """What begins at a row. name: a day as "2026-03-01", a preset's ID ("" for none), or UNFINISHED."""

    row: int
    name: str


class Role(IntEnum):
    JOB = Qt.ItemDataRole.UserRole + 1
    CARD = Qt.ItemDataRole.UserRole + 2
    POSTER = Qt.ItemDataRole.UserRole + 3


class LibraryModel(QAbstractListModel):
    """The clips of one query, and the jobs that are none yet among them: where the order is by date at their own
    moment, so that a result comes to stand in its job's place, else before all clips.

    Cards are made when asked for, so that they follow the clock. clock: seconds since the epoch. paused: whether a
    waiting job waits for a click. usual: how long such jobs took so far, None if unknown.
    """

    wanted = Signal(object)
    """The numbers of clips to be given to `put_clips`: somebody looks at them."""
    poster_came = Signal(str)
    """The path of a poster that can be painted now."""

    def __init__(
        self,
        posters: Posters,
        clock: Callable[[], float],
        paused: Callable[[str], bool],
        usual: Callable[[Job], Usual | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._posters = posters
        self._clock = clock
        self._paused = paused
        self._usual = usual
        self._query = Query()
        self._numbers = array("q")
        self._moments = array("d")
        self._jobs: list[Job] = []
        self._job_rows: list[int] = []
        self._clips: OrderedDict[int, Clip] = OrderedDict()
        self._cards: dict[int, Card] = {}
        self._groups: tuple[tuple[int, str], ...] = ()
        self._sections: tuple[Section, ...] | None = None
        self._section_rows: tuple[int, ...] = ()
        self._wanted: set[int] = set()
        self._asked_last = 0
        self.hurried = False
        """Whether what is looked at is out of sight again at once: nothing is then fetched for it."""
        self._progress: dict[str, tuple[int, int | None]] = {}
        self.preset_name: Callable[[str], str] = lambda preset: "From a preset" if preset else "Without a preset"
        posters.came.connect(self.poster_came)

    @property
    def query(self) -> Query:
        return self._query

    @property
    def clip_count(self) -> int:
        """How many clips answer the query, come or not."""
        return len(self._numbers)

    # What is shown

    def show(self, found: Found, jobs: Iterable[Job]) -> None:
        """Show these instead of what is shown."""
        self.beginResetModel()
        self._query = found.query
        self._numbers, self._moments = array("q", found.numbers), array("d", found.moments)
        self._jobs = sorted((job for job in jobs if found.query.shows(job)), key=_age, reverse=True)
        self._progress.clear()
        self._groups = found.groups
        self._wanted.clear()
        self._find_rows()
        self.endResetModel()

    def clear(self) -> None:
        """Show nothing, and keep nothing."""
        self._clips.clear()
        self._cards.clear()
        self.show(Found(self._query), ())

    def put(self, job: Job) -> None:
        """Show a new job, or what a known one has become. One that is done keeps its place until its clip is here."""
        place = self._place_of(job.id)
        if place is not None:
            if type(self._jobs[place].state) is not type(job.state):
                self._progress.pop(job.id, None)
            self._jobs[place] = job
            self._row_changed(self._job_rows[place])
        elif self._query.shows(job) and not isinstance(job.state, Done):
            place = bisect_left(self._jobs, -_age(job), key=lambda other: -_age(other))
            row = place + self._newer(job.created_at)
            self.beginInsertRows(_NO_INDEX, row, row)
            self._jobs.insert(place, job)
            self._find_rows()
            self.endInsertRows()

    def remove_job(self, job_id: str) -> None:
        """Show it no longer; an unknown one is none of our business."""
        place = self._place_of(job_id)
        if place is None:
            return
        self.beginRemoveRows(_NO_INDEX, self._job_rows[place], self._job_rows[place])
        del self._jobs[place]
        self._progress.pop(job_id, None)
        self._find_rows()
        self.endRemoveRows()

    def add_clip(self, clip: Clip) -> None:
        """Show a new clip, in its job's place if that is shown. For a plain query: any other is to be asked anew."""
        place = self._place_of(clip.id)
        at = self._newer(clip.made_at) if place is None else self._job_rows[place] - place
        if place is None:
            row = at + bisect_left(self._jobs, -clip.made_at, key=lambda job: -_age(job))
            self.beginInsertRows(_NO_INDEX, row, row)
        else:
            row = self._job_rows[place]
            del self._jobs[place]
            self._progress.pop(clip.id, None)
        self._numbers.insert(at, clip.number)
        self._moments.insert(at, clip.made_at)
        self._keep(clip)
        self._find_rows()
        if place is None:
            self.endInsertRows()
        else:
            self._row_changed(row)

    def change_clip(self, clip: Clip) -> None:
        """Show what has become of a clip, where it stands."""
        if clip.number in self._clips:
            self._keep(clip)
            self._row_changed(self._row_of(clip.number))

    def remove_clip(self, clip: Clip) -> None:
        """Show it no longer."""
        row = self._row_of(clip.number)
        if row is None:
            return
        self.beginRemoveRows(_NO_INDEX, row, row)
        at = self._numbers.index(clip.number)
        del self._numbers[at], self._moments[at : at + 1]
        self._clips.pop(clip.number, None)
        self._find_rows()
        self.endRemoveRows()

    def put_clips(self, clips: Sequence[Clip]) -> None:
        """What was `wanted` has come."""
        for clip in clips:
            self._keep(clip)
            self._wanted.discard(clip.number)
        rows = [row for clip in (*clips[:1], *clips[-1:]) if (row := self._row_of(clip.number)) is not None]
        if rows:  # a page, one clip beside the other: to look for each among a hundred thousand would take its time
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))

    def set_progress(self, job_id: str, done: int, total: int | None) -> None:
        """How many bytes of an upload or a download have gone."""
        place = self._place_of(job_id)
        if place is not None:
            self._progress[job_id] = (done, total)
            self._row_changed(self._job_rows[place])

    # What there is to see

    def is_clip(self, row: int) -> bool:
        """Whether there is a clip, though it may not have come yet, or a job that is done."""
        job = self._job_at(row)
        return job is None or isinstance(job.state, Done)

    def unfinished(self, row: int) -> Job | None:
        """The job of that row that is no clip, or not yet; None where there is a clip."""
        return self._job_at(row)

    def clip(self, row: int) -> Clip | None:
        """The clip of that row; None for a job, and until it has come: then it is wanted."""
        if self._job_at(row) is not None:
            return None
        at = row - bisect_left(self._job_rows, row)
        number = self._numbers[at]
        if number in self._clips:
            self._clips.move_to_end(number)
            return self._clips[number]
        self._want(at)
        return self._clips.get(number)

    def number(self, row: int) -> int | None:
        """What the clip of that row is called among many, whether it has come or not; None for a job."""
        return None if self._job_at(row) is not None else self._numbers[row - bisect_left(self._job_rows, row)]

    def at_hand(self, number: int) -> Clip | None:
        """A clip by its number, if it has come."""
        return self._clips.get(number)

    def job(self, row: int) -> Job | None:
        """The job of that row, be it a clip or not; None until its clip has come."""
        clip = None if (job := self._job_at(row)) else self.clip(row)
        return clip.job if clip else job

    def shown(self, job_id: str) -> Job | None:
        """A job or clip by its ID, if it is here and has come."""
        place = self._place_of(job_id)
        clip = self._clip_of(job_id)
        return clip.job if clip else None if place is None else self._jobs[place]

    def card(self, row: int) -> Card:
        """What the job in that row says now."""
        job = self._job_at(row)
        if job is None:
            return self._card_of(self.clip(row))
        return card(
            job,
            now=self._clock(),
            paused=self._paused(job.id),
            progress=self._progress.get(job.id),
            usual=self._usual(job),
        )

    @property
    def sections(self) -> "tuple[Section, ...]":
        """What stands under one heading, in order: its first row and what it is. Empty without headings."""
        if self._sections is None:
            self._sections = tuple(self._find_sections())
            self._section_rows = tuple(section.row for section in self._sections)
        return self._sections

    @property
    def section_rows(self) -> tuple[int, ...]:
        """The first rows of the sections."""
        return self._section_rows if self.sections else ()

    def numbers_of(self, rows: Iterable[int]) -> list[int]:
        """The numbers of the clips in those rows, come or not; jobs have none."""
        places = (row - bisect_left(self._job_rows, row) for row in rows if self._job_at(row) is None)
        return [self._numbers[at] for at in places]

    def rows_of(self, numbers: Collection[int]) -> list[int]:
        """The rows of those clips that are shown, in order."""
        places = (at for at, number in enumerate(self._numbers) if number in numbers) if numbers else ()
        return [self._row_at(at) for at in places]

    def file(self, row: int) -> str:
        """Where the clip is; "" for a job, or until the clip has come."""
        job = self.job(row)
        return job.state.file if job and isinstance(job.state, Done) else ""

    def poster_path(self, row: int) -> str:
        """Where the picture of a clip is; "" without one, or until the clip has come."""
        job = self.job(row)
        return job.state.poster_file if job and isinstance(job.state, Done) else ""

    def poster(self, row: int) -> QImage | None:
        """The picture of a finished clip, null if unreadable; None while it is read and for jobs without one."""
        path = self.poster_path(row)
        return self._posters.image(path, ask=not self.hurried) if path else None

    def fit_posters(self, size: QSize, ratio: float, *, in_sight: int = 1, captioned: bool = True) -> None:
        """How large posters are painted, in px, the screen's device pixel ratio, how many at once, whether with words
        on them.
        """
        self._posters.fit(size, ratio, in_sight=in_sight, captioned=captioned)

    def heading(self, section: Section) -> str:
        """What stands over it."""
        if section.name == UNFINISHED:
            return "Not finished"
        if self._query.group is Group.PRESET:
            return self.preset_name(section.name)
        return day_words(section.name, datetime.fromtimestamp(self._clock()).astimezone().date())

    def made(self, row: int) -> str:
        """When what is in that row was ordered, in words; "" until it has come."""
        if (job := self.job(row)) is None:
            return ""
        then, now = (datetime.fromtimestamp(at).astimezone() for at in (job.created_at, self._clock()))
        return f"{short_day(then.date(), now.date())}, {then:%H:%M}"

    def index_of(self, job_id: str) -> QModelIndex:
        """Where a job, or a clip that has come, is shown; invalid if it isn't."""
        place = self._place_of(job_id)
        clip = self._clip_of(job_id)
        row = self._row_of(clip.number) if clip else None if place is None else self._job_rows[place]
        return QModelIndex() if row is None else self.index(row)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._jobs) + len(self._numbers)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = index.row()
        match role:
            case Role.JOB:
                return self.job(row)
            case Role.CARD:
                return self.card(row)
            case Role.POSTER:
                return self.poster(row)
            case Qt.ItemDataRole.DisplayRole:
                return self.card(row).text
            case Qt.ItemDataRole.ToolTipRole:
                # Escaped, or words from outside would be read as markup; marked up, so that long lines wrap.
                return f'<p style="white-space: pre-wrap">{escape(self.card(row).full)}</p>'
            case Qt.ItemDataRole.AccessibleTextRole:
                shown = self.card(row)
                return ". ".join(
                    part
                    for part in (shown.word, shown.opinion, shown.text, shown.reason, shown.left, shown.right)
                    if part
                )
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        known = super().flags(index)
        return known | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() and self.is_clip(index.row()) else known

    def mimeTypes(self) -> list[str]:
        return [CLIP_MIME, "text/uri-list", "text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        jobs = (job for index in indexes if (job := self.job(index.row())))
        return next((mime for job in jobs if (mime := clip_mime(job))), QMimeData())

    # Where it stands

    def _job_at(self, row: int) -> Job | None:
        place = bisect_left(self._job_rows, row)
        is_there = place < len(self._job_rows) and self._job_rows[place] == row
        return self._jobs[place] if is_there else None

    def _place_of(self, job_id: str) -> int | None:
        return next((place for place, job in enumerate(self._jobs) if job.id == job_id), None)

    def _clip_of(self, job_id: str) -> Clip | None:
        return next((clip for clip in self._clips.values() if clip.id == job_id), None)

    def _row_of(self, number: int) -> int | None:
        try:
            return self._row_at(self._numbers.index(number))
        except ValueError:
            return None

    def _row_at(self, at: int) -> int:
        """The row of the clip at a place among the clips."""
        return at + sum(row - place <= at for place, row in enumerate(self._job_rows))

    def _newer(self, moment: float, *, as_well: bool = False) -> int:
        """How many clips stand before a job of that moment; those of the very moment as well, or not."""
        bisect = bisect_right if as_well else bisect_left
        return bisect(self._moments, -moment, key=lambda other: -other)

    def _find_rows(self) -> None:
        self._job_rows = [place + self._newer(job.created_at) for place, job in enumerate(self._jobs)]
        self._sections = None

    def _find_sections(self) -> "Iterator[Section]":
        if self._query.group is Group.NONE:
            return
        by_day = self._query.group is Group.DAY and self._query.by_age
        groups = self._days() if by_day else self._groups
        begins = [Section(self._row_at(at), name) for at, name in groups]
        jobs = zip(self._job_rows, self._jobs, strict=True)
        begins += (Section(row, _day(job.created_at) if by_day else UNFINISHED) for row, job in jobs)
        before = None
        for section in sorted(begins):
            if section.name != before:
                yield section
            before = section.name

    def _days(self) -> "Iterator[tuple[int, str]]":
        at = 0
        while at < len(self._moments):
            day = datetime.fromtimestamp(self._moments[at]).astimezone().date()
            yield at, day.isoformat()
            at = max(at + 1, self._newer(datetime.combine(day, time()).astimezone().timestamp(), as_well=True))

    def _card_of(self, clip: Clip | None) -> Card:
        if clip is None:
            return NOT_YET
        if clip.number not in self._cards:
            self._cards[clip.number] = judged(card(clip.job, now=0.0, missing=clip.missing), clip)
        return self._cards[clip.number]

    def _row_changed(self, row: int | None) -> None:
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index)

    # What has come

    def _want(self, at: int) -> None:
        """Ask for the page that the clip at a place among the clips is on, and for the next to come in sight."""
        if self.hurried:
            return
        start = at - at % _PAGE
        self._ask_for_page(start)
        self._ask_for_page(start + _PAGE if at >= self._asked_last else start - _PAGE)
        self._asked_last = at

    def _ask_for_page(self, start: int) -> None:
        if start < 0:
            return
        page = [number for number in self._numbers[start : start + _PAGE] if number not in self._clips]
        if asked := [number for number in page if number not in self._wanted]:
            self._wanted.update(asked)
            self.wanted.emit(asked)

    def _keep(self, clip: Clip) -> None:
        self._clips[clip.number] = clip
        self._clips.move_to_end(clip.number)
        self._cards.pop(clip.number, None)
        while len(self._clips) > _KEPT:
            gone, _ = self._clips.popitem(last=False)
            self._cards.pop(gone, None)


def _day(moment: float) -> str:
    return datetime.fromtimestamp(moment).astimezone().date().isoformat()


def _age(job: Job) -> float:
    return job.created_at
