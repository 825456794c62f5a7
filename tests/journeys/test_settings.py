"""Settings: they hold at once and after a restart."""

from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QFileDialog

from kling_desktop.domain.jobs.job_states import Done, Held
from kling_desktop.domain.request.draft import Draft
from kling_desktop.store.settings import SettingsFile
from kling_desktop.ui.library.cards.columns import RATING, places
from kling_desktop.ui.library.grid.list_header import ListHeader
from kling_desktop.ui.settings.settings_dialog import SettingsDialog
from kling_desktop.ui.shell.layout import FORM
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.widgets import Button, IconButton, Segmented
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import call_in_qt, wait_until


def settings_button(window: MainWindow) -> IconButton:
    return next(button for button in window.findChildren(IconButton) if button.accessibleName() == "Settings")


async def settings_of(app: AppDriver) -> SettingsDialog:
    await app.click(settings_button(app.application.window))
    await wait_until(lambda: app.find_all(SettingsDialog), "The settings")
    return app.find(SettingsDialog)


def control(dialog: SettingsDialog, name: str) -> Segmented:
    return next(c for c in dialog.findChildren(Segmented) if c.accessibleName() == name)


async def test_requests_to_a_window_that_just_opened_are_carried_out_later(open_app: OpenApp) -> None:
    async with open_app(at_once=lambda window: settings_button(window).click()) as app:
        await wait_until(lambda: app.find_all(SettingsDialog), "The settings")


async def test_theme_and_card_settings_apply_at_once_and_stay(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        dialog = await settings_of(app)
        await app.click(control(dialog, "Theme").cell("light"))
        assert app.application.window.palette().window().color().lightness() > 200
        await app.press("Esc", on=dialog)
        library = app.application.window.library
        await app.press("Ctrl++", on=app.grid)
        await app.click(library.as_list)
        [rating] = [left for column, left, _ in places(library.width() - 32) if column is RATING]
        await app.click(app.find(ListHeader), QPoint(16 + rating + 4, 10))
        await wait_until(lambda: library.sort_button.text() == "Best rated", "The order")
    async with open_app() as app:
        await app.wait_until_connected()
        assert app.application.window.palette().window().color().lightness() > 200
        library = app.application.window.library
        assert library.appearance == (3, True)
        await wait_until(lambda: library.sort_button.text() == "Best rated", "The order")
        dialog = await settings_of(app)
        await app.click(control(dialog, "Theme").cell("system"))


async def test_pane_sizes_are_saved_after_a_drag(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        await app.press("Ctrl+B")
        settings = SettingsFile(app.folders.settings)
        await wait_until(lambda: FORM in settings.read().hidden, "The layout on disk, long before the app is closed")


async def test_without_a_hold_a_request_is_sent_at_once(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        dialog = await settings_of(app)
        await app.click(control(dialog, "Seconds to undo").cell(0.0))
        await app.press("Esc", on=dialog)
        await app.click(app.generate)
        done = (await app.wait_for_state(Done)).state
        assert isinstance(done, Done)
        assert Path(done.file).exists()


async def test_active_jobs_save_to_the_newly_chosen_folder(open_app: OpenApp, tmp_path: Path) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        dialog = await settings_of(app)
        await app.click(control(dialog, "Seconds to undo").cell(10.0))
        await app.press("Esc", on=dialog)
        await app.click(app.generate)
        await app.wait_for_state(Held)
        dialog = await settings_of(app)
        choose = next(b for b in dialog.findChildren(Button) if b.text() == "Choose…")
        await app.click(choose)
        chosen = tmp_path / "elsewhere"
        chosen.mkdir()
        asking = app.find(QFileDialog, where=dialog)
        await call_in_qt(lambda: asking.fileSelected.emit(str(chosen)))
        await call_in_qt(asking.close)
        await wait_until(lambda: app.jobs[0].folder == str(chosen / "Sandbox"), "The new folder")
        assert (chosen / "Sandbox").is_dir()
        await app.press("Esc", on=dialog)
