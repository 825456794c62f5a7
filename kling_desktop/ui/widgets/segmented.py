"""Short options in one frame, one of them chosen."""

from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.theme import RADIUS, SIZE, WEIGHT, Theme
from kling_desktop.ui.widgets.choice_row import Cell, ChoiceRow, Option
from kling_desktop.ui.widgets.paint import CENTRE, SHUT_OPACITY, box, one_line, text_width


class _Segment(Cell):
    def sizeHint(self) -> QSize:
        # Always the bold width, so that nothing moves when another one is chosen.
        return QSize(text_width(self._theme.font(SIZE.SMALL, WEIGHT.STRONG), self.text()) + 12, self._theme.px(26))

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self._theme.px(26))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        hovered = self.option.enabled and self.underMouse()
        colour = tokens.text if self.isChecked() or hovered else tokens.text2
        font = self._theme.font(SIZE.SMALL, WEIGHT.STRONG if self.isChecked() else WEIGHT.REGULAR)
        with QPainter(self) as painter:
            if not self.option.enabled:
                painter.setOpacity(SHUT_OPACITY)
            if self.isChecked():
                box(painter, self.rect(), 5, tokens.raised, tokens.line_strong)
            elif hovered:
                box(painter, self.rect(), 5, tokens.pressed if self.isDown() else tokens.hover)
            one_line(painter, self.rect(), CENTRE, self.text(), font, colour)


class Segmented(ChoiceRow[Option]):
    """The generation types, or 5 s and 10 s."""

    def __init__(self, theme: Theme, name: str, options: Sequence[Option], parent: QWidget | None = None) -> None:
        super().__init__(theme, name, options, RADIUS.SLOT, 2, 4, parent)

    def _cell(self, option: Option) -> Cell:
        return _Segment(self._theme, option, self)

    def _share(self, cell: Cell) -> int:
        # Long words get more room; short ones are equally wide, so that the row keeps a rhythm.
        return max(cell.sizeHint().width(), 60)

    def _lines_in(self, width: int) -> int:
        # Two lines rather than words that are cut off.
        return 2 if len(self._cells) > 2 and self._width_of(self._cells) > width else 1

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            box(painter, self.rect(), RADIUS.SLOT, tokens.sunken)
