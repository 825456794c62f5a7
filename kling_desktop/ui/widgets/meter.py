"""A thin progress bar."""

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets.paint import box


class Meter(QWidget):
    """3 px high. Only for known shares: bytes sent, time against the usual time, money against a limit."""

    def __init__(self, theme: Theme, name: str, tone: Tone = Tone.BUSY, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._tone = tone
        self._share = 0.0
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_share(self, share: float, tone: Tone | None = None) -> None:
        """`share` from 0 to 1; more is drawn as full."""
        self._share = min(max(share, 0.0), 1.0)
        self._tone = tone or self._tone
        self.setAccessibleDescription(f"{self._share:.0%}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, 3)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            box(painter, self.rect(), 1.5, tokens.line)
            if self._share:
                done = QRectF(0, 0, max(3.0, self.width() * self._share), self.height())
                box(painter, done, 1.5, tokens.tone(self._tone))
