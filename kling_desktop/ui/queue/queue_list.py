"""The rows of the queue under the hand and the keys."""

from collections.abc import Iterator
from functools import partial

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QMenu, QWidget

from kling_desktop.ui.library.cards.card import ticks
from kling_desktop.ui.qt.item_hover import ItemHover
from kling_desktop.ui.qt.tick_timer import TickTimer
from kling_desktop.ui.queue.queue_model import QueueModel
from kling_desktop.ui.queue.reorderable_list import OrderedRows
from kling_desktop.ui.queue.row_delegate import HEIGHT, MENU, RowPainter
from kling_desktop.ui.theme import Theme

_KEYS = {
    "edit": "F2",
    "pause": "Space",
    "resume": "Space",
    "send_now": "Space",
    "to_front": "Alt+Home",
    **dict.fromkeys(("cancel", "forget", "remove", "undo"), "Del"),
}
"""Of the verbs in a row's menu."""


class QueueList(OrderedRows):
    """Enter or the button of a row opens its menu; Space sends or pauses, F2 edits, Del takes back or removes, Alt with
    ↑ ↓ Home End moves what is chosen among the unsent, as dragging does.
    """

    verb_chosen = Signal(str, str)
    """A job's ID and what to do with it: a verb of `cards`, or "take_back"."""

    def __init__(self, theme: Theme, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, parent)
        self._hover = ItemHover(self, self._button_at)
        self._hover.clicked.connect(self._click_button)
        self._painter = RowPainter(theme, self, self._hover)
        self._ticks = TickTimer(self, self._ticking_rows)
        self.setAccessibleName("Queue")
        self.setItemDelegate(self._painter)
        for changed in (model.rowsInserted, model.rowsRemoved, model.dataChanged, model.layoutChanged):
            changed.connect(self._ticks.refresh)

    @property
    def is_ticking(self) -> bool:
        """Whether something in sight counts seconds."""
        return self._ticks.is_active

    def reveal(self, index: QModelIndex) -> None:
        """Make a row the current one, in sight, and give it the keyboard."""
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    # The keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        index, key = self.currentIndex(), Qt.Key(event.key())
        if self.move_by_key(event):
            return
        if held or not index.isValid():
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
        if not self._hover.press(event):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._hover.held_button:
            super().mouseMoveEvent(event)
        self._hover.move(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._hover.release(event):
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover.clear()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            self._offer_verbs(index, self.visualRect(index).center() if by_key else event.pos())

    # What is done

    def _choose_for_all(self, verb: str) -> None:
        for job_id in [job.id for job in self.chosen()]:
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

    def action_at(self, point: QPoint) -> str:
        """The action of the button at a point of the viewport; "" where there is none."""
        index = self.indexAt(point)
        return self._button_at(index, point) if index.isValid() else ""

    def _button_at(self, index: QModelIndex, point: QPoint) -> str:
        return self._painter.button_at(self.visualRect(index), self._queue.row(index.row()), point)

    def _click_button(self, index: QModelIndex, verb: str) -> None:
        if verb == MENU:
            self._offer_verbs(index, self.viewport().mapFromGlobal(QCursor.pos()))
        else:
            self.verb_chosen.emit(self._queue.job(index.row()).id, verb)

    # What changes by itself

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ticks.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ticks.refresh()

    def _ticking_rows(self) -> Iterator[int]:
        top = self.verticalScrollBar().value() // HEIGHT
        seen = range(top, min(self._queue.rowCount(), top + self.viewport().height() // HEIGHT + 2))
        return (row for row in seen if ticks(self._queue.job(row)))
