"""A state that leads to its details."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.ui.theme import RADIUS, SIZE, Theme, Tone
from kling_desktop.ui.widgets.paint import LEFT, box, one_line, text_width
from kling_desktop.ui.widgets.pressable import Pressable


class StatusDotButton(Pressable):
    """A dot in the colour of the tone, and its text; a click goes there."""

    def __init__(self, theme: Theme, tone: Tone, text: str, parent: QWidget | None = None) -> None:
        super().__init__(theme, text, RADIUS.TAG, parent)
        self._tone = tone
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_state(self, tone: Tone, text: str) -> None:
        """Show another state."""
        self._tone = tone
        self.setText(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(6 + 15 + text_width(self._theme.font(SIZE.SMALL), self.text()) + 7, self._theme.px(22))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            if self.isDown() or self.underMouse():
                box(painter, self.rect(), RADIUS.TAG, tokens.pressed if self.isDown() else tokens.hover)
            box(painter, QRectF(6, (self.height() - 8) / 2, 8, 8), 4, tokens.tone(self._tone))
            words = QRect(21, 0, self.width() - 27, self.height())
            ink = tokens.text if self.underMouse() else tokens.text2
            one_line(painter, words, LEFT, self.text(), self._theme.font(SIZE.SMALL), ink)
