"""Open the window: the application object, the loop, the log, the last line of defence."""

import argparse
import asyncio
import gc
import logging
import logging.handlers
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import qasync
from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from kling_desktop.controllers.application import FAULT, Application
from kling_desktop.environment import take_key_from_environment
from kling_desktop.store.folders import Folders
from kling_desktop.ui.shell import single_instance
from kling_desktop.ui.shell.single_instance import SingleInstance
from kling_desktop.ui.theme import STYLE, Theme

log = logging.getLogger(__name__)

ANSWERED = "Kling Desktop is already open. Its window is now in front.\n"
UNANSWERED = (
    "Kling Desktop is already open, but its window doesn't respond.",
    "Close it or end its process, then start again. Submitted jobs are saved and will continue.",
)


_POLITE = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C, a kill that can be heard, and a terminal or a session that is closed, where there is such a signal."""
_TURN = 0.001
"""Seconds that another thread may go on once the window's wants to: five, as Python has it, are half a frame."""


def open_window(options: argparse.Namespace) -> int:
    """Run the window until it is closed; the answer is the exit code."""
    key = take_key_from_environment()
    profile = options.profile or "default"

    def compose(theme: Theme, folders: Folders) -> Application:
        desktop = Application(theme, folders, key=key, sandbox=options.sandbox, profile=profile)
        gc.freeze()  # all of this stays as long as the window: to go through it again and again would stall it
        gc.enable()
        return desktop

    place = "in the sandbox" if options.sandbox else f"with the profile “{profile}”"
    return run(compose, [Path(name) for name in options.file], place)


def run(compose: Callable[[Theme, Folders], Application], files: Sequence[Path] = (), place: str = "") -> int:
    """Run what `compose` puts together, until its window is closed; or show the window that is open already.

    place: where it works, for people.
    """
    sys.setswitchinterval(_TURN)
    app = QApplication([sys.argv[0], *STYLE])
    app.setApplicationName("kling-desktop")
    app.setApplicationDisplayName("Kling Desktop")
    app.setDesktopFileName("kling-desktop")
    app.setQuitOnLastWindowClosed(False)
    folders = Folders.for_user()
    one = SingleInstance(folders.data)
    taken = one.claim_or_forward(files, {"place": place})
    if taken is False:
        sys.stderr.write(ANSWERED)
        return 0
    if taken is None:
        return _tell_alone(app, *UNANSWERED)
    handler = _keep_log(folders.logs)
    with qasync.QEventLoop(app) as loop:
        asyncio.set_event_loop(loop)
        theme = Theme(app)
        with theme.held_back():
            desktop = compose(theme, folders)
        sys.excepthook = _Faults(desktop.show_error)
        interrupts = _Interrupts(desktop.window.close)
        one.activation_requested.connect(
            lambda files, how: desktop.open_again(files, "" if how.get("place") == place else place)
        )
        desktop.window.close_requested.connect(one.close)
        loop.run_until_complete(_until_closed(desktop, files, one))
        interrupts.end()
    log.info("ended in order")
    logging.getLogger().removeHandler(handler)
    with suppress(OSError):  # its last words have no room
        handler.close()
    one.release()
    return 0


def _tell_alone(app: QApplication, what: str, advice: str) -> int:
    """In place of a window."""
    from kling_desktop.ui.shell.startup_error_dialog import StartupErrorDialog

    sys.stderr.write(f"{what} {advice}\n")
    dialog = StartupErrorDialog(Theme(app), what, advice)
    with qasync.QEventLoop(app) as loop:
        closed = loop.create_future()
        dialog.finished.connect(closed.set_result)
        dialog.open()
        loop.run_until_complete(closed)
    return 1


async def _until_closed(desktop: Application, files: Sequence[Path], one: SingleInstance) -> None:
    listening = asyncio.create_task(_listen(one), name="listen for later starts")
    await desktop.run(files)
    await listening
    one.close()


async def _listen(one: SingleInstance) -> None:
    await asyncio.sleep(0)  # the first paint comes before anything else
    await asyncio.to_thread(single_instance.load)
    one.listen()


class _Faults:
    """What nothing else has caught: into the log, and the user is told."""

    def __init__(self, complain: Callable[[str], None]) -> None:
        self._complain = complain

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("unhandled", exc_info=(kind, error, trace))
        self._complain(FAULT)


class _Interrupts:
    """Ctrl-C and a polite kill close the window as its close button does. Qt's loop alone would not hear them."""

    def __init__(self, close: Callable[[], object]) -> None:
        self._close = close
        self._near, self._far = socket.socketpair()
        for end in (self._near, self._far):
            end.setblocking(False)
        signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        for name in _POLITE:
            if number := getattr(signal, name, None):
                signal.signal(number, lambda *_: None)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._heard)

    def end(self) -> None:
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        self._near.close()
        self._far.close()

    def _heard(self) -> None:
        names = dict.fromkeys(signal.Signals(number).name for number in self._near.recv(64))
        log.info("told to end by %s", ", ".join(names))
        self._close()


def _keep_log(folder: Path) -> logging.Handler:
    """A log of a few files; a disk that takes none is no reason not to start."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            folder / "kling-desktop.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    logging.raiseExceptions = False  # nor is a disk that has become full one to print tracebacks
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger("kling_desktop").setLevel(logging.INFO)
    return handler
