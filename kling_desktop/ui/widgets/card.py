"""A framed surface."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from kling_desktop.ui.theme import RADIUS, Theme
from kling_desktop.ui.widgets.paint import box


class CardFrame(QFrame):
    """Give it a layout with 12 px margins. `floating` is for what lies over the rest."""

    def __init__(self, theme: Theme, *, floating: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._floating = floating

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        fill, line = (tokens.raised, tokens.edge) if self._floating else (tokens.pane, tokens.line)
        with QPainter(self) as painter:
            box(painter, self.rect(), RADIUS.CARD, fill, line)
