"""The middle of the window: the clips and what is on its way to become one."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.ui.library.grid import Grid
from kling_desktop.ui.library.model import LibraryModel
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import label


class LibraryPanel(QWidget):
    """A title and the grid."""

    opened = Signal(str)
    verb_chosen = Signal(str, str)
    compared = Signal(object)

    def __init__(self, theme: Theme, model: LibraryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.grid = Grid(theme, model, self)
        self.grid.opened.connect(self.opened)
        self.grid.verb_chosen.connect(self.verb_chosen)
        self.grid.compared.connect(self.compared)
        head = QHBoxLayout()
        head.setContentsMargins(SPACE.L, SPACE.M, SPACE.L, SPACE.S)
        head.addWidget(label("Clips", "title"))
        head.addStretch()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(head)
        rows.addWidget(self.grid, 1)
        self.setFocusProxy(self.grid)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self._theme.tokens.bg)
