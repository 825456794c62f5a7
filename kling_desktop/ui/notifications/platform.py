"""Chooses the notifier for this system."""

import sys

from PySide6.QtCore import QObject

from kling_desktop.ui.notifications.notifier import Notifier


def system_notifier(parent: QObject) -> Notifier:
    """The right notifier; only that one is imported."""
    if sys.platform == "linux":
        from kling_desktop.ui.notifications.dbus import BusNotifier

        return BusNotifier(parent)
    from kling_desktop.ui.notifications.tray import TrayNotifier

    return TrayNotifier(parent)
