"""A job whose answer never came, and what in the account could be it: shown side by side, and the user says which."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.job import Job
from kling_desktop.domain.refusals import NO_CLIP_FITS
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.picture import Picture
from kling_desktop.media.thumbnails import thumbnail
from kling_desktop.session import Session
from kling_desktop.ui.choose_dialog import AREA, Choice, ChooseDialog
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message
from kling_desktop.ui.window import Window
from kling_desktop.work.doubts import FOUND

_TAKEN = "That one belongs to another of your orders meanwhile. Choose again."
_NONE = f"{NO_CLIP_FITS} You can send it again, or forget it."
_LONGEST = 60


class Choosing:
    """send_again and forget ask the user first, and say what they mean. cache: where pictures are fetched to."""

    def __init__(
        self,
        session: Session,
        window: Window,
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
        session.queue.found.connect(self._tell_found)

    async def choose(self, job: Job) -> None:
        offered = await self._session.queue.doubts.could_be(job.id)
        if offered is None:
            return
        choices = [choice for name in offered if (choice := await self._look_at(name))]
        if not choices:
            self._window.messages.answer(
                Message(_NONE, Tone.ODD, "Send again…", lambda: self._send_again(job), seconds=0)
            )
            return
        dialog = ChooseDialog(self._theme, self._window, job.draft.prompt, job.sent_at, choices)
        dialog.finished.connect(dialog.deleteLater)
        dialog.chosen.connect(lambda name: self._tasks.spawn(self._attach(job, name), f"attach {job.id}"))
        dialog.send_again.connect(lambda: self._send_again(job))
        dialog.forget.connect(lambda: self._forget(job))
        dialog.open()

    def _tell_found(self, job: Job) -> None:
        prompt = " ".join(job.draft.prompt.split())
        shown = prompt if len(prompt) <= _LONGEST else f"{prompt[:_LONGEST]}…"
        self._window.messages.tell(Message(f"“{shown}”: {FOUND}", Tone.OK))

    async def _attach(self, job: Job, generation: str) -> None:
        if not await self._session.queue.doubts.attach(job.id, generation):
            self._window.messages.answer(Message(_TAKEN, Tone.ODD))

    async def _look_at(self, generation: str) -> Choice | None:
        found = await self._session.client.look(generation)
        if found is None:
            return None
        picture = None
        if address := next((media.poster for media in found.media if media.poster), ""):
            with suppress(KlingError):  # a choice without its picture is still a choice
                picture = await self._picture(address, self._cache / f"{generation}.jpg")
        return Choice(found.id, found.status, found.created_at, picture)

    async def _picture(self, address: str, to: Path) -> Picture | None:
        await asyncio.to_thread(to.unlink, missing_ok=True)
        await self._session.client.download(address, to)
        try:
            return await asyncio.to_thread(thumbnail, to, AREA)
        except BadMedia:
            return None
