"""From a finished clip to the next one, in the whole window."""

from PIL import Image

from kling_desktop.domain.jobs.actions import ReuseAction
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.generation_type import GenerationType, type_of
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import wait_until
from tests.support.frame_marks import read_mark

KITE = Draft(prompt="A kite over the sea", duration=5)


async def open_clip(app: AppDriver) -> None:
    await app.wait_until_connected()
    await app.press("Ctrl+Return")
    await app.wait_for_state(Done)
    app.grid.setFocus()
    await app.press("Home")
    await app.press("Return")
    await wait_until(lambda: app.viewer.stage.number > 2, "The playing clip")


def number_of(picture: LocalImage) -> int | None:
    with Image.open(picture.file) as image:
        return read_mark(image)


async def test_a_clip_is_reused_for_the_next_request(open_app: OpenApp) -> None:
    async with open_app(KITE) as app:
        await open_clip(app)
        await the_frame_on_the_screen_becomes_the_start_frame(app)
        await three_more_takes_are_looked_over_before_they_are_paid_for(app)
        await a_full_screen_shows_the_clip_alone_and_esc_leads_back(app)
        await the_next_shot_goes_on_from_the_last_frame(app)


async def the_frame_on_the_screen_becomes_the_start_frame(app: AppDriver) -> None:
    await app.press("Home", on=app.viewer)
    for _ in range(3):
        await app.press("Right", on=app.viewer)
    await wait_until(lambda: app.viewer.stage.number == 3, "The fourth frame")
    app.viewer.transport.frame_action_requested.emit(ReuseAction.USE_START_FRAME)
    composer = app.application.composer
    await wait_until(lambda: composer.draft.start_frame, "The start frame")
    [frame] = composer.draft.start_frame
    assert isinstance(frame, LocalImage)
    assert number_of(frame) == 3
    assert app.message == "Frame 4 is now the start frame."
    composer.undo()
    assert composer.draft == KITE


async def three_more_takes_are_looked_over_before_they_are_paid_for(app: AppDriver) -> None:
    await app.press("Shift+R", on=app.viewer)
    await wait_until(lambda: app.application.composer.draft.takes == 3, "Three takes in the form")
    assert "3 more takes" in app.message
    assert len(app.jobs) == 1


async def a_full_screen_shows_the_clip_alone_and_esc_leads_back(app: AppDriver) -> None:
    window = app.application.window
    await app.press("F11", on=app.viewer)
    assert window.isFullScreen()
    assert not window.composer.isVisible()
    await app.press("Esc", on=app.viewer)
    assert not window.isFullScreen()
    assert window.composer.isVisible()
    assert window.middle.viewer is not None


async def the_next_shot_goes_on_from_the_last_frame(app: AppDriver) -> None:
    await app.press("C", on=app.viewer)
    composer = app.application.composer
    await wait_until(lambda: type_of(composer.draft) is GenerationType.START, "The start frame")
    [frame] = composer.draft.start_frame
    assert isinstance(frame, LocalImage)
    assert number_of(frame) == 119
    await wait_until(lambda: app.prompt.hasFocus(), "The keyboard in the prompt")
    await app.press("Ctrl+Return")
    await wait_until(lambda: len(app.jobs) == 2, "The next job")
    assert app.jobs[0].draft.start_frame == (frame,)
