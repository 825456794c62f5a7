"""A quick look at the current clip, over the grid, which keeps the focus."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kling_desktop.domain.jobs.actions import ActionRequest, JobAction, ReviewAction
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.request.generation_type import type_of
from kling_desktop.ui.theme import RADIUS, SPACE, Theme
from kling_desktop.ui.viewer.player.stage import Stage
from kling_desktop.ui.widgets import Button, ElidedLabel, StarRating, label
from kling_desktop.ui.widgets.paint import box


class QuickLook(QWidget):
    """Plays a clip as large as there is room over `host`. It never takes the keyboard: keys go to the grid.

    Call `shut` before it goes.
    """

    action_requested = Signal(object)
    """An ActionRequest for the clip that is shown."""
    close_requested = Signal()

    def __init__(self, theme: Theme, host: QWidget, prove: Callable[[Path], None] | None = None) -> None:
        super().__init__(host)
        self._theme = theme
        self._host = host
        self._prove = prove
        self._clip: Clip | None = None
        self.stage: Stage | None = None
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Quick look")
        self._said = label("", "secondary")
        self._prompt = ElidedLabel(theme)
        self.stars = StarRating(theme)
        self.stars.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.stars.rated.connect(self._rate)
        opens = Button(theme, "Open")
        opens.setToolTip("Open in the viewer (Enter)")
        closes = Button(theme, "Close")
        closes.setToolTip("Back to the clips (Space or Esc)")
        opens.clicked.connect(self._open)
        closes.clicked.connect(self.close_requested)
        words = QVBoxLayout()
        words.setSpacing(SPACE.XS)
        words.addWidget(self._prompt)
        words.addWidget(self._said)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE.S)
        foot.addLayout(words, 1)
        for part in (self.stars, opens, closes):
            foot.addWidget(part)
        for part in (opens, closes):
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            part.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._room = QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL + SPACE.L, SPACE.XL + SPACE.L, SPACE.XL + SPACE.L, SPACE.XL + SPACE.L)
        column.setSpacing(SPACE.M)
        column.addLayout(self._room, 1)
        column.addLayout(foot)
        host.installEventFilter(self)
        self.setGeometry(host.rect())

    @property
    def clip(self) -> Clip | None:
        return self._clip

    def show_clip(self, clip: Clip) -> None:
        """Play it; if it is playing already, only its rating and flag are shown anew."""
        is_new = self._clip is None or self._clip.id != clip.id or self._clip.file != clip.file
        self._clip = clip
        draft = clip.job.draft
        mark = {Flag.PICK: "Picked · ", Flag.REJECT: "Rejected · "}.get(clip.flag, "")
        self._said.setText(f"{mark}{type_of(draft).value} · {draft.size} · {draft.duration} s")
        self._prompt.show_text(" ".join(draft.prompt.split()))
        self.stars.show_rating(clip.rating)
        self.setAccessibleDescription(draft.prompt)
        if is_new:
            self._play(clip)

    def shut(self) -> None:
        """Stop playing. It may be called twice."""
        self._host.removeEventFilter(self)
        self._end_playing()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._host.rect())
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.close_requested.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        veil = QColor(tokens.bg)
        veil.setAlphaF(0.82)
        inset = SPACE.XL
        frame = QRect(self.rect()).adjusted(inset, inset, -inset, -inset)
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), veil)
            box(painter, frame, RADIUS.CARD, tokens.bg, tokens.edge)

    def _open(self) -> None:
        if self._clip:
            self.action_requested.emit(ActionRequest(JobAction.OPEN, (self._clip.id,)))

    def _rate(self, stars: int) -> None:
        if self._clip:
            self.action_requested.emit(ActionRequest(ReviewAction.RATE, clips=(self._clip.number,), value=stars))

    def _play(self, clip: Clip) -> None:
        self._end_playing()
        stage = self.stage = Stage(self._theme, clip.file, prove=self._prove)
        stage.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        stage.opened.connect(stage.play)
        stage.double_clicked.connect(self._open)
        self._room.addWidget(stage)

    def _end_playing(self) -> None:
        stage, self.stage = self.stage, None
        if stage is not None:
            stage.shut()
            stage.hide()
            self._room.removeWidget(stage)
            stage.deleteLater()
