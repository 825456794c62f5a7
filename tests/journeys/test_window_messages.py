"""What the window says stays to be read, whatever else comes and goes in it."""

from PySide6.QtCore import QPoint

from kling_desktop.domain.draft import Draft
from kling_desktop.domain.states import Done
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import IconButton, Message
from tests.journeys.conftest import OpenApp
from tests.journeys.hands import until
from tests.journeys.visit import Visit


async def made_a_clip(app: Visit) -> Done:
    await app.connected()
    await app.press("Ctrl+Return")
    clip = (await app.comes_to(Done)).state
    assert isinstance(clip, Done)
    return clip


async def test_a_message_outlives_the_viewer_in_sight_and_clear_of_its_controls(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await made_a_clip(app)
        bar = app.desktop.window.messages
        bar.tell(Message("The disk is full.", Tone.BAD, seconds=0))
        await app.click(app.grid.viewport(), app.card())
        viewer = app.viewer
        stage, strip = (part.mapTo(app.window, QPoint()) for part in (viewer.stage, viewer.film))
        assert bar.geometry().bottom() + 1 == strip.y() - 12
        assert abs(bar.geometry().center().x() - stage.x() - viewer.stage.width() // 2) <= 1
        await app.press("Esc", on=viewer)
        await until(lambda: app.grid.isVisible(), "The grid")
        await app.click(app.see(IconButton, "Close this message"))
        assert not app.message


async def test_escape_closes_a_message_wherever_the_keyboard_is(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await made_a_clip(app)
        for place in (app.prompt, app.grid, app.generate):
            place.setFocus()
            app.desktop.window.messages.tell(Message("The disk is full.", Tone.BAD, seconds=0))
            await app.press("Esc")
            assert not app.message, place
