"""Finding, judging and taking away clips in the whole window, from the keyboard."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu

from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.services.poll_schedule import PollSchedule
from kling_desktop.session import SANDBOX_KEY, Session
from kling_desktop.ui.search.search_field import SearchField
from kling_desktop.ui.viewer.compare import CompareView
from kling_desktop.ui.widgets import Button, Chip, LinkButton, StatusDotButton
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.seeded_library import seed_clips
from tests.journeys.ui_driver import wait_until
from tests.support.job_submission import submit_one, submit_paused

PROMPTS = ("A fox in the snow", "A cat by the window", "雨の中の猫", "A fox at night", "A hare")


def prompts(app: AppDriver) -> list[str]:
    return [job.draft.prompt if job else "" for job in app.jobs]


async def clip(app: AppDriver, number: int) -> Clip:
    session = app.session
    found = await session.library.get_clip(f"{number:032x}")
    assert found
    return found


@pytest.mark.qt_log_ignore("This plugin does not support grabbing the keyboard", extend=True)
async def test_clips_are_found_reviewed_and_deleted_with_the_keyboard(
    open_app: OpenApp, tmp_path: Path, system_bin: Path
) -> None:
    seed_clips(tmp_path / "home", [Draft(prompt=prompt) for prompt in PROMPTS])
    async with open_app() as app:
        await app.wait_until_connected()
        await wait_until(lambda: prompts(app) == list(PROMPTS), "All clips")
        await words_find_clips_and_escape_brings_all_back(app)
        await keys_judge_what_is_chosen(app)
        await the_viewer_judges_and_leads_on(app)
        await a_search_is_kept(app)
        await the_form_takes_what_a_clip_was_made_with(app)
        await rejects_go_and_come_back(app)
        await ctrl_z_undoes_what_was_done_where_the_keyboard_is(app)
        await app.press("Ctrl+Del")
        await wait_until(lambda: len(app.jobs) == 3, "What is left")
    assert sorted(path.name for path in (system_bin / "files").iterdir()) == ["clip 1.mp4", "clip 2.mp4"]
    async with open_app() as app:
        await app.wait_until_connected()
        await wait_until(lambda: prompts(app) == [PROMPTS[0], PROMPTS[3], PROMPTS[4]], "The clips that were kept")
        fox = await clip(app, 0)
        assert (fox.rating, fox.flag, fox.notes, fox.tags) == (4, Flag.PICK, "for Anna", ("client",))
        await app.press("Ctrl+Shift+F")
        await wait_until(
            lambda: "client" in app.application.window.library.search.facets.tags, "What there is to filter by"
        )
        await app.click(app.find(Chip, "Foxes"))
        await wait_until(lambda: prompts(app) == [PROMPTS[0]], "The search that was kept")


async def words_find_clips_and_escape_brings_all_back(app: AppDriver) -> None:
    await app.press("Ctrl+F")
    assert app.find(SearchField).hasFocus()
    await app.type("fo")
    await wait_until(lambda: prompts(app) == [PROMPTS[0], PROMPTS[3]], "Both foxes")
    assert app.find(SearchField).accessibleDescription() == "2 found"
    await app.press("Esc")
    await wait_until(lambda: len(app.jobs) == 5, "All again")
    app.find(SearchField).setText("猫")
    await app.press("Return")
    await wait_until(lambda: prompts(app) == [PROMPTS[2]], "The cat in the rain")
    assert app.grid.hasFocus()
    await app.press("Ctrl+F")
    await app.type("zebra")
    await wait_until(lambda: not app.jobs, "None of them")
    await app.click(app.find(Button, "Show all clips"))
    await wait_until(lambda: len(app.jobs) == 5, "All again")
    assert not app.find(SearchField).text()
    assert not app.find_all(Button, "Show all clips")


async def keys_judge_what_is_chosen(app: AppDriver) -> None:
    app.grid.setFocus()
    await app.press("Home")
    for key in ("4", "P", "N"):
        await app.press(key)
    await app.type("for Anna")
    await app.press("Ctrl+Return")  # it is done; nothing is ordered
    assert app.grid.hasFocus()
    await app.press("T")
    await app.type("client")
    await app.press("Return")
    await app.press("Right")
    await app.press("Shift+Right")
    await app.press("X")
    await wait_until(lambda: app.message == "2 clips rejected.", "What was done")
    fox, cat = await clip(app, 0), await clip(app, 1)
    assert (fox.rating, fox.flag, fox.notes, fox.tags) == (4, Flag.PICK, "for Anna", ("client",))
    assert cat.flag is Flag.REJECT


async def the_viewer_judges_and_leads_on(app: AppDriver) -> None:
    app.grid.setFocus()
    await app.press("End")
    await app.press("Return")
    hare = await clip(app, 4)
    await wait_until(lambda: app.viewer.details.review.isEnabled(), "What is thought of it")
    await app.press("3", on=app.viewer)
    await wait_until(lambda: app.viewer.details.review.stars.rating == 3, "Three stars")
    await app.press("PgUp", on=app.viewer)
    await wait_until(lambda: app.viewer.job.draft.prompt == PROMPTS[3], "The clip before")
    window = app.application.window
    await app.press("F11", on=app.viewer)
    await app.press("PgDown", on=app.viewer)
    assert window.isFullScreen()
    assert not window.composer.isVisible()
    assert not app.viewer.details.isVisible()
    await app.press("Esc", on=app.viewer)
    assert not window.isFullScreen()
    await app.press("PgDown", on=app.viewer)  # there is none after
    assert app.viewer.job.id == hare.id
    await wait_until(lambda: app.viewer.details.review.isEnabled(), "What is thought of it")
    await app.press("Del", on=app.viewer)
    await wait_until(lambda: app.message == "Moving 1 clip to the trash.", "What was done")
    assert app.viewer.job.draft.prompt == PROMPTS[3]
    await app.press("Ctrl+Z", on=app.viewer)
    await wait_until(lambda: len(app.jobs) == 5, "All again")
    assert (await clip(app, 4)).rating == 3
    await app.click(app.viewer.transport.compare)
    menu = app.find(QMenu)
    assert [action.text() for action in menu.actions() if action.text()] == [
        "With the previous clip",
        "With the next clip",
    ]
    menu.actions()[-1].trigger()
    menu.close()
    compare = app.find(CompareView)
    assert [take.draft.prompt for take in compare.takes] == [PROMPTS[3], PROMPTS[4]]
    await app.press("Esc", on=compare)
    assert app.viewer.job.draft.prompt == PROMPTS[3]
    await app.press("Esc", on=app.viewer)


async def a_search_is_kept(app: AppDriver) -> None:
    await app.press("Ctrl+F")
    await app.type("fox")
    await app.press("Return")
    await app.click(app.find(Chip, "3 stars and up"))
    await wait_until(lambda: prompts(app) == [PROMPTS[0]], "The fox with stars")
    await app.press("Ctrl+Shift+F")
    name = app.find(QLineEdit, where=app.application.window.library.search.sheet)
    name.setFocus()
    await app.type("Foxes")
    await app.press("Return")
    await wait_until(lambda: "Foxes" in app.message, "That it is kept")
    await app.click(app.find(Button, "Clear all"))
    await wait_until(lambda: len(app.jobs) == 5, "All again")
    await app.press("Esc")


async def the_form_takes_what_a_clip_was_made_with(app: AppDriver) -> None:
    composer = app.application.composer
    before = composer.draft
    app.grid.setFocus()
    await app.press("Home")
    for key, sentence in (
        ("Shift+U", "The form now holds this clip's prompt."),
        ("S", "The seed is now 70."),
        ("U", "The form now holds this clip's settings."),
    ):
        await app.press(key)
        await wait_until(lambda: app.message == sentence, sentence)  # noqa: B023
    assert composer.draft.prompt == PROMPTS[0]
    for _ in range(3):
        composer.undo()
    assert composer.draft == before
    await app.press("Shift+R")
    await wait_until(lambda: composer.draft.takes == 3, "Three more takes")
    composer.undo()
    await app.press("E")
    too_short = "The video to edit must be 3 to 10 seconds long; this one lasts 1 s."
    await wait_until(lambda: app.message.startswith(too_short), "Why it can't be edited")
    assert composer.draft == before
    await app.press("Esc")
    await app.press("C")
    await wait_until(lambda: composer.draft.start_frame, "Its last frame as the start frame")
    [frame] = composer.draft.start_frame
    assert isinstance(frame, LocalImage)
    assert (frame.width, frame.height) == (640, 360)
    assert composer.draft.size == Draft().size
    composer.undo()
    assert composer.draft == before


async def rejects_go_and_come_back(app: AppDriver) -> None:
    app.grid.setFocus()
    await app.press("Ctrl+Del")
    await wait_until(lambda: app.message == "Moving 2 rejects to the trash.", "What was done")
    assert prompts(app) == [PROMPTS[0], PROMPTS[3], PROMPTS[4]]
    await app.click(app.find(LinkButton, "Undo"))
    await wait_until(lambda: len(app.jobs) == 5, "All again")
    session = app.session
    found = await session.library.find(ClipQuery(flags=frozenset({"reject"})))
    assert len(found.numbers) == 2
    app.grid.setFocus()


async def ctrl_z_undoes_what_was_done_where_the_keyboard_is(app: AppDriver) -> None:
    composer = app.application.composer
    app.prompt.setFocus()
    await app.type("A hare")
    await wait_until(lambda: composer.draft.prompt.endswith("A hare"), "What is typed")
    typed = composer.draft
    app.grid.setFocus()
    await app.press("Home")
    await app.press("Del")
    await app.press("Ctrl+Del")  # while the one before is still on its way
    both = "Moving 2 rejects to the trash. Undo brings 1 more clip back."
    await wait_until(lambda: app.message == both, both)
    assert prompts(app) == [PROMPTS[3], PROMPTS[4]]
    app.application.window.messages.dismiss()
    await app.press("Ctrl+Z")
    await wait_until(lambda: len(app.jobs) == 5, "All again")
    assert composer.draft == typed
    session = app.session
    back: list[tuple[Clip, ...]] = []
    session.library.added.connect(back.append)
    await app.press("Del")
    await app.press("Ctrl+Z")  # faster than the disk
    await wait_until(
        lambda: back and len(app.jobs) == 5 and not app.message, "All again, and nothing more to be undone"
    )
    await app.press("Ctrl+Z")
    await wait_until(lambda: app.message.startswith("There is nothing to undo in the library."), "Nothing to undo")
    assert composer.draft == typed
    app.prompt.setFocus()
    await app.press("Ctrl+Z")
    assert composer.draft != typed
    app.grid.setFocus()


async def test_a_clip_rendered_on_the_command_line_appears_in_the_open_window(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        beside = await Session.open(
            app.session.service,
            SANDBOX_KEY,
            app.folders,
            profile="default",
            submitted_from="render",
            schedule=PollSchedule(0.2),
        )
        job = await submit_one(beside.queue, Draft(prompt="From the command line"), str(app.folders.data / "clips"))
        done = await app.wait_for_state(Done, row=0)
        assert (done.id, done.draft.prompt) == (job.id, "From the command line")
        await wait_until(lambda: app.find_all(QLabel, "1 clip"), "The clip in the place of its job")
        await wait_until(lambda: app.application.window.status.today.text().startswith("Today $0.755"), "What it cost")
        await submit_paused(beside.queue, Draft(prompt="Not sent"), str(app.folders.data / "clips"))
        await beside.close()
        ended = "Another Kling Desktop process ended before its job was finished."
        await wait_until(lambda: app.message == ended, "The message")
        await app.click(app.find(LinkButton, "Continue here"))
        await wait_until(lambda: app.find_all(StatusDotButton, "1 paused"), "The order that waits for a click")
