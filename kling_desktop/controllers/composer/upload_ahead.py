"""Uploads the form's images while the user is still writing: an upload costs nothing but time."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from kling_desktop.controllers.connections import Connections
from kling_desktop.domain.errors import KlingError, Unreachable, describe_error
from kling_desktop.domain.jobs.upload_plan import local_images, upload_key, with_effective_fit
from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.domain.request.models import Size, Slot
from kling_desktop.domain.request.upload_status import UploadStatus
from kling_desktop.services.composer.composer import Composer
from kling_desktop.services.jobs.uploads import FORM, ImageUploader
from kling_desktop.ui.qt.tasks import Tasks

REST = 1.0
"""Seconds an image must have stayed in its slot: whoever tries one after another, or another crop, uploads none."""
_AGAIN = 30.0
"""Seconds until a service that couldn't be reached is tried again."""


class UploadAhead:
    """Generate never waits for it: whatever isn't there yet goes up with the job. states_changed is called when
    `state_of` answers otherwise.
    """

    def __init__(
        self,
        composer: Composer,
        uploads: ImageUploader,
        tasks: Tasks,
        connections: Connections,
        states_changed: Callable[[], object],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._composer = composer
        self._uploads = uploads
        self._begin = tasks.begin
        self._states_changed = states_changed
        self._sleep = sleep
        self._states: dict[str, UploadStatus] = {}
        self._tasks: dict[str, asyncio.Task[None] | None] = {}
        connections.on(composer.changed, self._update)
        self._update()

    def state_of(self, slot: Slot, image: LocalImage) -> UploadStatus | None:
        """How far the image in a slot is. None before its upload has started."""
        return self._states.get(self._key(slot, image))

    def retry(self, slot: Slot, image: LocalImage) -> None:
        """Try a failed upload again at once, as the user asked for it."""
        key = self._key(slot, image)
        size = self._composer.draft.size
        if key not in self._tasks and key in self._wanted():
            self._states.pop(key, None)
            self._states_changed()
            self._start(key, with_effective_fit(slot, image, size), size, 0.0)

    def _key(self, slot: Slot, image: LocalImage) -> str:
        size = self._composer.draft.size
        return upload_key(with_effective_fit(slot, image, size), size)

    def _wanted(self) -> dict[str, LocalImage]:
        draft = self._composer.draft
        return {upload_key(picture, draft.size): picture for picture in local_images(draft)}

    def _update(self, _form: object = None) -> None:
        wanted = self._wanted()
        self._cancel((set(self._tasks) | set(self._states)) - set(wanted))
        for key, picture in wanted.items():
            if key not in self._tasks and key not in self._states:
                self._start(key, picture, self._composer.draft.size, REST)

    def _cancel(self, unwanted: set[str]) -> None:
        for key in unwanted:
            self._states.pop(key, None)
            if task := self._tasks.pop(key, None):
                task.cancel()

    def _start(self, key: str, picture: LocalImage, size: Size, rest: float) -> None:
        self._tasks[key] = self._begin(self._upload(key, picture, size, rest), f"upload {picture.name}")

    async def _upload(self, key: str, picture: LocalImage, size: Size, rest: float) -> None:
        await self._sleep(rest)
        try:
            image_id = await self._uploads.upload(picture, size, FORM, partial(self._progress, key))
            state = UploadStatus(is_done=True, image_id=image_id)
        except Unreachable:  # offline, nothing is shown
            self._states.pop(key, None)
            self._states_changed()
            self._tasks[key] = self._begin(self._upload(key, picture, size, _AGAIN), f"upload {picture.name}")
            return
        except (KlingError, OSError) as error:
            state = UploadStatus(error=describe_error(error))
        del self._tasks[key]
        self._show(key, state)

    def _progress(self, key: str, moved: int, total: int | None) -> None:
        percent = moved * 100 // total if total else None
        if self._states.get(key) != UploadStatus(percent):
            self._show(key, UploadStatus(percent))

    def _show(self, key: str, state: UploadStatus) -> None:
        self._states[key] = state
        self._states_changed()
