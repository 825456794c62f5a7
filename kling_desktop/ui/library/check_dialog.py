"""The Check library dialog: what is fine, moved, missing, unknown or duplicate, and what to do about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.library.library_check import CheckReport
from kling_desktop.ui.library.check_findings import CheckFinding, findings_of
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, Meter, StatusDot, label
from kling_desktop.ui.widgets.dialog import Dialog

_WIDTH = 600
_MARK = 88


class CheckDialog(Dialog):
    """Shown with open(). The owner runs the check and answers through the show_ methods."""

    action_requested = Signal(object)
    """A CheckAction."""
    recheck_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Check library", width=_WIDTH)
        self._state = label("", "secondary", wraps=True)
        self._meter = Meter(theme, "Progress of the check")
        kept = self._meter.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._meter.setSizePolicy(kept)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(SPACE.L)
        self._again = Button(theme, "Check again", icon="refresh", tall=True)
        self._again.clicked.connect(self.recheck_requested)
        for part in (self._state, self._meter):
            self.body.addWidget(part)
        self.body.addLayout(self._rows)
        self.body.addStretch()
        self.add_buttons(self._again)
        self.show_busy("Checking your files…")

    def show_busy(self, words: str) -> None:
        """Show that something is going on, and what."""
        self._state.setText(words)
        self._meter.show_share(0.0)
        self._meter.show()
        self._again.setEnabled(False)
        self._allow(False)

    def show_progress(self, done: int, of: int) -> None:
        if of:
            self._state.setText(f"Reading file {done + 1:,} of {of:,}…")
            self._meter.show_share(done / of)

    def show_report(self, report: CheckReport) -> None:
        """Show the results."""
        while (item := self._rows.takeAt(0)) is not None:
            if widget := item.widget():
                widget.deleteLater()
        found = findings_of(report)
        for finding in found:
            row = self._row(finding)
            self._rows.addWidget(row)
            row.show()
        offers = any(finding.offers for finding in found)
        self._state.setText("Buttons mark what needs your decision." if offers else "Everything is in order.")
        self._meter.hide()
        self._again.setEnabled(True)
        self.fit()

    def show_trouble(self, sentence: str) -> None:
        """Show why there is no result."""
        self._state.setText(sentence)
        self._meter.hide()
        self._again.setEnabled(True)
        self._allow(True)

    def _row(self, finding: CheckFinding) -> QWidget:
        mark = StatusDot(self._theme, finding.tone, finding.word)
        mark.setFixedWidth(self._theme.px(_MARK))
        words = QVBoxLayout()
        words.setSpacing(SPACE.XS)
        words.addWidget(label(finding.title, "strong", wraps=True))
        if finding.words:
            words.addWidget(label(finding.words, "secondary", wraps=True))
        for file in finding.files:
            words.addWidget(label(file, "caption", wraps=True))
        if finding.offers:
            buttons = QHBoxLayout()
            buttons.setContentsMargins(0, SPACE.XS, 0, 0)
            buttons.setSpacing(SPACE.S)
            for text, action in finding.offers:
                button = Button(self._theme, text)
                button.clicked.connect(lambda _=False, action=action: self.action_requested.emit(action))
                buttons.addWidget(button)
            buttons.addStretch()
            words.addLayout(buttons)
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE.M)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        return row

    def _allow(self, allowed: bool) -> None:
        for at in range(self._rows.count()):
            if (item := self._rows.itemAt(at)) and (widget := item.widget()):
                widget.setEnabled(allowed)
