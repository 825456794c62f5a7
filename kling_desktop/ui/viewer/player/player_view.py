"""What the viewer and the comparison share: a player, the strip and the buttons below it, and a side panel."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.viewer.details.side_panel import SidePanel
from kling_desktop.ui.viewer.player.filmstrip import HEIGHT, Filmstrip
from kling_desktop.ui.viewer.player.playback_controls import PlaybackControls
from kling_desktop.ui.viewer.player.stage import Stage
from kling_desktop.ui.viewer.player.strip_frames import StripFrames
from kling_desktop.ui.viewer.player.synced_stages import SyncedStages
from kling_desktop.ui.viewer.player.transport_bar import TransportBar

_THUMB = (HEIGHT * 4, HEIGHT * 2)
_STRIP_GAP = SPACE.M - 3
"""The strip has 3 px of its own for the handle."""


class PlayerView(QWidget):
    """Plays what its stage opens, and shows the clip at `path` as a strip. Call `shut` before it goes."""

    close_requested = Signal()
    """Back to the clips."""
    full_screen_requested = Signal()
    room_below_messages = SPACE.M - _STRIP_GAP
    """The distance of a message from the stage's lower edge, px, so that it clears the strip."""

    def __init__(
        self,
        theme: Theme,
        stage: Stage | SyncedStages,
        transport: TransportBar,
        side: SidePanel,
        path: Path,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._playing = stage
        self._side = side
        self._path = path
        self._thumbs: StripFrames | None = None
        self._is_shut = False
        self.film = Filmstrip(theme)
        self.transport = transport
        picture = QVBoxLayout()
        picture.setContentsMargins(SPACE.L, SPACE.L, SPACE.L, SPACE.L)
        picture.setSpacing(_STRIP_GAP)
        picture.addWidget(stage, 1)
        picture.addWidget(self.film)
        picture.addWidget(transport)
        panes = QHBoxLayout(self)
        panes.setContentsMargins(0, 0, 0, 0)
        panes.setSpacing(0)
        panes.addLayout(picture, 1)
        panes.addWidget(side)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._controls = PlaybackControls(stage, self.film, transport, self)
        self._controls.follow(stage.shown, stage.playing_changed)
        stage.opened.connect(self._opened)
        transport.full.clicked.connect(self.full_screen_requested)

    def show_alone(self, alone: bool) -> None:
        """Show the picture without the side panel, for full screen, or with it again."""
        self._side.setVisible(not alone)
        self.transport.show_full(alone)

    def shut(self) -> None:
        """Stop playing and decoding. It may be called twice."""
        if not self._is_shut:
            self._is_shut = True
            self._playing.shut()
            if self._thumbs is not None:
                self._thumbs.shut()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), self._theme.tokens.bg)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus()

    def _opened(self) -> None:
        self._controls.set_enabled(True)
        number = self.film.frames_wanted(self._playing.shape)
        self._thumbs = StripFrames(self._path, number, _THUMB, self.film.show_frame)
        self._controls.play_or_pause()
