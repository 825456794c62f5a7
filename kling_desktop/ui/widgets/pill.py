"""A quiet round-ended frame for one figure: the balance."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kling_desktop.ui.theme import SIZE, Theme
from kling_desktop.ui.widgets.paint import CENTRE, box, one_line, text_width


class Pill(QLabel):
    """Change it with `setText`."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(text_width(self._theme.font(SIZE.BASE), self.text()) + 24, self._theme.px(26))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            box(painter, self.rect(), self.height() / 2, None, tokens.line)
            one_line(painter, self.rect(), CENTRE, self.text(), self._theme.font(SIZE.BASE), tokens.text2)
