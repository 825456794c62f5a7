"""Keys drawn as keycaps."""

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.ui.theme import RADIUS, SIZE, Theme
from kling_desktop.ui.widgets.paint import CENTRE, box, one_line, text_width

_SIGNS = {"Left": "←", "Right": "→", "Up": "↑", "Down": "↓", "Enter": "⏎", "-": "−"}
_BETWEEN = ("or", "…")


class KeyCaps(QWidget):
    """`keys` such as "Ctrl+Y or Ctrl+Shift+Z": a keycap per combination, the words between plain. 20 px high."""

    def __init__(self, theme: Theme, keys: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._parts = [part if part in _BETWEEN else _shown(part) for part in keys.split(" ")]
        self.setAccessibleName(keys)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(sum(self._width(part) + 4 for part in self._parts) - 4, 20)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, left = self._theme.tokens, 0
        with QPainter(self) as painter:
            for part in self._parts:
                place = QRect(left, 0, self._width(part), 20)
                if part not in _BETWEEN:
                    box(painter, place, RADIUS.TAG, tokens.field, tokens.line_strong)
                ink = tokens.text3 if part in _BETWEEN else tokens.text
                one_line(painter, place, CENTRE, part, self._theme.font(SIZE.CAPTION), ink)
                left += place.width() + 4

    def _width(self, part: str) -> int:
        width = text_width(self._theme.font(SIZE.CAPTION), part)
        return width + (0 if part in _BETWEEN else 10)


def _shown(keys: str) -> str:
    """ "Ctrl+Left" → "Ctrl ←"; "Ctrl++" → "Ctrl +"."""
    parts = [*keys[:-2].split("+"), "+"] if keys.endswith("++") else keys.split("+")
    return " ".join(_SIGNS.get(part, part) for part in parts)
