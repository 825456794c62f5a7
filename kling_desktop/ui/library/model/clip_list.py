"""Which jobs and clips there are, as a Qt list of any size: clips are numbers until they come into sight."""

from collections.abc import Collection, Iterable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Signal

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.clip_query import ClipQuery, SearchResult
from kling_desktop.ui.library.model.page_cache import PAGE, PageCache
from kling_desktop.ui.library.model.row_index import RowIndex, Section

Index = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()


class ClipList(QAbstractListModel):
    """The clips of one query, and the jobs without clips among them (see RowIndex). Subclasses fill the rows."""

    load_requested = Signal(object)
    """Numbers of clips that came into sight: load them and call `add_loaded`."""
    completed = Signal()
    """The whole result of the query is here now: see `is_whole`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._places = RowIndex(SearchResult(), ())
        self._pages = PageCache()
        self._in_sight, self._ahead = range(0), 1
        self.is_scrolling_fast = False
        """During a fast scroll nothing is loaded."""
        self._progress: dict[str, tuple[int, int | None]] = {}

    @property
    def query(self) -> ClipQuery:
        return self._places.query

    @property
    def clip_count(self) -> int:
        """How many clips match the query, loaded or not, as far as is known."""
        return self._places.clip_count

    @property
    def is_whole(self) -> bool:
        """Whether the whole result of the query is known."""
        return not self._places.more

    # What is shown

    def show(self, found: SearchResult, jobs: Iterable[Job]) -> None:
        """Show this result instead of the present one, or extend it if that was only its beginning."""
        places = RowIndex(found, jobs)
        if self._places.begins(places):
            self._go_on_with(places)
            return
        self.beginResetModel()
        self._places = places
        self._progress.clear()
        self.endResetModel()

    def _go_on_with(self, places: RowIndex) -> None:
        """Nothing visible moves, and nothing is repainted."""
        some = len(places) > len(self._places)
        if some:
            self.beginInsertRows(NO_INDEX, len(self._places), len(places) - 1)
        self._places = places
        if some:
            self.endInsertRows()
        if self.is_whole:
            self.completed.emit()

    def clear(self) -> None:
        """Show nothing, and drop the cache."""
        self._pages.clear()
        self.show(SearchResult(self.query), ())

    def put(self, job: Job) -> None:
        """Add a job or show its new state. A finished one keeps its place until its clip is here."""
        row = self._places.row_of_job(job.id)
        if row is not None:
            known = self._places.job_at(row)
            if type(known and known.state) is not type(job.state):
                self._progress.pop(job.id, None)
            self._places.put_job(job)
            self._row_changed(row)
        elif self.query.includes_job(job) and not isinstance(job.state, Done):
            row = self._places.row_for_job(job.created_at)
            self.beginInsertRows(NO_INDEX, row, row)
            self._places.put_job(job)
            self.endInsertRows()

    def remove_job(self, job_id: str) -> None:
        """Remove a job; unknown ones are ignored."""
        row = self._places.row_of_job(job_id)
        if row is None:
            return
        self.beginRemoveRows(NO_INDEX, row, row)
        self._places.remove_job(job_id)
        self._progress.pop(job_id, None)
        self.endRemoveRows()

    def add_clip(self, clip: Clip) -> None:
        """Add a clip, in its job's place if that is shown. Only for plain queries: run any other again."""
        self._pages.keep(clip)
        row = self._places.row_of_job(clip.id)
        if row is not None:
            self._places.put_clip(clip)
            self._progress.pop(clip.id, None)
            self._row_changed(row)
            return
        row = self._places.row_for_clip(clip.created_at)
        self.beginInsertRows(NO_INDEX, row, row)
        self._places.put_clip(clip)
        self.endInsertRows()

    def change_clip(self, clip: Clip) -> None:
        """Show a changed clip in its place."""
        if self._pages.clip(clip.number):
            self._pages.keep(clip)
            self._row_changed(self._row_of(clip.number))

    def remove_clip(self, clip: Clip) -> None:
        """Remove a clip."""
        row = self._row_of(clip.number)
        if row is None:
            return
        self.beginRemoveRows(NO_INDEX, row, row)
        self._places.remove_clip(clip.number)
        self._pages.forget(clip.number)
        self.endRemoveRows()

    def set_progress(self, job_id: str, done: int, total: int | None) -> None:
        """Show how many bytes of an upload or download have moved."""
        row = self._places.row_of_job(job_id)
        if row is not None:
            self._progress[job_id] = (done, total)
            self._row_changed(row)

    # What comes into sight

    def look_at(self, rows: range) -> None:
        """These rows are in sight: request what isn't loaded, and after that the next page."""
        if self.is_scrolling_fast or not rows:
            return
        if rows.start != self._in_sight.start:
            self._ahead = 1 if rows.start > self._in_sight.start else -1
        self._in_sight = rows
        numbers = self._places.numbers_of(rows)
        if asked := self._pages.missing(numbers):
            self.load_requested.emit(asked)
        elif all(map(self._pages.clip, numbers)):
            end = rows[-1] if self._ahead > 0 else rows[0]
            if asked := self._pages.missing([*self._page(end), *self._page(end, self._ahead)]):
                self.load_requested.emit(asked)

    def add_loaded(self, clips: Sequence[Clip]) -> None:
        """Take the clips that `load_requested` asked for."""
        for clip in clips:
            self._pages.keep(clip)
        rows = [row for clip in (*clips[:1], *clips[-1:]) if (row := self._row_of(clip.number)) is not None]
        if rows:  # a page of neighbouring clips: searching for each among a hundred thousand would take too long
            self.dataChanged.emit(self.index(min(rows)), self.index(max(rows)))

    def mark_unavailable(self, numbers: Iterable[int]) -> None:
        """Those clips can't be loaded now."""
        self._pages.mark_unavailable(numbers)

    # Queries

    def is_clip(self, row: int) -> bool:
        """Whether this row is a clip, perhaps not loaded yet, or a finished job."""
        job = self._places.job_at(row)
        return job is None or isinstance(job.state, Done)

    @property
    def is_finished(self) -> bool:
        """Whether no unfinished job is shown."""
        return not self._places.jobs

    def unfinished(self, row: int) -> Job | None:
        """The unfinished job of that row; None for a clip."""
        return self._places.job_at(row)

    def clip(self, row: int) -> Clip | None:
        """The clip of that row; None for a job, and until it is loaded, which is then requested."""
        if (number := self.number(row)) is None:
            return None
        if clip := self._pages.clip(number):
            return clip
        if not self.is_scrolling_fast and (asked := self._pages.missing(self._page(row))):
            self.load_requested.emit(asked)
        return self._pages.clip(number)

    def number(self, row: int) -> int | None:
        """The number of that row's clip, loaded or not; None for a job."""
        return None if self._places.job_at(row) is not None else self._places.number_at(row)

    def loaded_clip(self, number: int) -> Clip | None:
        """A clip by its number, if it is loaded."""
        return self._pages.clip(number)

    def job(self, row: int) -> Job | None:
        """The job of that row, finished or not; None until its clip is loaded."""
        clip = None if (job := self._places.job_at(row)) else self.clip(row)
        return clip.job if clip else job

    def shown(self, job_id: str) -> Job | None:
        """A job or clip by its ID, if it is here and loaded."""
        if clip := self._pages.by_id(job_id):
            return clip.job
        row = self._places.row_of_job(job_id)
        return None if row is None else self._places.job_at(row)

    @property
    def sections(self) -> tuple[Section, ...]:
        """The sections in order: first row and name. Empty without headings."""
        return self._places.sections

    @property
    def section_rows(self) -> tuple[int, ...]:
        """The first rows of the sections."""
        return self._places.section_rows

    def numbers_of(self, rows: Iterable[int]) -> list[int]:
        """The numbers of the clips in those rows, loaded or not; jobs have none."""
        return self._places.numbers_of(rows)

    def rows_of(self, numbers: Collection[int]) -> list[int]:
        """The rows of those clips that are shown, in order."""
        return self._places.rows_of(numbers)

    def index_of(self, job_id: str) -> QModelIndex:
        """The row of a job or a loaded clip; invalid if it isn't shown."""
        clip = self._pages.by_id(job_id)
        row = self._row_of(clip.number) if clip else self._places.row_of_job(job_id)
        return QModelIndex() if row is None else self.index(row)

    def rowCount(self, parent: Index = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._places)

    def _row_changed(self, row: int | None) -> None:
        if row is not None:
            index = self.index(row)
            self.dataChanged.emit(index, index)

    def _row_of(self, number: int) -> int | None:
        return self._places.row_of(number, near=self._in_sight)

    def _page(self, row: int, next_to: int = 0) -> list[int]:
        return self._places.page_at(row, PAGE, next_to=next_to)
