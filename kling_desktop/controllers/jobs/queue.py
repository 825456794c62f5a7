"""The queue of the connected account, in the pane below the library and in the status bar."""

from collections.abc import Coroutine
from typing import Any

from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.text import plural
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.ui.queue.queue_model import QueueModel
from kling_desktop.ui.queue.reorderable_list import QueueMove
from kling_desktop.ui.queue.row import sorted_jobs
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message


class QueueController:
    """Shows the jobs, and offers what an earlier run or another program has left open."""

    def __init__(self, context: AppContext, queue: JobQueue, model: QueueModel) -> None:
        self._tasks = context.tasks
        self._messages = context.messages
        self._status_bar = context.window.status
        self._panel = context.window.below.queue
        self._queue = queue
        self._model = model
        self._paused_message = Message("")
        self._orphans_message = Message("")
        context.connections.on_close(self._show_none)
        on = context.connections.on
        for signal in (queue.events.changed, queue.events.removed, queue.events.reordered):
            on(signal, self._show)
        on(queue.events.progressed, model.set_progress)
        on(queue.events.orphaned, self._offer_orphans)
        on(self._panel.list.move_requested, self._move)
        self._show()
        self._offer_paused()

    def _offer_paused(self) -> None:
        """What an earlier run has not sent waits for one click."""
        if number := self._paused_count:
            sentence = plural(
                number,
                one="A job from last time hasn't been sent yet.",
                other="{count} jobs from last time haven't been sent yet.",
            )
            self._paused_message = Message(sentence, Tone.ACCENT, "Send now", self._send_all, seconds=0)
            self._messages.post(self._paused_message)

    def _offer_orphans(self, number: int) -> None:
        """What another program left open when it ended waits for one click, too."""
        self._messages.withdraw(self._orphans_message)
        if number:
            sentence = plural(
                number,
                one="Another Kling Desktop process ended before its job was finished.",
                other="Another Kling Desktop process ended before its {count} jobs were finished.",
            )
            self._orphans_message = Message(sentence, Tone.ACCENT, "Continue here", self._adopt, seconds=0)
            self._messages.post(self._orphans_message)

    @property
    def _paused_count(self) -> int:
        return sum(self._queue.pending.is_paused(job_id) for job_id in self._queue.pending.job_ids)

    def _send_all(self) -> None:
        self._spawn(self._queue.pending.send_all(), "send all")

    def _adopt(self) -> None:
        self._spawn(self._queue.recover(), "take over")

    def _move(self, move: QueueMove) -> None:
        self._spawn(self._queue.pending.move(move.jobs, move.before), "move jobs")

    def _spawn(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._tasks.spawn(work, name, to_the_end=True)

    def _jobs(self) -> list[Job]:
        return sorted_jobs(self._queue.jobs, self._queue.pending.job_ids)

    def _show(self, _news: object = None) -> None:
        jobs = self._jobs()
        self._model.show_jobs(jobs, self._queue.pending.job_ids)
        self._panel.show_counts(jobs, self._queue.pending.is_paused)
        self._status_bar.show_jobs(jobs, self._queue.pending.is_paused)
        if not self._paused_count:
            self._messages.withdraw(self._paused_message)

    def _show_none(self) -> None:
        self._messages.withdraw(self._paused_message)
        self._messages.withdraw(self._orphans_message)
        self._model.show_jobs((), ())
        self._panel.show_counts((), self._queue.pending.is_paused)
        self._status_bar.show_jobs(())
