"""A small filled tag: SANDBOX."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kling_desktop.ui.theme import SIZE, WEIGHT, Theme
from kling_desktop.ui.widgets.paint import CENTRE, box, one_line, text_width


class Tag(QLabel):
    """`loud` marks what must never be overlooked; the other kind is used on pictures: UPLOADED, GENERATED."""

    def __init__(self, theme: Theme, text: str, *, loud: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)  # it paints itself, but a screen reader asks the label
        self._theme = theme
        self._loud = loud
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        high = self._theme.px(20 if self._loud else 16)
        return QSize(text_width(self._font(), self.text()) + (14 if self._loud else 10), high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _font(self) -> QFont:
        return self._theme.font(SIZE.CAPTION, WEIGHT.STRONG if self._loud else WEIGHT.REGULAR)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        fill, ink = (tokens.odd, tokens.on_odd) if self._loud else (tokens.shade, tokens.on_picture)
        with QPainter(self) as painter:
            box(painter, self.rect(), 5 if self._loud else 4, fill)
            one_line(painter, self.rect(), CENTRE, self.text(), self._font(), ink)
