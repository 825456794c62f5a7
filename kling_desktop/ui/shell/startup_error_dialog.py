"""The dialog for errors before there is a window."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout

from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, label


class StartupErrorDialog(QDialog):
    """Shown with open(): what went wrong, what to do, and Close."""

    def __init__(self, theme: Theme, what: str, advice: str) -> None:
        super().__init__()
        self._theme = theme
        self.setWindowTitle("Kling Desktop")
        self.setMinimumWidth(440)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.XL, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.M)
        column.addWidget(label(what, "empty", wraps=True))
        column.addWidget(label(advice, "secondary", wraps=True))
        close = Button(theme, "Close", tall=True)
        close.clicked.connect(self.accept)
        close.setFocus()
        column.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
