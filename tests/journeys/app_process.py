"""The app as a process of its own, with somebody at its window: `python app_process.py ACT OPTIONS`.

It is what main.run makes of it, in the home that the environment names. Each act says on the standard output how far
it has come; whatever goes wrong in it is told there too, and ends the app.
"""

import argparse
import asyncio
import os
import resource
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from kling_desktop import main
from kling_desktop.cli.reporter import Reporter
from kling_desktop.controllers.application import Application
from kling_desktop.domain.jobs import job_states
from kling_desktop.environment import take_key_from_environment
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.session import Service
from kling_desktop.store.folders import Folders
from kling_desktop.ui.settings.key_dialog import KeyDialog
from kling_desktop.ui.shell.account_area import AccountButton
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button, PrimaryButton
from tests.journeys.app_fixture import AppDriver
from tests.journeys.ui_driver import wait_until

ROOT = Path(__file__).resolve().parents[2]
REPORTER = Reporter(as_json=True)


def read(file: Path) -> str:
    return file.read_text(encoding="utf-8") if file.exists() else ""


Act = Callable[[AppDriver], Awaitable[None]]
PROMPT = "A lighthouse in the fog"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def closing() -> None:
    """Until somebody closes the window, or kills the app."""
    await asyncio.Event().wait()


async def stay(visit: AppDriver) -> None:
    """Only look."""
    await visit.wait_until_connected()
    say(f"open {visit.application.composer.draft.prompt}")
    await closing()


async def be_called(visit: AppDriver) -> None:
    """Until another start has something opened here."""
    await visit.wait_until_connected()
    say("open")
    await wait_until(lambda: visit.application.composer.draft.prompt, "What another start wanted opened")
    say(f"called for {visit.application.composer.draft.prompt}")
    await wait_until(lambda: visit.message, "The message")
    say(visit.message)
    await closing()


async def write(visit: AppDriver) -> None:
    await visit.wait_until_connected()
    await visit.type(PROMPT)
    say("written")
    await wait_until(lambda: PROMPT in read(visit.folders.drafts / "draft.json"), "The draft on disk")
    say("saved")
    await closing()


async def order(visit: AppDriver) -> None:
    """Order a clip and tell of each state it comes to."""
    await visit.wait_until_connected()
    await visit.click(visit.prompt)
    await visit.type(PROMPT)
    await visit.press("Ctrl+Return")
    await tell_states(visit)


async def tell_states(visit: AppDriver) -> None:
    await visit.wait_until_connected()
    await wait_until(lambda: visit.jobs, "A job")
    told = ""
    while not visit.jobs[0].is_terminal:
        await wait_until(lambda: visit.jobs[0].state.name != told, f"What follows on “{told}”", 40)  # noqa: B023
        told = visit.jobs[0].state.name
        say(told)
    say(f"file {getattr(visit.jobs[0].state, 'file', '')}")
    await closing()


async def order_this(visit: AppDriver) -> None:
    """One click on Generate with the form as it is; every event, as `render --json` prints it, to the end of all."""
    queue = await report_events(visit)
    await visit.press("Ctrl+Return")
    await wait_until(lambda: queue.jobs, "A job")
    await queue.wait_until_idle()


async def carry_on(visit: AppDriver) -> None:
    """What an earlier run has left, with the one click that sends what was not sent; every event as above."""
    queue = await report_events(visit)
    for job in queue.jobs:
        if queue.pending.is_paused(job.id):
            await queue.pending.send_now(job.id)
    await queue.wait_until_idle()


async def report_events(visit: AppDriver) -> JobQueue:
    await visit.wait_until_connected()
    session = visit.session
    session.queue.events.changed.connect(REPORTER.report)
    for job in session.queue.jobs:
        REPORTER.report(job)
    return session.queue


def quit_in(*kinds: type[job_states.JobState]) -> Act:
    async def act(visit: AppDriver) -> None:
        await visit.wait_until_connected()
        await visit.type(PROMPT)
        await visit.press("Ctrl+Return")
        await visit.wait_for_state(*kinds)

    return act


async def quit_at_once(visit: AppDriver) -> None:
    """Before the sandbox is up."""


async def quit_idle(visit: AppDriver) -> None:
    await visit.wait_until_connected()


async def quit_playing(visit: AppDriver) -> None:
    await quit_in(job_states.Done)(visit)
    await visit.click(visit.grid.viewport(), visit.card())
    await wait_until(lambda: visit.viewer.stage.number > 5, "The playing clip")


