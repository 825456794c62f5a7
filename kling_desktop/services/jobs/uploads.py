"""Uploads images to the service. The same content is uploaded once, whoever asks for it and however often."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.domain.request.models import Size
from kling_desktop.media.image.frame_fit import fit_image, fitted_folder
from kling_desktop.media.image.import_copy import file_to_send
from kling_desktop.media.image.validation import detect_extension
from kling_desktop.services.remote import Progress, Remote
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.threads import DatabaseThread, WorkerThreads

_SETTLING_SECONDS = 30.0
"""How long after an upload the service may still refuse the image because it doesn't know it yet."""
FORM = ""
"""Stands for a job's ID where the form uploads an image before any job needs it."""


@dataclass(eq=False, slots=True)
class _Upload:
    """One content on its way, and those who wait for it."""

    task: asyncio.Task[str]
    listeners: list[Progress] = field(default_factory=list)


class ImageUploader:
    """Uploads the images of one account.

    Whoever wants content that is on its way already waits for the same upload; it is cancelled only when the last of
    them has left.
    """

    def __init__(
        self,
        remote: Remote,
        store: JobStore,
        database: DatabaseThread,
        files: WorkerThreads,
        account: tuple[str, str],
        clock: Callable[[], float],
    ) -> None:
        self._remote = remote
        self._store = store
        self._database = database
        self._files = files
        self._account = account
        self._clock = clock
        self._uploaded_at: dict[str, float] = {}
        self._uploads: dict[str, _Upload] = {}
        self._tasks: set[asyncio.Task[str]] = set()

    @property
    def waiter_count(self) -> int:
        """How many callers of `upload` wait for images on their way."""
        return sum(len(upload.listeners) for upload in self._uploads.values())

    async def upload(self, image: LocalImage, size: Size, requested_by: str, progress: Progress) -> str:
        """Return the ID of an image at the service, after uploading it if the account doesn't have it yet.

        Args:
            image: The file. It is uploaded as it is, or as it was fitted to a video of this size.
            size: Of the video.
            requested_by: The ID of the job that needs it, or FORM.
            progress: Called with the bytes uploaded so far, and all bytes.

        Raises:
            BadMedia: The file can't be read as an image.
            OSError: The fitted image can't be written.
            KlingError: What `Remote.upload` raises.
        """
        path = await self._files.run_uncancellable(_file_to_send, image, size)
        kind = await self._files.run_uncancellable(detect_extension, path)
        content = await self._files.run_uncancellable(_sha256, path)
        upload = self._uploads.get(content)
        if upload is None:
            work = self._find_or_upload(path, kind, content, requested_by)
            task = asyncio.get_running_loop().create_task(work, name="an upload")
            upload = self._uploads[content] = _Upload(task)
            self._tasks.add(task)
            task.add_done_callback(lambda done: self._finished(content, done))
        upload.listeners.append(progress)
        try:
            return await asyncio.shield(upload.task)
        finally:
            upload.listeners.remove(progress)
            if not upload.listeners and not upload.task.done():
                self._uploads.pop(content, None)  # whoever comes now starts over
                upload.task.cancel()

    def is_fresh(self, job: Job) -> bool:
        """Whether one of a job's images was uploaded so recently that the service may not be able to use it yet."""
        now = self._clock()
        times = [self._uploaded_at[image] for image in job.uploads.values() if image in self._uploaded_at]
        return any(0 <= now - uploaded_at < _SETTLING_SECONDS for uploaded_at in times)

    async def forget(self, job: Job) -> bool:
        """Take none of a job's images to be at the service any more, since it refused them.

        Returns:
            Whether uploading them again may help: one of them was uploaded for somebody else, and may be gone by now.
        """
        return bool(job.uploads) and await self._database.run(self._store.forget_uploads, job)

    async def close(self) -> None:
        """Cancel everything that is on its way."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _find_or_upload(self, path: Path, kind: str, content: str, requested_by: str) -> str:
        image_id = await self._database.run(self._store.find_upload, *self._account, content)
        if image_id is None:
            image_id = await self._remote.upload(path, kind, lambda moved, total: self._report(content, moved, total))
            self._uploaded_at[image_id] = self._clock()
            await self._database.run(self._store.add_upload, *self._account, content, image_id, requested_by)
        return image_id

    def _report(self, content: str, moved: int, total: int | None) -> None:
        if upload := self._uploads.get(content):
            for listener in tuple(upload.listeners):
                listener(moved, total)

    def _finished(self, content: str, task: asyncio.Task[str]) -> None:
        self._tasks.discard(task)
        if (upload := self._uploads.get(content)) and upload.task is task:
            del self._uploads[content]
        if not task.cancelled():
            task.exception()  # retrieved: those who waited have it, or have left


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file_to_send(image: LocalImage, size: Size) -> Path:
    """The image's own file, or the one that is made from it for a video of this size."""
    path = Path(image.file)
    folder = fitted_folder(path)
    return fit_image(path, size, image.fit, folder) if image.fit else file_to_send(path, folder)
