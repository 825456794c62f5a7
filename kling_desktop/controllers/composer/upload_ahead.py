"""Brings the pictures of the form to the service while the user still writes: an upload costs nothing but time."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import KlingError, Unreachable
from kling_desktop.domain.jobs.upload_plan import local_images, upload_key, with_effective_fit
from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.domain.request.models import Size, Slot
from kling_desktop.domain.request.upload_status import UploadStatus
from kling_desktop.services.composer.composer import Composer
from kling_desktop.ui.qt.tasks import Tasks

if TYPE_CHECKING:
    from kling_desktop.services.jobs.uploads import ImageUploader

REST = 1.0
"""Seconds that a choice must have stood: who tries one picture after another, or another crop, sends none of them."""
_AGAIN = 30.0
"""Seconds after which a service that could not be reached is tried again."""


class UploadAhead:
    """Generate never waits for it: whatever isn't there yet goes up with the job. shown: some state has changed."""

    def __init__(
        self,
        composer: Composer,
        tasks: Tasks,
        shown: Callable[[], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._composer = composer
        self._begin = tasks.begin
        self._shown = shown
        self._sleep = sleep
        self._uploads: ImageUploader | None = None
        self._states: dict[str, UploadStatus] = {}
        self._going: dict[str, asyncio.Task[None] | None] = {}
        composer.changed.connect(self._look)

    def follow(self, uploads: "ImageUploader | None") -> None:
        """Bring pictures to that account from now on; to none without one, and then nothing is said either."""
        self._uploads = uploads
        self._drop(set(self._going) | set(self._states))
        self._look()
        self._shown()

    def state_of(self, slot: Slot, image: LocalImage) -> UploadStatus | None:
        """How far a picture in a slot is; None before it has set out."""
        return self._states.get(self._key(slot, image))

    def again(self, slot: Slot, image: LocalImage) -> None:
        """The user wants one that did not arrive to be tried once more, at once."""
        key = self._key(slot, image)
        size = self._composer.draft.size
        if self._uploads and key not in self._going and key in self._wanted():
            self._states.pop(key, None)
            self._shown()
            self._set_out(self._uploads, key, with_effective_fit(slot, image, size), size, 0.0)

    def _key(self, slot: Slot, image: LocalImage) -> str:
        size = self._composer.draft.size
        return upload_key(with_effective_fit(slot, image, size), size)

    def _wanted(self) -> dict[str, LocalImage]:
        draft = self._composer.draft
        return {upload_key(picture, draft.size): picture for picture in local_images(draft)}

    def _look(self, _form: object = None) -> None:
        if self._uploads is None:
            return
        wanted = self._wanted()
        self._drop((set(self._going) | set(self._states)) - set(wanted))
        for key, picture in wanted.items():
            if key not in self._going and key not in self._states:
                self._set_out(self._uploads, key, picture, self._composer.draft.size, REST)

    def _drop(self, unwanted: set[str]) -> None:
        for key in unwanted:
            self._states.pop(key, None)
            if task := self._going.pop(key, None):
                task.cancel()

    def _set_out(self, uploads: "ImageUploader", key: str, picture: LocalImage, size: Size, rest: float) -> None:
        self._going[key] = self._begin(self._bring(uploads, key, picture, size, rest), f"upload {picture.name}")

    async def _bring(self, uploads: "ImageUploader", key: str, picture: LocalImage, size: Size, rest: float) -> None:
        from kling_desktop.services.jobs.uploads import FORM

        await self._sleep(rest)
        state = UploadStatus(is_done=True)
        try:
            await uploads.upload(picture, size, FORM, partial(self._progress, key))
        except Unreachable:  # offline, nothing complains
            self._states.pop(key, None)
            self._shown()
            self._going[key] = self._begin(self._bring(uploads, key, picture, size, _AGAIN), f"upload {picture.name}")
            return
        except (KlingError, OSError) as error:
            state = UploadStatus(error=str(error))
        del self._going[key]
        self._show(key, state)

    def _progress(self, key: str, moved: int, total: int | None) -> None:
        percent = moved * 100 // total if total else None
        if self._states.get(key) != UploadStatus(percent):
            self._show(key, UploadStatus(percent))

    def _show(self, key: str, state: UploadStatus) -> None:
        self._states[key] = state
        self._shown()
