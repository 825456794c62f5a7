"""What an empty library shows: ways to begin."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.request.generation_type import GenerationType
from kling_desktop.ui.library.starter_drawings import draw_starter
from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, WEIGHT, Theme
from kling_desktop.ui.widgets import Button, PrimaryButton, label
from kling_desktop.ui.widgets.flow_layout import FlowLayout
from kling_desktop.ui.widgets.paint import LEFT, box, one_line, rounded_path
from kling_desktop.ui.widgets.pressable import Pressable

_PICTURE = QSize(176, 99)
_WORDS = 52
_FRAMES, _FRAME_MS = 28, 110
STARTERS: Mapping[GenerationType, tuple[str, str, str]] = MappingProxyType(
    {
        GenerationType.TEXT: ("starter-establishing", "Text", "Describe a scene"),
        GenerationType.START: ("starter-bring-to-life", "Start frame", "Bring a picture to life"),
        GenerationType.START_AND_END: ("starter-between", "Start + end", "Between two pictures"),
        GenerationType.REFERENCES: ("starter-cast", "References", "A character in a place"),
        GenerationType.EDIT: ("starter-change-weather", "Edit video", "Change a clip's weather"),
    }
)
"""The ID of the starter preset for each kind of clip, and what its card says."""


class StarterCard(Pressable):
    """A kind of clip as a small moving drawing; a click begins one."""

    def __init__(self, theme: Theme, kind: GenerationType, parent: QWidget | None = None) -> None:
        self._kind = kind
        self.preset, self._name, self._about = STARTERS[kind]
        super().__init__(theme, self._name, RADIUS.CARD, parent)
        self.setAccessibleName(f"{self._name}: {self._about}")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._time = 0
        self._frames: dict[tuple[int, float], QPixmap] = {}

    def show_time(self, number: int) -> None:
        """Show that frame of the loop."""
        self._time = number % _FRAMES
        self.update(0, 0, self.width(), _PICTURE.height())

    def sizeHint(self) -> QSize:
        px = self._theme.px
        return QSize(max(_PICTURE.width(), min(px(_PICTURE.width()), 260)), _PICTURE.height() + px(_WORDS))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens, px = self._theme.tokens, self._theme.px
        hovered = self.underMouse()
        with QPainter(self) as painter:
            box(painter, self.rect(), RADIUS.CARD, tokens.pane, tokens.text3 if hovered else tokens.line_strong)
            picture = QRectF(0, 0, self.width(), _PICTURE.height())
            painter.save()
            shape = rounded_path(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS.CARD - 1)
            painter.setClipPath(shape)
            painter.drawPixmap(picture.topLeft(), self._frame(painter.device().devicePixelRatioF()))
            painter.restore()
            if self.isDown() or hovered:
                box(painter, self.rect(), RADIUS.CARD, tokens.pressed if self.isDown() else tokens.hover)
            inside = QRect(SPACE.M, _PICTURE.height() + px(8), self.width() - 2 * SPACE.M, px(18))
            one_line(painter, inside, LEFT, self._name, self._theme.font(SIZE.BASE, WEIGHT.STRONG), tokens.text)
            below = inside.translated(0, px(18))
            one_line(painter, below, LEFT, self._about, self._theme.font(SIZE.SMALL), tokens.text2)

    def _frame(self, ratio: float) -> QPixmap:
        """Drawn once: the loop shows the same frames again and again."""
        key = (self._time, ratio)
        if key not in self._frames:
            pixmap = QPixmap(round(self.width() * ratio), round(_PICTURE.height() * ratio))
            pixmap.setDevicePixelRatio(ratio)
            with QPainter(pixmap) as painter:
                draw_starter(painter, self._kind, QRectF(0, 0, self.width(), _PICTURE.height()), self._time / _FRAMES)
            self._frames[key] = pixmap
        return self._frames[key]


class EmptyLibrary(QWidget):
    """Five kinds of clip to begin with and, as long as there is no key, two ways to get going."""

    starter_requested = Signal(str)
    """The ID of a starter preset."""
    key_requested = Signal()
    sandbox_requested = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sentence = label("", "secondary", wraps=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._add_key = PrimaryButton(theme, "Add your API key…", compact=True)
        self._add_key.clicked.connect(self.key_requested)
        self._sandbox = Button(theme, "Try the sandbox", tall=True)
        self._sandbox.setToolTip("A stand-in for Leonardo.AI on this computer. Nothing is charged, no key is needed.")
        self._sandbox.clicked.connect(self.sandbox_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE.S)
        buttons.addStretch()
        buttons.addWidget(self._add_key)
        buttons.addWidget(self._sandbox)
        buttons.addStretch()
        self._cards = [StarterCard(theme, kind) for kind in STARTERS]
        self._rows = QWidget()
        flow = FlowLayout(SPACE.M, self._rows, centred=True)
        for card in self._cards:
            flow.addWidget(card)
            card.clicked.connect(lambda _=False, preset=card.preset: self.starter_requested.emit(preset))
        title = label("What do you want to see move?", "empty", wraps=True)
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        drop = label("Or drop a picture, a clip or a request anywhere.", "secondary", wraps=True)
        drop.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.L, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.L)
        column.addStretch(2)
        column.addWidget(title)
        column.addWidget(self._sentence)
        column.addLayout(buttons)
        column.addSpacing(SPACE.S)
        column.addWidget(self._rows)
        column.addWidget(drop)
        column.addStretch(3)
        self._number = 0
        self._clock = QTimer(self)
        self._clock.setInterval(_FRAME_MS)
        self._clock.timeout.connect(self._tick)
        self.show_key_missing("")

    def show_key_missing(self, sentence: str) -> None:
        """Say that a key is missing, and offer both ways on; "" when there is one."""
        self._sentence.setText(sentence)
        for part in (self._sentence, self._add_key, self._sandbox):
            part.setVisible(bool(sentence))

    def follow_in_tab_order(self, before: QWidget) -> None:
        """Come right after that widget in Tab order."""
        for stop in (self._add_key, self._sandbox, *self._cards):
            self.setTabOrder(before, stop)
            before = stop

    def _tick(self) -> None:
        if self._theme.motion.is_on and self.isActiveWindow():
            self._number += 1
            for card in self._cards:
                card.show_time(self._number)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        for card in self._cards:
            card.show_time(_FRAMES // 3)
        self._number = _FRAMES // 3
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()
