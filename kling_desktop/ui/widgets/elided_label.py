"""One line of text that ends in … where there is no room."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.ui.theme import SIZE, Theme
from kling_desktop.ui.widgets.paint import LEFT, one_line


class ElidedLabel(QWidget):
    """As wide as it can be; faint for secondary text. Change it with `show_text`."""

    def __init__(self, theme: Theme, text: str = "", *, faint: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._text = ""
        self._faint = faint
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_text(text)

    @property
    def text(self) -> str:
        return self._text

    def show_text(self, text: str) -> None:
        self._text = text
        self.setAccessibleName(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, self._theme.px(18))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        font = self._theme.font(SIZE.SMALL if self._faint else SIZE.BASE)
        with QPainter(self) as painter:
            one_line(painter, self.rect(), LEFT, self._text, font, tokens.text2 if self._faint else tokens.text)
