"""One clip, large: it plays, stops on any frame, and leads on to the next request."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.job import Job
from kling_desktop.domain.states import Done
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.viewer.details import GO_ON, NARROW, WIDTH, Details
from kling_desktop.ui.viewer.filmstrip import HEIGHT, Filmstrip
from kling_desktop.ui.viewer.stage import Stage
from kling_desktop.ui.viewer.thumbs import Thumbs
from kling_desktop.ui.viewer.transport import SPEEDS, Transport

if TYPE_CHECKING:
    from collections.abc import Callable

_WIDE_ENOUGH = 900
_FASTEST = 4.0
_STRIP_GAP = SPACE.M - 3
_VERB_KEYS = {key: verb for row in GO_ON for _, verb, key in row}


class Viewer(QWidget):
    """Shows the clip of a job that is done. Whoever takes it away calls `shut` first.

    Keys: Space plays and pauses; J, K, L play back, pause, play on, again for faster; ← → one frame, with Shift one
    second; Home, End; Ctrl+L plays again and again; [ and ] slower and faster; I and O set where what is played begins
    and ends, Alt+X plays all of it again; F11 full screen; Esc closes. The rest as on the side.
    """

    closed = Signal()
    """The user wants back to the clips."""
    verb_chosen = Signal(str, str)
    """A job's ID and one of the verbs on the side."""
    frame_chosen = Signal(str, str, int)
    """A job's ID, the slot that is to take a frame of its clip, and the frame's number, 0 first."""
    full_screen_asked = Signal()
    room_below_messages = SPACE.M - _STRIP_GAP
    """How far above the stage's lower edge a message stands, px, to be clear of the strip."""

    def __init__(self, theme: Theme, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._job = job
        self._path = Path(job.state.file if isinstance(job.state, Done) else "")
        self._thumbs: Thumbs | None = None
        self._speed = 0.0
        self._usual_speed = 1.0
        self._part: tuple[int, int] | None = None
        self._is_shut = False
        self.stage = Stage(theme, self._path)
        self.film = Filmstrip(theme)
        self.transport = Transport(theme)
        self.details = Details(theme, job)
        picture = QVBoxLayout()
        picture.setContentsMargins(SPACE.L, SPACE.L, SPACE.L, SPACE.L)
        picture.setSpacing(_STRIP_GAP)
        picture.addWidget(self.stage, 1)
        picture.addWidget(self.film)
        picture.addWidget(self.transport)
        panes = QHBoxLayout(self)
        panes.setContentsMargins(0, 0, 0, 0)
        panes.setSpacing(0)
        panes.addLayout(picture, 1)
        panes.addWidget(self.details)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.stage.opened.connect(self._opened)
        self.stage.shown.connect(self._shown)
        self.stage.playing_changed.connect(self.transport.show_playing)
        self.stage.broke.connect(lambda _: self._allow_playing(False))
        self.film.scrubbed.connect(self.stage.seek)
        self.transport.first.connect(lambda: self._go_to(0))
        self.transport.back.connect(lambda: self._step(-1))
        self.transport.forward.connect(lambda: self._step(1))
        self.transport.play_or_pause.connect(self._play_or_pause)
        self.transport.loop_chosen.connect(self.stage.set_loop)
        self.transport.speed_chosen.connect(self._set_speed)
        self.transport.slot_chosen.connect(self._use_frame)
        self.transport.full_screen.connect(self.full_screen_asked)
        self.stage.double_clicked.connect(self.full_screen_asked)
        self.details.verb_chosen.connect(self._choose)
        self.details.back.connect(self.closed)
        self._keys = self._all_keys()
        self._allow_playing(False)

    def show_alone(self, alone: bool) -> None:
        """The picture without what stands beside it, for a full screen."""
        self.details.setVisible(not alone)
        name = "Leave full screen" if alone else "Full screen"
        self.transport.full.show_icon("fullscreen", name, "F11")

    def shut(self) -> None:
        """End playing and decoding, at once. May be called twice."""
        if not self._is_shut:
            self._is_shut = True
            self.stage.shut()
            if self._thumbs is not None:
                self._thumbs.shut()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self._theme.tokens.bg)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.details.setFixedWidth(WIDTH if self.width() >= _WIDE_ENOUGH else NARROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        keys = QKeySequence(QKeyCombination(held, Qt.Key(event.key()))).toString()
        if keys in self._keys:
            self._keys[keys]()
        elif keys in _VERB_KEYS:
            self._choose(_VERB_KEYS[keys])
        else:
            super().keyPressEvent(event)

    def _all_keys(self) -> "dict[str, Callable[[], object]]":
        return {
            "Left": lambda: self._step(-1),
            "Right": lambda: self._step(1),
            "Shift+Left": lambda: self._step(-self._second),
            "Shift+Right": lambda: self._step(self._second),
            "Home": lambda: self._go_to(0),
            "End": lambda: self._go_to(self.stage.count - 1),
            "Space": self._play_or_pause,
            "J": lambda: self._shuttle(-1.0),
            "K": self._pause,
            "L": lambda: self._shuttle(1.0),
            "Ctrl+L": self.transport.loop.toggle,
            "[": lambda: self._change_speed(-1),
            "]": lambda: self._change_speed(1),
            "I": lambda: self._set_part(self.stage.number, self._part[1] if self._part else self.stage.count - 1),
            "O": lambda: self._set_part(self._part[0] if self._part else 0, self.stage.number),
            "Alt+X": lambda: self._set_part(0, self.stage.count - 1),
            "Esc": self.closed.emit,
        }

    def _opened(self) -> None:
        self._allow_playing(True)
        self._thumbs = Thumbs(self._path, self.film.expect(self.stage.shape), (HEIGHT * 4, HEIGHT * 2))
        self._thumbs.made.connect(self.film.show_thumb, Qt.ConnectionType.QueuedConnection)
        self._play_or_pause()

    def _shown(self, number: int) -> None:
        self.film.show_position(number, self.stage.count)
        self.transport.show_position(number, self.stage.count, self.stage.fps, has_sound=self.stage.has_sound)

    def _play_or_pause(self) -> None:
        if self.stage.playing:
            self._pause()
        else:
            self._play(self._usual_speed)

    def _play(self, speed: float) -> None:
        self._speed = speed
        self.stage.play(speed)

    def _pause(self) -> None:
        self._speed = 0.0
        self.stage.pause()

    def _shuttle(self, way: float) -> None:
        """Play that way; twice as fast when it already does."""
        faster = self.stage.playing and self._speed * way > 0
        self._play(max(-_FASTEST, min(_FASTEST, self._speed * 2)) if faster else way)

    @property
    def _second(self) -> int:
        """In frames."""
        return max(1, round(self.stage.fps))

    def _step(self, frames: int) -> None:
        self._go_to(self.stage.number + frames)

    def _change_speed(self, step: int) -> None:
        at = SPEEDS.index(self._usual_speed) + step
        self._set_speed(SPEEDS[max(0, min(at, len(SPEEDS) - 1))])

    def _set_speed(self, speed: float) -> None:
        self._usual_speed = speed
        self.transport.show_speed(speed)
        if self.stage.playing:
            self._play(speed)

    def _set_part(self, first: int, last: int) -> None:
        """Play only from `first` to `last`; an end before the beginning leaves the other at the clip's own."""
        if not self.stage.count:
            return
        if first > last:
            first, last = (first, self.stage.count - 1) if self.stage.number == first else (0, last)
        self._part = None if (first, last) == (0, self.stage.count - 1) else (first, last)
        self.stage.set_range(first, last)
        self.film.show_part(self._part)

    def _use_frame(self, slot: str) -> None:
        self._pause()
        self.frame_chosen.emit(self._job.id, slot, self.stage.number)

    def _go_to(self, number: int) -> None:
        self._pause()
        self.stage.seek(number)

    def _choose(self, verb: str) -> None:
        self.verb_chosen.emit(self._job.id, verb)

    def _allow_playing(self, allowed: bool) -> None:
        self.transport.setEnabled(allowed)
        self.film.setEnabled(allowed)
