"""When to look for the next frame."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal


class _Word(QObject):
    """Carries the word from a decode thread. Outlives its watch, which may be gone when the last word comes."""

    came = Signal()


class Watch(QObject):
    """Calls `look` on the UI thread: at each tick while it runs, and when a decode thread says that there is news."""

    def __init__(self, look: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        # Four looks a frame at 24 fps: steadier than the screen's own 16 ms, which beats with 41.7.
        self._tick = QTimer(self, interval=10, timerType=Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(look)
        word = _Word()
        word.came.connect(look, Qt.ConnectionType.QueuedConnection)
        # A bound `emit` alone would not keep the word alive.
        self.tell: Callable[[], None] = lambda: word.came.emit()
        """To be called from any thread."""

    def run(self, running: bool) -> None:
        self._tick.start() if running else self._tick.stop()
