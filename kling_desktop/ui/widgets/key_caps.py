"""Keys drawn as keycaps."""

from PySide6.QtCore import QRect, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.ui.qt.key_name import native_keys
from kling_desktop.ui.theme import RADIUS, SIZE, Theme
from kling_desktop.ui.widgets.paint import CENTRE, box, draw_icon, one_line, text_width

_ICONS = {"Left": "arrow-left", "Right": "arrow-right", "Up": "arrow-up", "Down": "arrow-down"}
"""Drawn, since not every font has arrows."""
_BETWEEN = ("or", "…")
_END, _GAP = 5, 4


class KeyCaps(QWidget):
    """`keys` such as "Ctrl+Y or Ctrl+Shift+Z": a keycap per combination, the words between plain."""

    def __init__(self, theme: Theme, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts = [(part,) if part in _BETWEEN else native_keys(part) for part in keys.split(" ")]
        self.setAccessibleName(keys)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(part) + 4 for part in self._parts) - 4, self._theme.px(20))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, font, left = self._theme.tokens, self._theme.font(SIZE.CAPTION), 0
        with QPainter(self) as painter:
            for part in self._parts:
                place = QRect(left, 0, self._width(part), self.height())
                left += place.width() + 4
                if part[0] in _BETWEEN:
                    one_line(painter, place, CENTRE, part[0], font, tokens.text3)
                    continue
                box(painter, place, RADIUS.TAG, tokens.field, tokens.edge)
                at = place.left() + _END
                for key in part:
                    area = QRect(at, 0, self._key_width(key), self.height())
                    at += area.width() + _GAP
                    if key in _ICONS:
                        draw_icon(painter, _ICONS[key], QRectF(area).center(), tokens.text, area.width())
                    else:
                        one_line(painter, area, CENTRE, key, font, tokens.text)

    def _width(self, part: tuple[str, ...]) -> int:
        inside = sum(self._key_width(key) + _GAP for key in part) - _GAP
        return inside + (0 if part[0] in _BETWEEN else 2 * _END)

    def _key_width(self, key: str) -> int:
        return self._theme.px(12) if key in _ICONS else text_width(self._theme.font(SIZE.CAPTION), key)
