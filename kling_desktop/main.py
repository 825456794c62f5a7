"""Opens the window: the application object, the event loop, the log, and the handler for unexpected errors."""

import argparse
import asyncio
import gc
import locale
import logging
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import qasync
from PySide6.QtCore import QSocketNotifier, Qt
from PySide6.QtWidgets import QApplication

from kling_desktop.controllers.application import IN_SANDBOX, Application, in_profile
from kling_desktop.domain.errors import UserError
from kling_desktop.environment import forbid_core_dumps, take_key_from_environment
from kling_desktop.identity import APP_ID, COMMAND, NAME
from kling_desktop.log_file import start_log
from kling_desktop.store.folders import Folders
from kling_desktop.ui.shell import single_instance
from kling_desktop.ui.shell.qt_environment import own_qt_settings
from kling_desktop.ui.shell.screen_problem import ScreenCheck
from kling_desktop.ui.shell.single_instance import SingleInstance
from kling_desktop.ui.theme import STYLE, Theme

if TYPE_CHECKING:
    from kling_desktop.store.diagnostics.crash_file import CrashFile

log = logging.getLogger(__name__)

ALREADY_OPEN = "Kling Desktop is already open. Its window is now in front.\n"
UNANSWERED = (
    "Kling Desktop is already open, but its window doesn't respond.",
    "Close it or end its process, then start again. Submitted jobs are saved and will continue.",
)


_QUIT_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C, a kill that can be handled, and a terminal or login session that closes, where the system has them."""
_SWITCH_INTERVAL = 0.001
"""Seconds that another thread may run on while the window's waits. Python's default, 5 ms, is half a frame."""


def open_window(options: argparse.Namespace) -> int:
    """Run the window until it is closed, and return the exit code."""
    forbid_core_dumps()
    key, key_problem = None, ""
    try:
        key = take_key_from_environment()
    except UserError as error:
        key_problem = str(error)

    def build(theme: Theme, folders: Folders) -> Application:
        application = Application(
            theme, folders, key=key, key_problem=key_problem, sandbox=options.sandbox, profile=options.profile
        )
        gc.freeze()  # all of this lives as long as the window: collecting it again and again would stall it
        gc.enable()
        return application

    place = IN_SANDBOX if options.sandbox else in_profile(options.profile) if options.profile else ""
    return run(build, options.file, place, Folders.at(options.data))


def run(
    build: Callable[[Theme, Folders], Application],
    files: Sequence[str] = (),
    place: str = "",
    folders: Folders | None = None,
) -> int:
    """Run what `build` returns until its window is closed, or show the window that is already open.

    Args:
        build: Makes the application.
        files: What to open in it: paths, `file:` addresses and links.
        place: Where the user wants it to work: with which profile, or in the sandbox; "" for where it worked last.
        folders: Where its data lies; by default where the system wants it.
    """
    sys.setswitchinterval(_SWITCH_INTERVAL)
    _name_process()
    app = _make_application()
    app.setApplicationName(COMMAND)
    app.setApplicationDisplayName(NAME)
    app.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # as the texts, which are English
    app.setDesktopFileName(APP_ID)
    app.setQuitOnLastWindowClosed(False)
    folders = folders or Folders.for_user()
    one = SingleInstance(folders.data)
    taken = one.claim_or_forward(files, {"place": place})
    if taken is False:
        sys.stderr.write(ALREADY_OPEN)
        return 0
    if taken is None:
        return _show_startup_error(app, *UNANSWERED)
    handler = start_log(folders.logs)
    with qasync.QEventLoop(app) as loop:
        asyncio.set_event_loop(loop)
        theme = Theme(app)
        notice = _finish_restoration(folders)
        with theme.held_back():
            application = build(theme, folders)
        if notice:
            application.show_notice(notice)
        sys.excepthook = _UnexpectedErrors(application.show_fault)
        quit_signals = _QuitSignals(application.window.close)
        one.activation_requested.connect(lambda files, how: application.open_again(files, how.get("place", "")))
        application.window.close_requested.connect(one.close)
        loop.run_until_complete(_until_closed(application, files, one, folders.logs))
        quit_signals.close()
    log.info("quit normally")
    logging.getLogger().removeHandler(handler)
    with suppress(OSError):  # there is no room for the last lines
        handler.close()
    one.release()
    return 0


def _finish_restoration(folders: Folders) -> str:
    """Put a back-up into place that was unpacked before this start."""
    if not folders.staged_backup.is_dir():
        return ""
    from kling_desktop.store.backup.restoration import finish_restoration

    return finish_restoration(folders)


def _name_process() -> None:
    """On Windows, group the window with its installed shortcut in the task bar."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APP_ID)


def _make_application() -> QApplication:
    """Make the application object; without a screen, end the process with a sentence."""
    check = ScreenCheck()
    with own_qt_settings():
        app = QApplication([sys.argv[0], *STYLE])
    check.close()
    # Qt takes the number format of the user's locale for the whole process. Libraries written in C would then read
    # and write 0,5 for 0.5.
    locale.setlocale(locale.LC_NUMERIC, "C")
    return app


def _show_startup_error(app: QApplication, message: str, hint: str) -> int:
    """Show an error instead of a window."""
    from kling_desktop.ui.shell.startup_error_dialog import StartupErrorDialog

    sys.stderr.write(f"{message} {hint}\n")
    dialog = StartupErrorDialog(Theme(app), message, hint)
    with qasync.QEventLoop(app) as loop:
        closed = loop.create_future()
        dialog.finished.connect(closed.set_result)
        dialog.open()
        loop.run_until_complete(closed)
    return 1


async def _until_closed(application: Application, files: Sequence[str], one: SingleInstance, logs: Path) -> None:
    starting = asyncio.create_task(_start_rest(application, one, logs), name="listen for later starts")
    await application.run(files)
    crash = await starting
    crash.close()
    one.close()


async def _start_rest(application: Application, one: SingleInstance, logs: Path) -> "CrashFile":
    """Start what the first paint comes before: listening for later starts, and the file for a crash."""
    await asyncio.sleep(0)
    crash = await asyncio.to_thread(_load_rest, logs)
    one.listen()
    if crash.earlier:
        application.show_crash(crash.earlier)
    return crash


def _load_rest(logs: Path) -> "CrashFile":
    from kling_desktop.store.diagnostics.crash_file import CrashFile

    single_instance.load()
    return CrashFile(logs)


class _UnexpectedErrors:
    """Logs what nothing else has caught, and shows an error."""

    def __init__(self, show_fault: Callable[[], None]) -> None:
        self._show_fault = show_fault

    def __call__(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        log.critical("unhandled", exc_info=(kind, error, trace))
        self._show_fault()


class _QuitSignals:
    """Ctrl-C and a kill that can be handled close the window as its close button does.

    Qt's event loop alone wouldn't notice them.
    """

    def __init__(self, close: Callable[[], object]) -> None:
        self._close = close
        self._near, self._far = socket.socketpair()
        for half in (self._near, self._far):
            half.setblocking(False)
        signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        for name in _QUIT_SIGNALS:
            number = getattr(signal, name, None)
            if number and signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` and shells in the background do
                signal.signal(number, lambda *_: None)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._received)

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        self._near.close()
        self._far.close()

    def _received(self) -> None:
        names = dict.fromkeys(signal.Signals(number).name for number in self._near.recv(64))
        log.info("told to quit by %s", ", ".join(names))
        self._close()
