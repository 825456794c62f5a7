"""The rows of the queue, by mouse and keyboard."""

from collections.abc import Iterator, Sequence
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
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.jobs.actions import ACTIONS, Action, ActionRequest, JobAction, Pane, key_bindings, menu_text
from kling_desktop.domain.jobs.job import Job
from kling_desktop.ui.library.cards.card import Card, ticks
from kling_desktop.ui.qt.item_hover import ItemHover
from kling_desktop.ui.qt.key_name import key_name
from kling_desktop.ui.qt.tick_timer import TickTimer
from kling_desktop.ui.queue.queue_model import QueueModel
from kling_desktop.ui.queue.reorderable_list import ReorderableList
from kling_desktop.ui.queue.row_delegate import HEIGHT, QueueRowDelegate, RowButton
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets.menu import Menu

_KEYS = key_bindings(Pane.QUEUE)


class QueueList(ReorderableList):
    """Enter or the button of a row opens its menu; the other keys are those of `ACTIONS`. Alt with ↑ ↓ Home End moves
    what is selected among the unsent jobs, as dragging does.
    """

    action_requested = Signal(object)
    """An ActionRequest."""

    def __init__(self, theme: Theme, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, parent)
        self._hover = ItemHover(self, self._button_at)
        self._hover.clicked.connect(self._click_button)
        self._painter = QueueRowDelegate(theme, self, self._hover)
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

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index, key = self.currentIndex(), key_name(event)
        if self.move_by_key(event):
            return
        if key == "Enter" and index.isValid():
            self._offer_actions(index, self.visualRect(index).center())
        elif key in _KEYS and index.isValid():
            self._request_first(index, [action for action, _ in _KEYS[key]])
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Letters are shortcuts, not a search."""

    # Mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._hover.press(event):
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover.move(event.position().toPoint())
        if not self._hover.held_button:
            super().mouseMoveEvent(event)  # a whole drag may pass before it returns

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if not self._hover.release(event):
            super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover.clear()

    def startDrag(self, supported: Qt.DropAction) -> None:
        self._hover.clear()  # the pointer goes on with the drag, and no event says when it has left
        super().startDrag(supported)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            self._offer_actions(index, self.visualRect(index).center() if by_key else event.pos())

    # Requests

    def _request_first(self, index: QModelIndex, actions: Sequence[Action]) -> None:
        """Ask for the first of these that the row offers; withdrawing is always possible, for all that are selected."""
        if JobAction.WITHDRAW in actions:
            self.action_requested.emit(ActionRequest(JobAction.WITHDRAW, tuple(job.id for job in self.selected_jobs())))
            return
        card = self._queue.row(index.row()).card
        if offered := [action for action in actions if card.offers(action)]:
            self._request(index, offered[0])

    def _request(self, index: QModelIndex, action: Action) -> None:
        self.action_requested.emit(ActionRequest(action, (self._queue.job(index.row()).id,)))

    def _offer_actions(self, index: QModelIndex, at: QPoint) -> None:
        job, card = self._queue.job(index.row()), self._queue.row(index.row()).card
        keys = _keys_of(job, card)
        menu = Menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for offer in card.menu:
            request = ActionRequest(offer.action, (job.id,))
            words = menu_text(offer.label, keys.get(offer.action, ""))
            menu.addAction(words, partial(self.action_requested.emit, request))
        if not card.menu:
            menu.addAction("Nothing can be done right now").setEnabled(False)
        menu.popup(self.viewport().mapToGlobal(at))

    def button_at(self, point: QPoint) -> Action | RowButton | None:
        """What the button at a point of the viewport does."""
        index = self.indexAt(point)
        return self._button_at(index, point) if index.isValid() else None

    def _button_at(self, index: QModelIndex, point: QPoint) -> Action | RowButton | None:
        return self._painter.button_at(self.visualRect(index), self._queue.row(index.row()), point)

    def _click_button(self, index: QModelIndex, button: Action | RowButton) -> None:
        if isinstance(button, RowButton):
            self._offer_actions(index, self.viewport().mapFromGlobal(QCursor.pos()))
        else:
            self._request(index, button)

    # Clock

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._ticks.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._ticks.refresh()

    def _ticking_rows(self) -> Iterator[int]:
        height = self._theme.px(HEIGHT)
        top = self.verticalScrollBar().value() // height
        seen = range(top, min(self._queue.rowCount(), top + self.viewport().height() // height + 2))
        return (row for row in seen if ticks(self._queue.job(row)))


def _keys_of(job: Job, card: Card) -> dict[Action, str]:
    """The key of each action that a row offers; of several with the same key, the first that is offered has it."""
    from kling_desktop.domain.jobs.cancellation import cancel_effect  # loaded with the first menu, not at the start

    first = {key: next((action for action, _ in bound if card.offers(action)), None) for key, bound in _KEYS.items()}
    first[ACTIONS[JobAction.WITHDRAW].key] = cancel_effect(job).action
    return {action: key for key, action in first.items() if action}
