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
from tests.journeys.app_fixture import Visit
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import until

SLOW = ("--speed", "0.5")


async def order_and_pause(app: Visit, *prompts: str) -> None:
    """Orders that wait for a click, in that order."""
    await app.connected()
    app.application.shell.context.settings.change("hold_seconds", 60.0)
    for number, prompt in enumerate(prompts, 1):
        await app.click(app.prompt)
        await app.press("Ctrl+A")
        await app.type(prompt)
        await app.press("Ctrl+Return")
        await until(lambda: len(app.queued) == number, "The job")  # noqa: B023
    await app.press("Ctrl+J")
    await stands(app, f"Pause {len(prompts)}")
    await app.click(app.see(Button, f"Pause {len(prompts)}"))
    await until(lambda: all(isinstance(job.state, Waiting) for job in app.queued), "The paused jobs")


async def stands(app: Visit, text: str) -> None:
    """Until the button has its place in the pane that has just come."""
    window = app.application.window
    await until(
        lambda: [b for b in app.all(Button, text) if window.childAt(b.mapTo(window, b.rect().center())) is b], text
    )


def prompts(app: Visit) -> list[str]:
    return [job.draft.prompt for job in app.queued]


async def test_an_unsent_job_goes_back_into_the_form_in_one_step_and_nothing_is_lost(open_app: OpenApp) -> None:
    async with open_app() as app:
        await order_and_pause(app, "first", "second")
        await app.click(app.prompt)
        await app.press("Ctrl+A")
        await app.type("half written")
        await app.press("Home", on=app.application.window.below.queue.list)
        await app.press("F2", on=app.application.window.below.queue.list)
        await until(lambda: prompts(app) == ["second"], "The shorter queue")
        assert app.application.composer.draft.prompt == "first"
        await until(lambda: app.message.startswith("The job is now in the form"), "The message")
        await app.press("Ctrl+Z", on=app.prompt)
        assert app.application.composer.draft.prompt == "half written"
        await app.click(app.see(LinkButton, "Put it back"))
        await until(lambda: prompts(app) == ["first", "second"], "The queue as it was")
        assert app.application.composer.draft.prompt == "half written"
        assert app.orders() == []
    async with open_app() as app:
        await app.connected()
        assert prompts(app) == ["first", "second"]


async def test_an_edited_job_is_ordered_again_once_in_its_place_and_no_longer_offered_back(open_app: OpenApp) -> None:
    async with open_app() as app:
        await order_and_pause(app, "first", "second")
        rows = app.application.window.below.queue.list
        await app.press("Home", on=rows)
        await app.press("F2", on=rows)
        await until(lambda: app.message.startswith("The job is now in the form"), "The message")
        await app.click(app.prompt)
        await app.press("End")
        await app.type(" of all")
        await app.press("Ctrl+Return")
        await until(lambda: prompts(app) == ["first of all", "second"], "The order in its place")
        await until(lambda: not app.message, "The end of the offer")
        assert not app.all(LinkButton, "Put it back")
        assert app.application.composer.draft.prompt == "first of all"
        await app.press("Ctrl+Return", on=app.prompt)
        await until(lambda: prompts(app) == ["first of all", "second", "first of all"], "An order as any other")


async def test_a_job_stays_on_the_list_while_the_form_that_it_went_into_cannot_be_saved(open_app: OpenApp) -> None:
    async with open_app() as app:
        await order_and_pause(app, "first")
        await until(lambda: (app.folders.drafts / "draft.json").exists(), "The saved form")
        app.folders.drafts.rename(app.folders.drafts.with_name("elsewhere"))
        app.folders.drafts.write_text("in the way")
        rows = app.application.window.below.queue.list
        await app.press("Home", on=rows)
        await app.press("F2", on=rows)
        await until(lambda: app.message.startswith("The job is now in the form"), "The message")
        assert [(job.draft.prompt, type(job.state)) for job in app.queued] == [("first", Cancelled)]
        assert app.application.composer.draft.prompt == "first"
        app.folders.drafts.unlink()


async def test_after_a_restart_one_click_sends_what_was_not_sent_in_the_users_order(open_app: OpenApp) -> None:
    async with open_app() as app:
        await order_and_pause(app, "first", "second")
        rows = app.application.window.below.queue.list
        await app.press("End", on=rows)
        await app.press("Alt+Up", on=rows)
        await until(lambda: prompts(app) == ["second", "first"], "Another order")
    async with open_app(by_the_welcome=True) as app:
        await until(lambda: app.all(KeyDialog), "The welcome")
        way_on = app.see(Button, "Try it in the sandbox", where=app.see(KeyDialog))
        way_on.setFocus()
        await app.press("Space", on=way_on)
        await until(lambda: app.message == "2 jobs from last time haven't been sent yet.", "The message")
        await until(lambda: len(app.jobs) == 2, "Their cards among the clips")
        assert prompts(app) == ["second", "first"]
    async with open_app() as app:
        await app.connected()
        assert app.message == "2 jobs from last time haven't been sent yet."
        await until(lambda: len(app.jobs) == 2, "Their cards among the clips")
        assert prompts(app) == ["second", "first"]
        assert app.see(StatusDotButton, "2 paused")
        app.session.queue.pending.set_slots(1)
        await app.click(app.see(LinkButton, "Send now"))
        await until(lambda: len(app.jobs) == 2 and all(isinstance(job.state, Done) for job in app.jobs), "Both clips")
        assert [order["parameters"]["prompt"] for order in app.orders()] == ["second", "first"]


