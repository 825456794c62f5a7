"""A job whose answer never came, and what in the account could be it: shown side by side, and the user says which."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.jobs.failure_catalog import NO_MATCH_YET
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Unknown
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.image.thumbnail import thumbnail
from kling_desktop.services.jobs.reconciler import FOUND_NOTICE
from kling_desktop.session import Session
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.queue.outcome_choices import AREA, Choice, Lost
from kling_desktop.ui.queue.outcome_dialog import ChooseDialog
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message

_TAKEN = "That one belongs to another of your orders meanwhile. Choose again."
_NONE = f"{NO_MATCH_YET} You can send it again, or forget it."
_LONGEST = 60


class OutcomeResolution:
    """send_again and forget ask the user first, and say what they mean. cache: where pictures are fetched to."""

    def __init__(
        self,
        session: Session,
        window: MainWindow,
        theme: Theme,
        tasks: Tasks,
        cache: Path,
        send_again: Callable[[Job], None],
        forget: Callable[[Job], None],
    ) -> None:
        self._session = session
        self._window = window
        self._theme = theme
        self._tasks = tasks
        self._cache = cache
        self._send_again = send_again
        self._forget = forget
        self._dialog: ChooseDialog | None = None
        self._wanted: object = None
        self._asked: Job
        self._looked: dict[str, Choice] = {}
        session.queue.events.reconciled.connect(self._tell_found)

    async def choose(self, job: Job) -> None:
        """Ask about a job; as long as the sheet is open, about the others in doubt as well. Of several that are asked
        about at once, the last.
        """
        self._looked.clear()
        asked = self._wanted = object()
        lost = await self._lost(job)
        if lost is None or asked is not self._wanted:
            return
        self._close_sheet()
        if not lost.choices:
            self._window.messages.show_now(
                Message(_NONE, Tone.ODD, "Send again…", lambda: self._send_again(job), seconds=0)
            )
            return
        self._asked = job
        dialog = self._dialog = ChooseDialog(self._theme, self._window, lost)
        dialog.finished.connect(partial(self._end, dialog))
        dialog.chosen.connect(lambda name: self._spawn(self._attach(dialog, name), "attach"))
        dialog.moved.connect(lambda step: self._spawn(self._go_on(dialog, self._from(step)), "the next order in doubt"))
        dialog.send_again.connect(lambda: self._send_again(self._asked))
        dialog.forget.connect(lambda: self._forget(self._asked))
        dialog.open()

    def close(self) -> None:
        """Nothing is asked about these jobs any more."""
        self._wanted = None
        self._close_sheet()

    def _close_sheet(self) -> None:
        if self._dialog:
            self._dialog.reject()

    def _from(self, step: int) -> list[Job]:
        """Those that are asked about, from the next one on in that direction, the one that is shown last of all."""
        waiting = [job for job in self._in_doubt() if job.id != self._asked.id]
        before = [job for job in waiting if _sent(job) < _sent(self._asked)]
        after = waiting[len(before) :]
        return [*after, *before, self._asked] if step > 0 else [*reversed(before), *reversed(after), self._asked]

    def _in_doubt(self) -> list[Job]:
        """What this window asks about and has an offer for, as it was sent."""
        queue = self._session.queue
        asked = [job for job in queue.jobs if isinstance(job.state, Unknown) and job.state.candidates]
        return sorted((job for job in asked if not queue.is_foreign(job.id)), key=_sent)

    async def _go_on(self, dialog: ChooseDialog, jobs: Sequence[Job]) -> None:
        """With the first of these that there is still something to choose for; else there is nothing to ask."""
        dialog.setEnabled(False)
        try:
            for job in jobs:
                lost = await self._lost(job)
                if dialog is not self._dialog:
                    return
                if lost and lost.choices:
                    self._asked = job
                    dialog.ask(lost)
                    return
            dialog.accept()
        finally:
            if dialog is self._dialog:
                dialog.setEnabled(True)

    async def _lost(self, job: Job) -> Lost | None:
        """What there is to ask about it; None when it is in doubt no longer."""
        offered = await self._session.queue.unknown.candidates(job.id)
        if offered is None:
            return None
        choices = [choice for name in offered if (choice := await self._look_at(name))]
        ids = [one.id for one in self._in_doubt()]
        number = ids.index(job.id) + 1 if job.id in ids else 1
        return Lost(job.draft.prompt, job.sent_at, choices, number, max(1, len(ids)))

    def _end(self, dialog: ChooseDialog, _result: int) -> None:
        dialog.deleteLater()
        if self._dialog is dialog:
            self._dialog = None

    def _spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.spawn(work, f"{name} {self._asked.id}")

    def _tell_found(self, job: Job) -> None:
        prompt = " ".join(job.draft.prompt.split())
        shown = prompt if len(prompt) <= _LONGEST else f"{prompt[:_LONGEST]}…"
        self._window.messages.post(Message(f"“{shown}”: {FOUND_NOTICE}", Tone.OK))

    async def _attach(self, dialog: ChooseDialog, generation: str) -> None:
        job, others = self._asked, self._from(1)[:-1]
        attached = await self._session.queue.unknown.attach(job.id, generation)
        if not attached:
            self._window.messages.show_now(Message(_TAKEN, Tone.ODD))
        if dialog is self._dialog:
            await self._go_on(dialog, others if attached else [job, *others])

    async def _look_at(self, generation: str) -> Choice | None:
        if generation in self._looked:
            return self._looked[generation]
        found = await self._session.client.get_generation(generation)
        if found is None:
            return None
        picture = None
        if address := next((media.poster for media in found.media if media.poster), ""):
            with suppress(KlingError):  # a choice without its picture is still a choice
                picture = await self._picture(address, self._cache / f"{generation}.jpg")
        choice = self._looked[generation] = Choice(found.id, found.status, found.created_at, picture)
        return choice

    async def _picture(self, address: str, to: Path) -> PixelBuffer | None:
        await asyncio.to_thread(to.unlink, missing_ok=True)
        await self._session.client.download(address, to)
        try:
            return await asyncio.to_thread(thumbnail, to, AREA)
        except BadMedia:
            return None


def _sent(job: Job) -> tuple[float, float, int]:
    """By when it was sent; takes of one press by their number."""
    return job.sent_at or 0.0, job.created_at, job.take
