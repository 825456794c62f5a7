"""An unsent job goes back into the form: it leaves the queue, and nothing of it or of the form is lost."""

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from kling_desktop.controllers.composer.autosave import DraftAutosave
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.text import plural
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

if TYPE_CHECKING:
    from kling_desktop.services.jobs.job_queue import JobQueue


_Taken = tuple[Job, bool]
"""A job, and whether it waited for a click."""
_TOO_LATE = "It has been generated again, so it is in the queue already. Nothing was put back."


class PendingJobEditor:
    """`edit` and `take_back` tell what they did, with the way back.

    What is ordered from a form that a job was taken into takes that one's place: from then on it isn't offered back.
    """

    def __init__(
        self, queue: "JobQueue", composer: Composer, form: DraftAutosave, window: MainWindow, tasks: Tasks
    ) -> None:
        self._queue = queue
        self._composer = composer
        self._form = form
        self._window = window
        self._tasks = tasks
        self._taken: tuple[_Taken, ...] = ()
        self._said: Message | None = None
        self._offers: dict[str, Message] = {}
        queue.events.replaced.connect(self._end_offer)

    async def edit(self, job: Job) -> None:
        """Take a job back before it is sent and fill the form with it, in one step to undo.

        The order of things: it is stopped first, so that it isn't sent meanwhile; it goes off the list last, once the
        form is on disk. Whatever happens in between, it is in one of the two, and never sent.
        """
        paused = self._queue.pending.is_paused(job.id)
        if not await self._queue.pending.cancel(job.id):
            self._window.messages.show_now(Message("It has been sent, so it can't be edited any more.", Tone.ODD))
            return
        before = self._composer.draft
        self._composer.replace(replace(job.draft, replaces=job.id))
        if await self._form.save():
            await self._queue.remove(job.id)
        self._window.middle.close_clip()
        self._window.show_form()
        self._window.composer.focus_control("prompt")
        offer = self._offers[job.id] = Message(
            "The job is in the form now. Generate puts it back at its place in the queue.",
            Tone.OK,
            "Put it back",
            partial(self._put_back, (job, paused), before),
            seconds=0,
        )
        self._window.messages.show_now(offer)

    async def take_back(self, job: Job) -> None:
        """Cancel a job before it is sent. What goes while that is still being said comes back with the same click."""
        if taken := await self._cancel(job):
            self._say_taken((taken,))

    async def take_back_all(self, job: Job) -> None:
        """Cancel whatever was ordered with the same press of Generate and isn't sent yet; it is said once."""
        mates = {one.id: one for one in self._queue.jobs if (one.created_at, one.takes) == (job.created_at, job.takes)}
        cancelled = [
            await self._cancel(mates[job_id]) for job_id in tuple(self._queue.pending.job_ids) if job_id in mates
        ]
        if not (taken := tuple(one for one in cancelled if one)):
            return
        words = f"All {job.takes} takes cancelled before they were sent. Nothing is charged."
        if len(taken) < job.takes:
            words = f"{len(taken)} of {job.takes} takes cancelled before they were sent. They cost nothing."
        self._say_taken(taken, words if job.takes > 1 else "")

    async def _cancel(self, job: Job) -> _Taken | None:
        """What is needed to put it back; None if it was too late."""
        paused = self._queue.pending.is_paused(job.id)
        return (job, paused) if await self._queue.pending.cancel(job.id) else None

    def _say_taken(self, taken: tuple[_Taken, ...], words: str = "") -> None:
        still_said = self._said is not None and self._window.messages.message is self._said
        self._taken = (*self._taken, *taken) if still_said else taken
        many = len(self._taken)
        if many > len(taken) or not words:
            words = plural(
                many,
                one="Cancelled before it was sent. Nothing is charged.",
                other="{count} jobs cancelled before they were sent. Nothing is charged.",
            )
        action = "Put it back" if many == 1 else "Put them back"
        self._said = Message(words, Tone.OK, action, partial(self._put_all_back, self._taken))
        self._window.messages.show_now(self._said)

    def _put_all_back(self, taken: tuple[_Taken, ...]) -> None:
        self._tasks.spawn(self._again(taken), "put back", to_the_end=True)

    async def _again(self, taken: tuple[_Taken, ...]) -> bool:
        """Whether all of them are in the queue again."""
        anew = [await self._queue.resubmit(job, is_paused=paused) for job, paused in taken]
        if not all(anew):
            self._window.messages.show_now(Message(_TOO_LATE, Tone.ODD))
        return all(anew)

    def _put_back(self, taken: _Taken, form: Draft) -> None:
        self._tasks.spawn(self._back_out_of_the_form(taken, form), "put back", to_the_end=True)

    async def _back_out_of_the_form(self, taken: _Taken, form: Draft) -> None:
        if await self._again((taken,)):
            self._composer.replace(form)

    def _end_offer(self, job_id: str) -> None:
        """Another is in its place: nothing that is ordered from the form from now on is it."""
        if offer := self._offers.pop(job_id, None):
            self._window.messages.withdraw(offer)
        if self._composer.draft.replaces == job_id:
            self._composer.amend(lambda draft: replace(draft, replaces=""))
