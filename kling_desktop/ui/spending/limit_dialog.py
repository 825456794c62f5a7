"""Asks what to do when a submission would exceed a spending limit."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.ui.spending.limit_choices import LimitChoice
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, PrimaryButton, label

_WIDTH, _WIDE = 560, 680
"""With three buttons, and with four."""


class LimitDialog(QDialog):
    """Shown with open(). Emits `limits_requested` when the user wants to change the limit."""

    limits_requested = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget, why: str, after: str, over: LimitChoice, under: LimitChoice | None = None
    ) -> None:
        """why: the sentence; after: what happens without an answer. over exceeds the limit; under, if there is one,
        stays within it and is the default.
        """
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle("Over your limit")
        self.why = why
        cancel = Button(theme, "Cancel", tall=True)
        cancel.clicked.connect(self.reject)
        change = Button(theme, "Change the limit…", tall=True)
        change.clicked.connect(self._change)
        self.go = PrimaryButton(theme, (under or over).words)
        self.go.triggered.connect(partial(self._go, under or over))
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE.S)
        buttons.addWidget(cancel)
        buttons.addWidget(change)
        buttons.addStretch()
        if under:
            anyway = Button(theme, over.words, tall=True)
            anyway.clicked.connect(partial(self._go, over))
            buttons.addWidget(anyway)
        buttons.addWidget(self.go)
        width = _WIDE if under else _WIDTH
        self.setFixedWidth(width)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.XL, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.M)
        column.addWidget(label("Over your limit", "empty"))
        for text in (label(why, wraps=True), label(after, "secondary", wraps=True)):
            text.setFixedWidth(width - 2 * SPACE.XL)  # or the height of its lines isn't known in time
            column.addWidget(text)
        column.addSpacing(SPACE.S)
        column.addLayout(buttons)
        # Enter must not spend money: Cancel has the focus at first.
        cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _change(self) -> None:
        self.reject()
        self.limits_requested.emit()

    def _go(self, way: LimitChoice) -> None:
        way.go()
        self.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
