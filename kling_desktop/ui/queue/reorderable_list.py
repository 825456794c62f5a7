"""A list of jobs whose pending ones can be reordered by dragging and by keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from kling_desktop.domain.jobs.job import Job
from kling_desktop.ui.queue.queue_model import QueueModel
from kling_desktop.ui.queue.row import QueueSection, section_of
from kling_desktop.ui.queue.row_delegate import HEIGHT
from kling_desktop.ui.theme import SIZE, Theme
from kling_desktop.ui.widgets.paint import CENTRE, one_line

QUEUE_MIME = "application/x-kling-desktop-queued"
_EDGE, _STEP = 16, 10
"""The height of the edges where dragging scrolls, and how far at a time, px."""


@dataclass(frozen=True, slots=True)
class QueueMove:
    """A move of pending jobs: their IDs, and that of the job to go before; None for the end."""

    jobs: tuple[str, ...]
    before: str | None = None


class ReorderableList(QListView):
    """The selected jobs can be moved among the pending ones."""

    move_requested = Signal(object)
    """A QueueMove."""

    def __init__(self, theme: Theme, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._queue = model
        self._drop_at = -1
        self._held_at = QPoint()
        self._creep = QTimer(self)
        self._creep.setInterval(40)
        self._creep.timeout.connect(self._creep_on)
        self.setModel(model)
        self.setUniformItemSizes(True)
        self.setAcceptDrops(True)
        self.setDragEnabled(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setStyleSheet("background: transparent")

    @property
    def is_autoscrolling(self) -> bool:
        """Whether it scrolls because a drag is held near its end."""
        return self._creep.isActive()

    def selected_jobs(self) -> list[Job]:
        """The selected jobs, or else the one with the keyboard, from the top."""
        current = [self.currentIndex()] if self.currentIndex().isValid() else []
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes() or current)
        return [self._queue.job(row) for row in rows]

    def move_by_key(self, event: QKeyEvent) -> bool:
        """Move the selected jobs with Alt and up, down, Home or End; False for any other key."""
        held, key = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, Qt.Key(event.key())
        if held != Qt.KeyboardModifier.AltModifier:
            return False
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move_by(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move_to(0 if key == Qt.Key.Key_Home else self._queue.rowCount())
        else:
            return False
        return True

    def startDrag(self, _supported: Qt.DropAction) -> None:
        dragged = self._chosen_unsent()
        if not dragged:
            return
        data = QMimeData()
        data.setData(QUEUE_MIME, "\n".join(job.id for job in dragged).encode())
        drag = QDrag(self)
        drag.setMimeData(data)
        seen = self.visualRect(self._queue.index_of(dragged[0].id)).intersected(self.viewport().rect())
        drag.setPixmap(self.viewport().grab(seen.adjusted(0, 0, -seen.width() // 2, 0)))
        drag.setHotSpot(QPoint(24, seen.height() // 2))
        drag.exec(
            Qt.DropAction.MoveAction
        )  # Qt offers no other way; the mouse starts it, outside any task, so the event loop goes on

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(QUEUE_MIME):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasFormat(QUEUE_MIME):
            self._hold_over(event.position().toPoint())
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._creep.stop()
        self._show_drop_at(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        self._creep.stop()
        self._show_drop_at(-1)
        if event.mimeData().hasFormat(QUEUE_MIME):
            ids = bytes(event.mimeData().data(QUEUE_MIME).data()).decode().split("\n")
            self._request_move(ids, self._gap_at(event.position().toPoint()))
            event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._queue.rowCount():
            self._say_empty()
        if self._drop_at >= 0:
            y = self._drop_at * HEIGHT - self.verticalScrollBar().value()
            with QPainter(self.viewport()) as painter:
                painter.fillRect(QRect(16, max(0, y - 1), self.viewport().width() - 32, 2), self._theme.tokens.accent)

    def _say_empty(self) -> None:
        tokens, area = self._theme.tokens, self.viewport().rect()
        middle = area.center().y()
        title, hint = (QRect(0, middle + top, area.width(), 22) for top in (-24, 0))
        words = "What you generate is listed here until its clip is in the library."
        with QPainter(self.viewport()) as painter:
            one_line(painter, title, CENTRE, "The queue is empty", self._theme.font(SIZE.TITLE), tokens.text)
            one_line(painter, hint, CENTRE, words, self._theme.font(SIZE.SMALL), tokens.text2)

    def _hold_over(self, at: QPoint) -> None:
        """Show where a drop at this point would go, and scroll near the edges."""
        self._held_at = at
        self._show_drop_at(self._gap_at(at))
        near_end = at.y() < _EDGE or at.y() > self.viewport().height() - _EDGE
        self._creep.start() if near_end else self._creep.stop()

    def _creep_on(self) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + (_STEP if self._held_at.y() > _EDGE else -_STEP))
        self._show_drop_at(self._gap_at(self._held_at))

    def _show_drop_at(self, row: int) -> None:
        if row != self._drop_at:
            self._drop_at = row
            self.viewport().update()

    def _gap_at(self, point: QPoint) -> int:
        """The row before which a drop at this point would go, within the pending jobs."""
        first, end = self._unsent_rows()
        row = (point.y() + self.verticalScrollBar().value() + HEIGHT // 2) // HEIGHT
        return max(first, min(row, end))

    def _chosen_unsent(self) -> list[Job]:
        return [job for job in self.selected_jobs() if section_of(job) is QueueSection.PENDING]

    def _unsent_rows(self) -> tuple[int, int]:
        """The row of the first pending job and the one after the last."""
        parts = [section_of(self._queue.job(row)) for row in range(self._queue.rowCount())]
        first = next((row for row, part in enumerate(parts) if part >= QueueSection.PENDING), len(parts))
        return first, first + parts.count(QueueSection.PENDING)

    def _move_by(self, step: int) -> None:
        if chosen := self._chosen_unsent():
            rows = [self._queue.index_of(job.id).row() for job in chosen]
            self._move_to(rows[0] - 1 if step < 0 else rows[-1] + 2)

    def _move_to(self, row: int) -> None:
        if chosen := self._chosen_unsent():
            first, end = self._unsent_rows()
            self._request_move([job.id for job in chosen], max(first, min(row, end)))

    def _request_move(self, ids: Sequence[str], row: int) -> None:
        """Ask to move these jobs before the first one from that row on that isn't moved itself."""
        _, end = self._unsent_rows()
        behind = (self._queue.job(at).id for at in range(row, end))
        before = next((job_id for job_id in behind if job_id not in ids), None)
        self.move_requested.emit(QueueMove(tuple(ids), before))