async def test_the_line_under_the_window_leads_to_what_it_counts(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite"), "--fault", "moderation=1") as app:
        await app.connected()
        await app.press("Ctrl+Return")
        await app.comes_to(Refused)
        await app.click(app.see(StatusDotButton, "1 needs attention"))
        rows = app.application.window.below.queue.list
        assert rows.hasFocus()
        assert rows.currentIndex().row() == 0
        await app.press("Ctrl+J")
        assert not rows.isVisible()


async def test_all_that_failed_is_tried_again_and_costs_one_order_each(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite", takes=2), "--fault", "failed=1") as app:
        await app.connected()
        await app.press("Ctrl+Return")
        await until(lambda: [type(job.state) for job in app.queued] == [Failed] * 2, "Two failures")
        await app.press("Ctrl+J")
        await stands(app, "Try 2 again")
        await app.click(app.see(Button, "Try 2 again"))
        await until(lambda: len(app.orders()) == 4, "The second two")
        await until(lambda: [type(job.state) for job in app.queued] == [Failed] * 2, "Two failures again")


async def test_cancel_tells_the_truth_once_the_service_has_the_job(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite"), *SLOW) as app:
        await app.connected()
        await app.press("Ctrl+Return")
        await app.comes_to(Generating)
        await app.press("Ctrl+J")
        await app.press("Del")
        assert "can't be told to stop" in app.message
        assert "costs $" in app.message
        await app.click(app.see(LinkButton, "Forget it"))
        await until(lambda: app.queued[0].state.name == "forgotten", "The forgotten job")


async def test_taking_back_is_taken_back_with_one_click(open_app: OpenApp) -> None:
    async with open_app() as app:
        await order_and_pause(app, "first", "second")
        await app.press("Home")
        await app.press("Shift+Down")
        await app.press("Del")
        await until(lambda: all(isinstance(job.state, Cancelled) for job in app.queued), "The cancelled jobs")
        await until(lambda: app.message.startswith("2 jobs cancelled before they were sent."), "The message")
        await app.click(app.see(LinkButton, "Put them back"))
        await until(lambda: [type(job.state) for job in app.queued] == [Waiting, Waiting], "Both, waiting")
        assert prompts(app) == ["first", "second"]
        assert app.orders() == []


async def test_out_of_credit_is_said_once_with_the_way_to_the_credit(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite", takes=3), "--fault", "no_credit=1") as app:
        await app.connected()
        await app.press("Ctrl+Return")
        await until(lambda: sum(isinstance(job.state, Refused) for job in app.queued) == 1, "The refusal")
        await until(lambda: app.message, "The message")
        assert app.message.startswith("Sending stopped: not enough credit.")
        assert app.see(LinkButton, "Open billing")
        await app.press("Ctrl+Shift+J")
        seen = app.application.window.below.messages.model()
        assert seen.rowCount() == 1
        assert not any(isinstance(job.state, Done) for job in app.queued)
        assert app.orders() == []
        await every_way_to_put_it_right_does_something(app)


async def every_way_to_put_it_right_does_something(app: Visit) -> None:
    [refused] = [job for job in app.queued if isinstance(job.state, Refused)]
    app.application.composer.edit(prompt="Something else")
    app.request(ReuseAction.SHORTEN_PROMPT, refused.id)
    await until(lambda: app.application.composer.draft.prompt == "A kite", "The prompt to shorten")
    assert app.prompt.hasFocus()
    app.request(JobAction.CHANGE_KEY, refused.id)
    await until(lambda: app.all(KeyDialog), "The dialog for another key")
    app.see(KeyDialog).reject()


async def test_panes_are_hidden_by_keys_and_stay_so_after_a_restart(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.connected()
        await app.press("Ctrl+J")
        assert focused_in(app.application.window.below)
        below = app.application.window.below
        [right] = app.see(Panes).findChildren(QSplitter)
        await until(lambda: right.handle(1).y() < below.y(), "The queue below the clips")
        before = below.height()
        await app.drag_by(right.handle(1), QPoint(0, -90))
        height = below.height()
        assert height > before + 80
        await app.press("Ctrl+B")
        assert not app.application.window.composer.isVisible()
        assert app.see(IconButton, "Show the form")
    async with open_app() as app:
        await app.connected()
        panes = app.see(Panes)
        assert (panes.shows(FORM), panes.shows(BELOW)) == (False, True)
        assert abs(app.application.window.below.height() - height) <= 2
        await app.click(app.see(IconButton, "Show the form"))
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


async def test_the_desktop_is_told_of_a_clip_while_nobody_looks_and_a_click_shows_it(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.connected()
        desktop = Desktop()
        connections = Connections()
        open_clip = app.session_controllers.actions.open
        ClipNotifications(connections, app.session.queue, app.application.window, desktop, open_clip)
        await app.press("Ctrl+Return")
        await app.comes_to(Generating)
        app.application.window.showMinimized()
        await until(lambda: desktop.told, "The news")
        [(name, title, text)] = desktop.told
        assert (title, text) == ("A clip is done", "A kite")
        desktop.chosen.emit(name)
        await until(lambda: app.application.window.middle.viewer is not None, "The viewer")
        assert not app.application.window.isMinimized()
        connections.close()


async def test_what_went_wrong_while_nobody_looked_is_among_the_messages_by_kind(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite", takes=3), "--fault", "moderation=1") as app:
        await app.connected()
        await app.press("Ctrl+Return")
        await until(lambda: sum(isinstance(job.state, Refused) for job in app.queued) == 3, "The refusals")
        seen = app.application.window.below.messages.model()
        told = [seen.index(row, 0).data() for row in range(seen.rowCount())]
        assert told == [f"The content filter refused 3 clips: “A kite”. {NOT_CHARGED}"]
