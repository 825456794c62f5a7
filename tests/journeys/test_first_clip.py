"""From the form to a clip that plays, in the whole window."""

from pathlib import Path

from kling_desktop.domain.jobs.actions import JobAction
from kling_desktop.domain.jobs.job_states import Cancelled, Done, Generating, Held, Refused
from kling_desktop.domain.request.draft import Draft
from kling_desktop.store.folders import Folders
from kling_desktop.ui.widgets import Message, Tag
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import wait_until


async def test_a_clip_is_generated_and_played_with_the_keyboard_only(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        await app.type("A kite over the sea")
        await app.press("Ctrl+Return")
        clip = (await app.wait_for_state(Done)).state
        assert isinstance(clip, Done)
        app.grid.setFocus()
        await app.press("Home")
        await app.press("Return")
        seen: list[int] = []
        app.viewer.stage.shown.connect(seen.append)
        await wait_until(lambda: len(seen) > 12, "The playing clip")
        assert seen == sorted(seen)
        assert set(range(seen[0], seen[-1])) == set(seen[:-1])
        await app.press("Space", on=app.viewer)
        assert not app.viewer.stage.playing
        await app.press("Esc", on=app.viewer)
        assert app.grid.isVisible()


async def test_holding_ctrl_enter_submits_once(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        await app.hold("Ctrl+Return", repeats=20)
        await app.wait_for_state(Held)
        assert len(app.jobs) == 1


async def test_a_double_click_on_generate_submits_once(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        await app.double_click(app.generate)
        await app.wait_for_state(Held)
        assert len(app.jobs) == 1


async def test_a_double_click_on_retry_submits_once(open_app: OpenApp, tmp_path: Path) -> None:
    settings = Folders.under(tmp_path / "home").settings
    settings.parent.mkdir(parents=True)
    settings.write_text('{"hold_seconds": 0.1}')
    async with open_app(Draft(prompt="A kite"), "--fault", "moderation=1") as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        await wait_until(lambda: app.queued and isinstance(app.queued[0].state, Refused), "The refusal")
        refused = app.queued[0]
        for _ in range(2):
            app.request(JobAction.RETRY, refused.id)
        await wait_until(lambda: [job for job in app.queued if job.id != refused.id], "The new job")
        await wait_until(lambda: all(job.is_terminal for job in app.queued), "Its end")
        assert len(app.queued) == 1


async def test_undo_during_the_hold_sends_nothing(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        await app.click(app.generate)
        await app.wait_for_state(Held)
        await app.click(app.grid.viewport(), app.first_button())
        await wait_until(lambda: isinstance(app.queued[0].state, Cancelled), "The cancelled job")
        assert app.jobs == ()
        assert app.accepted_requests() == []
        assert app.message == "Cancelled before it was sent. Nothing is charged."


async def test_one_undo_withdraws_all_takes_of_one_click(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite", takes=4)) as app:
        await app.wait_until_connected()
        app.application.shell.context.settings.change("hold_seconds", 60.0)
        await app.click(app.generate)
        await wait_until(lambda: len(app.jobs) == 4, "Four takes")
        said: list[Message] = []
        app.application.window.messages.posted.connect(said.append)
        await app.click(app.grid.viewport(), app.first_button(2))
        all_back = "All 4 takes cancelled before they were sent. Nothing is charged."
        await wait_until(lambda: app.message == all_back, "The message")
        assert [one.text for one in said if "before" in one.text] == [all_back], "once, not once for each"
        assert [type(job.state) for job in app.queued] == [Cancelled] * 4
        assert app.accepted_requests() == []


async def test_public_is_shown_next_to_generate(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite", public=True)) as app:
        await app.wait_until_connected()
        assert app.find(Tag, "PUBLIC")
        await app.press("Ctrl+Return")
        await app.wait_for_state(Generating, Done)
        assert [request["public"] for request in app.accepted_requests()] == [True]


async def test_the_prompt_has_focus_from_the_start(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.type("At once")
        assert app.application.composer.draft.prompt == "At once"
        await app.wait_until_connected()
        assert app.application.composer.draft.prompt == "At once"


async def test_the_sandbox_is_marked_and_its_clips_are_kept_apart(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        assert app.find(Tag, "SANDBOX")
        await app.press("Ctrl+Return")
        assert Path((await app.wait_for_state(Held)).folder).name == "Sandbox"


async def test_ctrl_enter_generates_wherever_the_focus_is(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        app.grid.setFocus()
        await app.press("Ctrl+Return")
        await app.wait_for_state(Held)
