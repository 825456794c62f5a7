"""The queue below the clips: edited, put in order, paused, retried, and what the window says of it."""

from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QSplitter, QWidget

from kling_desktop.controllers.connections import Connections
from kling_desktop.controllers.jobs.notifications import ClipNotifications
from kling_desktop.domain.jobs.actions import JobAction, ReuseAction
from kling_desktop.domain.jobs.failure_catalog import NOT_CHARGED
from kling_desktop.domain.jobs.job_states import Cancelled, Done, Failed, Generating, Refused, Waiting
from kling_desktop.domain.request.draft import Draft
from kling_desktop.ui.notifications.notifier import Notifier
from kling_desktop.ui.settings.key_dialog import KeyDialog
from kling_desktop.ui.shell.layout import BELOW, FORM
from kling_desktop.ui.shell.panes import Panes
from kling_desktop.ui.widgets import Button, IconButton, LinkButton, StatusDotButton
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import wait_until

SLOW = ("--speed", "0.5")


async def order_and_pause(app: AppDriver, *prompts: str) -> None:
    """Orders that wait for a click, in that order."""
    await app.wait_until_connected()
    app.application.shell.context.settings.change("hold_seconds", 60.0)
    for number, prompt in enumerate(prompts, 1):
        await app.click(app.prompt)
        await app.press("Ctrl+A")
        await app.type(prompt)
        await app.press("Ctrl+Return")
        await wait_until(lambda: len(app.queued) == number, "The job")  # noqa: B023
    await app.press("Ctrl+J")
    await stands(app, f"Pause {len(prompts)}")
    await app.click(app.find(Button, f"Pause {len(prompts)}"))
    await wait_until(lambda: all(isinstance(job.state, Waiting) for job in app.queued), "The paused jobs")


async def stands(app: AppDriver, text: str) -> None:
    """Until the button has its place in the pane that has just come."""
    window = app.application.window
    await wait_until(
        lambda: [b for b in app.find_all(Button, text) if window.childAt(b.mapTo(window, b.rect().center())) is b], text
    )


def prompts(app: AppDriver) -> list[str]:
    return [job.draft.prompt for job in app.queued]


async def test_a_pending_job_goes_back_into_the_form_and_nothing_is_lost(open_app: OpenApp) -> None:
    async with open_app() as app:
        await order_and_pause(app, "first", "second")
        await app.click(app.prompt)
        await app.press("Ctrl+A")
        await app.type("half written")
        await app.press("Home", on=app.application.window.below.queue.list)
        await app.press("F2", on=app.application.window.below.queue.list)
        await wait_until(lambda: prompts(app) == ["second"], "The shorter queue")
        assert app.application.composer.draft.prompt == "first"
        await wait_until(lambda: app.message.startswith("The job is now in the form"), "The message")
        await app.press("Ctrl+Z", on=app.prompt)
        assert app.application.composer.draft.prompt == "half written"
        await app.click(app.find(LinkButton, "Put it back"))
        await wait_until(lambda: prompts(app) == ["first", "second"], "The queue as it was")
        assert app.application.composer.draft.prompt == "half written"
        assert app.accepted_requests() == []
    async with open_app() as app:
        await app.wait_until_connected()
        assert prompts(app) == ["first", "second"]


async def test_an_edited_job_is_submitted_once_in_its_old_place(open_app: OpenApp) -> None:
    async with open_app() as app:
        await order_and_pause(app, "first", "second")
        rows = app.application.window.below.queue.list
        await app.press("Home", on=rows)
        await app.press("F2", on=rows)
        await wait_until(lambda: app.message.startswith("The job is now in the form"), "The message")
        await app.click(app.prompt)
        await app.press("End")
        await app.type(" of all")
        await app.press("Ctrl+Return")
        await wait_until(lambda: prompts(app) == ["first of all", "second"], "The order in its place")
        await wait_until(lambda: not app.message, "The end of the offer")
        assert not app.find_all(LinkButton, "Put it back")
        assert app.application.composer.draft.prompt == "first of all"
        await app.press("Ctrl+Return", on=app.prompt)
        await wait_until(lambda: prompts(app) == ["first of all", "second", "first of all"], "An order as any other")


