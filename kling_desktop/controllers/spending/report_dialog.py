"""The sheet of what was spent: opened, kept up to date, exported."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.domain.spending.limits import SpendingLimits, start_of_day
from kling_desktop.domain.spending.report import Charge, build_report, charges_to_csv
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.spending.report_dialog import ReportPeriod, SpendingReportDialog
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message

if TYPE_CHECKING:
    from kling_desktop.services.spending.spending import SpendingTracker


class SpendingReportController:
    """preset_name: what the preset of an ID is called, "" if it is gone. caps_wanted leads to where caps are set."""

    def __init__(
        self,
        theme: Theme,
        window: MainWindow,
        tasks: Tasks,
        preset_name: Callable[[str], str],
        caps_wanted: Callable[[], None],
    ) -> None:
        self._theme = theme
        self._window = window
        self._tasks = tasks
        self._preset_name = preset_name
        self._caps_wanted = caps_wanted
        self._spending: SpendingTracker | None = None
        self._dialog: SpendingReportDialog | None = None

    def follow(self, spending: "SpendingTracker | None") -> None:
        """Show that one from now on."""
        if self._spending:
            self._spending.changed.disconnect(self._look)
        self.close()
        self._spending = spending
        if spending:
            spending.changed.connect(self._look)

    def open(self) -> None:
        """Open the sheet, unless it is open or there is nothing behind it yet."""
        if self._dialog or not self._spending:
            return
        dialog = self._dialog = SpendingReportDialog(self._theme, self._window, _told(self._spending.limits))
        dialog.report_requested.connect(self._look)
        dialog.limits_requested.connect(self._caps_wanted)
        dialog.export_requested.connect(partial(self._export_from, dialog))
        dialog.finished.connect(self._forget)
        dialog.open()
        self._look()

    def close(self) -> None:
        if self._dialog:
            self._dialog.reject()

    def _look(self) -> None:
        if self._spending and self._dialog:
            self._tasks.spawn(self._show(self._spending, self._dialog), "show the spending")

    def _export_from(self, dialog: SpendingReportDialog, path: str) -> None:
        if self._spending:
            self._tasks.spawn(self._export(self._spending, dialog.period, Path(path)), "export the spending")

    async def _show(self, spending: "SpendingTracker", dialog: SpendingReportDialog) -> None:
        period, by = dialog.period, dialog.by
        charges = await _charges(spending, period)
        statement = await asyncio.to_thread(build_report, charges, by, self._preset_name)
        if dialog is self._dialog and (period, by) == (dialog.period, dialog.by):
            dialog.show_report(statement)

    async def _export(self, spending: "SpendingTracker", period: ReportPeriod, to: Path) -> None:
        charges = await _charges(spending, period)

        def write() -> None:
            # With the mark by which spreadsheets know the encoding.
            text = charges_to_csv(charges, self._preset_name)
            to.write_text(text, encoding="utf-8-sig", errors="replace", newline="")

        try:
            await asyncio.to_thread(write)
        except OSError as error:
            raise UserError(f"{to} can't be written: {os_error_reason(error)}.", "Choose another place.") from error
        count = f"{len(charges)} {'row' if len(charges) == 1 else 'rows'}"
        self._window.messages.post(Message(f"{count} are saved in {to}.", Tone.OK))

    def _forget(self) -> None:
        if self._dialog:
            self._dialog.deleteLater()
            self._dialog = None


async def _charges(spending: "SpendingTracker", period: ReportPeriod) -> list[Charge]:
    now = time.time()
    month = datetime.fromtimestamp(now).astimezone().replace(day=1).timestamp()
    starts = {ReportPeriod.TODAY: start_of_day(now), ReportPeriod.MONTH: start_of_day(month)}
    charges = await spending.list_charges(starts.get(period, 0.0))
    if period is ReportPeriod.SESSION:
        charges = [charge for charge in charges if charge.session == spending.run_name]
    return charges


def _told(caps: SpendingLimits) -> str:
    told = [f"{cap} {words}" for cap, words in ((caps.day, "a day"), (caps.session, "a session")) if cap]
    return f"At most {' and '.join(told)}" if told else "No cap is set"
