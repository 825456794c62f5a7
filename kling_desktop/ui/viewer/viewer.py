"""One clip, large: it plays, stops on any frame, and leads on to the next request."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.job import Job
from kling_desktop.domain.states import Done
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.viewer.details import GO_ON, NARROW, WIDTH, Details
from kling_desktop.ui.viewer.filmstrip import HEIGHT, Filmstrip
from kling_desktop.ui.viewer.stage import Stage
from kling_desktop.ui.viewer.thumbs import Thumbs
from kling_desktop.ui.viewer.transport import Transport

_WIDE_ENOUGH = 900
_FASTEST = 4.0
_STRIP_GAP = SPACE.M - 3
_VERB_KEYS = {Qt.Key[f"Key_{key}"]: verb for _, verb, key in GO_ON if key}


class Viewer(QWidget):
    """Shows the clip of a job that is done. Whoever takes it away calls `shut` first.

    Keys: Space plays and pauses; J, K, L play back, pause, play on, again for faster; ← → one frame, with Shift one
    second; Home, End; Ctrl+L plays again and again; E and U as on the side; Esc closes.
    """

    closed = Signal()
    """The user wants back to the clips."""
    verb_chosen = Signal(str, str)
    """A job's ID and "edit_video", "use_settings", "show_in_folder" or "copy_id"."""
    room_below_messages = SPACE.M - _STRIP_GAP
    """How far above the stage's lower edge a message stands, px, to be clear of the strip."""

    def __init__(self, theme: Theme, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._job = job
        self._path = Path(job.state.file if isinstance(job.state, Done) else "")
        self._thumbs: Thumbs | None = None
        self._speed = 0.0
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
        self.transport.back.connect(lambda: self._go_to(self.stage.number - 1))
        self.transport.forward.connect(lambda: self._go_to(self.stage.number + 1))
        self.transport.play_or_pause.connect(self._play_or_pause)
        self.transport.loop_chosen.connect(self.stage.set_loop)
        self.details.verb_chosen.connect(self._choose)
        self.details.back.connect(self.closed)
        self._allow_playing(False)

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
        key, stage = event.key(), self.stage
        match event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            case Qt.KeyboardModifier.NoModifier:
                step = 1
            case Qt.KeyboardModifier.ShiftModifier:
                step = max(1, round(stage.fps))
            case Qt.KeyboardModifier.ControlModifier if key == Qt.Key.Key_L:
                self.transport.loop.toggle()
                return
            case _:
                super().keyPressEvent(event)
                return
        match key:
            case Qt.Key.Key_Left:
                self._go_to(stage.number - step)
            case Qt.Key.Key_Right:
                self._go_to(stage.number + step)
            case _ if step > 1 or not self._plain_key(key):
                super().keyPressEvent(event)

    def _plain_key(self, key: int) -> bool:
        """Do what a key without modifiers stands for; False if it stands for nothing here."""
        match key:
            case Qt.Key.Key_Space:
                self._play_or_pause()
            case Qt.Key.Key_J:
                self._shuttle(-1.0)
            case Qt.Key.Key_K:
                self._pause()
            case Qt.Key.Key_L:
                self._shuttle(1.0)
            case Qt.Key.Key_Home:
                self._go_to(0)
            case Qt.Key.Key_End:
                self._go_to(self.stage.count - 1)
            case Qt.Key.Key_Escape:
                self.closed.emit()
            case _ if key in _VERB_KEYS:
                self._choose(_VERB_KEYS[Qt.Key(key)])
            case _:
                return False
        return True

    def _opened(self) -> None:
        self._allow_playing(True)
        self._thumbs = Thumbs(self._path, self.film.expect(self.stage.shape), (HEIGHT * 4, HEIGHT * 2))
        self._thumbs.made.connect(self.film.show_thumb, Qt.ConnectionType.QueuedConnection)
        self._play_or_pause()

    def _shown(self, number: int) -> None:
        self.film.show_position(number, self.stage.count)
        self.transport.show_position(number, self.stage.count, self.stage.fps)

    def _play_or_pause(self) -> None:
        if self.stage.playing:
            self._pause()
        else:
            self._play(1.0)

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

    def _go_to(self, number: int) -> None:
        self._pause()
        self.stage.seek(number)

    def _choose(self, verb: str) -> None:
        self.verb_chosen.emit(self._job.id, verb)

    def _allow_playing(self, allowed: bool) -> None:
        self.transport.setEnabled(allowed)
        self.film.setEnabled(allowed)
