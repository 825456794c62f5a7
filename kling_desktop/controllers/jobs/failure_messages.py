"""What went wrong is among the window's messages too, so that it can be read by one who was away."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from kling_desktop.domain.jobs.failure_summary import FailureKind, failure_kind, summarize_failures
from kling_desktop.domain.jobs.job import Job
from kling_desktop.ui.library.cards.card import card
from kling_desktop.ui.messages.message_history import MessageHistory
from kling_desktop.ui.widgets import Message

if TYPE_CHECKING:
    from kling_desktop.services.jobs.job_queue import JobQueue


_TOGETHER = 600.0
"""Seconds after a message within which the next of its kind is told with it."""


class FailureMessages:
    """Each job once, those of one kind in one message. Nothing is shown over the window: there the cards say it.

    clock: seconds since the epoch.
    """

    def __init__(self, history: MessageHistory, clock: Callable[[], float]) -> None:
        self._history = history
        self._clock = clock
        self._queue: JobQueue | None = None
        self._known: dict[str, FailureKind | None] = {}
        self._told: dict[FailureKind, tuple[float, Message, tuple[Job, ...]]] = {}

    def follow(self, queue: "JobQueue | None") -> None:
        """Note what goes wrong there from now on; what had ended before was noted when it did."""
        if self._queue:
            self._queue.events.changed.disconnect(self._look)
        self._queue = queue
        self._told.clear()
        self._known = {job.id: failure_kind(job) for job in queue.jobs} if queue else {}
        if queue:
            queue.events.changed.connect(self._look)

    def _look(self, job: Job) -> None:
        kind, before = failure_kind(job), self._known.get(job.id)
        self._known[job.id] = kind
        if not kind or kind == before:
            return
        now = self._clock()
        at, earlier, jobs = self._told.get(kind, (-_TOGETHER, None, ()))
        if now - at >= _TOGETHER:
            earlier, jobs = None, ()
        jobs = (*jobs, job)
        message = Message(summarize_failures(kind, jobs), card(job, now=now).led)
        self._history.add(message, instead_of=earlier)
        self._told[kind] = now, message, jobs
