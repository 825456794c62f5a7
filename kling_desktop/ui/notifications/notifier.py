"""What every way of notifying is."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal


class Notifier(QObject):
    """This one says nothing, for desktops that can't be told. `chosen` with the name of what was clicked."""

    chosen = Signal(str)

    def notify(self, name: str, title: str, text: str, picture: Path | None = None) -> None:
        """Show it; at once and without waiting for anybody."""

    def close(self) -> None:
        """Nothing is told or heard afterwards. Blocking for a moment at most."""
