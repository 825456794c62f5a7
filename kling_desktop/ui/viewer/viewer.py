"""One clip, large: it plays, stops on any frame, and leads on to the next request."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.job import Job
from kling_desktop.domain.states import Done
from kling_desktop.ui.handing.deeds import Deed
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.viewer.controls import Controls, keys_of
from kling_desktop.ui.viewer.details import GO_ON, HAND_ON, Details
from kling_desktop.ui.viewer.filmstrip import HEIGHT, Filmstrip
from kling_desktop.ui.viewer.side import NARROW, WIDTH
from kling_desktop.ui.viewer.stage import Stage
from kling_desktop.ui.viewer.thumbs import Thumbs
from kling_desktop.ui.viewer.transport import Transport

_WIDE_ENOUGH = 900
_STRIP_GAP = SPACE.M - 3
_VERB_KEYS = {key: verb for row in (*GO_ON, *HAND_ON) for _, verb, key in row if key}


class Viewer(QWidget):
    """Shows the clip of a job that is done. Whoever takes it away calls `shut` first.

    Keys: those of Controls and on the side; F11 full screen; Esc closes.
    """

    closed = Signal()
    """The user wants back to the clips."""
    verb_chosen = Signal(str, str)
    """A job's ID and one of the verbs on the side."""
    frame_chosen = Signal(str, str, int)
    """A job's ID, the slot that is to take a frame of its clip, and the frame's number, 0 first."""
    frame_copied = Signal(str, int)
    """A job's ID and the number of the frame on the screen."""
    full_screen_asked = Signal()
    room_below_messages = SPACE.M - _STRIP_GAP
    """How far above the stage's lower edge a message stands, px, to be clear of the strip."""

    def __init__(self, theme: Theme, job: Job, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._job = job
        self._path = Path(job.state.file if isinstance(job.state, Done) else "")
        self._thumbs: Thumbs | None = None
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
        self._controls = Controls(self.stage, self.film, self.transport, self)
        self.stage.opened.connect(self._opened)
        self.stage.broke.connect(lambda _: self._controls.allow(False))
        self._controls.follow(self.stage.shown, self.stage.playing_changed)
        self.transport.slot_chosen.connect(self._use_frame)
        self.transport.full_screen.connect(self.full_screen_asked)
        self.stage.double_clicked.connect(self.full_screen_asked)
        self.details.verb_chosen.connect(self._choose)
        self.details.back.connect(self.closed)

    def show_alone(self, alone: bool) -> None:
        """The picture without what stands beside it, for a full screen."""
        self.details.setVisible(not alone)
        self.transport.show_full(alone)

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
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif verb := _VERB_KEYS.get(keys_of(event)):
            self._choose(verb)
        elif not self._controls.take(event):
            super().keyPressEvent(event)

    def _opened(self) -> None:
        self._controls.allow(True)
        self._thumbs = Thumbs(self._path, self.film.expect(self.stage.shape), (HEIGHT * 4, HEIGHT * 2))
        self._thumbs.made.connect(self.film.show_thumb, Qt.ConnectionType.QueuedConnection)
        self._controls.play_or_pause()

    def _use_frame(self, slot: str) -> None:
        self._controls.pause()
        self.frame_chosen.emit(self._job.id, slot, self.stage.number)

    def _choose(self, verb: str) -> None:
        if verb == Deed.COPY_FRAME:
            self._controls.pause()
            self.frame_copied.emit(self._job.id, self.stage.number)
            return
        self.verb_chosen.emit(self._job.id, verb)
