"""The queue of the connected account, as the pane below the clips and the line under the window show it."""

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from kling_desktop.controllers.jobs.failure_messages import FailureMessages
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.domain.jobs.job import Job
from kling_desktop.ui.messages.message_history import MessageHistory
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.queue.panel import QueuePanel
from kling_desktop.ui.queue.queue_model import QueueModel
from kling_desktop.ui.queue.reorderable_list import QueueMove
from kling_desktop.ui.queue.row import in_order
from kling_desktop.ui.shell.bottom_pane import BottomPane
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from typing import Any

    from kling_desktop.services.jobs.job_queue import JobQueue


class QueueController(QObject):
    """Follows one queue at a time."""

    def __init__(self, theme: Theme, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._queue: JobQueue | None = None
        self._window: MainWindow | None = None
        self._told: Message | None = None
        self._told_of_left: Message | None = None
        self._model = QueueModel(time.time, self._is_paused, self._usual, self._is_elsewhere, self)
        self.panel = QueuePanel(theme, self._model)
        self._history = MessageHistory(time.time, self)
        self._ends = FailureMessages(self._history, time.time)
        self.below = BottomPane(theme, self.panel, self._history)
        self.panel.list.move_requested.connect(self._move)

    @property
    def paused(self) -> int:
        """How many unsent jobs wait for a click."""
        return sum(self._is_paused(job_id) for job_id in self._queue.pending.job_ids) if self._queue else 0

    def show_in(self, window: MainWindow) -> None:
        """Tell in that window how many there are of each, and keep what it says."""
        self._window = window
        window.messages.posted.connect(self._history.add)
        self._show()

    def tell_of_paused(self) -> None:
        """What an earlier run has not sent waits for one click."""
        if self._window and (number := self.paused):
            what = "1 order from last time is" if number == 1 else f"{number} orders from last time are"
            self._told = Message(f"{what} not sent yet.", Tone.ACCENT, "Send now", self.send_all, seconds=0)
            self._window.messages.post(self._told)

    def _tell_of_left(self, number: int) -> None:
        """What another program has left open when it ended waits for one click, too."""
        if not self._window:
            return
        if self._told_of_left:
            self._window.messages.withdraw(self._told_of_left)
            self._told_of_left = None
        if number:
            orders = "an order" if number == 1 else f"{number} orders"
            what = f"A program beside this window has ended and left {orders} open."
            self._told_of_left = Message(what, Tone.ACCENT, "Carry on here", self._take_over, seconds=0)
            self._window.messages.post(self._told_of_left)

    def follow(self, queue: "JobQueue | None") -> None:
        """Show that queue's jobs from now on; none of any without one."""
        if self._queue:
            for signal in (self._queue.events.changed, self._queue.events.removed, self._queue.events.reordered):
                signal.disconnect(self._show)
            self._queue.events.progressed.disconnect(self._model.set_progress)
            self._queue.events.orphaned.disconnect(self._tell_of_left)
            self._tell_of_left(0)
        self._queue = queue
        self._ends.follow(queue)
        if queue:
            for signal in (queue.events.changed, queue.events.removed, queue.events.reordered):
                signal.connect(self._show)
            queue.events.progressed.connect(self._model.set_progress)
            queue.events.orphaned.connect(self._tell_of_left)
        self._show()

    def send_all(self) -> None:
        if self._queue:
            self._spawn(self._queue.pending.send_all(), "send all")

    def _take_over(self) -> None:
        if self._queue:
            self._spawn(self._queue.recover(), "take over")

    def _move(self, move: QueueMove) -> None:
        if self._queue:
            self._spawn(self._queue.pending.move(move.jobs, move.before), "another order")

    def _spawn(self, work: "Coroutine[Any, Any, object]", name: str) -> None:
        self._tasks.spawn(work, name, to_the_end=True)

    def _jobs(self) -> list[Job]:
        return in_order(self._queue.jobs, self._queue.pending.job_ids) if self._queue else []

    def _show(self, *_news: object) -> None:
        jobs = self._jobs()
        self._model.show_jobs(jobs, self._queue.pending.job_ids if self._queue else ())
        self.panel.show_counts(jobs, self._is_paused)
        if self._window:
            self._window.status.show_jobs(jobs, self._is_paused)
            if self._told and not self.paused:
                self._window.messages.withdraw(self._told)
                self._told = None

    def _is_paused(self, job_id: str) -> bool:
        return self._queue is not None and self._queue.pending.is_paused(job_id)

    def _is_elsewhere(self, job_id: str) -> bool:
        return self._queue is not None and self._queue.is_foreign(job_id)

    def _usual(self, job: Job) -> DurationEstimate | None:
        return (
            self._queue.estimate_duration(job) if self._queue and isinstance(job.state, job_states.Generating) else None
        )
