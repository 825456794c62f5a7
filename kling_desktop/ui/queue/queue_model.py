"""The queue as a Qt model. Rows move with their jobs, so a selection stays with them."""

from collections.abc import Callable, Sequence
from enum import IntEnum

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from kling_desktop.domain.jobs.job import Job
from kling_desktop.ui.library.cards.card import card
from kling_desktop.ui.library.cards.job_status import NO_STATUS
from kling_desktop.ui.queue.row import QueueRow, QueueSection, queue_row, section_of
from kling_desktop.ui.widgets.label import plain_tip

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class QueueRole(IntEnum):
    JOB = Qt.ItemDataRole.UserRole + 1
    ROW = Qt.ItemDataRole.UserRole + 2


class QueueModel(QAbstractListModel):
    """The rows of the queue.

    Args:
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self.job_status = NO_STATUS
        self._jobs: list[Job] = []
        self._places: dict[str, int] = {}
        self._order: tuple[str, ...] = ()
        self._progress: dict[str, tuple[int, int | None]] = {}

    def show_jobs(self, jobs: Sequence[Job], order: Sequence[str]) -> None:
        """Show these rows, in this order. order: the IDs of the unsent ones, the next one first."""
        self._order = tuple(order)
        ids, known = {job.id for job in jobs}, {job.id: job for job in self._jobs}
        for place in reversed([place for place, job in enumerate(self._jobs) if job.id not in ids]):
            self.beginRemoveRows(_NO_INDEX, place, place)
            self._progress.pop(self._jobs.pop(place).id, None)
            self.endRemoveRows()
        if new := [job for job in jobs if job.id not in known]:
            self.beginInsertRows(_NO_INDEX, len(self._jobs), len(self._jobs) + len(new) - 1)
            self._jobs += new
            self.endInsertRows()
        for job in jobs:
            if job.id in known and type(known[job.id].state) is not type(job.state):
                self._progress.pop(job.id, None)
        self._arrange(jobs)

    def set_progress(self, job_id: str, done: int, total: int | None) -> None:
        """How many bytes of an upload or a download have gone."""
        if job_id in self._places:
            self._progress[job_id] = (done, total)
            index = self.index(self._places[job_id])
            self.dataChanged.emit(index, index)

    def job(self, at: int) -> Job:
        return self._jobs[at]

    def row(self, at: int) -> QueueRow:
        """What the job there says now."""
        job = self._jobs[at]
        shown = card(
            job,
            now=self._clock(),
            paused=self.job_status.is_paused(job.id),
            progress=self._progress.get(job.id),
            estimate=self.job_status.estimate_duration(job),
            position=self._order.index(job.id) + 1 if job.id in self._order else 0,
        )
        return queue_row(job, shown, is_foreign=self.job_status.is_foreign(job.id))

    def index_of(self, job_id: str) -> QModelIndex:
        """Where a job is shown; invalid if it isn't."""
        return self.index(self._places[job_id]) if job_id in self._places else QModelIndex()

    def first_of(self, part: QueueSection) -> QModelIndex:
        """The first row of a part of the queue; invalid if it is empty."""
        return next((self.index(at) for at, job in enumerate(self._jobs) if section_of(job) is part), QModelIndex())

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._jobs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._jobs):
            return None
        match role:
            case QueueRole.JOB:
                return self._jobs[index.row()]
            case QueueRole.ROW:
                return self.row(index.row())
            case Qt.ItemDataRole.DisplayRole:
                return self.row(index.row()).title
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self.row(index.row()).card.full)
            case Qt.ItemDataRole.AccessibleTextRole:
                shown = self.row(index.row())
                parts = (shown.card.word, shown.card.left, shown.card.right, shown.title, shown.below)
                return ". ".join(part for part in parts if part)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        known = super().flags(index)
        movable = index.isValid() and section_of(self._jobs[index.row()]) is QueueSection.PENDING
        return known | Qt.ItemFlag.ItemIsDragEnabled if movable else known

    def _arrange(self, jobs: Sequence[Job]) -> None:
        moved = [job.id for job in jobs] != [job.id for job in self._jobs]
        if moved:
            self.layoutAboutToBeChanged.emit()
        before = [job.id for job in self._jobs]
        changed = [at for at, job in enumerate(jobs) if at >= len(self._jobs) or job is not self._jobs[at]]
        self._jobs = list(jobs)
        self._places = {job.id: at for at, job in enumerate(self._jobs)}
        if moved:
            held = self.persistentIndexList()
            self.changePersistentIndexList(held, [self.index(self._places[before[index.row()]]) for index in held])
            self.layoutChanged.emit()
        elif self._jobs:
            # The places in line may have changed of all that wait, and the words with them.
            first = min([*changed, len(self._jobs) - 1])
            self.dataChanged.emit(self.index(first), self.index(len(self._jobs) - 1))