async def test_a_job_stays_in_the_queue_until_its_form_is_saved(open_app: OpenApp) -> None:
    async with open_app() as app:
        await order_and_pause(app, "first")
        await wait_until(lambda: (app.folders.drafts / "draft.json").exists(), "The saved form")
        app.folders.drafts.rename(app.folders.drafts.with_name("elsewhere"))
        app.folders.drafts.write_text("in the way")
        rows = app.application.window.below.queue.list
        await app.press("Home", on=rows)
        await app.press("F2", on=rows)
        await wait_until(lambda: app.message.startswith("The job is now in the form"), "The message")
        assert [(job.draft.prompt, type(job.state)) for job in app.queued] == [("first", Cancelled)]
        assert app.application.composer.draft.prompt == "first"
        app.folders.drafts.unlink()


async def test_after_a_restart_one_click_sends_pending_jobs_in_the_users_order(open_app: OpenApp) -> None:
    async with open_app() as app:
        await order_and_pause(app, "first", "second")
        rows = app.application.window.below.queue.list
        await app.press("End", on=rows)
        await app.press("Alt+Up", on=rows)
        await wait_until(lambda: prompts(app) == ["second", "first"], "Another order")
    async with open_app(by_the_welcome=True) as app:
        await wait_until(lambda: app.find_all(KeyDialog), "The welcome")
        way_on = app.find(Button, "Try it in the sandbox", where=app.find(KeyDialog))
        way_on.setFocus()
        await app.press("Space", on=way_on)
        await wait_until(lambda: app.message == "2 jobs from last time haven't been sent yet.", "The message")
        await wait_until(lambda: len(app.jobs) == 2, "Their cards among the clips")
        assert prompts(app) == ["second", "first"]
    async with open_app() as app:
        await app.wait_until_connected()
        assert app.message == "2 jobs from last time haven't been sent yet."
        await wait_until(lambda: len(app.jobs) == 2, "Their cards among the clips")
        assert prompts(app) == ["second", "first"]
        assert app.find(StatusDotButton, "2 paused")
        app.session.queue.pending.set_slots(1)
        await app.click(app.find(LinkButton, "Send now"))
        await wait_until(
            lambda: len(app.jobs) == 2 and all(isinstance(job.state, Done) for job in app.jobs), "Both clips"
        )
        assert [order["parameters"]["prompt"] for order in app.accepted_requests()] == ["second", "first"]


