"""A small filled tag: SANDBOX."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kling_desktop.ui.theme import SIZE, WEIGHT, Theme
from kling_desktop.ui.widgets.paint import CENTRE, box, one_line, text_width


class Tag(QLabel):
    """`loud` marks what must never be overlooked; the other kind is used on pictures: UPLOADED, GENERATED."""

    def __init__(self, theme: Theme, text: str, *, loud: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self._loud = loud
        self._type = theme.font(SIZE.CAPTION, WEIGHT.STRONG) if loud else theme.font(SIZE.CAPTION - 1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(text_width(self._type, self.text()) + (16 if self._loud else 10), 22 if self._loud else 16)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        fill, ink = (tokens.odd, tokens.on_odd) if self._loud else (tokens.shade, tokens.on_picture)
        with QPainter(self) as painter:
            box(painter, self.rect(), 5 if self._loud else 4, fill)
            one_line(painter, self.rect(), CENTRE, self.text(), self._type, ink)
