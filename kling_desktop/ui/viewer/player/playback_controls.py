"""Controls what plays: by the buttons below it, the strip and the keyboard."""

from typing import Protocol, assert_never

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtGui import QKeyEvent

from kling_desktop.ui.qt.key_name import key_name
from kling_desktop.ui.viewer.player.filmstrip import Filmstrip
from kling_desktop.ui.viewer.player.playback_actions import PLAYBACK_KEYS, PlaybackAction
from kling_desktop.ui.viewer.player.transport_bar import SPEEDS, TransportBar

_FASTEST = 4.0


class Player(Protocol):
    """What can be controlled: one clip, or several in sync. Frames are counted from 0."""

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


class PlaybackControls(QObject):
    """Controls a player from the buttons below it, the strip and the keys of `PLAYBACK_KEYS`.

    J and L play backwards and forwards, and faster if they do so already.
    """

    def __init__(self, player: Player, film: Filmstrip, transport: TransportBar, parent: QObject) -> None:
        super().__init__(parent)
        self._player = player
        self._film = film
        self._transport = transport
        self._speed = 0.0
        self._usual_speed = 1.0
        self._range: tuple[int, int] | None = None
        film.scrubbed.connect(player.seek)
        transport.playback_requested.connect(self.perform)
        transport.loop.toggled.connect(player.set_loop)
        transport.speed_requested.connect(self._set_speed)
        self.set_enabled(False)

    def follow(self, shown: SignalInstance, playing_changed: SignalInstance) -> None:
        """Show where the player stands whenever one of these is emitted."""
        shown.connect(self._show_position)
        playing_changed.connect(self._transport.show_playing)

    def set_enabled(self, enabled: bool) -> None:
        """There is something to play, or there isn't."""
        self._transport.setEnabled(enabled)
        self._film.setEnabled(enabled)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Do what a key stands for; False if it stands for nothing here."""
        action = PLAYBACK_KEYS.get(key_name(event))
        if action is not None:
            self.perform(action)
        return action is not None

    def perform(self, action: PlaybackAction) -> None:
        """Do what a key or a button asks for."""
        player = self._player
        first, last = self._range or (0, player.count - 1)
        match action:
            case PlaybackAction.PLAY_OR_PAUSE:
                self.play_or_pause()
            case PlaybackAction.PLAY_BACKWARDS:
                self._shuttle(-1.0)
            case PlaybackAction.PAUSE:
                self.pause()
            case PlaybackAction.PLAY_FORWARDS:
                self._shuttle(1.0)
            case PlaybackAction.PREVIOUS_FRAME:
                self._step(-1)
            case PlaybackAction.NEXT_FRAME:
                self._step(1)
            case PlaybackAction.PREVIOUS_SECOND:
                self._step(-self._second)
            case PlaybackAction.NEXT_SECOND:
                self._step(self._second)
            case PlaybackAction.FIRST_FRAME:
                self.go_to(0)
            case PlaybackAction.LAST_FRAME:
                self.go_to(player.count - 1)
            case PlaybackAction.SLOWER:
                self._change_speed(-1)
            case PlaybackAction.FASTER:
                self._change_speed(1)
            case PlaybackAction.SET_IN_POINT:
                self._set_range(player.number, last)
            case PlaybackAction.SET_OUT_POINT:
                self._set_range(first, player.number)
            case PlaybackAction.CLEAR_IN_AND_OUT:
                self._set_range(0, player.count - 1)
            case PlaybackAction.TOGGLE_LOOP:
                self._transport.loop.toggle()
            case _:
                assert_never(action)

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

    def _shuttle(self, direction: float) -> None:
        """Play in that direction; twice as fast if it does so already."""
        faster = self._player.playing and self._speed * direction > 0
        self._play(max(-_FASTEST, min(_FASTEST, self._speed * 2)) if faster else direction)

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

    def _set_range(self, first: int, last: int) -> None:
        """Play only from `first` to `last`. If they cross, the one set last counts, and the other is the clip's own."""
        player = self._player
        if not player.count:
            return
        if first > last:
            first, last = (first, player.count - 1) if player.number == first else (0, last)
        self._range = None if (first, last) == (0, player.count - 1) else (first, last)
        player.set_range(first, last)
        self._film.show_range(self._range)
