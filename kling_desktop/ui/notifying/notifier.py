"""What every way of notifying is."""

import sys
from pathlib import Path

from PySide6.QtCore import QObject, Signal


class Notifier(QObject):
    """This one says nothing, for desktops that can't be told. `chosen` with the name of what was clicked."""

    chosen = Signal(str)

    def tell(self, name: str, title: str, text: str, picture: Path | None = None) -> None:
        """Show it; at once and without waiting for anybody."""

    def close(self) -> None:
        """Nothing is told or heard afterwards. Blocking for a moment at most."""


def system_notifier(parent: QObject) -> Notifier:
    """The one that fits this system."""
    if sys.platform == "linux":
        from kling_desktop.ui.notifying.by_bus import BusNotifier

        return BusNotifier(parent)
    from kling_desktop.ui.notifying.by_tray import TrayNotifier

    return TrayNotifier(parent)
