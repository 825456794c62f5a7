"""The files of the clips, in the whole window: followed, missed, fetched again, imported, and a library made anew."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton

from kling_desktop.domain.jobs.actions import JobAction, ReuseAction, ReviewAction
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.clip_query import LineageFilter, LineageScope
from kling_desktop.domain.library.lineage import Relation, sources_of
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.library.account_import_dialog import AccountImportDialog
from kling_desktop.ui.library.check_dialog import CheckDialog
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.viewer.details.lineage_row import ClipRow
from kling_desktop.ui.widgets import PrimaryButton, StatusDot
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import wait_until
from tests.media.video_fixtures import write_video

KITE = Draft(prompt="A kite over the sea", duration=5)


def model(app: AppDriver) -> LibraryModel:
    found = app.grid.model()
    assert isinstance(found, LibraryModel)
    return found


def clip(app: AppDriver, row: int = 0) -> Clip:
    found = model(app).clip(row)
    assert found is not None
    return found


def come_back() -> None:
    """The user has been elsewhere, at the files perhaps."""
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    application.applicationStateChanged.emit(Qt.ApplicationState.ApplicationActive)


async def make_a_clip(app: AppDriver) -> Job:
    await app.wait_until_connected()
    await app.press("Ctrl+Return")
    job = await app.wait_for_state(Done)
    await wait_until(lambda: (found := model(app).clip(0)) and found.id == job.id, "The clip")
    return job


def digest_on_disk(app: AppDriver) -> str:
    with closing(sqlite3.connect(app.folders.database)) as database:
        return str(database.execute("SELECT digest FROM clips").fetchone()[0])


def button(dialog: CheckDialog | AccountImportDialog, words: str) -> QAbstractButton:
    buttons = [one for one in dialog.findChildren(QAbstractButton) if one.isVisible()]
    found = [one for one in buttons if words in (one.text(), one.accessibleName())]
    assert found, words
    return found[-1]


async def checked(app: AppDriver) -> CheckDialog:
    app.application.window.library.check_requested.emit()
    dialog = next(one for one in app.application.window.findChildren(CheckDialog) if one.isVisible())
    await wait_until(lambda: button(dialog, "Check again").isEnabled(), "What the check found")
    return dialog


def found_by(dialog: CheckDialog) -> list[str]:
    return [led.text() for led in dialog.findChildren(StatusDot) if led.isVisible()]


async def test_files_can_be_moved_deleted_restored_and_imported(open_app: OpenApp) -> None:
    async with open_app(KITE) as app:
        first = await make_a_clip(app)
        await what_happens_to_its_file_outside_is_followed_and_mended(app)
        second = await the_viewer_shows_where_the_next_clip_comes_from_and_leads_there(app, first)
        await the_second_is_deleted_at_leonardo_only_when_that_is_asked_for(app, second)
        app.request(ReviewAction.RATE, clips=(clip(app, 1).number,), value=5)
        await wait_until(lambda: clip(app, 1).rating == 5, "The stars")
        home = app.folders
    for file in (*home.data.glob("kling.db*"), home.job_journal):
        file.unlink()
    shutil.rmtree(home.posters)
    async with open_app(None, "--history", "1") as app:
        await the_library_is_made_anew_from_its_files(app, first, second)
        await what_the_account_made_elsewhere_comes_in(app)


async def what_happens_to_its_file_outside_is_followed_and_mended(app: AppDriver) -> None:
    file = clip(app).file
    await wait_until(lambda: "-" in digest_on_disk(app), "The first look at the file")
    renamed = file.rename(file.with_name("the good one.mp4"))
    come_back()
    await wait_until(lambda: clip(app).file == renamed, "The new name")
    assert "moved outside the app" in app.message
    renamed.unlink()
    write_video(file.with_name("holiday.mp4"))
    come_back()
    await wait_until(lambda: clip(app).is_missing, "The loss")
    assert model(app).card(0).word == "File missing"
    app.request(JobAction.OPEN, clip(app).id)
    await wait_until(lambda: "costs nothing" in app.message, "The offer to fetch it")
    broken, offer = app.viewer, app.application.window.messages.message
    assert offer is not None
    assert offer.act is not None
    for _ in range(2):  # a second click in a hurry fetches it no second time
        offer.act()
    await wait_until(
        lambda: app.application.window.middle.viewer is not broken and app.viewer.stage.number > 2, "The playing clip"
    )
    assert clip(app).file.is_file()
    assert not clip(app).is_missing
    assert sorted(each.name for each in file.parent.glob("*.mp4")) == sorted((clip(app).file.name, "holiday.mp4"))
    await app.press("Esc", on=app.viewer)
    assert len(app.accepted_requests()) == 1


async def the_viewer_shows_where_the_next_clip_comes_from_and_leads_there(app: AppDriver, first: Job) -> Job:
    app.request(JobAction.OPEN, first.id)
    await wait_until(lambda: app.viewer.stage.number > 2, "The playing clip")
    await app.press("C", on=app.viewer)
    await wait_until(lambda: app.application.composer.draft.used(Slot.START_FRAME), "The next shot")
    await app.press("Ctrl+Return")
    await wait_until(lambda: len(app.jobs) == 2, "The second job")
    second = await app.wait_for_state(Done)
    [parent] = sources_of(second.draft)
    assert (parent.relation, parent.origin.job, parent.origin.prompt_excerpt) == (
        Relation.START_FRAME,
        first.id,
        KITE.prompt,
    )
    await wait_until(lambda: (found := model(app).clip(0)) and found.id == second.id, "The second clip")
    app.request(JobAction.OPEN, second.id)
    lineage = app.viewer.details.lineage
    await wait_until(lineage.isVisible, "Where it comes from")
    [row] = relatives(app)
    assert row.text().startswith("Start frame, frame ")
    row.click()
    await wait_until(lambda: app.viewer.details.lineage is not lineage, "The clip it was made from")
    await wait_until(app.viewer.details.lineage.isVisible, "What it has led to")
    [row] = relatives(app)
    assert row.text().startswith("Starts from it, frame ")
    app.viewer.details.lineage.filter_requested.emit(LineageFilter(first.id, LineageScope.CHILDREN, KITE.prompt))
    await wait_until(lambda: [job.id for job in app.jobs] == [second.id], "What it has led to, in the library")
    finder = app.application.window.library.search
    assert [chip.text() for chip in finder.row.chips.values() if chip.isChecked()] == ["Made from “A kite over the s…”"]
    finder.clear()
    await wait_until(lambda: len(app.jobs) == 2, "All clips")
    return second


async def the_second_is_deleted_at_leonardo_only_when_that_is_asked_for(app: AppDriver, second: Job) -> None:
    app.request(JobAction.DELETE_AT_LEONARDO, second.id)
    await wait_until(lambda: "permanently deletes the clip" in app.message, "The question")
    assert not app.accepted_requests()[1]["deleted"]
    message = app.application.window.messages.message
    assert message is not None
    assert message.act is not None
    file = clip(app).file
    aside = shutil.move(file, app.folders.data / "aside.mp4")
    app.application.window.messages.dismiss()
    message.act()
    await wait_until(lambda: "the only copy" in app.message, "Why it isn't deleted")
    assert not app.accepted_requests()[1]["deleted"]
    shutil.move(aside, file)
    message.act()
    await wait_until(lambda: "was deleted at Leonardo" in app.message, "The deletion")
    assert [order["deleted"] for order in app.accepted_requests()] == [False, True]
    assert clip(app).file.is_file()
    assert not model(app).card(0).offers(JobAction.DELETE_AT_LEONARDO)
    app.request(ReuseAction.EDIT_VIDEO, second.id)
    await wait_until(lambda: "doesn't have" in app.message, "Why it can't be edited")


async def the_library_is_made_anew_from_its_files(app: AppDriver, *jobs: Job) -> None:
    await app.wait_until_connected()
    await wait_until(lambda: app.message, "The offer")
    assert "aren't in the library" in app.message
    dialog = await checked(app)
    assert found_by(dialog) == ["In place", "Not listed", "Other"]
    button(dialog, "Import").click()
    await wait_until(lambda: model(app).rowCount() == 2 and model(app).clip(0) and model(app).clip(1), "The clips")
    await wait_until(lambda: found_by(dialog) == ["In place", "Other"], "A look at what is in order now")
    assert {clip(app, row).id for row in (0, 1)} == {job.id for job in jobs}
    assert clip(app, 1).job.draft.prompt == KITE.prompt
    assert Path(clip(app).poster).is_file()
    button(dialog, "Close").click()


async def what_the_account_made_elsewhere_comes_in(app: AppDriver) -> None:
    await begin_an_import(app)
    dialog = account_dialog(app)
    await wait_until(lambda: not dialog.is_running, "The end of the import", 60)
    assert dialog.sentence == "2 checked: 1 imported, 1 already in the library."
    assert model(app).rowCount() == 3
    assert len([order for order in app.accepted_requests() if not order["past"]]) == 2
    button(dialog, "Close").click()


async def test_an_import_interrupted_by_closing_resumes_and_a_stopped_one_does_not(
    open_app: OpenApp,
) -> None:
    options = (None, "--history", "2")
    async with open_app(*options) as app:
        await app.wait_until_connected()
        wish = app.folders.pending_import
        await begin_an_import(app)
        await wait_until(wish.exists, "The import under way")
        button(account_dialog(app), "Close").click()
        works = app.application.window.status.tasks
        assert works.isVisible()
        assert works.text.text().startswith("Importing from your account")
    assert wish.exists()
    async with open_app(*options) as app:
        await wait_until(lambda: app.message.startswith("The import from your account continues"), "That it continues")
        await wait_until(lambda: model(app).rowCount() == 2, "Both clips", 60)
        await wait_until(lambda: not wish.exists(), "The end of the import")
        await begin_an_import(app)
        button(account_dialog(app), "Stop").click()
        await wait_until(lambda: not account_dialog(app).is_running and not wish.exists(), "The import is stopped")
        button(account_dialog(app), "Close").click()
        await wait_until(lambda: not app.application.window.status.tasks.isVisible(), "The line is clear")
        assert not list(app.folders.clips.rglob(".*.part"))


async def test_several_clips_are_deleted_at_leonardo_with_one_question_and_failures_are_named(
    open_app: OpenApp,
) -> None:
    async with open_app(None, "--history", "3") as app:
        await app.wait_until_connected()
        await begin_an_import(app)
        await wait_until(lambda: model(app).rowCount() == 3 and not account_dialog(app).is_running, "The clips", 60)
        button(account_dialog(app), "Close").click()
        chosen = tuple(clip(app, row).number for row in range(3))
        first, second, _ = (clip(app, row).file for row in range(3))
        aside = first.rename(first.with_suffix(".aside"))
        app.request(JobAction.DELETE_AT_LEONARDO, clips=chosen)
        await wait_until(lambda: "permanently deletes 2 clips" in app.message, "The question")
        assert app.message.endswith("1 clip isn't deleted because its file is missing here.")
        assert not any(order["deleted"] for order in app.accepted_requests())
        aside.rename(first)
        app.request(JobAction.DELETE_AT_LEONARDO, clips=chosen)
        await wait_until(lambda: "permanently deletes 3 clips" in app.message, "The question")
        second.rename(aside)
        act(app)
        await wait_until(lambda: "1 clip couldn't be deleted" in app.message, "What came of it")
        assert app.message.startswith("2 clips were deleted at Leonardo. The files here stay.")
        assert f"“{second.name}”" in app.message
        assert sum(order["deleted"] for order in app.accepted_requests()) == 2
        aside.rename(second)
        act(app)
        await wait_until(lambda: app.message.startswith("The clip was deleted at Leonardo."), "The rest")
        assert all(order["deleted"] for order in app.accepted_requests())
        assert first.is_file()
        app.request(JobAction.DELETE_AT_LEONARDO, clips=chosen)
        await wait_until(lambda: "no longer has these clips" in app.message, "That all are gone there")


def act(app: AppDriver) -> None:
    message = app.application.window.messages.message
    assert message is not None
    assert message.act is not None
    message.act()


async def begin_an_import(app: AppDriver) -> None:
    app.application.window.library.import_requested.emit()
    dialog = account_dialog(app)
    await wait_until(lambda: not dialog.is_running, "The end of the one before")
    app.find(PrimaryButton, where=dialog).click()


def account_dialog(app: AppDriver) -> AccountImportDialog:
    return next(one for one in app.application.window.findChildren(AccountImportDialog) if one.isVisible())


def relatives(app: AppDriver) -> list[QAbstractButton]:
    return [row for row in app.viewer.details.lineage.findChildren(ClipRow) if row.isVisible()]
