"""Buttons painted on the items of a view: which one is under the pointer, and which is held down."""

from collections.abc import Callable
from enum import Enum

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QAbstractItemView


class ItemHover(QObject):
    """Tracks the item and the button under the pointer of `view`, which forwards its mouse events here.

    Args:
        view: The view; it is switched to mouse tracking.
        button_at: The button of an item at a point of the viewport: what it does, None beside the buttons.
        is_clickable: Whether a click on the item itself does something.
    """

    clicked = Signal(QModelIndex, object)
    """A button was pressed and released: its item and what the button does."""
    moved = Signal(QModelIndex, QPoint)
    """The pointer moved: the item under it (invalid where there is none) and the point."""

    def __init__(
        self,
        view: QAbstractItemView,
        button_at: Callable[[QModelIndex, QPoint], Enum | None],
        is_clickable: Callable[[QModelIndex], bool] = lambda _index: False,
    ) -> None:
        super().__init__(view)
        self._view = view
        self._button_at = button_at
        self._is_clickable = is_clickable
        self._item = QPersistentModelIndex()
        self.button: Enum | None = None
        self.held_button: Enum | None = None
        view.setMouseTracking(True)

    @property
    def row(self) -> int:
        """The row under the pointer; -1 where there is none."""
        return self._item.row()

    @property
    def index(self) -> QModelIndex:
        return self._view.model().index(self._item.row(), 0) if self._item.isValid() else QModelIndex()

    def move(self, point: QPoint) -> None:
        """The pointer is at that point of the viewport."""
        index = self._view.indexAt(point)
        self.moved.emit(index, point)
        button = self._button_at(index, point) if index.isValid() else None
        if index == self._item and button is self.button:
            return
        self._view.update(self.index)
        self._item, self.button = QPersistentModelIndex(index), button
        self._view.update(index)
        acts = button is not None or (index.isValid() and self._is_clickable(index))
        self._view.viewport().setCursor(Qt.CursorShape.PointingHandCursor if acts else Qt.CursorShape.ArrowCursor)

    def clear(self) -> None:
        """The pointer has left, or the items have moved under it."""
        self.move(QPoint(-1, -1))

    def press(self, event: QMouseEvent) -> bool:
        """Whether a button takes the press; its item becomes the current one."""
        self.move(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or self.button is None:
            return False
        self.held_button = self.button
        self._view.setCurrentIndex(self.index)
        self._view.update(self.index)
        return True

    def release(self, event: QMouseEvent) -> bool:
        """Whether a button was held; it counts as clicked if the pointer is still on it."""
        self.move(event.position().toPoint())
        held, self.held_button = self.held_button, None
        if held is None:
            return False
        current = self._view.currentIndex()
        self._view.update(current)
        if held is self.button and self._item == current:
            self.clicked.emit(current, held)
        return True
