"""Asks what to do when a submission would exceed a spending limit."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from kling_desktop.ui.spending.limit_choices import LimitChoice
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button, PrimaryButton, label
from kling_desktop.ui.widgets.dialog import Dialog

_WIDTH, _WIDE = 560, 680
"""With three buttons, and with four."""


class LimitDialog(Dialog):
    """Shown with open(). Emits `limits_requested` when the user wants to change the limit."""

    limits_requested = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget, why: str, after: str, over: LimitChoice, under: LimitChoice | None = None
    ) -> None:
        """why: the sentence; after: what happens without an answer. over exceeds the limit; under, if there is one,
        stays within it and is the default.
        """
        super().__init__(theme, parent, "Over your limit", width=_WIDE if under else _WIDTH)
        self.why = why
        cancel = Button(theme, "Cancel", tall=True)
        cancel.clicked.connect(self.reject)
        change = Button(theme, "Change the limit…", tall=True)
        change.clicked.connect(self._change)
        self.go = PrimaryButton(theme, (under or over).words, compact=True)
        self.go.triggered.connect(partial(self._go, under or over))
        answers: list[QWidget] = [self.go]
        if under:
            anyway = Button(theme, over.words, tall=True)
            anyway.clicked.connect(partial(self._go, over))
            answers.insert(0, anyway)
        self.body.addWidget(label(why, wraps=True))
        self.body.addWidget(label(after, "secondary", wraps=True))
        self.add_buttons(*answers, left=(cancel, change))
        # Enter must not spend money: Cancel has the focus at first.
        cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _change(self) -> None:
        self.reject()
        self.limits_requested.emit()

    def _go(self, way: LimitChoice) -> None:
        way.go()
        self.accept()
