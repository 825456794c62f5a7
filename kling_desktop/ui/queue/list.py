"""The rows of the queue under the hand and the keys."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QEvent, QMimeData, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from kling_desktop.domain.job import Job
from kling_desktop.ui.library.cards import ticks
from kling_desktop.ui.queue.model import QueueModel
from kling_desktop.ui.queue.row_painter import HEIGHT, MENU, RowPainter
from kling_desktop.ui.queue.rows import Group, group
from kling_desktop.ui.theme import Theme

QUEUE_MIME = "application/x-kling-desktop-queued"
_EDGE, _STEP = 16, 10
"""Where dragging scrolls, px from above and below, and how far at a time."""
_KEYS = {
    "edit": "F2",
    "pause": "Space",
    "resume": "Space",
    "send_now": "Space",
    "to_front": "Alt+Home",
    "remove": "Del",
}
_KEYS |= {"cancel": "Del", "forget": "Del", "undo": "Del"}


class QueueList(QListView):
    """Enter or the button of a row opens its menu; Space sends or pauses, F2 edits, Del takes back or removes, Alt with
    ↑ ↓ Home End moves what is chosen among the unsent, as dragging does.
    """

    verb_chosen = Signal(str, str)
    """A job's ID and what to do with it: a verb of `cards`, or "take_back"."""
    moved = Signal(object, object)
    """The IDs of unsent jobs, and that of the one which they are to stand before; None for the end."""

    def __init__(self, theme: Theme, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._queue = model
        self._painter = RowPainter(theme)
        self._held_verb = ""
        self._drop_at = -1
        self._held_at = QPoint()
        self._creep = QTimer(self, interval=40)
        self._creep.timeout.connect(self._creep_on)
        self._tick = QTimer(self, interval=1000)
        self._tick.timeout.connect(self._repaint_ticking)
        self.setAccessibleName("Queue")
        self.setModel(model)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setDragEnabled(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setStyleSheet("background: transparent")
        for changed in (model.rowsInserted, model.rowsRemoved, model.dataChanged, model.layoutChanged):
            changed.connect(self._mind_the_clock)

    def reveal(self, index: QModelIndex) -> None:
        """Make a row the current one, in sight, and give it the keyboard."""
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    # The keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        index, key = self.currentIndex(), Qt.Key(event.key())
        if held == Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._move_by(-1 if key == Qt.Key.Key_Up else 1)
        elif held == Qt.KeyboardModifier.AltModifier and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._move_to(0 if key == Qt.Key.Key_Home else self._queue.rowCount())
        elif held or not index.isValid():
            super().keyPressEvent(event)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._offer_verbs(index, self.visualRect(index).center())
        elif key == Qt.Key.Key_Delete:
            self._choose_for_all("take_back")
        elif key == Qt.Key.Key_F2:
            self._choose_if_offered(index, "edit")
        elif key == Qt.Key.Key_Space:
            for verb in ("send_now", "resume", "pause"):
                if self._choose_if_offered(index, verb):
                    break
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are for shortcuts."""

    # The hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and self._painter.verb:
            self._held_verb, self._painter.pressed = self._painter.verb, True
            self.setCurrentIndex(self.indexAt(event.position().toPoint()))
            self.viewport().update()
        else:
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._held_verb:
            super().mouseMoveEvent(event)
        self._point_at(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        self._point_at(at)
        verb, self._held_verb, self._painter.pressed = self._held_verb, "", False
        if not verb:
            super().mouseReleaseEvent(event)
            return
        self.viewport().update()
        index = self.indexAt(at)
        if verb != self._painter.verb or index != self.currentIndex():
            return
        if verb == MENU:
            self._offer_verbs(index, at)
        else:
            self.verb_chosen.emit(self._queue.job(index.row()).id, verb)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(QPoint(-1, -1))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            self._offer_verbs(index, self.visualRect(index).center() if by_key else event.pos())

    # Another order by dragging

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
        drag.exec(Qt.DropAction.MoveAction)  # Qt has no other way; begun by the mouse, in no task, so the loop goes on

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
            self._say_moved(ids, self._gap_at(event.position().toPoint()))
            event.acceptProposedAction()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._drop_at >= 0:
            y = self._drop_at * HEIGHT - self.verticalScrollBar().value()
            with QPainter(self.viewport()) as painter:
                painter.fillRect(QRect(16, max(0, y - 1), self.viewport().width() - 32, 2), self._theme.tokens.accent)

    def _hold_over(self, at: QPoint) -> None:
        """Something is held there: show where it would go, and scroll while that is near an end."""
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
        """The row before which something let go of there would stand, within the unsent."""
        first, end = self._unsent_rows()
        row = (point.y() + self.verticalScrollBar().value() + HEIGHT // 2) // HEIGHT
        return max(first, min(row, end))

    # What is chosen

    def _chosen(self) -> list[Job]:
        current = [self.currentIndex()] if self.currentIndex().isValid() else []
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes() or current)
        return [self._queue.job(row) for row in rows]

    def _chosen_unsent(self) -> list[Job]:
        return [job for job in self._chosen() if group(job) is Group.UNSENT]

    def _unsent_rows(self) -> tuple[int, int]:
        """The first of the unsent and the row after the last."""
        parts = [group(self._queue.job(row)) for row in range(self._queue.rowCount())]
        first = next((row for row, part in enumerate(parts) if part >= Group.UNSENT), len(parts))
        return first, first + parts.count(Group.UNSENT)

    def _move_by(self, step: int) -> None:
        if chosen := self._chosen_unsent():
            rows = [self._queue.index_of(job.id).row() for job in chosen]
            self._move_to(rows[0] - 1 if step < 0 else rows[-1] + 2)

    def _move_to(self, row: int) -> None:
        if chosen := self._chosen_unsent():
            first, end = self._unsent_rows()
            self._say_moved([job.id for job in chosen], max(first, min(row, end)))

    def _say_moved(self, ids: list[str], row: int) -> None:
        """Before the first job from that row on which isn't itself moved."""
        _, end = self._unsent_rows()
        behind = (self._queue.job(at).id for at in range(row, end))
        self.moved.emit(ids, next((job_id for job_id in behind if job_id not in ids), None))

    def _choose_for_all(self, verb: str) -> None:
        for job_id in [job.id for job in self._chosen()]:
            self.verb_chosen.emit(job_id, verb)

    def _choose_if_offered(self, index: QModelIndex, verb: str) -> bool:
        offered = self._queue.row(index.row()).card.offers(verb)
        if offered:
            self.verb_chosen.emit(self._queue.job(index.row()).id, verb)
        return offered

    def _offer_verbs(self, index: QModelIndex, at: QPoint) -> None:
        job_id, offered = self._queue.job(index.row()).id, self._queue.row(index.row()).card.menu
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for label, verb in offered:
            key = f"\t{_KEYS[verb]}" if verb in _KEYS else ""
            menu.addAction(label + key, partial(self.verb_chosen.emit, job_id, verb))
        if not offered:
            menu.addAction("Nothing can be done at this moment").setEnabled(False)
        menu.popup(self.viewport().mapToGlobal(at))

    def _point_at(self, point: QPoint) -> None:
        """Light up what lies under the pointer."""
        index = self.indexAt(point)
        verb = (
            self._painter.verb_at(self.visualRect(index), self._queue.row(index.row()), point)
            if index.isValid()
            else ""
        )
        if index != self._painter.hovered or verb != self._painter.verb:
            self._painter.hovered, self._painter.verb = QPersistentModelIndex(index), verb
            self.viewport().update()
        shape = Qt.CursorShape.PointingHandCursor if verb else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    # What changes by itself

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._mind_the_clock()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._mind_the_clock()

    def _ticking_rows(self) -> Iterator[int]:
        top = self.verticalScrollBar().value() // HEIGHT
        seen = range(top, min(self._queue.rowCount(), top + self.viewport().height() // HEIGHT + 2))
        return (row for row in seen if ticks(self._queue.job(row)))

    def _mind_the_clock(self) -> None:
        """Wake up by the second only while something in sight counts them."""
        wanted = self.isVisible() and any(True for _ in self._ticking_rows())
        if wanted != self._tick.isActive():
            self._tick.start() if wanted else self._tick.stop()

    def _repaint_ticking(self) -> None:
        for row in self._ticking_rows():
            self.update(self._queue.index(row))
