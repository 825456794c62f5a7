"""Notices that another day has begun, also in a window that nobody touches."""

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import QObject, QTimer, Signal

_EVERY_MS = 20_000
"""Looked at again and again: a timer for midnight would be late by as long as the computer sleeps."""


class DayTimer(QObject):
    """Emits `day_changed` soon after midnight, and when the clock or the time zone was set to another day.

    clock: seconds since the epoch.
    """

    day_changed = Signal()

    def __init__(self, clock: Callable[[], float], parent: QObject) -> None:
        super().__init__(parent)
        self._clock = clock
        self._day = self._today()
        timer = QTimer(self)
        timer.setInterval(_EVERY_MS)
        timer.timeout.connect(self.check)
        timer.start()

    def check(self) -> None:
        """Look at the clock now."""
        if (today := self._today()) != self._day:
            self._day = today
            self.day_changed.emit()

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock()).astimezone().date()
