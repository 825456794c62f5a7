"""Which of these is the job whose answer never came?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from kling_desktop.media.picture import Picture
from kling_desktop.ui.theme import RADIUS, SPACE, Theme
from kling_desktop.ui.widgets import Button, label
from kling_desktop.ui.widgets.paint import box

AREA = (160, 96)
"""The most that a picture takes."""
_STATUS = {"PENDING": "Still being made", "COMPLETE": "Finished", "FAILED": "Failed, so it cost nothing"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A generation that could be the one, and its picture, if there is one."""

    generation: str
    status: str
    made_at: datetime | None
    picture: Picture | None = None


class ChooseDialog(QDialog):
    """Shown with open(). `chosen`: the generation that the user says it is. `send_again` and `forget`: none is it;
    both ask once more what they mean.

    sent_at: seconds since the epoch.
    """

    chosen = Signal(str)
    send_again = Signal()
    forget = Signal()

    def __init__(
        self, theme: Theme, parent: QWidget, prompt: str, sent_at: float | None, choices: Sequence[Choice]
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sent = None if sent_at is None else datetime.fromtimestamp(sent_at, UTC)
        self.setWindowTitle("Which one is it?")
        self.setMinimumWidth(560)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.XL, SPACE.XL, SPACE.XL, SPACE.XL)
        column.setSpacing(SPACE.M)
        column.addWidget(label("Which one is it?", "empty"))
        when = f"You sent “{prompt[:120]}”{_at(self._sent)}, and no answer came."
        column.addWidget(label(f"{when} These in your account could be it.", "secondary", wraps=True))
        for choice in choices:
            column.addLayout(self._row(choice))
        risk = "If it is none of these it may never have arrived. Sending it again may cost twice: nobody can tell yet."
        column.addWidget(label(risk, "secondary", wraps=True))
        self._leave = Button(theme, "Decide later", tall=True)
        self._leave.clicked.connect(self.reject)
        column.addLayout(self._foot())
        self._leave.setFocus()  # a key that was meant for something else decides nothing

    def _row(self, choice: Choice) -> QHBoxLayout:
        this = Button(self._theme, "This one", tall=True)
        this.setAccessibleName(f"This one, ordered{_at(choice.made_at)}")
        this.clicked.connect(lambda: self._choose(choice.generation))
        words = QVBoxLayout()
        words.setSpacing(SPACE.XS)
        words.addStretch()
        words.addWidget(label(f"Ordered{_at(choice.made_at) or ' at an unknown time'}"))
        words.addWidget(label(self._against(choice.made_at), "secondary"))
        words.addWidget(label(_STATUS.get(choice.status, choice.status.capitalize()), "secondary"))
        words.addStretch()
        row = QHBoxLayout()
        row.setSpacing(SPACE.M)
        row.addWidget(_Frame(self._theme, choice.picture))
        row.addLayout(words, 1)
        row.addWidget(this)
        return row

    def _foot(self) -> QHBoxLayout:
        again = Button(self._theme, "None: send again…", tall=True)
        again.clicked.connect(lambda: self._none(self.send_again))
        forget = Button(self._theme, "None: forget it…", tall=True)
        forget.clicked.connect(lambda: self._none(self.forget))
        row = QHBoxLayout()
        row.setSpacing(SPACE.S)
        row.addStretch()
        row.addWidget(again)
        row.addWidget(forget)
        row.addWidget(self._leave)
        return row

    def _against(self, made_at: datetime | None) -> str:
        """How long after the sending it came to the service, by the two clocks."""
        if made_at is None or self._sent is None:
            return ""
        seconds = round((made_at - self._sent).total_seconds())
        count = "1 second" if abs(seconds) == 1 else f"{abs(seconds)} seconds"
        return (
            "At the moment you sent yours" if not seconds else f"{count} {'after' if seconds > 0 else 'before'} yours"
        )

    def _choose(self, generation: str) -> None:
        self.chosen.emit(generation)
        self.accept()

    def _none(self, decided: SignalInstance) -> None:
        self.reject()
        decided.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)


class _Frame(QLabel):
    """A picture, or the place where one will be."""

    def __init__(self, theme: Theme, picture: Picture | None) -> None:
        super().__init__("" if picture else "No picture yet")
        self._theme = theme
        self.setFixedSize(*AREA)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setProperty("role", "secondary")
        if picture:
            kind = QImage.Format.Format_RGB32
            borrowed = QImage(picture.data, picture.width, picture.height, picture.stride, kind)
            self.setPixmap(QPixmap.fromImage(borrowed.copy()))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box(painter, self.rect(), RADIUS.CONTROL, self._theme.tokens.raised, self._theme.tokens.line)
        super().paintEvent(event)


def _at(moment: datetime | None) -> str:
    return f" on {moment.astimezone():%d %B at %H:%M:%S}" if moment else ""
