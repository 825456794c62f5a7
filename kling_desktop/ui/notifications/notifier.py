"""The interface of all notifiers."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal


class Notifier(QObject):
    """This one does nothing, for desktops without notifications. `chosen` carries the name of what was clicked."""

    chosen = Signal(str)

    def notify(self, name: str, title: str, text: str, picture: Path | None = None) -> None:
        """Show it at once, without waiting."""

    def close(self) -> None:
        """Stop sending and listening. Blocks for a moment at most."""
