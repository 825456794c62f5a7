"""The scroll area of the form, for windows too low to show all of it."""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

SIDE = 16
_ABOVE, _BELOW = 12, 8
_GAP, _SMALL_GAP = 12, 8


class FormScroll(QScrollArea):
    """Holds the groups of the form in `column`, one below the other."""

    def __init__(self) -> None:
        super().__init__()
        self._last: QWidget | None = None
        self._need = 0
        self._page = QWidget()
        self._page.setObjectName("page")
        self.column = QVBoxLayout(self._page)
        self.column.setContentsMargins(SIDE, _ABOVE, SIDE, _BELOW)
        self.column.setSpacing(_GAP)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._page)
        self.verticalScrollBar().rangeChanged.connect(self._make_room_for_bar)

    def scroll_to_end(self, last: QWidget) -> None:
        """Scroll to the last group, so that no group is cut off at the top."""
        self._last = last
        # Once the layout has made room for it.
        QTimer.singleShot(0, self, self._go_to_end)

    def stop_at_end(self) -> None:
        """Stop staying at the end: the last group is gone."""
        self._last = None
        self._need = 0
        self._page.setMinimumHeight(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        bar = self.verticalScrollBar()
        was_at_end = bar.value() == bar.maximum()  # or all of it was visible
        super().resizeEvent(event)
        self._choose_gap()
        self._settle()
        if was_at_end and self._last is not None:
            bar.setValue(bar.maximum())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        done = super().eventFilter(watched, event)
        asked = watched is self._page and event.type() is QEvent.Type.LayoutRequest
        if asked:
            self._choose_gap()
        if asked and self._page.minimumSizeHint().height() != self._need:
            self._settle()
        return done

    def _go_to_end(self) -> None:
        self._settle()
        if self._last is not None:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())

    def _settle(self) -> None:
        """Keep the top edge from cutting a group: give the prompt the spare height, which pushes that group out of
        sight.
        """
        if self._last is None:
            return
        room, need = self.viewport().height(), self._page.minimumSizeHint().height()
        self._need = need
        self._page.setMinimumHeight(0)
        if need > room:
            # Beyond what suits the other groups, all spare height is the prompt's.
            whole = max(need, self.column.sizeHint().height())
            self._grow(whole)
            below = max((below for top in self._tops() if (below := whole - top) <= room), default=room)
            self._grow(whole + room - below)

    def _choose_gap(self) -> None:
        """A smaller one, where that keeps the whole form in sight."""
        gaps = len(self._tops()) - 1
        need = self._page.minimumSizeHint().height() + gaps * (_GAP - self.column.spacing())
        room = self.viewport().height()
        gap = _SMALL_GAP if need > room >= need - gaps * (_GAP - _SMALL_GAP) else _GAP
        if gap != self.column.spacing():
            self.column.setSpacing(gap)

    def _grow(self, height: int) -> None:
        """Right away, not when the event loop gets to it: the next measurement needs it."""
        self._page.setMinimumHeight(height)  # or the area resizes it back at once
        self._page.resize(self._page.width(), height)
        self.column.activate()

    def _tops(self) -> list[int]:
        """Where each group begins, including the gap above it."""
        items = (self.column.itemAt(at) for at in range(self.column.count()))
        groups = (group for item in items if item and (group := item.widget()) and group.isVisible())
        return [group.mapTo(self._page, QPoint(0, -_BELOW)).y() for group in groups]

    def _make_room_for_bar(self, _least: int, greatest: int) -> None:
        """Put the scroll bar into the margin, so that the right edge of the form stays in place."""
        bar = self.verticalScrollBar().sizeHint().width() if greatest else 0
        self.column.setContentsMargins(SIDE, _ABOVE, SIDE - bar, _BELOW)