async def test_the_status_bar_leads_to_what_it_counts(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite"), "--fault", "moderation=1") as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        await app.wait_for_state(Refused)
        await app.click(app.find(StatusDotButton, "1 needs attention"))
        rows = app.application.window.below.queue.list
        assert rows.hasFocus()
        assert rows.currentIndex().row() == 0
        await app.press("Ctrl+J")
        assert not rows.isVisible()


async def test_retrying_all_failed_jobs_submits_each_once(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite", takes=2), "--fault", "failed=1") as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        await wait_until(lambda: [type(job.state) for job in app.queued] == [Failed] * 2, "Two failures")
        await app.press("Ctrl+J")
        await stands(app, "Try 2 again")
        await app.click(app.find(Button, "Try 2 again"))
        await wait_until(lambda: len(app.accepted_requests()) == 4, "The second two")
        await wait_until(lambda: [type(job.state) for job in app.queued] == [Failed] * 2, "Two failures again")


async def test_cancelling_a_sent_job_says_that_it_may_still_cost(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite"), *SLOW) as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        await app.wait_for_state(Generating)
        await app.press("Ctrl+J")
        await app.press("Del")
        assert "can't be told to stop" in app.message
        assert "costs $" in app.message
        await app.click(app.find(LinkButton, "Forget it"))
        await wait_until(lambda: app.queued[0].state.name == "forgotten", "The forgotten job")


async def test_one_click_undoes_a_withdrawal(open_app: OpenApp) -> None:
    async with open_app() as app:
        await order_and_pause(app, "first", "second")
        await app.press("Home")
        await app.press("Shift+Down")
        await app.press("Del")
        await wait_until(lambda: all(isinstance(job.state, Cancelled) for job in app.queued), "The cancelled jobs")
        await wait_until(lambda: app.message.startswith("2 jobs cancelled before they were sent."), "The message")
        await app.click(app.find(LinkButton, "Put them back"))
        await wait_until(lambda: [type(job.state) for job in app.queued] == [Waiting, Waiting], "Both, waiting")
        assert prompts(app) == ["first", "second"]
        assert app.accepted_requests() == []


async def test_missing_credit_is_reported_once_with_a_link_to_billing(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite", takes=3), "--fault", "no_credit=1") as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        await wait_until(lambda: sum(isinstance(job.state, Refused) for job in app.queued) == 1, "The refusal")
        await wait_until(lambda: app.message, "The message")
        assert app.message.startswith("Sending stopped: not enough credit.")
        assert app.find(LinkButton, "Open billing")
        await app.press("Ctrl+Shift+J")
        seen = app.application.window.below.messages.model()
        assert seen.rowCount() == 1
        assert not any(isinstance(job.state, Done) for job in app.queued)
        assert app.accepted_requests() == []
        await every_way_to_put_it_right_does_something(app)


async def every_way_to_put_it_right_does_something(app: AppDriver) -> None:
    [refused] = [job for job in app.queued if isinstance(job.state, Refused)]
    app.application.composer.edit(prompt="Something else")
    app.request(ReuseAction.SHORTEN_PROMPT, refused.id)
    await wait_until(lambda: app.application.composer.draft.prompt == "A kite", "The prompt to shorten")
    assert app.prompt.hasFocus()
    app.request(JobAction.CHANGE_KEY, refused.id)
    await wait_until(lambda: app.find_all(KeyDialog), "The dialog for another key")
    app.find(KeyDialog).reject()


async def test_panes_hidden_by_keys_stay_hidden_after_a_restart(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        await app.press("Ctrl+J")
        assert focused_in(app.application.window.below)
        below = app.application.window.below
        [right] = app.find(Panes).findChildren(QSplitter)
        await wait_until(lambda: right.handle(1).y() < below.y(), "The queue below the clips")
        before = below.height()
        await app.drag_by(right.handle(1), QPoint(0, -90))
        height = below.height()
        assert height > before + 80
        await app.press("Ctrl+B")
        assert not app.application.window.composer.isVisible()
        assert app.find(IconButton, "Show the form")
    async with open_app() as app:
        await app.wait_until_connected()
        panes = app.find(Panes)
        assert (panes.shows(FORM), panes.shows(BELOW)) == (False, True)
        assert abs(app.application.window.below.height() - height) <= 2
        await app.click(app.find(IconButton, "Show the form"))
        assert app.prompt.hasFocus()
        assert app.prompt.toPlainText() == "A kite"
        await app.press("Ctrl+J")
        await app.press("Ctrl+J")
        assert abs(app.application.window.below.height() - height) <= 2


def focused_in(widget: QWidget) -> bool:
    window = QGuiApplication.focusWindow()
    return window is not None and widget.isAncestorOf(widget.window().focusWidget())


class Desktop(Notifier):
    """Keeps what it is told, and is clicked by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str, str]] = []

    def notify(self, name: str, title: str, text: str, picture: Path | None = None) -> None:
        assert picture is not None
        assert picture.exists()
        self.told.append((name, title, text))


async def test_a_desktop_notification_tells_of_a_clip_and_a_click_opens_it(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        desktop = Desktop()
        connections = Connections()
        open_clip = app.session_controllers.actions.open
        ClipNotifications(connections, app.session.queue, app.application.window, desktop, open_clip)
        await app.press("Ctrl+Return")
        await app.wait_for_state(Generating)
        app.application.window.showMinimized()
        await wait_until(lambda: desktop.told, "The news")
        [(name, title, text)] = desktop.told
        assert (title, text) == ("A clip is done", "A kite")
        desktop.chosen.emit(name)
        await wait_until(lambda: app.application.window.middle.viewer is not None, "The viewer")
        assert not app.application.window.isMinimized()
        connections.close()


async def test_failures_in_the_background_are_in_the_message_history(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite", takes=3), "--fault", "moderation=1") as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        await wait_until(lambda: sum(isinstance(job.state, Refused) for job in app.queued) == 3, "The refusals")
        seen = app.application.window.below.messages.model()
        told = [seen.index(row, 0).data() for row in range(seen.rowCount())]
        assert told == [f"The content filter refused 3 clips: “A kite”. {NOT_CHARGED}"]
