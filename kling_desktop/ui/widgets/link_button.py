"""A link in running text."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.ui.theme import RADIUS, SIZE, WEIGHT, Theme
from kling_desktop.ui.widgets.paint import CENTRE, SHUT_OPACITY, one_line, text_width
from kling_desktop.ui.widgets.pressable import Pressable


class LinkButton(Pressable):
    """One click that resolves what the sentence beside it says."""

    def __init__(self, theme: Theme, text: str, parent: QWidget | None = None, *, quiet: bool = False) -> None:
        """quiet: in the colour of secondary text, where nothing waits for the click."""
        super().__init__(theme, text, RADIUS.TAG, parent)
        self._is_quiet = quiet
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(text_width(self._font(), self.text()) + 4, self._theme.px(18))

    def paintEvent(self, _event: QPaintEvent) -> None:
        font = QFont(self._font())
        font.setUnderline(self.isEnabled() and self.underMouse())
        with QPainter(self) as painter:
            painter.setOpacity(SHUT_OPACITY if not self.isEnabled() else 0.7 if self.isDown() else 1.0)
            ink = self._theme.tokens.text2 if self._is_quiet else self._theme.tokens.accent
            one_line(painter, self.rect(), CENTRE, self.text(), font, ink)

    def _font(self) -> QFont:
        return self._theme.font(SIZE.SMALL, WEIGHT.MEDIUM)
