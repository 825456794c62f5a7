"""What the form scrolls in, where the window is too low for all of it."""

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

SIDE = 16
_ABOVE, _BELOW = 12, 8


class FormScroll(QScrollArea):
    """`column` takes the groups of the form, one below the other."""

    def __init__(self) -> None:
        super().__init__()
        self._last: QWidget | None = None
        self._page = QWidget()
        self._page.setObjectName("page")
        self.column = QVBoxLayout(self._page)
        self.column.setContentsMargins(SIDE, _ABOVE, SIDE, _BELOW)
        self.column.setSpacing(12)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._page)
        self.verticalScrollBar().rangeChanged.connect(self._make_room_for_bar)

    def lead_to_end(self, last: QWidget) -> None:
        """Show the last group whole, and whole groups alone above it."""
        self._last = last
        # Once the layout has made room for it.
        QTimer.singleShot(0, self, self._settle)

    def forget_end(self) -> None:
        """The last group has gone."""
        self._last = None
        self._page.setMinimumHeight(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._last is not None:
            QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        """No group is cut by the upper edge at the end: what the prompt is given more pushes it out of sight."""
        if self._last is None or not self._last.isVisible():
            return
        room, need = self.viewport().height(), self._page.minimumSizeHint().height()
        self._page.setMinimumHeight(0)
        self.column.activate()
        if need > room:
            need_below = [self._page.height() - top for top in self._tops()]
            whole = max((below for below in need_below if below <= room), default=room)
            self._page.setMinimumHeight(self._page.height() + room - whole)
            self._page.resize(self._page.width(), self._page.minimumHeight())
            self.column.activate()
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _tops(self) -> list[int]:
        """Where each group begins, with the gap that is left above it."""
        items = (self.column.itemAt(at) for at in range(self.column.count()))
        groups = (group for item in items if item and (group := item.widget()) and group.isVisible())
        return [group.mapTo(self._page, QPoint(0, -_BELOW)).y() for group in groups]

    def _make_room_for_bar(self, _least: int, greatest: int) -> None:
        """The bar stands in the margin, so that the right edge of the form stays where it is."""
        bar = self.verticalScrollBar().sizeHint().width() if greatest else 0
        self.column.setContentsMargins(SIDE, _ABOVE, SIDE - bar, _BELOW)
