"""Says why no window can be opened, where Qt would abort the process in words of its own."""

import os
import sys
from collections.abc import Mapping
from contextlib import suppress

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler


class ScreenCheck:
    """While the application object is made, Qt's report that there is no screen ends the process: one sentence, 1."""

    def __init__(self) -> None:
        self._was_replaced = qInstallMessageHandler(self._hear)

    def close(self) -> None:
        """From now on Qt's messages go where they went before."""
        qInstallMessageHandler(self._was_replaced)

    def _hear(self, kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
        if kind == QtMsgType.QtFatalMsg:  # Qt aborts when this returns
            from kling_desktop.system_libraries import missing_libraries  # only when something is wrong

            with suppress(OSError, ValueError):
                sys.stderr.write(f"{screen_problem(os.environ, missing_libraries())}\n")
                sys.stderr.flush()
            os._exit(1)
        if not str(context.category or "").startswith("qt.qpa"):
            sys.stderr.write(f"{text}\n")


def screen_problem(environment: Mapping[str, str], missing: tuple[str, ...]) -> str:
    """Return why there is no window and what helps, as a sentence for the terminal.

    Args:
        environment: Of the process.
        missing: Libraries that Qt needs for X11 and that this system lacks.
    """
    from kling_desktop.system_libraries import WITHOUT_WINDOW, install_hint  # only when something is wrong

    screen = environment.get("WAYLAND_DISPLAY") or environment.get("DISPLAY")
    platform = environment.get("QT_QPA_PLATFORM", "")
    if platform and not set(platform.replace(";", ":").split(":")) & {"xcb", "wayland"}:
        why = f"Qt can't load the platform plug-in “{platform}” that QT_QPA_PLATFORM names. Unset that variable."
    elif not screen:
        why = "There is no screen to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set."
    elif missing and not environment.get("WAYLAND_DISPLAY"):
        why = f"Qt can't open a window, since this system lacks {', '.join(missing)}. {install_hint(missing)}"
    else:
        why = f"The screen “{screen}” can't be reached. Check DISPLAY and WAYLAND_DISPLAY, and that you may use it."
    return f"{why} {WITHOUT_WINDOW}"
