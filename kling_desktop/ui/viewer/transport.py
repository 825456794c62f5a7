"""The buttons that play, and where the clip stands."""

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from kling_desktop.ui.theme import SIZE, SPACE, Theme
from kling_desktop.ui.widgets import IconButton
from kling_desktop.ui.widgets.paint import LEFT, one_line, text_width


def timecode(number: int, fps: float) -> str:
    """Frame 45 of a clip at 24 fps → "00:01:21": minutes, seconds, frames."""
    rate = max(1, round(fps))
    seconds, frames = divmod(number, rate)
    return f"{seconds // 60:02}:{seconds % 60:02}:{frames:02}"


class Transport(QWidget):
    """Says what was pressed; shows what it is told."""

    first = Signal()
    back = Signal()
    play_or_pause = Signal()
    forward = Signal()
    loop_chosen = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        first = IconButton(theme, "first", "First frame", shortcut="Home")
        back = IconButton(theme, "step-back", "One frame back", shortcut="←")
        forward = IconButton(theme, "step-forward", "One frame on", shortcut="→")
        self.play = IconButton(theme, "play", "Play", shortcut="Space", strong=True)
        self.loop = IconButton(theme, "loop", "Play again and again", shortcut="Ctrl+L", checkable=True)
        self.loop.setChecked(True)
        self._where = _Where(theme)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.S)
        for button in (first, back, self.play, forward, self.loop):
            row.addWidget(button)
        row.addWidget(self._where, 1)
        for pressed, said in (
            (first, self.first),
            (back, self.back),
            (self.play, self.play_or_pause),
            (forward, self.forward),
        ):
            pressed.clicked.connect(said)
        self.loop.toggled.connect(self.loop_chosen)

    def show_position(self, number: int, count: int, fps: float) -> None:
        """The frame shown, 0 first as the timecode counts, of how many, at how many a second. People count from 1."""
        self._where.show_text(timecode(number, fps), f"frame {number + 1} of {count}", f" · {fps:g} fps")

    def show_playing(self, playing: bool) -> None:
        self.play.show_icon("pause" if playing else "play", "Pause" if playing else "Play", "Space")


class _Where(QWidget):
    """The timecode, the frame more faintly, and the rate where there is room for it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._time = self._frame = self._rate = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_text(self, time: str, frame: str, rate: str) -> None:
        self._time, self._frame, self._rate = time, frame, rate
        self.setAccessibleName(f"{time}, {frame}{rate}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(100, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens, font = self._theme.tokens, self._theme.font(SIZE.BASE)
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), tokens.bg)
            one_line(painter, self.rect(), LEFT, self._time, font, tokens.text2)
            start = text_width(font, self._time) + SPACE.S
            rest = QRect(start, 0, self.width() - start, self.height())
            whole = self._frame + self._rate
            shown = whole if text_width(font, whole) <= rest.width() else self._frame
            one_line(painter, rest, LEFT, shown, font, tokens.text3)
