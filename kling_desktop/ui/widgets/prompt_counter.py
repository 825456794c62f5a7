"""The character count of a prompt."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.theme import SIZE, WEIGHT, Theme
from kling_desktop.ui.widgets.paint import RIGHT


class PromptCounter(QWidget):
    """Not a QLabel: that would measure the whole layout again at each key press."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._over = False
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def show_count(self, length: int, limit: int) -> None:
        self._over = length > limit
        count = f"{length:,} / {limit:,}"
        self.text = f"{length - limit:,} over · {count}" if self._over else count
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            painter.setFont(self._theme.font(SIZE.CAPTION, WEIGHT.MEDIUM if self._over else WEIGHT.REGULAR))
            painter.setPen(tokens.bad if self._over else tokens.text3)
            painter.drawText(self.rect(), RIGHT, self.text)
