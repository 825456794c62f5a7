"""Generations of the account that could be a job with an unknown outcome: a row each, with picture and time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from kling_desktop.domain.text import plural
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.ui.theme import RADIUS, SPACE, Theme
from kling_desktop.ui.widgets import Button, label
from kling_desktop.ui.widgets.paint import as_image, box

AREA = (160, 96)
"""The largest size of a picture, px."""
_IN_SIGHT = 3
_STATUS = {"PENDING": "Still generating", "COMPLETE": "Finished", "FAILED": "Failed, so it cost nothing"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A generation that could be the job's, with its picture if it has one."""

    generation: str
    status: str
    made_at: datetime | None
    picture: PixelBuffer | None = None


@dataclass(frozen=True, slots=True)
class UnknownJob:
    """A job with an unknown outcome, and the generations that could be its own.

    Args:
        prompt: Its prompt.
        sent_at: When it was sent, in seconds since the epoch.
        candidates: The generations.
        number: Which of several such jobs it is, 1 first.
        count: How many such jobs there are.
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
    """The candidates, three in sight at a time."""

    chosen = Signal(str)
    """The generation that the user says is the job's."""

    def __init__(self, theme: Theme, job: UnknownJob) -> None:
        super().__init__()
        self._theme = theme
        self.buttons: list[Button] = []
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.M)
        for candidate in job.candidates:
            column.addLayout(self._row(candidate, job.sent))
        self.setWidget(rows)
        self.setWidgetResizable(True)
        for surface in (self.viewport(), rows):
            surface.setAutoFillBackground(False)  # the dialog's shows through
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        count = min(len(job.candidates), _IN_SIGHT)
        self.setFixedHeight(count * AREA[1] + (count - 1) * SPACE.M)

    def _row(self, candidate: Candidate, sent: datetime | None) -> QHBoxLayout:
        this = Button(self._theme, "This one", tall=True)
        this.setAccessibleName(f"This one, created{at(candidate.made_at)}")
        this.clicked.connect(lambda: self.chosen.emit(candidate.generation))
        self.buttons.append(this)
        words = QVBoxLayout()
        words.setSpacing(SPACE.XS)
        words.addStretch()
        words.addWidget(label(f"Created{at(candidate.made_at)}" if candidate.made_at else "Created at an unknown time"))
        words.addWidget(label(_compared(candidate.made_at, sent), "secondary"))
        words.addWidget(label(_STATUS.get(candidate.status, candidate.status.capitalize()), "secondary"))
        words.addStretch()
        row = QHBoxLayout()
        row.setSpacing(SPACE.M)
        row.addWidget(_Frame(self._theme, candidate.picture))
        row.addLayout(words, 1)
        row.addWidget(this)
        return row


class _Frame(QLabel):
    """A picture, or the space for one."""

    def __init__(self, theme: Theme, picture: PixelBuffer | None) -> None:
        super().__init__("" if picture else "No picture yet")
        self.setTextFormat(Qt.TextFormat.PlainText)
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


def _compared(made_at: datetime | None, sent: datetime | None) -> str:
    """How long after the user's job it was created, by the two clocks."""
    if made_at is None or sent is None:
        return ""
    seconds = round((made_at - sent).total_seconds())
    if seconds > 0:
        return plural(seconds, one="{count} second after yours", other="{count} seconds after yours")
    if seconds < 0:
        return plural(-seconds, one="{count} second before yours", other="{count} seconds before yours")
    return "At the same moment as yours"
