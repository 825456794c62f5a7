"""Facts about this computer and the app, to read and to copy into a report."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, label

_ABOUT = "Without keys, passwords and your name. Nothing is sent: copy it into your report if you want to."


class DiagnosticsPage(QWidget):
    """Shows a report once it is there."""

    log_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.report = QPlainTextEdit("Reading…")
        self.report.setReadOnly(True)
        self.report.setAccessibleName("Diagnostics")
        self.copy = Button(theme, "Copy", icon="copy")
        self.copy.setEnabled(False)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.report.toPlainText()))
        open_log = Button(theme, "Open the log", icon="note")
        open_log.clicked.connect(self.log_requested)
        row = QHBoxLayout()
        row.setSpacing(SPACE.S)
        row.addWidget(self.copy)
        row.addWidget(open_log)
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, SPACE.S, 0, 0)
        column.setSpacing(SPACE.S)
        column.addWidget(label(_ABOUT, "secondary", wraps=True))
        column.addWidget(self.report, 1)
        column.addLayout(row)

    def show_report(self, report: str) -> None:
        """Show the report; it can be copied now."""
        self.report.setPlainText(report)
        self.copy.setEnabled(True)
