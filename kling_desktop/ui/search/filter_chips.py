"""A row of filter chips, as many as fit."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.domain.library.filters import Filter
from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Chip

_LEAST = 80


class FilterChips(QWidget):
    """Emits `toggled(filter)` on a click; the owner decides which are on. Chips that don't fit are hidden from the end
    on; the first is elided instead, as long as a word of it is readable.
    """

    toggled = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips: dict[Filter, Chip] = {}
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def chips(self) -> dict[Filter, Chip]:
        return self._chips

    def show_filters(self, filters: Sequence[Filter], chosen: Sequence[Filter]) -> None:
        """Show these, in this order, the chosen ones switched on. Remaining chips keep the focus."""
        for gone in [one for one in self._chips if one not in filters]:
            chip = self._chips.pop(gone)
            chip.hide()
            chip.deleteLater()
        for one in filters:
            if one not in self._chips:
                chip = self._chips[one] = Chip(self._theme, one.name, parent=self)
                chip.clicked.connect(lambda _=False, one=one: self.toggled.emit(one))
            chip = self._chips[one]
            widget_state.show_checked(chip, one in chosen)
        self._chips = {one: self._chips[one] for one in filters}
        self._lay()

    def sizeHint(self) -> QSize:
        return QSize(0, self._theme.px(26))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay()

    def _lay(self) -> None:
        left, is_full = 0, False
        for chip in self._chips.values():
            size = chip.sizeHint()
            if not left and self.width() >= _LEAST:
                size.setWidth(min(size.width(), self.width()))
            is_full = is_full or left + size.width() > self.width()
            chip.setVisible(not is_full)
            chip.setGeometry(QRect(left, (self.height() - size.height()) // 2, size.width(), size.height()))
            left += size.width() + SPACE.S
