"""The picture: frames painted when they are due."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.media.player import Playback
from kling_desktop.ui.theme import RADIUS, SIZE, SPACE, Theme
from kling_desktop.ui.widgets.paint import WRAPPED, box, rounded_path

if TYPE_CHECKING:
    from kling_desktop.media.picture import Picture

_SETTLING_MS = 120


class _Word(QObject):
    """Carries the word from the decode thread. Outlives the stage, which may be gone when the last word comes."""

    came = Signal()


class Stage(QWidget):
    """Plays the video at `path`, whole, in the middle of its room. Shut it before it goes.

    `fps` and `count` are 0 until `opened`. `number` is the frame shown, or the one just asked for.
    """

    opened = Signal()
    """The first frame is there: count and fps are known."""
    shown = Signal(int)
    """The number of the frame now shown, 0 first."""
    playing_changed = Signal(bool)
    double_clicked = Signal()
    broke = Signal(str)
    """Why it can't be played and what to do."""

    def __init__(self, theme: Theme, path: Path, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._theme = theme
        self._clock = clock
        self._path = path
        self._picture: Picture | None = None
        self._image = QImage()
        self._problem = ""
        self._is_open = False
        self._was_playing = False
        self.number = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 160)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("The clip")
        # Four looks a frame at 24 fps: steadier than the screen's own 16 ms, which beats with 41.7.
        self._tick = QTimer(self, interval=10, timerType=Qt.TimerType.PreciseTimer)
        self._tick.timeout.connect(self._look)
        self._settled = QTimer(self, interval=_SETTLING_MS, singleShot=True)
        self._settled.timeout.connect(self._fit)
        word = _Word()
        word.came.connect(self._look, Qt.ConnectionType.QueuedConnection)
        # A bound `emit` alone would not keep the word alive.
        self._playback = Playback(path, lambda: word.came.emit(), self._area())

    @property
    def count(self) -> int:
        return self._playback.count

    @property
    def shape(self) -> float:
        """Width over height of the picture, once there is one."""
        return self._image.width() / max(1, self._image.height())

    @property
    def fps(self) -> float:
        return self._playback.fps

    @property
    def has_sound(self) -> bool:
        """Whether there is a sound track, which isn't played."""
        return self._playback.has_sound

    @property
    def playing(self) -> bool:
        return self._playback.playing

    @property
    def missed(self) -> int:
        """Frames that should have been painted and weren't."""
        return self._playback.missed

    @property
    def problem(self) -> str:
        return self._problem

    def play(self, speed: float = 1.0) -> None:
        """Play on from here; backwards when speed is negative."""
        if self._is_open:
            self._playback.play(speed=speed)
            self._mind_playing()

    def pause(self) -> None:
        self._playback.pause()
        self._mind_playing()

    def seek(self, number: int) -> None:
        """Show that frame, the nearest there is."""
        if self._is_open:
            self.number = max(0, min(number, self.count - 1))
            self._playback.seek(self.number)

    def set_loop(self, loop: bool) -> None:
        self._playback.set_loop(loop)

    def set_range(self, first: int, last: int) -> None:
        """Play only those frames, both included."""
        self._playback.set_range(first, last)

    def shut(self) -> None:
        """End playing. What is left of the decoding ends by itself, off the UI thread."""
        self._tick.stop()
        self._settled.stop()
        Thread(target=self._playback.close, name=f"shut {self._path.name}").start()

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), tokens.bg)
            if not self._image.isNull():
                place = self._place()
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                painter.drawImage(place, self._image)
                # Corners painted over, since a clip path would leave them jagged.
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                corners = rounded_path(place, RADIUS.CARD)
                corners.addRect(QRectF(place))
                painter.fillPath(corners, tokens.bg)
            elif self._problem:
                box(painter, self.rect(), RADIUS.CARD, tokens.pane, tokens.line)
                painter.setPen(tokens.text)
                painter.setFont(self._theme.font(SIZE.PROMPT))
                inside = self.rect().adjusted(SPACE.XL, SPACE.XL, -SPACE.XL, -SPACE.XL)
                painter.drawText(inside, WRAPPED, self._problem)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._settled.start()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.double_clicked.emit()

    def _look(self) -> None:
        """Show the frame that is due, if another is."""
        due = self._playback.due(self._clock())
        if due is not None:
            self.number, self._picture = due
            picture = self._picture
            form = QImage.Format.Format_ARGB32 if picture.alpha else QImage.Format.Format_RGB32
            self._image = QImage(picture.data, picture.width, picture.height, picture.stride, form)
            self.update()
            if not self._is_open:
                self._is_open = True
                self.opened.emit()
            self.shown.emit(self.number)
        if self._playback.problem and not self._problem:
            self._problem = self._playback.problem
            self.setAccessibleDescription(self._problem)
            self.update()
            self.broke.emit(self._problem)
        self._mind_playing()

    def _mind_playing(self) -> None:
        playing = self._playback.playing and not self._problem
        if playing != self._was_playing:
            self._was_playing = playing
            self._tick.start() if playing else self._tick.stop()
            self.playing_changed.emit(playing)

    def _area(self) -> tuple[int, int]:
        ratio = self.devicePixelRatioF()
        return max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))

    def _fit(self) -> None:
        self._playback.set_area(*self._area())

    def _place(self) -> QRect:
        """Where the picture lies, in the middle."""
        size = self._image.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRect(QPoint((self.width() - size.width()) // 2, (self.height() - size.height()) // 2), QSize(size))
