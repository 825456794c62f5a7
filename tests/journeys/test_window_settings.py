"""Settings: they hold at once and after a restart."""

from pathlib import Path

from kling_desktop.domain.draft import Draft
from kling_desktop.domain.states import Done
from kling_desktop.ui.settings_dialog import SettingsDialog
from kling_desktop.ui.widgets import IconButton, Segmented
from tests.journeys.conftest import OpenApp
from tests.journeys.hands import until
from tests.journeys.visit import Visit


async def settings_of(app: Visit) -> SettingsDialog:
    button = next(b for b in app.all(IconButton) if b.accessibleName() == "Settings")
    await app.click(button)
    await until(lambda: app.all(SettingsDialog), "The settings")
    return app.see(SettingsDialog)


def control(dialog: SettingsDialog, name: str) -> Segmented:
    return next(c for c in dialog.findChildren(Segmented) if c.accessibleName() == name)


async def test_the_theme_changes_at_once_and_stays(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.connected()
        dialog = await settings_of(app)
        await app.click(control(dialog, "Theme").cell("light"))
        assert app.desktop.window.palette().window().color().lightness() > 200
        await app.press("Esc", on=dialog)
    async with open_app() as app:
        await app.connected()
        assert app.desktop.window.palette().window().color().lightness() > 200
        dialog = await settings_of(app)
        await app.click(control(dialog, "Theme").cell("system"))


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
