"""The queue below the library: the jobs in their order, and buttons for many of them at once."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.jobs.actions import ACTIONS, Action, ActionPlace, ActionRequest, JobAction, offered_at
from kling_desktop.domain.jobs.failure_catalog import can_retry
from kling_desktop.domain.jobs.job import Job
from kling_desktop.ui.queue.queue_list import QueueList
from kling_desktop.ui.queue.queue_model import QueueModel
from kling_desktop.ui.queue.row import QueueSection, section_of
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import Button
from kling_desktop.ui.widgets.label import plain_tip


class QueuePanel(QWidget):
    """The list. Its buttons for many jobs are in `buttons`, to be shown in a line above."""

    action_requested = Signal(object)
    """An ActionRequest, from a row or from a button for many jobs."""

    def __init__(self, theme: Theme, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._queue = model
        self.list = QueueList(theme, model, self)
        self.list.action_requested.connect(self.action_requested)
        self.buttons = QWidget()
        self._buttons: dict[Action, Button] = {}
        self._jobs: dict[Action, tuple[str, ...]] = {}
        row = QHBoxLayout(self.buttons)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE.S)
        for action in offered_at(ActionPlace.QUEUE_BAR):
            spec = ACTIONS[action]
            button = self._buttons[action] = Button(theme, "", icon=spec.icon)
            button.setToolTip(plain_tip(spec.tip))
            button.clicked.connect(lambda _=False, action=action: self._request(action))
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, SPACE.S)
        column.addWidget(self.list)
        self.show_counts((), lambda _id: False)

    def show_counts(self, jobs: Iterable[Job], paused: Callable[[str], bool]) -> None:
        """Show the buttons for many jobs that there are jobs for."""
        jobs = list(jobs)
        unsent = [job for job in jobs if section_of(job) is QueueSection.PENDING]
        matching: dict[Action, list[Job]] = {
            JobAction.RETRY: [job for job in jobs if can_retry(job)],
            JobAction.SEND_NOW: [job for job in unsent if paused(job.id)],
            JobAction.PAUSE: [job for job in unsent if not paused(job.id)],
            JobAction.REMOVE: [job for job in jobs if section_of(job) is QueueSection.FINISHED],
        }
        for action, button in self._buttons.items():
            ids = self._jobs[action] = tuple(job.id for job in matching[action])
            words = ACTIONS[action].many(len(ids))
            button.setText(words)
            button.setAccessibleName(words)
            button.setVisible(bool(ids))
            button.updateGeometry()

    def _request(self, action: Action) -> None:
        self.action_requested.emit(ActionRequest(action, self._jobs[action]))

    def show_section(self, section: QueueSection) -> None:
        """Scroll to the first row of that section, or of all."""
        index = self._queue.first_of(section)
        self.list.reveal(index if index.isValid() else self._queue.index(0))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = self._theme.tokens
        with QPainter(self) as painter:
            painter.fillRect(event.rect(), tokens.pane)
