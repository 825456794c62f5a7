"""Asks the user which generation of the account is the job whose answer never came."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.domain.jobs.failure_catalog import NO_MATCH_YET
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Unknown
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.image.thumbnail import thumbnail
from kling_desktop.services.jobs.reconciler import FOUND_NOTICE
from kling_desktop.session import Session
from kling_desktop.ui.queue.outcome_choices import AREA, Candidate, UnknownJob
from kling_desktop.ui.queue.outcome_dialog import OutcomeDialog
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

_TAKEN = "That clip now belongs to another of your jobs. Choose again."
_NONE = f"{NO_MATCH_YET} You can send it again, or forget it."
_LONGEST = 60


class OutcomeResolution:
    """send_again and forget ask the user first, and say what they mean."""

    def __init__(
        self,
        context: AppContext,
        session: Session,
        send_again: Callable[[Job], None],
        forget: Callable[[Job], None],
    ) -> None:
        self._context = context
        self._session = session
        self._send_again = send_again
        self._forget = forget
        self._slot = DialogSlot[OutcomeDialog](context.connections)
        self._request: object = None
        self._job: Job
        self._choices: dict[str, Candidate] = {}
        context.connections.on(session.queue.events.reconciled, self._show_found)

    async def choose(self, job: Job) -> None:
        """Ask about a job and, while the dialog is open, about the other unknown outcomes as well. Of several jobs that
        are to be asked about at once, the last one counts.
        """
        self._choices.clear()
        request = self._request = object()
        lost = await self._lost(job)
        if lost is None or request is not self._request:
            return
        self._slot.close()
        if not lost.candidates:
            self._context.messages.show_now(
                Message(_NONE, Tone.ODD, "Send again…", lambda: self._send_again(job), seconds=0)
            )
            return
        self._job = job
        dialog = OutcomeDialog(self._context.theme, self._context.window, lost)
        dialog.candidate_chosen.connect(lambda name: self._spawn(self._attach(dialog, name), "attach"))
        dialog.step_requested.connect(
            lambda step: self._spawn(self._go_on(dialog, self._from(step)), "the next unknown job")
        )
        dialog.send_again_requested.connect(lambda: self._send_again(self._job))
        dialog.forget_requested.connect(lambda: self._forget(self._job))
        self._slot.open(dialog)

    def _from(self, step: int) -> list[Job]:
        """The jobs to ask about, from the next one in that direction on; the one that is shown comes last."""
        waiting = [job for job in self._unknown() if job.id != self._job.id]
        before = [job for job in waiting if _sent(job) < _sent(self._job)]
        after = waiting[len(before) :]
        return [*after, *before, self._job] if step > 0 else [*reversed(before), *reversed(after), self._job]

    def _unknown(self) -> list[Job]:
        """The jobs that this window asks about and has a candidate for, in the order they were sent."""
        queue = self._session.queue
        asked = [job for job in queue.jobs if isinstance(job.state, Unknown) and job.state.candidates]
        return sorted((job for job in asked if not queue.is_foreign(job.id)), key=_sent)

    async def _go_on(self, dialog: OutcomeDialog, jobs: Sequence[Job]) -> None:
        """Ask about the first of these jobs that still has a candidate; without one, close."""
        dialog.setEnabled(False)
        try:
            for job in jobs:
                lost = await self._lost(job)
                if dialog is not self._slot.dialog:
                    return
                if lost and lost.candidates:
                    self._job = job
                    dialog.show_job(lost)
                    return
            dialog.accept()
        finally:
            if dialog is self._slot.dialog:
                dialog.setEnabled(True)

    async def _lost(self, job: Job) -> UnknownJob | None:
        """What to ask about the job. None if its outcome is known by now."""
        offered = await self._session.queue.unknown.candidates(job.id)
        if offered is None:
            return None
        choices = [choice for name in offered if (choice := await self._look_at(name))]
        ids = [one.id for one in self._unknown()]
        number = ids.index(job.id) + 1 if job.id in ids else 1
        return UnknownJob(job.draft.prompt, job.sent_at, choices, number, max(1, len(ids)))

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._context.tasks.spawn(work, f"{name} {self._job.id}")

    def _show_found(self, job: Job) -> None:
        prompt = " ".join(job.draft.prompt.split())
        shown = prompt if len(prompt) <= _LONGEST else f"{prompt[:_LONGEST]}…"
        self._context.messages.post(Message(f"“{shown}”: {FOUND_NOTICE}", Tone.OK))

    async def _attach(self, dialog: OutcomeDialog, generation: str) -> None:
        job, others = self._job, self._from(1)[:-1]
        attached = await self._session.queue.unknown.attach(job.id, generation)
        if not attached:
            self._context.messages.show_now(Message(_TAKEN, Tone.ODD))
        if dialog is self._slot.dialog:
            await self._go_on(dialog, others if attached else [job, *others])

    async def _look_at(self, generation: str) -> Candidate | None:
        if generation in self._choices:
            return self._choices[generation]
        poster = self._context.folders.cache / f"{generation}.jpg"
        found = await self._session.queue.unknown.load_candidate(generation, poster)
        if found is None:
            return None
        picture = await asyncio.to_thread(_thumbnail, poster)
        choice = self._choices[generation] = Candidate(found.id, found.status, found.created_at, picture)
        return choice


def _thumbnail(poster: Path) -> PixelBuffer | None:
    """A choice without a picture is still a choice."""
    try:
        return thumbnail(poster, AREA) if poster.exists() else None
    except BadMedia:
        return None


def _sent(job: Job) -> tuple[float, float, int]:
    """By when it was sent; takes of one press by their number."""
    return job.sent_at or 0.0, job.created_at, job.take
