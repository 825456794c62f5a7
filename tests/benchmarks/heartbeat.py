"""How long the UI thread kept events waiting."""

import os
from dataclasses import dataclass, field
from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer

BEAT_MS = 2


@dataclass(slots=True)
class Stalls:
    """In milliseconds, a value a beat: how late it came (`wall`), and how much of that was the program's own (`own`):
    the thread was at work or waited for another thread or a disk, and not just in the queue for a processor."""

    wall: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)


class Heartbeat(QObject):
    """Beats on the thread that makes it, from the moment it is made until `stop`."""

    def __init__(self) -> None:
        super().__init__()
        self._stalls = Stalls()
        self._queued_file = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        self._last, self._queued = perf_counter(), self._time_queued()
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def stop(self) -> Stalls:
        """What was seen."""
        self._timer.stop()
        os.close(self._queued_file)
        return self._stalls

    def _beat(self) -> None:
        now, queued = perf_counter(), self._time_queued()
        late = max(0.0, 1000 * (now - self._last) - BEAT_MS)
        self._stalls.wall.append(late)
        self._stalls.own.append(max(0.0, late - 1000 * (queued - self._queued)))
        self._last, self._queued = now, queued

    def _time_queued(self) -> float:
        """Seconds that this thread has waited for a processor so far."""
        return int(os.pread(self._queued_file, 64, 0).split()[1]) / 1e9
