"""What the window says stays to be read, whatever else comes and goes in it."""

from PySide6.QtCore import QPoint

from kling_desktop.domain.jobs.actions import JobAction
from kling_desktop.domain.jobs.job_states import Cancelled, Done, Generating, Held, Refused
from kling_desktop.domain.request.draft import Draft
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import IconButton, LinkButton, Message
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import wait_until


async def made_a_clip(app: AppDriver) -> Done:
    await app.wait_until_connected()
    await app.press("Ctrl+Return")
    clip = (await app.wait_for_state(Done)).state
    assert isinstance(clip, Done)
    return clip


async def test_a_message_stays_when_the_viewer_closes_and_never_covers_its_controls(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await made_a_clip(app)
        bar = app.application.window.messages
        bar.post(Message("The disk is full.", Tone.BAD, seconds=0))
        await app.click(app.grid.viewport(), app.card())
        viewer = app.viewer
        stage, strip = (part.mapTo(app.window, QPoint()) for part in (viewer.stage, viewer.film))
        assert bar.geometry().bottom() + 1 == strip.y() - 12
        assert abs(bar.geometry().center().x() - stage.x() - viewer.stage.width() // 2) <= 1
        await app.press("Esc", on=viewer)
        await wait_until(lambda: app.grid.isVisible(), "The grid")
        await app.click(app.find(IconButton, "Close this message"))
        assert not app.message


async def test_escape_closes_a_message_wherever_the_focus_is(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await made_a_clip(app)
        for place in (app.prompt, app.grid, app.generate):
            place.setFocus()
            app.application.window.messages.post(Message("The disk is full.", Tone.BAD, seconds=0))
            await app.press("Esc")
            assert not app.message, place


async def test_one_undo_restores_everything_removed_at_once(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        for number in (1, 2):
            app.prompt.setFocus()
            await app.press("Ctrl+Return")
            await app.wait_for_state(Held)
            await app.click(app.grid.viewport(), app.first_button())
            await wait_until(lambda: len(app.queued) == number and not app.jobs, "The cancelled job")  # noqa: B023
        assert all(isinstance(job.state, Cancelled) for job in app.queued)
        await app.press("Ctrl+J")
        await app.press("Home")
        await app.press("Del")
        await wait_until(lambda: app.message == "Removed from the list.", "The first message")
        await app.press("Home")
        await app.press("Del")
        await wait_until(lambda: app.message == "2 removed from the list.", "The second message")
        await app.click(app.find(LinkButton, "Undo"))
        await wait_until(lambda: len(app.queued) == 2, "Both")


async def test_a_question_is_shown_at_once_over_any_message(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite"), "--speed", "1") as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        job = await app.wait_for_state(Generating)
        app.application.window.messages.post(Message("The disk is full.", Tone.BAD, seconds=0))
        app.request(JobAction.FORGET, job.id)
        assert "Forgetting it stops following it" in app.message
        app.grid.setFocus()
        await app.press("Esc")
        assert app.message == "The disk is full."


async def test_the_details_of_a_refusal_lead_to_its_settings(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite"), "--fault", "moderation=1") as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        job = await app.wait_for_state(Refused)
        app.request(JobAction.SHOW_DETAILS, job.id)
        message = app.application.window.messages.message
        assert message is not None
        assert message.word == "Refused · not charged"
        assert message.word not in message.text
        assert message.caption == "Leonardo said: “content moderation filter: the prompt was refused”"
        await app.click(app.prompt)
        await app.press("Ctrl+A")
        await app.type("Something else")
        await app.click(app.find(LinkButton, "Use settings"))
        assert app.application.composer.draft.prompt == "A kite"
