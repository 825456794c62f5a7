"""Two or four takes at once: the same frame of each, and what their requests differ in."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.differences import differences
from kling_desktop.domain.job import Job
from kling_desktop.domain.states import Done
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.viewer.controls import Controls
from kling_desktop.ui.viewer.filmstrip import HEIGHT, Filmstrip
from kling_desktop.ui.viewer.side import Side
from kling_desktop.ui.viewer.stages import Stages
from kling_desktop.ui.viewer.thumbs import Thumbs
from kling_desktop.ui.viewer.transport import Transport
from kling_desktop.ui.widgets import Button, Option, Segmented, label

_WAYS = (Option("beside", "Side by side"), Option("wipe", "Wipe"))


class Compare(QWidget):
    """Shows the clips of two, three or four jobs that are done. Whoever takes it away calls `shut` first.

    Keys: those of Controls; W wipes one of two over the other; Esc closes.
    """

    closed = Signal()
    full_screen_asked = Signal()
    room_below_messages = SPACE.M

    def __init__(
        self,
        theme: Theme,
        takes: Sequence[Job],
        parent: QWidget | None = None,
        *,
        prove: Callable[[Path], None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.takes = tuple(takes)
        self._paths = [Path(take.state.file) for take in takes if isinstance(take.state, Done)]
        self._thumbs: Thumbs | None = None
        self._is_shut = False
        self.stage = Stages(theme, self._paths, prove=prove)
        self.film = Filmstrip(theme)
        self.transport = Transport(theme, for_one=False)
        self.ways = Segmented(theme, "How the takes are shown", _WAYS)
        if len(takes) != 2:
            self.ways.hide()
        self.ways.show_chosen("beside")
        self.ways.chosen.connect(self._show_way)
        self._beside = self._side(takes)
        picture = QVBoxLayout()
        picture.setContentsMargins(SPACE.L, SPACE.L, SPACE.L, SPACE.L)
        picture.setSpacing(SPACE.M)
        picture.addWidget(self.stage, 1)
        picture.addWidget(self.film)
        picture.addWidget(self.transport)
        panes = QHBoxLayout(self)
        panes.setContentsMargins(0, 0, 0, 0)
        panes.setSpacing(0)
        panes.addLayout(picture, 1)
        panes.addWidget(self._beside)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._controls = Controls(self.stage, self.film, self.transport, self)
        self._controls.follow(self.stage.shown, self.stage.playing_changed)
        self.stage.opened.connect(self._opened)
        self.transport.full_screen.connect(self.full_screen_asked)

    def show_alone(self, alone: bool) -> None:
        """The pictures without what stands beside them, for a full screen."""
        self._beside.setVisible(not alone)
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

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() == Qt.Key.Key_W and self.ways.isVisible():
            self._show_way("beside" if self.ways.value == "wipe" else "wipe")
        elif not self._controls.take(event):
            super().keyPressEvent(event)

    def _show_way(self, way: object) -> None:
        self.ways.show_chosen(way)
        self.stage.show_wiped(way == "wipe")

    def _side(self, takes: Sequence[Job]) -> Side:
        side = Side(self._theme)
        back = Button(self._theme, "Back")
        back.setToolTip("Back to the clips (Esc)")
        back.clicked.connect(self.closed)
        side.add_head(f"{len(takes)} takes", back)
        side.rows.addWidget(self.ways)
        side.rows.addWidget(label("WHAT DIFFERS", "overline"))
        found = differences(takes)
        if not found:
            side.rows.addWidget(label("Nothing in their requests.", "secondary", wraps=True))
        for difference in found:
            side.rows.addWidget(label(difference.name, "strong"))
            for nth, value in enumerate(difference.values, 1):
                side.rows.addWidget(label(f"{nth}  {value}", "secondary", wraps=True))
        side.rows.addStretch()
        return side

    def _opened(self) -> None:
        self._controls.allow(True)
        shape = self.stage.screens[0].shape
        self._thumbs = Thumbs(self._paths[0], self.film.expect(shape), (HEIGHT * 4, HEIGHT * 2))
        self._thumbs.made.connect(self.film.show_thumb, Qt.ConnectionType.QueuedConnection)
        self._controls.play_or_pause()
