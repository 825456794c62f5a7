"""Pictures on their way to the service: the same content goes up once, whoever asks for it and however often."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.domain.request.models import Size
from kling_desktop.media.image.frame_fit import fit_image, fitted_folder
from kling_desktop.media.image.validation import detect_extension
from kling_desktop.services.executors import run_uncancellable
from kling_desktop.services.remote import Progress, Remote
from kling_desktop.store.jobs.job_store import JobStore

T = TypeVar("T")
FORM = ""
"""Who brings a picture before any job wants it."""


@dataclass(eq=False, slots=True)
class _Going:
    """One content on its way, and those who wait for it."""

    task: asyncio.Task[str]
    watchers: list[Progress] = field(default_factory=list)


class ImageUploader:
    """One account's. Who wants what is on its way already waits for it with the others; it is broken off only when the
    last of them has gone. on_disk runs a call of the store, files is for what blocks on pictures.
    """

    def __init__(
        self,
        remote: Remote,
        store: JobStore,
        on_disk: Callable[..., Awaitable[Any]],
        files: Executor,
        *,
        service: str,
        profile: str,
    ) -> None:
        self._remote = remote
        self._store = store
        self._on_disk = on_disk
        self._files = files
        self._account = (service, profile)
        self._going: dict[str, _Going] = {}
        self._tasks: set[asyncio.Task[str]] = set()

    @property
    def waiter_count(self) -> int:
        """How many callers of `upload` wait for images on their way."""
        return sum(len(going.watchers) for going in self._going.values())

    async def upload(self, picture: LocalImage, size: Size, by: str, progress: Progress) -> str:
        """The ID that the picture, or what it is made into for a video of `size`, has at the service; it goes up where
        the account doesn't have it yet. by: the job that wants it, or FORM.

        BadMedia when it can't be read, OSError as writing may, and what Remote.upload raises.
        """
        path = await self._with_files(_file_to_send, picture, size)
        kind = await self._with_files(detect_extension, path)
        content = await self._with_files(_digest, path)
        going = self._going.get(content)
        if going is None:
            task = asyncio.get_running_loop().create_task(self._bring(path, kind, content, by), name="an upload")
            going = self._going[content] = _Going(task)
            self._tasks.add(task)
            task.add_done_callback(lambda done: self._arrived(content, done))
        going.watchers.append(progress)
        try:
            return await asyncio.shield(going.task)
        finally:
            going.watchers.remove(progress)
            if not going.watchers and not going.task.done():
                self._going.pop(content, None)  # whoever comes now begins anew
                going.task.cancel()

    async def close(self) -> None:
        """Nothing is on its way afterwards."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    async def _bring(self, path: Path, kind: str, content: str, by: str) -> str:
        image: str | None = await self._on_disk(self._store.find_upload, *self._account, content)
        if image is None:
            image = await self._remote.upload(path, kind, lambda moved, total: self._tell(content, moved, total))
            await self._on_disk(self._store.add_upload, *self._account, content, image, by)
        return image

    def _tell(self, content: str, moved: int, total: int | None) -> None:
        if going := self._going.get(content):
            for watcher in tuple(going.watchers):
                watcher(moved, total)

    def _arrived(self, content: str, task: asyncio.Task[str]) -> None:
        self._tasks.discard(task)
        if (going := self._going.get(content)) and going.task is task:
            del self._going[content]
        if not task.cancelled():
            task.exception()  # those who waited have it, or have gone

    async def _with_files(self, call: Callable[..., T], *arguments: Any) -> T:
        return await run_uncancellable(self._files, call, *arguments)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _file_to_send(picture: LocalImage, size: Size) -> Path:
    """The picture's own file, or what it is made into for a video of `size`."""
    path = Path(picture.file)
    return fit_image(path, size, picture.fit, fitted_folder(path)) if picture.fit else path
