"""The status bar: which panes are shown, how many jobs are running, and what needs attention."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.text import plural
from kling_desktop.ui.export.task_progress import FileTaskBar
from kling_desktop.ui.queue.row import QueueSection, section_of
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
    """Emits `pane_requested` to show or hide FORM, QUEUE or MESSAGES, and `queue_section_requested` to show a
    section of the queue.
    """

    pane_requested = Signal(str)
    queue_section_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        theme.fit(self, lambda me: me.setFixedHeight(theme.px(HEIGHT)))
        self._panes: dict[str, IconButton] = {}
        self._active = StatusDotButton(theme, Tone.BUSY, "")
        self._pending = StatusDotButton(theme, Tone.IDLE, "")
        self._needs_attention = StatusDotButton(theme, Tone.ODD, "")
        self.today = TodayButton(theme)
        self._clips = label("", "secondary")
        self._count = self._selected = 0
        self.tasks = FileTaskBar(theme)
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
            (self._active, QueueSection.ACTIVE),
            (self._pending, QueueSection.PENDING),
            (self._needs_attention, QueueSection.NEEDS_ATTENTION),
        ):
            led.clicked.connect(lambda _=False, part=part: self.queue_section_requested.emit(part))
            led.setToolTip("Show them in the queue")
            left.addWidget(led)
        row.addStretch()
        row.addWidget(self.tasks)
        row.addWidget(self.today)
        row.addWidget(self._clips)
        self.show_jobs(())
        self.show_clips(0)

    def show_jobs(self, jobs: Iterable[Job], paused: Callable[[str], bool] = lambda _id: False) -> None:
        """Show the counts that aren't zero. paused: whether a job is paused."""
        jobs = list(jobs)
        parts: dict[QueueSection, list[Job]] = {part: [] for part in QueueSection}
        for job in jobs:
            parts[section_of(job)].append(job)
        only_generating = all(isinstance(job.state, job_states.Generating) for job in parts[QueueSection.ACTIVE])
        all_paused = all(paused(job.id) for job in parts[QueueSection.PENDING])
        attention = plural(
            len(parts[QueueSection.NEEDS_ATTENTION]), one="{count} needs attention", other="{count} need attention"
        )
        # The worst of them: what has failed, rather than what isn't known.
        has_failed = any(not isinstance(job.state, job_states.Unknown) for job in parts[QueueSection.NEEDS_ATTENTION])
        worst = Tone.BAD if has_failed else Tone.ODD
        for led, tone, part, words in (
            (
                self._active,
                Tone.BUSY,
                QueueSection.ACTIVE,
                "{count} generating" if only_generating else "{count} running",
            ),
            (self._pending, Tone.IDLE, QueueSection.PENDING, "{count} paused" if all_paused else "{count} waiting"),
            (self._needs_attention, worst, QueueSection.NEEDS_ATTENTION, attention),
        ):
            number = len(parts[part])
            led.show_state(tone, words.format(count=f"{number:,}"))
            led.setAccessibleName(led.text())
            led.setVisible(number > 0)

    def show_clips(self, count: int) -> None:
        """Show how many clips there are; nothing for none."""
        self._count = count
        self._show_counts()

    def show_selection(self, count: int) -> None:
        """Show how many are selected in the library; nothing for one."""
        self._selected = count
        self._show_counts()

    def _show_counts(self) -> None:
        if not self._count:
            text = ""
        elif self._selected > 1:
            text = f"{self._selected:,} of {self._count:,} clips selected"
        else:
            text = plural(self._count, one="{count} clip", other="{count} clips")
        self._clips.setText(text)
        self._clips.setVisible(bool(self._clips.text()))

    def show_pane(self, name: str, shown: bool) -> None:
        """Show whether that pane is visible."""
        icon, words, keys = next(told for pane, *told in _PANES if pane == name)
        self._panes[name].show_icon(icon, f"{'Hide' if shown else 'Show'} the {words}", keys)

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), self._theme.tokens.pane)
            painter.setPen(QPen(self._theme.tokens.line, 1))
            painter.drawLine(0, 0, self.width(), 0)
