"""An unsent job goes back into the form: it leaves the queue, and nothing of it or of the form is lost."""

from functools import partial
from typing import TYPE_CHECKING

from kling_desktop.domain.draft import Draft
from kling_desktop.domain.job import Job
from kling_desktop.form_keeping import FormKeeping
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message
from kling_desktop.ui.window import Window
from kling_desktop.work.composer import Composer

if TYPE_CHECKING:
    from kling_desktop.work.queue import Queue


class EditingQueued:
    """`edit` and `take_back` tell what they did, with the way back."""

    def __init__(self, queue: "Queue", composer: Composer, form: FormKeeping, window: Window, tasks: Tasks) -> None:
        self._queue = queue
        self._composer = composer
        self._form = form
        self._window = window
        self._tasks = tasks

    async def edit(self, job: Job) -> None:
        """Take a job back before it is sent and fill the form with it, in one step to undo.

        The order of things: it is stopped first, so that it isn't sent meanwhile; it goes off the list last, when the
        form is on disk. Whatever happens in between, it is in one of the two, and never sent.
        """
        paused, behind = self._queue.is_paused(job.id), self._behind(job.id)
        if not await self._queue.cancel(job.id):
            self._window.messages.answer(Message("It is too late to edit it: it has been sent.", Tone.ODD))
            return
        before = self._composer.draft
        self._composer.replace(job.draft)
        await self._form.save()
        await self._queue.remove(job.id)
        self._window.close_clip()
        self._window.show_form()
        self._window.composer.lead_to("prompt")
        self._window.messages.answer(
            Message(
                "It has left the queue and is in the form. Generate queues it again.",
                Tone.OK,
                "Put it back",
                partial(self._put_back, job, paused=paused, behind=behind, form=before),
                seconds=0,
            )
        )

    async def take_back(self, job: Job) -> None:
        """Cancel a job before it is sent."""
        paused, behind = self._queue.is_paused(job.id), self._behind(job.id)
        if await self._queue.cancel(job.id):
            self._window.messages.answer(
                Message(
                    "Taken back before it was sent. Nothing is charged.",
                    Tone.OK,
                    "Put it back",
                    partial(self._put_back, job, paused=paused, behind=behind),
                )
            )

    def _behind(self, job_id: str) -> str | None:
        line = self._queue.unsent.line
        at = line.index(job_id) + 1 if job_id in line else len(line)
        return line[at] if at < len(line) else None

    def _put_back(self, job: Job, *, paused: bool, behind: str | None, form: Draft | None = None) -> None:
        if form is not None:
            self._composer.replace(form)
        self._tasks.spawn(
            self._queue.unsent.again(job, waits=paused, before=behind), f"put back {job.id}", to_the_end=True
        )
