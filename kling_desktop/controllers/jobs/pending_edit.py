"""Takes pending jobs back, or into the form, without losing anything of either."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.undo_message import UndoMessage
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.text import plural
from kling_desktop.services.composer.composer import Composer
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

_Cancelled = tuple[Job, bool]
"""A job, and whether it waited for a click."""
_TOO_LATE = "It was generated again, so it's already in the queue. Nothing was put back."


class PendingJobEditor:
    """`edit`, `cancel` and `cancel_takes` say what they did and offer the way back.

    What is submitted from a form that a job was taken into takes that job's place. From then on it isn't offered back.
    save_form writes the form and returns whether it is on disk.
    """

    def __init__(
        self, context: AppContext, queue: JobQueue, composer: Composer, save_form: Callable[[], Awaitable[bool]]
    ) -> None:
        self._context = context
        self._queue = queue
        self._composer = composer
        self._save_form = save_form
        self._undo = UndoMessage[_Cancelled](
            context.messages,
            _cancelled_message,
            self._spawn_put_back,
            lambda cancelled: "Put it back" if len(cancelled) == 1 else "Put them back",
            seconds=6.0,
        )
        self._offers: dict[str, Message] = {}
        context.connections.on(queue.events.replaced, self._end_offer)

    async def edit(self, job: Job) -> None:
        """Take a job back before it is sent and fill the form with it, in one step to undo.

        It is stopped first, so that it isn't sent in the meantime, and removed from the list last, once the form is on
        disk. Whatever happens in between, it is in one of the two and is never sent.
        """
        paused = self._queue.pending.is_paused(job.id)
        if not await self._queue.pending.cancel(job.id):
            self._context.messages.show_now(Message("It has been sent, so it can't be edited any more.", Tone.ODD))
            return
        before = self._composer.draft
        self._composer.replace(replace(job.draft, replaces=job.id))
        if await self._save_form():
            await self._queue.remove(job.id)
        self._context.window.middle.close_clip()
        self._context.window.show_form()
        self._context.window.composer.focus_control("prompt")
        offer = self._offers[job.id] = Message(
            "The job is now in the form. Generate puts it back in its place in the queue.",
            Tone.OK,
            "Put it back",
            partial(self._spawn_put_back_from_form, (job, paused), before),
            seconds=0,
        )
        self._context.messages.show_now(offer)

    async def cancel(self, job: Job) -> None:
        """Cancel a job before it is sent. Undo also brings back those cancelled while the message was shown."""
        if cancelled := await self._cancel(job):
            self._undo.add(cancelled)

    async def cancel_takes(self, job: Job) -> None:
        """Cancel all takes of the same click that aren't sent yet, with one message."""
        mates = {one.id: one for one in self._queue.jobs if (one.created_at, one.takes) == (job.created_at, job.takes)}
        results = [
            await self._cancel(mates[job_id]) for job_id in tuple(self._queue.pending.job_ids) if job_id in mates
        ]
        if not (cancelled := tuple(one for one in results if one)):
            return
        sentence = f"All {job.takes} takes cancelled before they were sent. Nothing is charged."
        if len(cancelled) < job.takes:
            sentence = plural(
                len(cancelled),
                one="1 of {takes} takes cancelled before it was sent. It costs nothing.",
                other="{count} of {takes} takes cancelled before they were sent. They cost nothing.",
                takes=job.takes,
            )
        self._undo.add(*cancelled, sentence=sentence if job.takes > 1 else "")

    async def _cancel(self, job: Job) -> _Cancelled | None:
        """Returns what is needed to put it back. None if it was too late."""
        paused = self._queue.pending.is_paused(job.id)
        return (job, paused) if await self._queue.pending.cancel(job.id) else None

    def _spawn_put_back(self, cancelled: tuple[_Cancelled, ...]) -> None:
        self._context.tasks.spawn(self._put_back_all(cancelled), "put back", to_the_end=True)

    async def _put_back_all(self, cancelled: tuple[_Cancelled, ...]) -> bool:
        """Returns whether all of them are in the queue again."""
        jobs = [await self._queue.resubmit(job, is_paused=paused) for job, paused in cancelled]
        if not all(jobs):
            self._context.messages.show_now(Message(_TOO_LATE, Tone.ODD))
        return all(jobs)

    def _spawn_put_back_from_form(self, cancelled: _Cancelled, form: Draft) -> None:
        self._context.tasks.spawn(self._put_back_from_form(cancelled, form), "put back", to_the_end=True)

    async def _put_back_from_form(self, cancelled: _Cancelled, form: Draft) -> None:
        if await self._put_back_all((cancelled,)):
            self._composer.replace(form)

    def _end_offer(self, job_id: str) -> None:
        """Another job has taken its place: what is submitted from the form from now on is a new one."""
        if offer := self._offers.pop(job_id, None):
            self._context.messages.withdraw(offer)
        if self._composer.draft.replaces == job_id:
            self._composer.amend(lambda draft: replace(draft, replaces=""))


def _cancelled_message(cancelled: tuple[_Cancelled, ...]) -> str:
    return plural(
        len(cancelled),
        one="Cancelled before it was sent. Nothing is charged.",
        other="{count} jobs cancelled before they were sent. Nothing is charged.",
    )
