"""Bring videos that the account already has at the service to the disk. Nothing here orders anything: it is free."""

import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, TypeVar

from kling_desktop.domain.errors import RequestRefused, UserError
from kling_desktop.domain.jobs.generation import Generation
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.request.generation_type import GenerationType, type_of
from kling_desktop.domain.request.models import Size
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.isolated.worker_process import IsolatedWorker
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.media.video_inspector import inspect_video
from kling_desktop.services.clips.clip_saver import ClipSaver, SavedClip
from kling_desktop.services.executors import run_uncancellable
from kling_desktop.services.remote import Progress, Remote

T = TypeVar("T")

NOT_AT_SERVICE = "Leonardo doesn't have this clip any more."


class ClipDownloader:
    """files: where what blocks on the disk runs. clock: seconds since the epoch. Close it when no more is to come."""

    @classmethod
    @asynccontextmanager
    async def open(cls, remote: Remote, saver: ClipSaver) -> AsyncIterator[Self]:
        """One with threads of its own, closed at the end."""
        with ThreadPoolExecutor(2, thread_name_prefix="clips fetched") as files:
            fetching = cls(remote, saver, files, time.time)
            try:
                yield fetching
            finally:
                await fetching.close()

    def __init__(self, remote: Remote, saver: ClipSaver, files: Executor, clock: Callable[[], float]) -> None:
        self._remote = remote
        self._landing = saver
        self._files = files
        self._clock = clock
        self._apart = IsolatedWorker()

    async def redownload(self, clip: Clip, folder: Path, progress: Progress | None = None) -> Clip:
        """The clip with its file back: where it was, or in `folder` where that place isn't there any more.

        A fresh address is asked for. UserError where the service doesn't have it; KlingError and OSError as usual.
        """
        done = clip.done
        address = await self._address(done.generation)
        was = clip.file.parent
        job = replace(clip.job, folder=str(was if await self._on_disk(was.is_dir) else folder))
        await self._download(job, address, progress)
        landed = await self._on_disk(self._landing.save, job, done.image, self._clock())
        return await self._with_file(clip, job, landed)

    async def download(self, job: Job, generation: Generation, progress: Progress | None = None) -> Clip:
        """The clip of a generation that was made elsewhere. job: what becomes of it, all but its file.

        How long it is and how large is what the video says.
        """
        assert generation.video is not None
        await self._on_disk(Path(job.folder).mkdir, 0o777, True, True)
        part = await self._download(job, generation.video.video, progress)
        try:
            facts = (await self._on_disk(inspect_video, part, self._apart)).info
        except BadMedia:
            await self._on_disk(part.unlink, True)  # what came is no video, so it is nothing to go on with
            raise
        draft = replace(job.draft, size=Size(facts.width, facts.height), duration=max(1, round(facts.seconds)))
        job = replace(job, draft=draft)
        landed = await self._on_disk(self._landing.save, job, generation.video.id, self._clock())
        return await self._with_file(Clip(job), job, landed)

    async def close(self) -> None:
        await self._on_disk(self._apart.close)

    async def _download(self, job: Job, address: str, progress: Progress | None) -> Path:
        """The file it is in. An address that has gone stale is asked for anew, once."""
        part: Path = await self._on_disk(self._landing.part_path, job)
        try:
            await self._remote.download(address, part, progress)
        except RequestRefused:
            await self._remote.download(await self._address(job.generation), part, progress)
        return part

    async def _address(self, generation: str) -> str:
        found = await self._remote.get_generation(generation) if generation else None
        if found is None or found.video is None:
            raise UserError(NOT_AT_SERVICE, "Only a copy of the file can bring it back.")
        return found.video.video

    async def _with_file(self, clip: Clip, job: Job, landed: SavedClip) -> Clip:
        assert isinstance(job.state, Done)
        state = replace(job.state, file=str(landed.file), poster_file=str(landed.poster))
        digest = await self._on_disk(content_digest, landed.file)
        notice = landed.notice if type_of(job.draft) is not GenerationType.EDIT else ""
        return replace(clip, job=replace(job, state=state, notice=notice), digest=digest, is_missing=False)

    async def _on_disk(self, call: Callable[..., T], *arguments: Any) -> T:
        return await run_uncancellable(self._files, call, *arguments)
