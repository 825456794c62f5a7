"""The aspect ratios a clip can have, as pictured tiles."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.theme import RADIUS, SIZE, WEIGHT, Theme
from kling_desktop.ui.widgets.choice_row import Cell, ChoiceRow, Option
from kling_desktop.ui.widgets.paint import LEFT, SHUT_OPACITY, box, one_line, text_width


@dataclass(frozen=True, slots=True)
class Tile(Option):
    """An aspect ratio: `text` such as "16:9", `caption` such as "1920×1080", and the shape's sides in any unit."""

    caption: str = ""
    width: int = 1
    height: int = 1


class _TileCell(Cell):
    def __init__(self, theme: Theme, tile: Tile, parent: QWidget) -> None:
        super().__init__(theme, tile, parent)
        self._tile = tile
        self.setAccessibleName(f"{tile.text}, {tile.caption}")

    def sizeHint(self) -> QSize:
        caption = text_width(self._theme.font(SIZE.CAPTION), self._tile.caption)
        return QSize(self._words_at() + caption + 8, self._theme.px(50))

    def minimumSizeHint(self) -> QSize:
        return QSize(64, self._theme.px(50))

    def _words_at(self) -> int:
        return 8 + self._side() + 7

    def _side(self) -> int:
        """Of the shape: it grows less than the words, which have to fit beside it."""
        return min(self._theme.px(28), 36)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        hovered = self.option.enabled and self.underMouse()
        with QPainter(self) as painter:
            if not self.option.enabled:
                painter.setOpacity(SHUT_OPACITY)
            if self.isChecked():
                box(painter, self.rect(), RADIUS.SLOT, tokens.field)
                box(painter, self.rect(), RADIUS.SLOT, tokens.accent_soft, tokens.accent)
            else:
                box(painter, self.rect(), RADIUS.SLOT, tokens.field, tokens.text3 if hovered else tokens.line_strong)
                if hovered:
                    box(painter, self.rect(), RADIUS.SLOT, tokens.pressed if self.isDown() else tokens.hover)
            self._paint_shape(painter)
            left, middle, px = self._words_at(), self.height() // 2, self._theme.px
            room = self.width() - left - 4
            strong = self._theme.font(SIZE.SMALL, WEIGHT.STRONG)
            one_line(painter, QRect(left, middle - px(16), room, px(16)), LEFT, self.text(), strong, tokens.text)
            small = self._theme.font(SIZE.CAPTION)
            ink = tokens.text2 if self.isChecked() else tokens.text3
            one_line(painter, QRect(left, middle, room, px(15)), LEFT, self._tile.caption, small, ink)

    def _paint_shape(self, painter: QPainter) -> None:
        # All shapes have about the same area, so that none looks better than the others.
        tile, tokens = self._tile, self._theme.tokens
        side = self._side()
        unit = (side * side / 2 / (tile.width * tile.height)) ** 0.5
        width, height = round(tile.width * unit), round(tile.height * unit)
        shape = QRectF(8 + (side - width) // 2, (self.height() - height) // 2, width, height)
        box(painter, shape, 2.5, None, tokens.accent if self.isChecked() else tokens.text3, 1.5)


class AspectTiles(ChoiceRow[Tile]):
    """Three pictured tiles."""

    def __init__(self, theme: Theme, name: str, tiles: Sequence[Tile], parent: QWidget | None = None) -> None:
        super().__init__(theme, name, tiles, RADIUS.SLOT, 8, parent=parent)
        # The tiles have outlines of their own.
        self.setProperty("ringGap", 3)

    def _cell(self, option: Tile) -> Cell:
        return _TileCell(self._theme, option, self)
