"""Whether what is shown flies by too fast to be seen."""

from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

_FAST = 3.0
"""px a millisecond: what moves so fast nobody reads, and to fetch it would hold up the next frame."""
_STOOD_S = 0.1
"""What has stood so long and moves once, however far, has come to where it stays."""
_REST_MS = 16


class FastScroll(QObject):
    """`landed`: what flew by is in sight to stay."""

    settled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._moved_at = 0.0
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.settled)

    def record(self, distance: int) -> bool:
        """Whether it flies, having moved by so many px since it was told last."""
        now = perf_counter()
        took, self._moved_at = now - self._moved_at, now
        if took < _STOOD_S and abs(distance) > _FAST * 1000 * took:
            self._rest.start()
        return self._rest.isActive()
