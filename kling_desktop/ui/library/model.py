"""The jobs as a Qt model, newest first, changed in place."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
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
)
from PySide6.QtGui import QImage

from kling_desktop.domain.job import Job
from kling_desktop.domain.states import Done
from kling_desktop.domain.usual import Usual
from kling_desktop.ui.library.cards import Card, card
from kling_desktop.ui.library.clip_mime import CLIP_MIME, clip_mime
from kling_desktop.ui.library.posters import Posters

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class Role(IntEnum):
    JOB = Qt.ItemDataRole.UserRole + 1
    CARD = Qt.ItemDataRole.UserRole + 2
    POSTER = Qt.ItemDataRole.UserRole + 3


class LibraryModel(QAbstractListModel):
    """Row 0 is the newest job. Cards are made when asked for, so that they follow the clock.

    clock: seconds since the epoch. paused: whether a waiting job waits for a click. usual: how long such jobs
    took so far, None if unknown.
    """

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
        # Oldest first, so that a new job is an append and no other job's place changes.
        self._jobs: list[Job] = []
        self._places: dict[str, int] = {}
        self._progress: dict[str, tuple[int, int | None]] = {}
        self._shown_by: dict[str, str] = {}
        posters.came.connect(self._poster_came)

    def set_jobs(self, jobs: Iterable[Job]) -> None:
        """Show these instead of what is shown."""
        self.beginResetModel()
        self._jobs = sorted(jobs, key=_age)
        self._progress.clear()
        self._shown_by.clear()
        self._find_places()
        self.endResetModel()

    def put(self, job: Job) -> None:
        """Show a new job, or what a known one has become."""
        place = self._places.get(job.id)
        if place is not None:
            if type(self._jobs[place].state) is not type(job.state):
                self._progress.pop(job.id, None)
            self._jobs[place] = job
            self._changed(job.id)
            return
        place = bisect_right(self._jobs, _age(job), key=_age)
        row = len(self._jobs) - place
        self.beginInsertRows(_NO_INDEX, row, row)
        self._jobs.insert(place, job)
        self._find_places(place)
        self.endInsertRows()

    def remove(self, job_id: str) -> None:
        """Show it no longer; an unknown one is none of our business."""
        place = self._places.get(job_id)
        if place is None:
            return
        row = self._row(place)
        self.beginRemoveRows(_NO_INDEX, row, row)
        del self._jobs[place], self._places[job_id]
        self._progress.pop(job_id, None)
        self._find_places(place)
        self.endRemoveRows()

    def set_progress(self, job_id: str, done: int, total: int | None) -> None:
        """How many bytes of an upload or a download have gone."""
        if job_id in self._places:
            self._progress[job_id] = (done, total)
            self._changed(job_id)

    def job(self, row: int) -> Job:
        return self._jobs[self._row(row)]

    def card(self, row: int) -> Card:
        """What the job in that row says now."""
        job = self.job(row)
        return card(
            job,
            now=self._clock(),
            paused=self._paused(job.id),
            progress=self._progress.get(job.id),
            usual=self._usual(job),
        )

    def poster(self, row: int) -> QImage | None:
        """The picture of a finished clip, null if unreadable; None while it is read and for jobs without one."""
        job = self.job(row)
        if not isinstance(job.state, Done) or not job.state.poster_file:
            return None
        self._shown_by[job.state.poster_file] = job.id
        return self._posters.image(job.state.poster_file)

    def fit_posters(self, size: QSize, ratio: float) -> None:
        """How large posters are painted, in px, and the screen's device pixel ratio."""
        self._posters.fit(size, ratio)

    def index_of(self, job_id: str) -> QModelIndex:
        """Where a job is shown; invalid if it isn't."""
        place = self._places.get(job_id)
        return QModelIndex() if place is None else self.index(self._row(place))

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._jobs)

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
                    part for part in (shown.word, shown.text, shown.reason, shown.left, shown.right) if part
                )
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        known = super().flags(index)
        done = index.isValid() and _is_clip(self.job(index.row()))
        return known | Qt.ItemFlag.ItemIsDragEnabled if done else known

    def mimeTypes(self) -> list[str]:
        return [CLIP_MIME, "text/uri-list", "text/plain"]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return next((mime for index in indexes if (mime := clip_mime(self.job(index.row())))), QMimeData())

    def _row(self, place: int) -> int:
        """Rows run from the newest, places from the oldest; the same sum leads both ways."""
        return len(self._jobs) - 1 - place

    def _find_places(self, start: int = 0) -> None:
        if not start:
            self._places.clear()
        self._places.update((job.id, place) for place, job in enumerate(self._jobs[start:], start))

    def _changed(self, job_id: str) -> None:
        index = self.index_of(job_id)
        self.dataChanged.emit(index, index)

    def _poster_came(self, path: str) -> None:
        job_id = self._shown_by.pop(path, None)
        if job_id in self._places:
            self._changed(job_id)


def _age(job: Job) -> float:
    return job.created_at


def _is_clip(job: Job) -> bool:
    return isinstance(job.state, Done)
