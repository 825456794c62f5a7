"""The Check library dialog: what is fine, moved, missing, unknown or duplicate, and what to do about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from kling_desktop.domain.library.library_check import CheckReport
from kling_desktop.ui.library.check_findings import CheckFinding, findings_of
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, Meter, StatusDot, label

_WIDTH = 600
_HEIGHT = 520
_MARK = 88


class CheckDialog(QDialog):
    """Shown with open(). The owner runs the check and answers through the show_ methods."""

    action_requested = Signal(object)
    """A CheckAction."""
    recheck_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle("Check library")
        self.setFixedSize(_WIDTH, _HEIGHT)
        self._state = label("", "secondary", wraps=True)
        self._meter = Meter(theme, "Progress of the check")
        kept = self._meter.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self._meter.setSizePolicy(kept)
        page = QWidget()
        page.setObjectName("page")
        self._rows = QVBoxLayout(page)
        self._rows.setContentsMargins(0, 0, SPACE.S, 0)
        self._rows.setSpacing(SPACE.L)
        area = QScrollArea()
        area.setAccessibleName("Results")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        close = Button(theme, "Close", tall=True)
        close.clicked.connect(self.accept)
        self._again = Button(theme, "Check again", icon="refresh", tall=True)
        self._again.clicked.connect(self.recheck_requested)
        buttons = QHBoxLayout()
        buttons.addWidget(self._again)
        buttons.addStretch()
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.XL, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.M)
        column.addWidget(label("Check library", "empty"))
        column.addWidget(self._state)
        column.addWidget(self._meter)
        column.addWidget(area, 1)
        column.addLayout(buttons)
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
        self._rows.addStretch()
        offers = any(finding.offers for finding in found)
        self._state.setText("Buttons mark what needs your decision." if offers else "Everything is in order.")
        self._meter.hide()
        self._again.setEnabled(True)

    def show_trouble(self, sentence: str) -> None:
        """Show why there is no result."""
        self._state.setText(sentence)
        self._meter.hide()
        self._again.setEnabled(True)
        self._allow(True)

    def _row(self, finding: CheckFinding) -> QWidget:
        mark = StatusDot(self._theme, finding.tone, finding.word)
        mark.setFixedWidth(_MARK)
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

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
