"""Detects scrolling too fast to see anything."""

from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

_FAST = 3.0
"""px per millisecond: nobody can read at that speed, and loading would delay the next frame."""
_STOOD_S = 0.1
"""After resting this long, a single jump, however far, counts as arrived."""
_REST_MS = 16


class FastScroll(QObject):
    """Emits `settled` when a fast scroll has stopped."""

    settled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moved_at = 0.0
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.settled)

    def record(self, distance: int) -> bool:
        """Whether the scroll is fast, having moved this many px since the last call."""
        now = perf_counter()
        took, self._moved_at = now - self._moved_at, now
        if took < _STOOD_S and abs(distance) > _FAST * 1000 * took:
            self._rest.start()
        return self._rest.isActive()
