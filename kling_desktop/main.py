"""Open the window: the application object, the loop, the log, the last line of defence."""

import argparse
import asyncio
import logging
import logging.handlers
import signal
import socket
import sys
from pathlib import Path
from types import TracebackType

import qasync
from PySide6.QtCore import QSocketNotifier
from PySide6.QtWidgets import QApplication

from kling_desktop.desktop import Desktop
from kling_desktop.environment import take_key_from_environment
from kling_desktop.store.folders import Folders
from kling_desktop.ui.theme import Theme

log = logging.getLogger(__name__)


def open_window(options: argparse.Namespace) -> int:
    """Run the window until it is closed; the answer is the exit code."""
    key = take_key_from_environment()
    app = QApplication([sys.argv[0]])
    app.setApplicationName("kling-desktop")
    app.setApplicationDisplayName("Kling Desktop")
    app.setDesktopFileName("kling-desktop")
    app.setQuitOnLastWindowClosed(False)
    folders = Folders.of_user()
    sys.excepthook = _note_failure
    theme = Theme(app)
    with qasync.QEventLoop(app) as loop:
        asyncio.set_event_loop(loop)
        profile = options.profile or "default"
        desktop = Desktop(theme, folders, key=key, sandbox=options.sandbox, profile=profile)
        interrupts = _Interrupts(desktop)
        _keep_log(folders.logs)
        loop.run_until_complete(desktop.run([Path(name) for name in options.file]))
        interrupts.close()
    return 0


class _Interrupts:
    """Ctrl-C and a polite kill close the window as its close button does. Qt's loop alone would not hear them."""

    def __init__(self, desktop: Desktop) -> None:
        self._near, far = socket.socketpair()
        self._far = far
        for end in (self._near, far):
            end.setblocking(False)
        signal.set_wakeup_fd(far.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(desktop.window.close)

    def close(self) -> None:
        signal.set_wakeup_fd(-1)
        self._notifier.setEnabled(False)
        self._near.close()
        self._far.close()


def _keep_log(folder: Path) -> None:
    """A log of a few files; a disk that takes none is no reason not to start."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = logging.handlers.RotatingFileHandler(
            folder / "kling-desktop.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
    logging.getLogger("kling_desktop").setLevel(logging.INFO)


def _note_failure(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log.critical("unhandled", exc_info=(kind, error, trace))
