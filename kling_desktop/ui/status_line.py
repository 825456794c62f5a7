"""The line under the window: how many jobs are on their way, and what waits for the user."""

from collections.abc import Iterable

from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kling_desktop.domain import states
from kling_desktop.domain.job import Job
from kling_desktop.ui.handing.works import Works
from kling_desktop.ui.spending.today import Today
from kling_desktop.ui.theme import SPACE, Theme, Tone
from kling_desktop.ui.widgets import Led, label

HEIGHT = 30
_AT_WORK = (states.Uploading, states.Sending, states.Generating, states.Made, states.Downloading)


class StatusLine(QWidget):
    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedHeight(HEIGHT)
        self._at_work = Led(theme, Tone.BUSY, "", strong=False)
        self._waiting = Led(theme, Tone.IDLE, "", strong=False)
        self._to_look_at = Led(theme, Tone.ODD, "", strong=False)
        self.today = Today(theme)
        self._clips = label("", "secondary")
        self.works = Works(theme)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.L, 0, SPACE.L, 0)
        row.setSpacing(SPACE.L)
        for led in (self._at_work, self._waiting, self._to_look_at):
            row.addWidget(led)
        row.addStretch()
        row.addWidget(self.works)
        row.addWidget(self.today)
        row.addWidget(self._clips)
        self.show_jobs(())
        self.show_clips(0)

    def show_jobs(self, jobs: Iterable[Job]) -> None:
        """Count what is worth a word; what there is none of takes no place."""
        kinds = [type(job.state) for job in jobs]
        at_work = sum(kind in _AT_WORK for kind in kinds)
        waiting = sum(kind in (states.Waiting, states.Held) for kind in kinds)
        unknown = kinds.count(states.Unknown)
        for led, number, word in (
            (self._at_work, at_work, "at work"),
            (self._waiting, waiting, "waiting"),
            (self._to_look_at, unknown, "to look at"),
        ):
            led.setText(f"{number:,} {word}")
            led.updateGeometry()
            led.setVisible(number > 0)

    def show_clips(self, count: int) -> None:
        """How many there are; no word of none."""
        self._clips.setText(f"{count:,} {'clip' if count == 1 else 'clips'}" if count else "")

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
            painter.setPen(QPen(self._theme.tokens.line, 1))
            painter.drawLine(0, 0, self.width(), 0)
