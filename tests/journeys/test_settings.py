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
from tests.journeys.app_fixture import Visit
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import by_qt, until


def settings_button(window: MainWindow) -> IconButton:
    return next(button for button in window.findChildren(IconButton) if button.accessibleName() == "Settings")


async def settings_of(app: Visit) -> SettingsDialog:
    await app.click(settings_button(app.application.window))
    await until(lambda: app.all(SettingsDialog), "The settings")
    return app.see(SettingsDialog)


def control(dialog: SettingsDialog, name: str) -> Segmented:
    return next(c for c in dialog.findChildren(Segmented) if c.accessibleName() == name)


async def test_what_is_asked_of_a_window_that_has_only_just_come_is_done_once_it_can_be(open_app: OpenApp) -> None:
    async with open_app(at_once=lambda window: settings_button(window).click()) as app:
        await until(lambda: app.all(SettingsDialog), "The settings")


async def test_the_theme_and_the_looks_of_the_clips_change_at_once_and_stay(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.connected()
        dialog = await settings_of(app)
        await app.click(control(dialog, "Theme").cell("light"))
        assert app.application.window.palette().window().color().lightness() > 200
        await app.press("Esc", on=dialog)
        library = app.application.window.library
        await app.press("Ctrl++", on=app.grid)
        await app.click(library.as_list)
        [rating] = [left for column, left, _ in places(library.width() - 32) if column is RATING]
        await app.click(app.see(ListHeader), QPoint(16 + rating + 4, 10))
        await until(lambda: library.sort_button.text() == "Best rated", "The order")
    async with open_app() as app:
        await app.connected()
        assert app.application.window.palette().window().color().lightness() > 200
        library = app.application.window.library
        assert library.appearance == (3, True)
        await until(lambda: library.sort_button.text() == "Best rated", "The order")
        dialog = await settings_of(app)
        await app.click(control(dialog, "Theme").cell("system"))


async def test_the_panes_are_kept_as_soon_as_they_rest(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.connected()
        await app.press("Ctrl+B")
        settings = SettingsFile(app.folders.settings)
        await until(lambda: FORM in settings.read().hidden, "The layout on disk, long before the app is closed")


async def test_without_time_to_undo_an_order_leaves_at_once(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.connected()
        dialog = await settings_of(app)
        await app.click(control(dialog, "Seconds to undo").cell(0.0))
        await app.press("Esc", on=dialog)
        await app.click(app.generate)
        done = (await app.comes_to(Done)).state
        assert isinstance(done, Done)
        assert Path(done.file).exists()


async def test_what_is_on_its_way_goes_to_the_folder_that_is_chosen_meanwhile(
    open_app: OpenApp, tmp_path: Path
) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.connected()
        dialog = await settings_of(app)
        await app.click(control(dialog, "Seconds to undo").cell(10.0))
        await app.press("Esc", on=dialog)
        await app.click(app.generate)
        await app.comes_to(Held)
        dialog = await settings_of(app)
        choose = next(b for b in dialog.findChildren(Button) if b.text() == "Choose…")
        await app.click(choose)
        chosen = tmp_path / "elsewhere"
        chosen.mkdir()
        asking = app.see(QFileDialog, where=dialog)
        await by_qt(lambda: asking.fileSelected.emit(str(chosen)))
        await by_qt(asking.close)
        await until(lambda: app.jobs[0].folder == str(chosen / "Sandbox"), "The new folder")
        assert (chosen / "Sandbox").is_dir()
        await app.press("Esc", on=dialog)
