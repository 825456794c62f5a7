"""Clips of the account that could be a lost order: a row each, with its picture and its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.ui.theme import RADIUS, SPACE, Theme
from kling_desktop.ui.widgets import Button, label
from kling_desktop.ui.widgets.paint import as_image, box

AREA = (160, 96)
"""The most that a picture takes."""
_IN_SIGHT = 3
_STATUS = {"PENDING": "Still being made", "COMPLETE": "Finished", "FAILED": "Failed, so it cost nothing"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A generation that could be the one, and its picture, if there is one."""

    generation: str
    status: str
    made_at: datetime | None
    picture: PixelBuffer | None = None


@dataclass(frozen=True, slots=True)
class UnknownJob:
    """An order whose answer never came, and what could be it. It is that of its number, 1 first, of so many.

    sent_at: seconds since the epoch.
    """

    prompt: str
    sent_at: float | None
    candidates: Sequence[Candidate]
    number: int = 1
    count: int = 1

    @property
    def sent(self) -> datetime | None:
        return None if self.sent_at is None else datetime.fromtimestamp(self.sent_at, UTC)


class CandidateList(QScrollArea):
    """Three are in sight at once, the rest is scrolled to. `chosen`: the generation that the user says it is."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, lost: UnknownJob) -> None:
        super().__init__()
        self._theme = theme
        self.buttons: list[Button] = []
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.M)
        for choice in lost.candidates:
            column.addLayout(self._row(choice, lost.sent))
        self.setWidget(rows)
        self.setWidgetResizable(True)
        for surface in (self.viewport(), rows):
            surface.setAutoFillBackground(False)  # the dialog's shows through
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        count = min(len(lost.candidates), _IN_SIGHT)
        self.setFixedHeight(count * AREA[1] + (count - 1) * SPACE.M)

    def _row(self, choice: Candidate, sent: datetime | None) -> QHBoxLayout:
        this = Button(self._theme, "This one", tall=True)
        this.setAccessibleName(f"This one, ordered{at(choice.made_at)}")
        this.clicked.connect(lambda: self.chosen.emit(choice.generation))
        self.buttons.append(this)
        words = QVBoxLayout()
        words.setSpacing(SPACE.XS)
        words.addStretch()
        words.addWidget(label(f"Ordered{at(choice.made_at) or ' at an unknown time'}"))
        words.addWidget(label(_against(choice.made_at, sent), "secondary"))
        words.addWidget(label(_STATUS.get(choice.status, choice.status.capitalize()), "secondary"))
        words.addStretch()
        row = QHBoxLayout()
        row.setSpacing(SPACE.M)
        row.addWidget(_Frame(self._theme, choice.picture))
        row.addLayout(words, 1)
        row.addWidget(this)
        return row


class _Frame(QLabel):
    """A picture, or the place where one will be."""

    def __init__(self, theme: Theme, picture: PixelBuffer | None) -> None:
        super().__init__("" if picture else "No picture yet")
        self._theme = theme
        self.setFixedSize(*AREA)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setProperty("role", "secondary")
        if picture:
            self.setPixmap(QPixmap.fromImage(as_image(picture).copy()))

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            box(painter, self.rect(), RADIUS.CONTROL, self._theme.tokens.raised, self._theme.tokens.line)
        super().paintEvent(event)


def at(moment: datetime | None) -> str:
    """ " on 25 November at 14:03:20"; "" where it isn't known."""
    return f" on {moment.astimezone():%d %B at %H:%M:%S}" if moment else ""


def _against(made_at: datetime | None, sent: datetime | None) -> str:
    """How long after the sending it came to the service, by the two clocks."""
    if made_at is None or sent is None:
        return ""
    seconds = round((made_at - sent).total_seconds())
    count = "1 second" if abs(seconds) == 1 else f"{abs(seconds)} seconds"
    return "At the moment you sent yours" if not seconds else f"{count} {'after' if seconds > 0 else 'before'} yours"
