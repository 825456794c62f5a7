"""The spending report: for a period, grouped as the user chooses, and to export."""

from enum import StrEnum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedLayout, QWidget

from kling_desktop.domain.spending.report import ReportGrouping, SpendingReport
from kling_desktop.domain.text import plural
from kling_desktop.ui.spending.report_rows import ReportView
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button, Option, Segmented, label
from kling_desktop.ui.widgets.dialog import Dialog

_SIZE = (680, 600)


class ReportPeriod(StrEnum):
    SESSION = "session"
    TODAY = "today"
    MONTH = "month"
    ALL = "all"


_PERIODS = [
    Option(ReportPeriod.SESSION, "This session"),
    Option(ReportPeriod.TODAY, "Today"),
    Option(ReportPeriod.MONTH, "This month"),
    Option(ReportPeriod.ALL, "All time"),
]
_BYS = [
    Option(ReportGrouping.CLIP, "Clip"),
    Option(ReportGrouping.DAY, "Day"),
    Option(ReportGrouping.MONTH, "Month"),
    Option(ReportGrouping.SESSION, "Session"),
    Option(ReportGrouping.PRESET, "Preset"),
    Option(ReportGrouping.PROFILE, "Profile"),
]


class SpendingReportDialog(Dialog):
    """Shown with open(). Emits `report_requested` for another period or grouping; the owner answers with show_report.

    Emits `export_requested(path)` for the period's charges as a CSV file, and `limits_requested` to change the limits.
    """

    report_requested = Signal()
    export_requested = Signal(str)
    limits_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget, cap: str) -> None:
        """cap: what to say about the limits, "No limit is set." for one."""
        super().__init__(theme, parent, "Spending", width=_SIZE[0], height=_SIZE[1])
        self.period, self.by = ReportPeriod.TODAY, ReportGrouping.CLIP
        self.periods = Segmented(theme, "Period", _PERIODS)
        self.periods.show_chosen(self.period)
        self.periods.chosen.connect(self._choose_period)
        self.bys = Segmented(theme, "Group by", _BYS)
        self.bys.show_chosen(self.by)
        self.bys.chosen.connect(self._choose_by)
        self.total = label("", "empty")
        self.told = label("", "secondary", wraps=True)
        self.sums = ReportView(theme, "Spending by group")
        nothing = "No spending yet. What you generate is listed here with its real cost."
        self._nothing = label(nothing, "secondary", wraps=True)
        self._nothing.setContentsMargins(SPACE.S, SPACE.XL, SPACE.S, SPACE.XL)
        column = self.body
        column.addWidget(self.periods)
        column.addWidget(self.total)
        column.addWidget(self.told)
        added_up = QHBoxLayout()
        added_up.setSpacing(SPACE.M)
        added_up.addWidget(label("Group by", "secondary"))
        added_up.addWidget(self.bys, 1)
        column.addLayout(added_up)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.sums)
        self._pages.addWidget(self._nothing)
        column.addLayout(self._pages, 1)
        self._add_foot(cap)

    def show_report(self, statement: SpendingReport) -> None:
        """Show the report of the period."""
        self.total.setText(str(statement.spent) if statement.spent else "$0.00" if not statement.count else "unknown")
        told = [plural(statement.count, one="{count} take sent", other="{count} takes sent")]
        if statement.estimated:
            told.append(f"{statement.estimated} of them estimated until Leonardo reports the cost")
        if statement.refunded:
            told.append(f"{statement.refunded} refunded, as far as we know")
        self.told.setText(" · ".join(told))
        self.sums.sums.show_sums(statement.rows)
        self._pages.setCurrentIndex(0 if statement.rows else 1)
        self.export.setEnabled(bool(statement.rows))

    def _add_foot(self, cap: str) -> None:
        self.export = Button(self._theme, "Export as CSV…", icon="download", tall=True)
        self.export.clicked.connect(self._choose_file)
        caps = Button(self._theme, "Limits…", tall=True)
        caps.clicked.connect(self._go_to_caps)
        self.add_buttons(self.export, left=(caps, label(cap, "secondary")))

    def _choose_period(self, period: object) -> None:
        self.period = ReportPeriod(str(period))
        self.periods.show_chosen(period)
        self.report_requested.emit()

    def _choose_by(self, by: object) -> None:
        self.by = ReportGrouping(str(by))
        self.bys.show_chosen(by)
        self.report_requested.emit()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Export spending", f"Kling Desktop spending, {self.period}.csv")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.setNameFilter("Tables (*.csv)")
        dialog.fileSelected.connect(self.export_requested)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _go_to_caps(self) -> None:
        self.reject()
        self.limits_requested.emit()
