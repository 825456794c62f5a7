"""Opens web addresses in the user's browser, and notices where that doesn't work."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

from PySide6.QtCore import QCoreApplication, QObject, QUrl
from PySide6.QtGui import QDesktopServices

from kling_desktop.environment import NO_CONSOLE
from kling_desktop.ui.qt.main_thread import on_main_thread

_OPENER = "xdg-open"


def open_address(address: str, failed: Callable[[], None]) -> None:
    """Open it, without waiting for the browser. `failed` is called, perhaps seconds later, where nothing opens it."""
    if sys.platform in ("win32", "darwin"):
        if not QDesktopServices.openUrl(QUrl(address)):
            failed()
        return
    # Qt starts the same program, but nobody learns how it ended.
    opening = _Opening(failed)
    Thread(target=_run_opener, args=(address, on_main_thread(opening.end)), name="browser", daemon=True).start()


class _Opening(QObject):
    def __init__(self, failed: Callable[[], None]) -> None:
        super().__init__(QCoreApplication.instance())
        self._failed = failed

    def end(self, is_opened: bool) -> None:
        if not is_opened:
            self._failed()
        self.deleteLater()


def _run_opener(address: str, ended: Callable[[bool], None]) -> None:
    """Blocks until the program has ended; some browsers stay in it, and outlive this app in a session of their own."""
    quiet = subprocess.DEVNULL
    try:
        done = subprocess.run(
            [_OPENER, address],
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
            start_new_session=True,
            creationflags=NO_CONSOLE,
            check=False,
        )
        is_opened = done.returncode == 0
    except OSError:
        is_opened = False
    with suppress(RuntimeError):  # the app has quit meanwhile
        ended(is_opened)
