"""How long the UI thread kept events waiting."""

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, QTimer

from tests.benchmarks.thread_time import OwnTime

BEAT_MS = 2


@dataclass(slots=True)
class Stalls:
    """How late each beat came, in milliseconds: by the clock (wall), and as far as the program itself was to blame
    (own)."""

    wall: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)


class Heartbeat(QObject):
    """Beats on the thread that makes it, from the moment it is made until `stop`."""

    def __init__(self) -> None:
        super().__init__()
        self._stalls = Stalls()
        self._time = OwnTime()
        self._timer = QTimer(self, timerType=Qt.TimerType.PreciseTimer, interval=BEAT_MS)
        self._timer.timeout.connect(self._beat)
        self._timer.start()

    def stop(self) -> Stalls:
        """What was seen."""
        self._timer.stop()
        self._time.close()
        return self._stalls

    def _beat(self) -> None:
        wall, own = self._time.lap()
        self._stalls.wall.append(max(0.0, wall - BEAT_MS))
        self._stalls.own.append(max(0.0, own - BEAT_MS))
