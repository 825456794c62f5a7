"""A table in the window: dropped, looked over, held to the cap, ordered once."""

import json
from pathlib import Path
from typing import TypeVar

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.ui.batch.code_page_dialog import CodePageDialog
from kling_desktop.ui.batch.dialog import BatchDialog
from kling_desktop.ui.spending.limit_dialog import LimitDialog
from kling_desktop.ui.spending.report_dialog import SpendingReportDialog
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import file_mime, wait_until

W = TypeVar("W", bound=QWidget)
TABLE = "prompt,duration,takes\nA fox in the snow,5,2\nEin Käfer,7,\n"


def seen(visit: AppDriver, kind: type[W]) -> W | None:
    return next((one for one in visit.application.window.findChildren(kind) if one.isVisible()), None)


async def comes(visit: AppDriver, kind: type[W]) -> W:
    await wait_until(lambda: seen(visit, kind), kind.__name__)
    found = seen(visit, kind)
    assert found
    return found


async def test_a_dropped_table_is_reviewed_limited_and_submitted_once(open_app: OpenApp, tmp_path: Path) -> None:
    settings = tmp_path / "home" / "config" / "settings.json"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"hold_seconds": 0, "day_cap": "1.00"}))
    table = tmp_path / "table.csv"
    table.write_text(TABLE, encoding="mac_roman")
    async with open_app() as visit:
        await visit.wait_until_connected()
        await visit.drop(visit.grid.viewport(), file_mime(table))
        doubt = await comes(visit, CodePageDialog)
        assert doubt.choices.item(0).text() == "Ein Käfer,7,\nWestern European (Mac)"
        await visit.press("Return")
        sheet = await comes(visit, BatchDialog)
        assert [row.problem_text for row in sheet.rows.rows.rows] == ["", "Set the duration to 5 or 10 seconds, not 7"]
        assert sheet.go.text() == "Generate 2 takes"
        await visit.click(sheet.go)
        asked = await comes(visit, LimitDialog)
        assert asked.why == "This would bring today's spending to about $1.51, over your daily limit of $1.00."
        assert visit.accepted_requests() == []
        assert asked.go.text() == "Generate the one that fits"
        await visit.click(asked.go)
        await visit.wait_for_state(Done, row=0)
        table.write_text(TABLE)
        await visit.drop(visit.grid.viewport(), file_mime(table))
        sheet = await comes(visit, BatchDialog)
        assert sheet.rows.rows.rows[0].submitted_before.startswith("1 of 2 takes submitted on ")
        await visit.click(sheet.go)
        asked = await comes(visit, LimitDialog)
        assert asked.go.text() == "Generate anyway"
        assert len(visit.accepted_requests()) == 1
        await visit.click(asked.go)
        await wait_until(lambda: len(visit.accepted_requests()) == 2, "The second order")
        await visit.wait_for_state(Done, row=1)
        await visit.wait_for_state(Done, row=0)
        await wait_until(
            lambda: visit.application.window.status.today.text() == "Today $1.51 of $1.00", "Spending by group"
        )
        # The same cells pasted: the row is known, and left out.
        QGuiApplication.clipboard().setText(TABLE.replace(",", "\t"))
        visit.application.window.activateWindow()  # what a window manager does
        await wait_until(QApplication.focusWidget, "The keyboard's focus")
        await visit.press("Ctrl+Shift+V")
        again = await comes(visit, BatchDialog)
        assert again.rows.rows.rows[0].submitted_before.startswith("Submitted on ")
        assert again.go.is_blocked
        again.reject()
        await visit.click(visit.application.window.status.today)
        spending = await comes(visit, SpendingReportDialog)
        await wait_until(lambda: spending.sums.sums.rowCount() == 2, "The two clips")
        assert spending.total.text() == "$1.51"
        spending.export_requested.emit(str(tmp_path / "spending.csv"))
        spending.reject()  # whoever has said where to needs the sheet no longer
        await wait_until(lambda: "2 rows saved" in visit.message, "The export")
        assert (tmp_path / "spending.csv").read_text(encoding="utf-8-sig").count("A fox in the snow") == 2
