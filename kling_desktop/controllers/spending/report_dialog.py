"""The spending report: opened, kept up to date, exported."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.domain.spending.limits import SpendingLimits, start_of_day
from kling_desktop.domain.spending.report import Charge, build_report, charges_to_csv
from kling_desktop.domain.text import plural
from kling_desktop.services.spending.spending import SpendingTracker
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.spending.report_dialog import ReportPeriod, SpendingReportDialog
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message


class SpendingReportController:
    """preset_name: the name of the preset of an ID, "" if it is gone. open_settings leads to the limits."""

    def __init__(
        self,
        context: AppContext,
        spending: SpendingTracker,
        menu: FormMenu,
        preset_name: Callable[[str], str],
        open_settings: Callable[[], None],
    ) -> None:
        self._context = context
        self._spending = spending
        self._preset_name = preset_name
        self._open_settings = open_settings
        self._slot = DialogSlot[SpendingReportDialog](context.connections)
        context.connections.on(context.window.status.today.clicked, self.open)
        context.connections.on(menu.spending.triggered, self.open)
        context.connections.on(spending.changed, self._refresh)

    def open(self) -> None:
        """Open the report, unless it is open."""
        if self._slot.is_open:
            return
        limits = _limits_text(self._spending.limits)
        dialog = SpendingReportDialog(self._context.theme, self._context.window, limits)
        dialog.report_requested.connect(self._refresh)
        dialog.limits_requested.connect(self._open_settings)
        dialog.export_requested.connect(partial(self._spawn_export, dialog))
        self._slot.open(dialog)
        self._refresh()

    def _refresh(self) -> None:
        if dialog := self._slot.dialog:
            self._context.tasks.spawn(self._show(dialog), "show the spending")

    def _spawn_export(self, dialog: SpendingReportDialog, path: str) -> None:
        self._context.tasks.spawn(self._export(dialog.period, Path(path)), "export the spending")

    async def _show(self, dialog: SpendingReportDialog) -> None:
        period, by = dialog.period, dialog.by
        charges = await self._charges(period)
        report = await asyncio.to_thread(build_report, charges, by, self._preset_name)
        if dialog is self._slot.dialog and (period, by) == (dialog.period, dialog.by):
            dialog.show_report(report)

    async def _export(self, period: ReportPeriod, to: Path) -> None:
        charges = await self._charges(period)

        def write() -> None:
            # With the mark by which spreadsheets know the encoding.
            text = charges_to_csv(charges, self._preset_name)
            to.write_text(text, encoding="utf-8-sig", errors="replace", newline="")

        try:
            await asyncio.to_thread(write)
        except OSError as error:
            raise UserError(f"{to} can't be written: {os_error_reason(error)}.", "Choose another folder.") from error
        sentence = plural(len(charges), one="1 row saved to {file}.", other="{count} rows saved to {file}.", file=to)
        self._context.messages.post(Message(sentence, Tone.OK))

    async def _charges(self, period: ReportPeriod) -> list[Charge]:
        now = time.time()
        month = datetime.fromtimestamp(now).astimezone().replace(day=1).timestamp()
        starts = {ReportPeriod.TODAY: start_of_day(now), ReportPeriod.MONTH: start_of_day(month)}
        charges = await self._spending.list_charges(starts.get(period, 0.0))
        if period is ReportPeriod.SESSION:
            charges = [charge for charge in charges if charge.session == self._spending.run_name]
        return charges


def _limits_text(limits: SpendingLimits) -> str:
    if limits.are_unknown:
        return "Your limits can't be read. Set them again."
    if limits.day and limits.session:
        return f"At most {limits.day} per day and {limits.session} per session"
    if limits.day:
        return f"At most {limits.day} per day"
    if limits.session:
        return f"At most {limits.session} per session"
    return "No spending limit"
