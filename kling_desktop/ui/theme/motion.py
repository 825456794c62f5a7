"""Movement in the window: short, only where something changes, and none where the system asks for that."""

from collections.abc import Callable
from math import cos, pi
from typing import Final

from PySide6.QtCore import QEasingCurve, QElapsedTimer, QObject, QTimer, QVariantAnimation
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

QUICK: Final = 100
USUAL: Final = 120
LONGEST: Final = 150
"""Milliseconds. Nothing takes longer to get to its place."""
_BREATH_TICK: Final = 66


class Motion:
    """Runs the movements of widgets, or shows their end at once while it is off.

    It is off until `show_movement` says otherwise: nothing moves before the system's preference is known.
    """

    def __init__(self) -> None:
        self._is_on = False

    @property
    def is_on(self) -> bool:
        """Whether things move."""
        return self._is_on

    def show_movement(self, on: bool) -> None:
        """Let things move, or show only where they end up."""
        self._is_on = on

    def run(
        self,
        owner: QObject,
        step: Callable[[float], None],
        milliseconds: int = USUAL,
        *,
        done: Callable[[], None] = lambda: None,
    ) -> "Movement":
        """Call step(share) with shares that rise from 0 to 1, then `done`. Ends early if `owner` is destroyed.

        Off, it calls step(1) and `done` at once.
        """
        movement = Movement(owner, step, done, min(milliseconds, LONGEST))
        if self._is_on:
            movement.start()
        else:
            movement.finish()
        return movement

    def breathe(self, widget: QWidget, step: Callable[[float], None], period: int = 2000) -> "Breath":
        """Call step(level) with levels that swing slowly from 1 down to 0 and back, while `widget` is visible: it shows
        that something is going on. Off, the level stays 1.
        """
        return Breath(self, widget, step, period)


class Movement(QVariantAnimation):
    """One movement, from 0 to 1. It belongs to its owner, and deletes itself at its end."""

    def __init__(self, owner: QObject, step: Callable[[float], None], done: Callable[[], None], duration: int) -> None:
        super().__init__(owner)
        self._step = step
        self._done = done
        self.setStartValue(0.0)
        self.setEndValue(1.0)
        self.setDuration(duration)
        self.setEasingCurve(QEasingCurve.Type.OutCubic)
        self.valueChanged.connect(self._tell)
        self.finished.connect(self._end)

    def finish(self) -> None:
        """Go to the end at once."""
        self.stop()
        self._step(1.0)
        self._end()

    def cancel(self) -> None:
        """Stop where it is; `done` isn't called."""
        if isValid(self):
            self.stop()
            self.deleteLater()

    def _tell(self, share: object) -> None:
        assert isinstance(share, float)
        self._step(share)

    def _end(self) -> None:
        self._done()
        self.deleteLater()


class Breath(QObject):
    """A slow swing that shows that something is going on. It belongs to its widget, and rests while that is hidden."""

    def __init__(self, motion: Motion, widget: QWidget, step: Callable[[float], None], period: int) -> None:
        super().__init__(widget)
        self._motion = motion
        self._widget = widget
        self._step = step
        self._period = period
        self._since = QElapsedTimer()
        self._since.start()
        self._timer = QTimer(self)
        self._timer.setInterval(_BREATH_TICK)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def stop(self) -> None:
        """End at level 1."""
        self._timer.stop()
        self._step(1.0)
        self.deleteLater()

    def _tick(self) -> None:
        if not self._motion.is_on:
            self._step(1.0)
        elif self._widget.isVisible():
            share = self._since.elapsed() % self._period / self._period
            self._step((1 + cos(2 * pi * share)) / 2)
