"""Jobs and clips as one Qt model of any size: clips are numbers until they come in sight."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from enum import IntEnum
from html import escape

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
from kling_desktop.ui.library.cards import Card, card
from kling_desktop.ui.library.clip_mime import CLIP_MIME, clip_mime
from kling_desktop.ui.library.days import day_words, short_day
from kling_desktop.ui.library.pages import PAGE, Pages
from kling_desktop.ui.library.places import UNFINISHED, Places, Section
from kling_desktop.ui.library.posters import Posters

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class Role(IntEnum):
    JOB = Qt.ItemDataRole.UserRole + 1
    CARD = Qt.ItemDataRole.UserRole + 2
    POSTER = Qt.ItemDataRole.UserRole + 3


class LibraryModel(QAbstractListModel):
    """The clips of one query, and the jobs that are none yet among them: see Places.

    Cards are made when asked for, so that they follow the clock. clock: seconds since the epoch. paused: whether a
    waiting job waits for a click. usual: how long such jobs took so far, None if unknown.
    """

    wanted = Signal(object)
    """The numbers of clips to be given to `put_clips`: somebody looks at them."""
    completed = Signal()
    """What was shown of a query is all there is of it now: see `is_whole`."""
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
        self._places = Places(Found(), ())
        self._pages = Pages()
        self._looked_at = 0
        self.hurried = False
        """Whether what is looked at is out of sight again at once: nothing is then fetched for it."""
        self._progress: dict[str, tuple[int, int | None]] = {}
        self.preset_name: Callable[[str], str] = lambda preset: "From a preset" if preset else "Without a preset"
        posters.came.connect(self.poster_came)

    @property
    def query(self) -> Query:
        return self._places.query

    @property
    def clip_count(self) -> int:
        """How many clips answer the query, come or not, as far as is known."""
        return self._places.clip_count

    @property
    def is_whole(self) -> bool:
        """Whether all that answers the query is known."""
        return not self._places.more

    # What is shown

    def show(self, found: Found, jobs: Iterable[Job]) -> None:
        """Show these instead of what is shown, or behind it, where that was but the first of them."""
        places = Places(found, jobs)
        if self._places.begins(places):
            self._go_on_with(places)
            return
        self.beginResetModel()
        self._places = places
        self._progress.clear()
        self.endResetModel()

    def _go_on_with(self, places: Places) -> None:
        """Nothing moves of what is looked at, and nothing is painted anew."""
        some = len(places) > len(self._places)
        if some:
            self.beginInsertRows(_NO_INDEX, len(self._places), len(places) - 1)
        self._places = places
        if some:
            self.endInsertRows()
        if self.is_whole:
            self.completed.emit()

    def clear(self) -> None:
        """Show nothing, and keep nothing."""
        self._pages.clear()
        self.show(Found(self.query), ())

    def put(self, job: Job) -> None:
        """Show a new job, or what a known one has become. One that is done keeps its place until its clip is here."""
        row = self._places.row_of_job(job.id)
        if row is not None:
            known = self._places.job_at(row)
            if type(known and known.state) is not type(job.state):
                self._progress.pop(job.id, None)
            self._places.put_job(job)
            self._row_changed(row)
        elif self.query.shows(job) and not isinstance(job.state, Done):
            row = self._places.row_for_job(job.created_at)
            self.beginInsertRows(_NO_INDEX, row, row)
            self._places.put_job(job)
            self.endInsertRows()

    def remove_job(self, job_id: str) -> None:
        """Show it no longer; an unknown one is none of our business."""
        row = self._places.row_of_job(job_id)
        if row is None:
            return
        self.beginRemoveRows(_NO_INDEX, row, row)
        self._places.remove_job(job_id)
        self._progress.pop(job_id, None)
        self.endRemoveRows()

    def add_clip(self, clip: Clip) -> None:
        """Show a new clip, in its job's place if that is shown. For a plain query: any other is to be asked anew."""
        self._pages.keep(clip)
        row = self._places.row_of_job(clip.id)
        if row is not None:
            self._places.put_clip(clip)
            self._progress.pop(clip.id, None)
            self._row_changed(row)
            return
        row = self._places.row_for_clip(clip.made_at)
        self.beginInsertRows(_NO_INDEX, row, row)
        self._places.put_clip(clip)
        self.endInsertRows()

    def change_clip(self, clip: Clip) -> None:
        """Show what has become of a clip, where it stands."""
        if self._pages.clip(clip.number):
            self._pages.keep(clip)
            self._row_changed(self._places.row_of(clip.number))

    def remove_clip(self, clip: Clip) -> None:
        """Show it no longer."""
        row = self._places.row_of(clip.number)
        if row is None:
            return
        self.beginRemoveRows(_NO_INDEX, row, row)
        self._places.remove_clip(clip.number)
        self._pages.forget(clip.number)
        self.endRemoveRows()

    def put_clips(self, clips: Sequence[Clip]) -> None:
        """What was `wanted` has come."""
        for clip in clips:
            self._pages.keep(clip)
        rows = [row for clip in (*clips[:1], *clips[-1:]) if (row := self._places.row_of(clip.number)) is not None]
        if rows:  # a page, one clip beside the other: to look for each among a hundred thousand would take its time
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))

    def give_up(self, numbers: Iterable[int]) -> None:
        """What was `wanted` can't be had now."""
        self._pages.give_up(numbers)

    def set_progress(self, job_id: str, done: int, total: int | None) -> None:
        """How many bytes of an upload or a download have gone."""
        row = self._places.row_of_job(job_id)
        if row is not None:
            self._progress[job_id] = (done, total)
            self._row_changed(row)

    # What there is to see

    def is_clip(self, row: int) -> bool:
        """Whether there is a clip, though it may not have come yet, or a job that is done."""
        job = self._places.job_at(row)
        return job is None or isinstance(job.state, Done)

    @property
    def is_finished(self) -> bool:
        """Whether no job is shown that is no clip, or not yet."""
        return not self._places.jobs

    def unfinished(self, row: int) -> Job | None:
        """The job of that row that is no clip, or not yet; None where there is a clip."""
        return self._places.job_at(row)

    def clip(self, row: int) -> Clip | None:
        """The clip of that row; None for a job, and until it has come: then it is wanted."""
        if (number := self.number(row)) is None:
            return None
        if clip := self._pages.clip(number):
            return clip
        self._want(row)
        return self._pages.clip(number)

    def number(self, row: int) -> int | None:
        """What the clip of that row is called among many, whether it has come or not; None for a job."""
        return None if self._places.job_at(row) is not None else self._places.number_at(row)

    def at_hand(self, number: int) -> Clip | None:
        """A clip by its number, if it has come."""
        return self._pages.clip(number)

    def job(self, row: int) -> Job | None:
        """The job of that row, be it a clip or not; None until its clip has come."""
        clip = None if (job := self._places.job_at(row)) else self.clip(row)
        return clip.job if clip else job

    def shown(self, job_id: str) -> Job | None:
        """A job or clip by its ID, if it is here and has come."""
        if clip := self._pages.by_id(job_id):
            return clip.job
        row = self._places.row_of_job(job_id)
        return None if row is None else self._places.job_at(row)

    def card(self, row: int) -> Card:
        """What the job in that row says now."""
        job = self._places.job_at(row)
        if job is None:
            return self._pages.card(self.clip(row))
        return card(
            job,
            now=self._clock(),
            paused=self._paused(job.id),
            progress=self._progress.get(job.id),
            usual=self._usual(job),
        )

    @property
    def sections(self) -> tuple[Section, ...]:
        """What stands under one heading, in order: its first row and what it is. Empty without headings."""
        return self._places.sections

    @property
    def section_rows(self) -> tuple[int, ...]:
        """The first rows of the sections."""
        return self._places.section_rows

    def numbers_of(self, rows: Iterable[int]) -> list[int]:
        """The numbers of the clips in those rows, come or not; jobs have none."""
        return self._places.numbers_of(rows)

    def rows_of(self, numbers: Collection[int]) -> list[int]:
        """The rows of those clips that are shown, in order."""
        return self._places.rows_of(numbers)

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
        if self.query.group is Group.PRESET:
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
        clip = self._pages.by_id(job_id)
        row = self._places.row_of(clip.number) if clip else self._places.row_of_job(job_id)
        return QModelIndex() if row is None else self.index(row)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._places)

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

    def _row_changed(self, row: int | None) -> None:
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index)

    def _want(self, row: int) -> None:
        """Ask for the page that a clip's row is on, and for the next to come in sight."""
        if self.hurried:
            return
        ahead = 1 if row >= self._looked_at else -1
        self._looked_at = row
        for page in (self._places.page_at(row, PAGE), self._places.page_at(row, PAGE, next_to=ahead)):
            if asked := self._pages.lacking(page):
                self.wanted.emit(asked)
