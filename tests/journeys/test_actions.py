"""Whatever the table of actions offers for a clip or a job does something in the window, and nothing breaks it."""

import asyncio

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog

from kling_desktop.domain.jobs.actions import (
    ACTIONS,
    Action,
    ActionPlace,
    JobAction,
    Pane,
    ReuseAction,
    ReviewAction,
    key_bindings,
)
from kling_desktop.domain.jobs.job_states import Done, Refused
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.request.draft import Draft
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.queue.queue_model import QueueModel
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import call_in_qt, wait_until

LAST = (ReviewAction.TRASH_REJECTS, ReviewAction.TRASH, JobAction.REMOVE)
"""They may take the clip away."""


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> list[QUrl]:
    """What is opened outside the app."""
    opened: list[QUrl] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    return opened


def dialogs() -> list[QDialog]:
    return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, QDialog) and widget.isVisible()]


def first_clip(app: AppDriver) -> Clip | None:
    model = app.grid.model()
    assert isinstance(model, LibraryModel)
    return model.clip(0) if model.rowCount() else None


def what_is_seen(app: AppDriver, browser: list[QUrl]) -> tuple[object, ...]:
    window = app.application.window
    clip = first_clip(app)
    return (
        app.message,
        len(browser),
        [type(dialog) for dialog in dialogs()],
        type(window.middle.viewer),
        app.application.composer.draft,
        QGuiApplication.clipboard().text(),
        window.library.notes.isVisible(),
        clip and (clip.id, clip.rating, clip.flag),
        len(app.queued),
    )


def named_tasks() -> set[str]:
    """What is under way; some of it as long as the window."""
    return {name for task in asyncio.all_tasks() if not (name := task.get_name()).startswith("Task-")}


async def tidy_up(app: AppDriver, lasting: set[str]) -> None:
    """As before each action: the clips are seen, no message, no dialog, and nothing under way."""
    for dialog in dialogs():
        await call_in_qt(dialog.reject)
    await wait_until(lambda: not dialogs(), "No dialog")
    app.application.window.middle.close_clip()
    app.application.window.activateWindow()
    app.grid.setFocus()
    while app.message:
        app.application.window.messages.dismiss()
    QGuiApplication.clipboard().clear()
    await wait_until(lambda: named_tasks() <= lasting, "The end of all tasks")


def ask_for(app: AppDriver, action: Action, clip: Clip) -> None:
    """For the clip, by what the action goes by."""
    if isinstance(action, ReviewAction):
        app.request(action, clips=(clip.number,), value=3)
    elif action is JobAction.COMPARE:
        app.request(action, clip.id, clip.id)
    else:
        app.request(action, clip.id, value=1)


async def something_is_seen_since(
    before: tuple[object, ...], app: AppDriver, browser: list[QUrl], action: Action
) -> None:
    await wait_until(lambda: what_is_seen(app, browser) != before, f"What {action} does")


def offered_for(app: AppDriver) -> list[Action]:
    """What the first clip's card, the menus, the viewer and the keys offer, with what takes it away at the end."""
    model = app.grid.model()
    assert isinstance(model, LibraryModel)
    places, panes = set(ActionPlace) - {ActionPlace.CARD, ActionPlace.QUEUE_BAR}, {Pane.LIBRARY, Pane.VIEWER}
    offered = {offer.action for offer in model.card(0).menu}
    offered |= {action for action, spec in ACTIONS.items() if spec.places & places or spec.panes & panes}
    return [*(action for action in ACTIONS if action in offered and action not in LAST), *LAST]


async def test_every_action_offered_for_a_clip_does_something(
    open_app: OpenApp, browser: list[QUrl], caplog: pytest.LogCaptureFixture
) -> None:
    async with open_app(Draft(prompt="A kite", seed=7)) as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        await app.wait_for_state(Done)
        await wait_until(lambda: first_clip(app), "The clip")
        clip = first_clip(app)
        assert clip
        lasting = named_tasks()
        app.grid.setCurrentIndex(app.grid.model().index(0, 0))
        for action in offered_for(app):
            await tidy_up(app, lasting)
            app.application.composer.edit(prompt="Something else")
            before = what_is_seen(app, browser)
            ask_for(app, action, clip)
            await something_is_seen_since(before, app, browser, action)
            assert "Something went wrong" not in app.message
            if action is ReviewAction.TRASH:
                app.application.window.middle.undo_requested.emit()
                await wait_until(lambda: first_clip(app), "The clip out of the trash")
        assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_no_action_on_a_refused_job_breaks_the_window(
    open_app: OpenApp, browser: list[QUrl], caplog: pytest.LogCaptureFixture
) -> None:
    async with open_app(Draft(prompt="A kite"), "--fault", "moderation=1") as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        await wait_until(lambda: app.queued and isinstance(app.queued[0].state, Refused), "The refusal")
        lasting = named_tasks()
        model = app.application.window.below.queue.list.model()
        assert isinstance(model, QueueModel)
        offered = {offer.action for offer in model.row(0).card.menu}
        offered |= {action for keys in key_bindings(Pane.QUEUE).values() for action, _ in keys}
        offered |= {action for action in ReuseAction if Pane.LIBRARY in ACTIONS[action].panes}
        for action in sorted(offered, key=lambda action: action in (JobAction.REMOVE, JobAction.WITHDRAW)):
            await tidy_up(app, lasting)
            app.request(action, *(job.id for job in app.queued), value=1)
            await wait_until(lambda: named_tasks() <= lasting, f"The end of {action}")
            assert "Something went wrong" not in app.message
        app.request(JobAction.OPEN, "a job that is gone")
        await tidy_up(app, lasting)
        assert not [record for record in caplog.records if record.levelname == "ERROR"]
