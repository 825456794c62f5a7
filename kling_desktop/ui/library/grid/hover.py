"""The grid under the pointer: the card it is on is lit, and led along if it is a clip."""

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.library.grid.tick_timer import LivelyGrid
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.theme import Theme

_LOOK_AFTER_MS = 120
"""The pointer that only passes over a card decodes nothing."""


class LitGrid(LivelyGrid):
    """The pointer on a clip leads along it. What a press does is the subclass's matter."""

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(theme, model, parent)
        self.scrubs.came.connect(self._paint_scrub)
        self._look = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._look.timeout.connect(self._look_along)
        self.setMouseTracking(True)

    def show_size(self, size: int, *, as_list: bool) -> None:
        self._point_at(QPoint(-1, -1))
        super().show_size(size, as_list=as_list)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        if self.underMouse():
            self._point_at(self.viewport().mapFromGlobal(QCursor.pos()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point_at(QPoint(-1, -1))

    def _point_at(self, point: QPoint) -> None:
        """Light up what lies under the pointer."""
        index = self.indexAt(point)
        self._lead_along(index, point)
        verb = ""
        if index.isValid():
            painter = self._rows if self._is_list else self._painter
            verb = painter.verb_at(self.visualRect(index), self._library.card(index.row()), point)
        if index == self._hovered and verb == self._hovered_verb:
            return
        self.update(self._under_pointer())
        self._hovered, self._hovered_verb = QPersistentModelIndex(index), verb
        self.update(index)
        acts = bool(verb) or self._is_clip(index)
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if acts else Qt.CursorShape.ArrowCursor)

    def _lead_along(self, index: QModelIndex, point: QPoint) -> None:
        """The pointer is so far along that clip, or on none."""
        if not self._is_clip(index) or self._is_list:
            self._look.stop()
            self.scrubs.look_at("")
            return
        area = self.visualRect(index)
        self._along = (point.x() - area.left()) / area.width()
        if index == self._hovered:
            self.update(index)
        else:
            self.scrubs.look_at("")
            self._look.start()

    def _look_along(self) -> None:
        if self._hovered.isValid():
            self.scrubs.look_at(self._library.file(self._hovered.row()))

    def _paint_scrub(self, path: str) -> None:
        if self._hovered.isValid() and self._library.file(self._hovered.row()) == path:
            self.update(self._under_pointer())

    def _under_pointer(self) -> QModelIndex:
        return self._library.index(self._hovered.row()) if self._hovered.isValid() else QModelIndex()

    def _is_clip(self, index: QModelIndex) -> bool:
        return index.isValid() and self._library.is_clip(index.row())
