"""Keeps what the environment says about other programs' Qt away from the app's own."""

import os
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from pathlib import Path

_FOREIGN = ("QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME")
"""Set for the system's Qt: its plug-ins are built for another version, and may crash or restyle this one."""
_PORTAL = "xdgdesktopportal"
"""This theme opens the desktop's own file dialogs where a portal answers, and Qt's elsewhere."""


@contextmanager
def own_qt_settings(environment: MutableMapping[str, str] = os.environ) -> Iterator[None]:
    """Make the application object in this: Qt reads the variables then, and never again.

    Programs that the app opens later, such as the browser, find the variables as they were.
    """
    before = {name: environment.pop(name) for name in _FOREIGN if name in environment}
    if sys.platform == "linux" and _has_bus(environment) and _has_portal(environment):
        environment["QT_QPA_PLATFORMTHEME"] = _PORTAL
    try:
        yield
    finally:
        environment.pop("QT_QPA_PLATFORMTHEME", None)
        environment.update(before)


def _has_bus(environment: MutableMapping[str, str]) -> bool:
    if environment.get("DBUS_SESSION_BUS_ADDRESS") == "disabled:":
        return False
    from kling_desktop import session_bus  # every module costs the start a little

    return session_bus.ensure_answer(environment)


def _has_portal(environment: MutableMapping[str, str]) -> bool:
    folders = environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return any(
        Path(folder, "dbus-1/services/org.freedesktop.portal.Desktop.service").exists() for folder in folders.split(":")
    )
