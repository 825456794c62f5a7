"""Messages about what went wrong with jobs."""

from collections.abc import Callable

from kling_desktop.controllers.connections import Connections
from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs.actions import JobAction, Offer
from kling_desktop.domain.jobs.failure_catalog import REFUSALS
from kling_desktop.domain.jobs.failure_summary import FailureKind, failure_kind, summarize_failures
from kling_desktop.domain.jobs.job import Job
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.ui.library.cards.card import card
from kling_desktop.ui.messages.message_history import MessageHistory
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

_TOGETHER = 600.0
"""Seconds after a message within which the next one of its kind joins it."""


class FailureMessages:
    """Lists each failed job once in the message history, those of one kind in one message, so that whoever was away can
    read it. Nothing floats over the window: the cards say it.

    clock: seconds since the epoch.
    """

    def __init__(
        self, connections: Connections, queue: JobQueue, history: MessageHistory, clock: Callable[[], float]
    ) -> None:
        self._history = history
        self._clock = clock
        # What had failed before was listed when it did.
        self._kinds = {job.id: failure_kind(job) for job in queue.jobs}
        self._listed: dict[FailureKind, tuple[float, Message, tuple[Job, ...]]] = {}
        connections.on(queue.events.changed, self._on_job_changed)

    def _on_job_changed(self, job: Job) -> None:
        kind, before = failure_kind(job), self._kinds.get(job.id)
        self._kinds[job.id] = kind
        if not kind or kind == before:
            return
        now = self._clock()
        at, earlier, jobs = self._listed.get(kind, (-_TOGETHER, None, ()))
        if now - at >= _TOGETHER:
            earlier, jobs = None, ()
        jobs = (*jobs, job)
        message = Message(summarize_failures(kind, jobs), card(job, now=now).led)
        self._history.add(message, instead_of=earlier)
        self._listed[kind] = now, message, jobs


class HaltMessage:
    """Says once that nothing more is sent, with the one way to go on: another key, or more credit."""

    def __init__(
        self, context: AppContext, queue: JobQueue, change_key: Callable[[], None], open_billing: Callable[[], None]
    ) -> None:
        self._context = context
        self._change_key = change_key
        self._open_billing = open_billing
        context.connections.on(queue.events.sending_stopped, self._show)

    def _show(self, reason: RefusalReason) -> None:
        info = REFUSALS[reason]
        recovery = info.recovery[0]
        act = self._change_key if recovery is JobAction.CHANGE_KEY else self._open_billing
        self._context.messages.post(Message(info.halts_queue_message, Tone.BAD, Offer(recovery).label, act, seconds=0))