async def quit_at_the_welcome(visit: AppDriver) -> None:
    await wait_until(lambda: visit.find_all(KeyDialog), "The welcome")


async def paste_key(visit: AppDriver) -> KeyDialog:
    """Into the dialog, as a person would: the key that comes on the standard input."""
    await wait_until(lambda: visit.find_all(KeyDialog), "The welcome")
    key = (await asyncio.to_thread(sys.stdin.readline)).strip()
    dialog = visit.find(KeyDialog)
    await visit.click(visit.find(QLineEdit, "API key", where=dialog))
    await visit.press("Ctrl+A")
    QGuiApplication.clipboard().setText(f'  "Bearer {key}" ')
    await visit.press("Ctrl+V")
    QGuiApplication.clipboard().clear()
    await visit.click(visit.find(PrimaryButton, where=dialog))
    return dialog


async def give_key(visit: AppDriver) -> None:
    await paste_key(visit)
    await wait_until(lambda: visit.message, "The message")
    say(visit.message)
    if QGuiApplication.clipboard().text():
        raise AssertionError("Something is in the clipboard.")
    await say_account(visit)


async def try_keys(visit: AppDriver) -> None:
    """Two that are refused, then the sandbox."""
    for _ in range(2):
        dialog = await paste_key(visit)
        await wait_until(lambda: dialog.verdict, "The verdict")  # noqa: B023
        say(dialog.verdict)
    await visit.click(visit.find(Button, "Try it in the sandbox", where=dialog))
    await show_account(visit)


async def start_on_a_full_disk(visit: AppDriver) -> None:
    await wait_until(lambda: visit.message, "The message")
    say(visit.message)


async def say_account(visit: AppDriver) -> None:
    await show_account(visit)
    await closing()


async def show_account(visit: AppDriver) -> None:
    await visit.wait_until_connected()
    await wait_until(lambda: "credits" in visit.find(AccountButton).accessibleName(), "The account")
    say("account")


ACTS: dict[str, Act] = {
    "stay": stay,
    "be_called": be_called,
    "write": write,
    "order": order,
    "tell_states": tell_states,
    "order_this": order_this,
    "carry_on": carry_on,
    "quit_at_once": quit_at_once,
    "quit_idle": quit_idle,
    "quit_held": quit_in(job_states.Held),
    "quit_generating": quit_in(job_states.Generating),
    "quit_downloading": quit_in(job_states.Made, job_states.Downloading),
    "quit_playing": quit_playing,
    "quit_at_the_welcome": quit_at_the_welcome,
    "give_key": give_key,
    "say_account": say_account,
    "try_keys": try_keys,
    "start_on_a_full_disk": start_on_a_full_disk,
}


async def perform(visit: AppDriver, act: Act) -> None:
    """An act that ends closes the window, and a window that closes ends the act."""
    me = asyncio.current_task()
    assert me
    visit.application.window.close_requested.connect(me.cancel)
    try:
        await act(visit)
    except asyncio.CancelledError:
        return
    except Exception as error:  # noqa: BLE001 - reported as the outcome
        say(f"FAILED: {error}")
        await visit.take_screenshot(ROOT / "out" / "journeys" / f"{os.getpid()} stuck here.png")
    visit.application.window.close_requested.disconnect(me.cancel)
    visit.application.window.close()


def begin() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("act", choices=ACTS)
    parser.add_argument("--sandbox", action="store_true")
    parser.add_argument("--speed", default="20")
    parser.add_argument("--leonardo", metavar="BASE")
    parser.add_argument("--poll", type=float)
    options = parser.parse_args()
    if options.act == "start_on_a_full_disk":
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    performing: list[asyncio.Task[None]] = []

    def compose(theme: Theme, folders: Folders) -> Application:
        desktop = Application(
            theme,
            folders,
            key=take_key_from_environment(),
            sandbox=options.sandbox,
            leonardo=Service(options.leonardo, options.leonardo, options.poll) if options.leonardo else None,
            sandbox_options=("--speed", options.speed),
        )
        performing.append(
            asyncio.get_event_loop().create_task(perform(AppDriver(desktop, folders), ACTS[options.act]), name="act")
        )
        return desktop

    return main.run(compose)


if __name__ == "__main__":
    sys.exit(begin())
