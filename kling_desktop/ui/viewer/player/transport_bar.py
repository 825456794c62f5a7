"""The buttons that play, and where the clip stands."""

from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.theme import SIZE, SPACE, Theme
from kling_desktop.ui.widgets import Button, IconButton
from kling_desktop.ui.widgets.paint import LEFT, one_line, text_width

_WIDE_ENOUGH = 676
"""Px in which all finds its place on one line; in less, words give way to icons, and the time stands above."""
_PLACE_OF_WHERE = 5
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)
SLOTS = {
    Slot.START_FRAME: "As start frame",
    Slot.END_FRAME: "As end frame",
    Slot.IMAGE_REFERENCE: "As a reference",
}


def timecode(number: int, fps: float) -> str:
    """Frame 45 of a clip at 24 fps → "00:01:21": minutes, seconds, frames."""
    rate = max(1, round(fps))
    seconds, frames = divmod(number, rate)
    return f"{seconds // 60:02}:{seconds % 60:02}:{frames:02}"


def _times(speed: float) -> str:
    return f"{speed:g}×"


def _menu(owner: QWidget) -> QMenu:
    menu = QMenu(owner)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _drop_up(menu: QMenu, button: QWidget) -> None:
    menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height() - SPACE.XS)))


class Transport(QWidget):
    """Says what was pressed; shows what it is told."""

    first = Signal()
    back = Signal()
    play_or_pause = Signal()
    forward = Signal()
    loop_chosen = Signal(bool)
    speed_chosen = Signal(float)
    slot_chosen = Signal(str)
    """The slot of the form that is to take the frame shown."""
    full_screen = Signal()

    def __init__(self, theme: Theme, *, for_one: bool = True) -> None:
        """for_one: of a single clip a frame can be used."""
        super().__init__()
        first = IconButton(theme, "first", "First frame", shortcut="Home")
        back = IconButton(theme, "step-back", "One frame back", shortcut="←")
        forward = IconButton(theme, "step-forward", "One frame on", shortcut="→")
        self.play = IconButton(theme, "play", "Play", shortcut="Space", strong=True)
        self.loop = IconButton(theme, "loop", "Play again and again", shortcut="Ctrl+L", checkable=True)
        self.loop.setChecked(True)
        self._where = _Where(theme)
        self.speed = Button(theme, "1×", tall=True)
        self.speed.setToolTip("Speed ([ slower, ] faster)")
        self.speed.clicked.connect(self._offer_speeds)
        self.use = Button(theme, "Use frame", tall=True)
        self.use.setToolTip("Use frame: put the one shown into the form")
        self.use.clicked.connect(self._offer_slots)
        self.compare = Button(theme, "Compare", tall=True)
        self.compare.setToolTip("Compare: see it beside another take")
        if not for_one:
            self.use.hide()
            self.compare.hide()
        self._worded = {self.use: ("Use frame", "image"), self.compare: ("Compare", "compare")}
        self._is_narrow = False
        self.full = IconButton(theme, "fullscreen", "Full screen", shortcut="F11")
        self.full.clicked.connect(self.full_screen)
        self._speed = 1.0
        self._above = QHBoxLayout()
        self._row = row = QHBoxLayout()
        row.setSpacing(SPACE.S)
        for button in (first, back, self.play, forward, self.loop):
            row.addWidget(button)
        row.addWidget(self._where, 1)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addLayout(self._above)
        lines.addLayout(row)
        for worded, (words, _) in self._worded.items():
            worded.setAccessibleName(words)
        for right in (self.speed, self.use, self.compare, self.full):
            row.addWidget(right)
        for pressed, said in (
            (first, self.first),
            (back, self.back),
            (self.play, self.play_or_pause),
            (forward, self.forward),
        ):
            pressed.clicked.connect(said)
        self.loop.toggled.connect(self.loop_chosen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _WIDE_ENOUGH
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            self._row.removeWidget(self._where)
            self._above.removeWidget(self._where)
            if narrow:
                self._above.addWidget(self._where)
                self._row.insertStretch(_PLACE_OF_WHERE, 1)
            else:
                self._row.takeAt(_PLACE_OF_WHERE)
                self._row.insertWidget(_PLACE_OF_WHERE, self._where, 1)
            for button, (words, icon) in self._worded.items():
                button.show_face("", icon) if narrow else button.show_face(words)

    def show_position(self, number: int, count: int, fps: float, *, has_sound: bool = False) -> None:
        """The frame shown, 0 first as the timecode counts, of how many, at how many a second. People count from 1."""
        rate = f" · {fps:.5g} fps"
        silence = " · its sound isn't played" if has_sound else ""
        self._where.show_text(timecode(number, fps), f"frame {number + 1} of {count}", rate + silence)

    def show_full(self, full: bool) -> None:
        self.full.show_icon("fullscreen", "Leave full screen" if full else "Full screen", "F11")

    def show_speed(self, speed: float) -> None:
        self._speed = speed
        self.speed.setText(_times(speed))
        self.speed.setAccessibleName(f"Speed, {_times(speed)}")

    def _offer_speeds(self) -> None:
        menu = _menu(self.speed)
        for speed in SPEEDS:
            action = menu.addAction(_times(speed), partial(self.speed_chosen.emit, speed))
            action.setCheckable(True)
            action.setChecked(speed == self._speed)
        _drop_up(menu, self.speed)

    def _offer_slots(self) -> None:
        menu = _menu(self.use)
        for slot, words in SLOTS.items():
            menu.addAction(words, partial(self.slot_chosen.emit, slot))
        _drop_up(menu, self.use)

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
