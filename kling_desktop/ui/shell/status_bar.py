"""The line under the window: which panes are shown, how many jobs are on their way, and what waits for the user."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.ui.export.task_progress import Works
from kling_desktop.ui.queue.row import Group, group
from kling_desktop.ui.shell.bottom_pane import MESSAGES, QUEUE
from kling_desktop.ui.shell.layout import FORM
from kling_desktop.ui.spending.today_button import TodayButton
from kling_desktop.ui.theme import SPACE, Theme, Tone
from kling_desktop.ui.widgets import IconButton, StatusDotButton, label

HEIGHT = 30
_PANES = (
    (FORM, "panel-left", "form", "Ctrl+B"),
    (QUEUE, "panel-below", "queue", "Ctrl+J"),
    (MESSAGES, "message", "messages", "Ctrl+Shift+J"),
)


class StatusBar(QWidget):
    """`pane_asked`: one of FORM, QUEUE, MESSAGES is to come or go; `part_asked`: a part of the queue is to be seen."""

    pane_requested = Signal(str)
    queue_section_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setFixedHeight(HEIGHT)
        self._panes: dict[str, IconButton] = {}
        self._at_work = StatusDotButton(theme, Tone.BUSY, "")
        self._unsent = StatusDotButton(theme, Tone.IDLE, "")
        self._to_look_at = StatusDotButton(theme, Tone.ODD, "")
        self.today = TodayButton(theme)
        self._clips = label("", "secondary")
        self._count = self._chosen = 0
        self.works = Works(theme)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE.M, 0, SPACE.L, 0)
        row.setSpacing(SPACE.L)
        left = QHBoxLayout()
        left.setSpacing(SPACE.XS)
        row.addLayout(left)
        for name, icon, words, keys in _PANES:
            button = IconButton(theme, icon, words, shortcut=keys, side=24, plain=True)
            button.clicked.connect(lambda _=False, name=name: self.pane_requested.emit(name))
            self._panes[name] = button
            left.addWidget(button)
        left.addSpacing(SPACE.S)
        for led, part in (
            (self._at_work, Group.AT_WORK),
            (self._unsent, Group.UNSENT),
            (self._to_look_at, Group.TO_LOOK_AT),
        ):
            led.clicked.connect(lambda _=False, part=part: self.queue_section_requested.emit(part))
            led.setToolTip("Show them in the queue")
            left.addWidget(led)
        row.addStretch()
        row.addWidget(self.works)
        row.addWidget(self.today)
        row.addWidget(self._clips)
        self.show_jobs(())
        self.show_clips(0)

    def show_jobs(self, jobs: Iterable[Job], paused: Callable[[str], bool] = lambda _id: False) -> None:
        """Count what is worth a word; what there is none of takes no place. paused: whether it waits for a click."""
        jobs = list(jobs)
        parts: dict[Group, list[Job]] = {part: [] for part in Group}
        for job in jobs:
            parts[group(job)].append(job)
        only_generating = all(isinstance(job.state, job_states.Generating) for job in parts[Group.AT_WORK])
        all_paused = all(paused(job.id) for job in parts[Group.UNSENT])
        for led, part, words in (
            (self._at_work, Group.AT_WORK, "generating" if only_generating else "at work"),
            (self._unsent, Group.UNSENT, "paused" if all_paused else "waiting"),
            (self._to_look_at, Group.TO_LOOK_AT, "to look at"),
        ):
            number = len(parts[part])
            led.setText(f"{number:,} {words}")
            led.setAccessibleName(led.text())
            led.updateGeometry()
            led.setVisible(number > 0)

    def show_clips(self, count: int) -> None:
        """How many there are; no word of none."""
        self._count = count
        self._say_clips()

    def show_selection(self, count: int) -> None:
        """How many are chosen in the library; one alone is no news."""
        self._chosen = count
        self._say_clips()

    def _say_clips(self) -> None:
        words = f"{self._count:,} {'clip' if self._count == 1 else 'clips'}" if self._count else ""
        chosen = f"{self._chosen:,} chosen" if self._chosen > 1 else ""
        self._clips.setText(" of ".join(part for part in (chosen, words) if part))
        self._clips.setVisible(bool(self._clips.text()))

    def show_pane(self, name: str, shown: bool) -> None:
        """Whether that pane is seen now."""
        icon, words, keys = next(told for pane, *told in _PANES if pane == name)
        self._panes[name].show_icon(icon, f"{'Hide' if shown else 'Show'} the {words}", keys)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
            painter.setPen(QPen(self._theme.tokens.line, 1))
            painter.drawLine(0, 0, self.width(), 0)
