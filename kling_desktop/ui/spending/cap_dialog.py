"""An order would pass a cap that the user has set: shall it?"""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, PrimaryButton, label

_WIDTH = 560


class CapDialog(QDialog):
    """Shown with open(). `caps_wanted`: the user would rather change the cap. allow() is called when they say so."""

    caps_wanted = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget, why: str, after: str, action: str, allow: Callable[[], None]
    ) -> None:
        """why: the sentence; after: how things stand without an answer; action: what the button says."""
        super().__init__(parent)
        self._theme = theme
        self._allow = allow
        self.setWindowTitle("Over your cap")
        self.setFixedWidth(_WIDTH)
        self.why = why
        cancel = Button(theme, "Cancel", tall=True)
        cancel.clicked.connect(self.reject)
        change = Button(theme, "Change the cap…", tall=True)
        change.clicked.connect(self._change)
        self.go = PrimaryButton(theme, action)
        self.go.triggered.connect(self._go)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE.S)
        buttons.addWidget(cancel)
        buttons.addWidget(change)
        buttons.addStretch()
        buttons.addWidget(self.go)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.XL, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.M)
        column.addWidget(label("Over your cap", "empty"))
        for text in (label(why, wraps=True), label(after, "secondary", wraps=True)):
            text.setFixedWidth(_WIDTH - 2 * SPACE.XL)  # or the height of its lines isn't known in time
            column.addWidget(text)
        column.addSpacing(SPACE.S)
        column.addLayout(buttons)
        # Enter must not spend: the way back has the keyboard at first.
        cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _change(self) -> None:
        self.reject()
        self.caps_wanted.emit()

    def _go(self) -> None:
        self._allow()
        self.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
