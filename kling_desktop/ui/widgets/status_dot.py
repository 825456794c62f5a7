"""A state: a coloured dot and its word."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from kling_desktop.ui.theme import SIZE, WEIGHT, Theme, Tone
from kling_desktop.ui.widgets.paint import LEFT, box, one_line, text_width


class StatusDot(QLabel):
    """`strong` for the heading of a card, the other kind for the status bar."""

    def __init__(
        self, theme: Theme, tone: Tone, text: str, *, strong: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)  # it paints itself, but a screen reader asks the label
        self._theme = theme
        self._tone = tone
        self._strong = strong
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_state(self, tone: Tone, text: str) -> None:
        """Show another state."""
        self._tone = tone
        self.setText(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(15 + text_width(self._font(), self.text()) + 1, self._theme.px(18))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self._theme.px(18))

    def _font(self) -> QFont:
        return self._theme.font(SIZE.SMALL, WEIGHT.STRONG if self._strong else WEIGHT.REGULAR)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            box(painter, QRectF(0, (self.height() - 8) / 2, 8, 8), 4, tokens.tone(self._tone))
            words = QRect(15, 0, self.width() - 15, self.height())
            one_line(painter, words, LEFT, self.text(), self._font(), tokens.text if self._strong else tokens.text2)
