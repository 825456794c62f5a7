"""Today's spending, at the end of the status bar; a click opens the report."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.ui.theme import RADIUS, SIZE, Theme
from kling_desktop.ui.widgets.label import plain_tip
from kling_desktop.ui.widgets.paint import CENTRE, one_line, text_width
from kling_desktop.ui.widgets.pressable import Pressable


class TodayButton(Pressable):
    """ "Today $3.02 of $10.00". Takes no space while there is nothing to show."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "", RADIUS.TAG, parent)
        self._passed = False
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setVisible(False)

    def show_spent(self, words: str, told: str, *, passed: bool) -> None:
        """passed: more than the limit was spent; the text says so, too."""
        self.setText(words)
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(told))
        self._passed = passed
        self.setVisible(bool(words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(text_width(self._theme.font(SIZE.SMALL), self.text()) + 8, self._theme.px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        font = QFont(self._theme.font(SIZE.SMALL))
        font.setUnderline(self.underMouse())
        colour = tokens.bad if self._passed else tokens.text if self.underMouse() else tokens.text2
        with QPainter(self) as painter:
            one_line(painter, self.rect(), CENTRE, self.text(), font, colour)
