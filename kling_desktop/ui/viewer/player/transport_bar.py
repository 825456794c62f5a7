"""The playback buttons and the position in the clip."""

from functools import partial

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kling_desktop.domain.jobs.actions import ACTIONS, ActionPlace, offered_at
from kling_desktop.ui.theme import SIZE, SPACE, Theme
from kling_desktop.ui.viewer.player.playback_actions import PlaybackAction
from kling_desktop.ui.widgets import Button, IconButton
from kling_desktop.ui.widgets.menu import Menu
from kling_desktop.ui.widgets.paint import LEFT, one_line, text_width

_WIDE_ENOUGH = 676
"""The width that one line needs, px. With less, icons replace words and the time moves above."""
_POSITION_INDEX = 5
SPEEDS = (0.25, 0.5, 1.0, 2.0, 4.0)


def timecode(number: int, fps: float) -> str:
    """Frame 45 of a clip at 24 fps → "00:01:21": minutes, seconds, frames."""
    rate = max(1, round(fps))
    seconds, frames = divmod(number, rate)
    return f"{seconds // 60:02}:{seconds % 60:02}:{frames:02}"


def _times(speed: float) -> str:
    return f"{speed:g}×"


def _menu(owner: QWidget) -> Menu:
    menu = Menu(owner)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _drop_up(menu: Menu, button: QWidget) -> None:
    menu.popup(button.mapToGlobal(QPoint(0, -menu.sizeHint().height() - SPACE.XS)))


class TransportBar(QWidget):
    """The buttons, the position and the speed. for_one: for a single clip, of which a frame can be used."""

    playback_requested = Signal(object)
    """A PlaybackAction."""
    speed_requested = Signal(float)
    frame_action_requested = Signal(object)
    """The Action to take with the frame that is shown."""

    def __init__(self, theme: Theme, *, for_one: bool = True) -> None:
        super().__init__()
        first = IconButton(theme, "first", "First frame", shortcut="Home")
        back = IconButton(theme, "step-back", "Previous frame", shortcut="Left")
        forward = IconButton(theme, "step-forward", "Next frame", shortcut="Right")
        self.play = IconButton(theme, "play", "Play", shortcut="Space", strong=True)
        self.loop = IconButton(theme, "loop", "Loop", shortcut="Ctrl+L", checkable=True)
        self.loop.setChecked(True)
        self._position = _Position(theme)
        self.speed = Button(theme, "1×", tall=True)
        self.speed.setToolTip("Speed ([ slower, ] faster)")
        self.speed.clicked.connect(self._offer_speeds)
        self.use = Button(theme, "Use frame", tall=True)
        self.use.setToolTip("Put the frame shown into the form")
        # At the press, not once the menu is there: the frame that is meant is the one in sight now.
        self.use.pressed.connect(partial(self._request, PlaybackAction.PAUSE))
        self.use.clicked.connect(self._offer_frame_actions)
        self.compare = Button(theme, "Compare", tall=True)
        self.compare.setToolTip("Compare it with another clip")
        if not for_one:
            self.use.hide()
            self.compare.hide()
        self._worded = {self.use: ("Use frame", "image"), self.compare: ("Compare", "compare")}
        self._is_narrow = False
        self.full = IconButton(theme, "fullscreen", "Full screen", shortcut="F11")
        self._speed = 1.0
        self._above = QHBoxLayout()
        self._row = row = QHBoxLayout()
        row.setSpacing(SPACE.S)
        for button in (first, back, self.play, forward, self.loop):
            row.addWidget(button)
        row.addWidget(self._position, 1)
        lines = QVBoxLayout(self)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(0)
        lines.addLayout(self._above)
        lines.addLayout(row)
        for worded, (words, _) in self._worded.items():
            worded.setAccessibleName(words)
        for right in (self.speed, self.use, self.compare, self.full):
            row.addWidget(right)
        for button, action in (
            (first, PlaybackAction.FIRST_FRAME),
            (back, PlaybackAction.PREVIOUS_FRAME),
            (self.play, PlaybackAction.PLAY_OR_PAUSE),
            (forward, PlaybackAction.NEXT_FRAME),
        ):
            button.clicked.connect(partial(self._request, action))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _WIDE_ENOUGH
        if narrow != self._is_narrow:
            self._is_narrow = narrow
            self._row.removeWidget(self._position)
            self._above.removeWidget(self._position)
            if narrow:
                self._above.addWidget(self._position)
                self._row.insertStretch(_POSITION_INDEX, 1)
            else:
                self._row.takeAt(_POSITION_INDEX)
                self._row.insertWidget(_POSITION_INDEX, self._position, 1)
            for button, (words, icon) in self._worded.items():
                button.show_face("", icon) if narrow else button.show_face(words)

    def show_position(self, number: int, count: int, fps: float, *, has_sound: bool = False) -> None:
        """Show the position: the frame (0 first, shown from 1), the number of frames and the frames per second."""
        rate = f" · {fps:.5g} fps"
        silence = " · sound isn't played" if has_sound else ""
        self._position.show_text(timecode(number, fps), f"frame {number + 1} of {count}", rate + silence)

    def show_full(self, full: bool) -> None:
        self.full.show_icon("fullscreen", "Leave full screen" if full else "Full screen", "F11")

    def show_speed(self, speed: float) -> None:
        self._speed = speed
        self.speed.setText(_times(speed))
        self.speed.setAccessibleName(f"Speed, {_times(speed)}")

    def _request(self, action: PlaybackAction, _checked: bool = False) -> None:
        self.playback_requested.emit(action)

    def _offer_speeds(self) -> None:
        menu = _menu(self.speed)
        for speed in SPEEDS:
            action = menu.addAction(_times(speed), partial(self.speed_requested.emit, speed))
            action.setCheckable(True)
            action.setChecked(speed == self._speed)
        _drop_up(menu, self.speed)

    def _offer_frame_actions(self) -> None:
        menu = _menu(self.use)
        for action in offered_at(ActionPlace.FRAME_MENU):
            menu.addAction(ACTIONS[action].label, partial(self.frame_action_requested.emit, action))
        _drop_up(menu, self.use)

    def show_playing(self, playing: bool) -> None:
        self.play.show_icon("pause" if playing else "play", "Pause" if playing else "Play", "Space")


class _Position(QWidget):
    """The timecode, then fainter the frame, and the rate if there is room."""

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
