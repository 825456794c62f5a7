"""What plays is steered from here: by the buttons below it, along the strip, and from the keyboard."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QKeyCombination, QObject, Qt, SignalInstance
from PySide6.QtGui import QKeyEvent, QKeySequence

from kling_desktop.ui.viewer.player.filmstrip import Filmstrip
from kling_desktop.ui.viewer.player.transport_bar import SPEEDS, Transport

_FASTEST = 4.0


class Player(Protocol):
    """What can be steered: one clip or several in step. Frames are counted from 0."""

    number: int

    @property
    def count(self) -> int: ...
    @property
    def fps(self) -> float: ...
    @property
    def has_sound(self) -> bool: ...
    @property
    def playing(self) -> bool: ...
    def play(self, speed: float = 1.0) -> None: ...
    def pause(self) -> None: ...
    def seek(self, number: int) -> None: ...
    def set_loop(self, loop: bool) -> None: ...
    def set_range(self, first: int, last: int) -> None: ...


class Controls(QObject):
    """Keys: Space plays and pauses; J, K, L play back, pause, play on, again for faster; ← → one frame, with Shift one
    second; Home, End; Ctrl+L plays again and again; [ and ] slower and faster; I and O set where what is played begins
    and ends, Alt+X plays all of it again.
    """

    def __init__(self, player: Player, film: Filmstrip, transport: Transport, parent: QObject) -> None:
        super().__init__(parent)
        self._player = player
        self._film = film
        self._transport = transport
        self._speed = 0.0
        self._usual_speed = 1.0
        self._part: tuple[int, int] | None = None
        film.scrubbed.connect(player.seek)
        transport.first.connect(lambda: self.go_to(0))
        transport.back.connect(lambda: self._step(-1))
        transport.forward.connect(lambda: self._step(1))
        transport.play_or_pause.connect(self.play_or_pause)
        transport.loop_chosen.connect(player.set_loop)
        transport.speed_chosen.connect(self._set_speed)
        self._keys = self._all_keys()
        self.allow(False)

    def follow(self, shown: SignalInstance, playing_changed: SignalInstance) -> None:
        """Show where the player stands whenever these say so."""
        shown.connect(self._show_position)
        playing_changed.connect(self._transport.show_playing)

    def allow(self, allowed: bool) -> None:
        """There is something to play, or there isn't."""
        self._transport.setEnabled(allowed)
        self._film.setEnabled(allowed)

    def take(self, event: QKeyEvent) -> bool:
        """Do what a key stands for; False if it stands for nothing here."""
        act = self._keys.get(keys_of(event))
        if act:
            act()
        return act is not None

    def play_or_pause(self) -> None:
        if self._player.playing:
            self.pause()
        else:
            self._play(self._usual_speed)

    def pause(self) -> None:
        self._speed = 0.0
        self._player.pause()

    def go_to(self, number: int) -> None:
        self.pause()
        self._player.seek(number)

    def _all_keys(self) -> dict[str, Callable[[], object]]:
        return {
            "Left": lambda: self._step(-1),
            "Right": lambda: self._step(1),
            "Shift+Left": lambda: self._step(-self._second),
            "Shift+Right": lambda: self._step(self._second),
            "Home": lambda: self.go_to(0),
            "End": lambda: self.go_to(self._player.count - 1),
            "Space": self.play_or_pause,
            "J": lambda: self._shuttle(-1.0),
            "K": self.pause,
            "L": lambda: self._shuttle(1.0),
            "Ctrl+L": self._transport.loop.toggle,
            "[": lambda: self._change_speed(-1),
            "]": lambda: self._change_speed(1),
            "I": lambda: self._set_part(self._player.number, self._part[1] if self._part else self._player.count - 1),
            "O": lambda: self._set_part(self._part[0] if self._part else 0, self._player.number),
            "Alt+X": lambda: self._set_part(0, self._player.count - 1),
        }

    @property
    def _second(self) -> int:
        """In frames."""
        return max(1, round(self._player.fps))

    def _show_position(self, number: int) -> None:
        player = self._player
        self._film.show_position(number, player.count)
        self._transport.show_position(number, player.count, player.fps, has_sound=player.has_sound)

    def _play(self, speed: float) -> None:
        self._speed = speed
        self._player.play(speed)

    def _shuttle(self, way: float) -> None:
        """Play that way; twice as fast when it already does."""
        faster = self._player.playing and self._speed * way > 0
        self._play(max(-_FASTEST, min(_FASTEST, self._speed * 2)) if faster else way)

    def _step(self, frames: int) -> None:
        self.go_to(self._player.number + frames)

    def _change_speed(self, step: int) -> None:
        at = SPEEDS.index(self._usual_speed) + step
        self._set_speed(SPEEDS[max(0, min(at, len(SPEEDS) - 1))])

    def _set_speed(self, speed: float) -> None:
        self._usual_speed = speed
        self._transport.show_speed(speed)
        if self._player.playing:
            self._play(speed)

    def _set_part(self, first: int, last: int) -> None:
        """Play only from `first` to `last`; an end before the beginning leaves the other at the clip's own."""
        player = self._player
        if not player.count:
            return
        if first > last:
            first, last = (first, player.count - 1) if player.number == first else (0, last)
        self._part = None if (first, last) == (0, player.count - 1) else (first, last)
        player.set_range(first, last)
        self._film.show_part(self._part)


def keys_of(event: QKeyEvent) -> str:
    """What was pressed, as it is written: "Shift+Left"."""
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return QKeySequence(QKeyCombination(held, Qt.Key(event.key()))).toString()
