"""Calls the player for the next frame."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer

from kling_desktop.ui.qt.main_thread import on_main_thread


class FrameClock(QObject):
    """Calls `look`, a method of a QObject, on the UI thread: at each tick while it runs, and after each `tell`."""

    def __init__(self, look: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        # Four ticks per frame at 24 fps: steadier than the 16 ms of the screen, which beat against 41.7 ms.
        self._tick = QTimer(self, timerType=Qt.TimerType.PreciseTimer)
        self._tick.setInterval(10)
        self._tick.timeout.connect(look)
        self.tell = on_main_thread(look)
        """Call it on any thread to have `look` called."""

    def run(self, running: bool) -> None:
        self._tick.start() if running else self._tick.stop()
