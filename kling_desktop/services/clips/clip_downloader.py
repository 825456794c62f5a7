"""Downloads videos that the account already has at the service. Nothing here creates anything: it is free."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

from kling_desktop.domain.errors import RequestRefused, UserError
from kling_desktop.domain.jobs.generation import GeneratedMedia
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.request.generation_type import GenerationType, type_of
from kling_desktop.domain.request.models import Size
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.isolated.worker_process import IsolatedWorker
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.media.video_inspector import inspect_video
from kling_desktop.services.clips.clip_saver import ClipSaver, SavedClip
from kling_desktop.services.remote import Progress, Remote
from kling_desktop.store.threads import WorkerThreads

NOT_AT_SERVICE = "Leonardo no longer has this clip."


class ClipDownloader:
    """Brings clips to the disk. Close it when no more are to come."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, remote: Remote, saver: ClipSaver, clock: Callable[[], float] = time.time
    ) -> AsyncIterator[Self]:
        """A downloader that is closed at the end of the body."""
        downloader = cls(remote, saver, clock)
        try:
            yield downloader
        finally:
            await downloader.close()

    def __init__(self, remote: Remote, saver: ClipSaver, clock: Callable[[], float]) -> None:
        self._remote = remote
        self._saver = saver
        self._clock = clock
        self._files = WorkerThreads("clip downloads", 2)
        self._inspector = IsolatedWorker()

    async def redownload(self, clip: Clip, folder: Path, progress: Progress | None = None) -> Clip:
        """Return the clip with its file back: where it was, or in `folder` if that place is gone.

        Raises:
            UserError: The service doesn't have it any more.
            KlingError: The service can't be asked, or the video is no good.
            OSError: The file can't be written.
        """
        done = clip.done
        url = await self._get_url(done.generation)
        before = clip.file.parent
        job = replace(clip.job, folder=str(before if await self._files.run_uncancellable(before.is_dir) else folder))
        await self._download(job, url, progress)
        saved = await self._files.run_uncancellable(self._saver.save, job, done.image, self._clock())
        return await self._with_file(clip, job, saved)

    async def download(self, job: Job, video: GeneratedMedia, progress: Progress | None = None) -> Clip:
        """Return the clip of a generation that was created elsewhere.

        Args:
            job: What the clip becomes, without its file. Its duration and size are taken from the video.
            video: Of the job's generation.
            progress: Called with the bytes downloaded so far, and all bytes if known.

        Raises:
            BadMedia: What came is no video.
            KlingError: As `redownload`.
            OSError: As `redownload`.
        """
        await self._files.run_uncancellable(Path(job.folder).mkdir, parents=True, exist_ok=True)
        part = await self._download(job, video.video, progress)
        try:
            info = (await self._files.run_uncancellable(inspect_video, part, self._inspector)).info
        except BadMedia:
            await self._files.run_uncancellable(part.unlink, missing_ok=True)  # nothing to continue from
            raise
        draft = replace(job.draft, size=Size(info.width, info.height), duration=max(1, round(info.seconds)))
        job = replace(job, draft=draft)
        saved = await self._files.run_uncancellable(self._saver.save, job, video.id, self._clock())
        return await self._with_file(Clip(job), job, saved)

    async def close(self) -> None:
        await self._files.run_uncancellable(self._inspector.close)
        await self._files.close()

    async def _download(self, job: Job, url: str, progress: Progress | None) -> Path:
        """Download to the job's partial file and return it. If the URL has expired, try once with a new one."""
        part = await self._files.run_uncancellable(self._saver.part_path, job)
        try:
            await self._remote.download(url, part, progress)
        except RequestRefused:
            await self._remote.download(await self._get_url(job.generation), part, progress)
        return part

    async def _get_url(self, generation: str) -> str:
        found = await self._remote.get_generation(generation) if generation else None
        if found is None or found.video is None:
            raise UserError(NOT_AT_SERVICE, "Only a copy of the file can bring it back.")
        return found.video.video

    async def _with_file(self, clip: Clip, job: Job, saved: SavedClip) -> Clip:
        state = replace(clip.done, file=str(saved.file), poster_file=str(saved.poster))
        digest = await self._files.run_uncancellable(content_digest, saved.file)
        notice = saved.notice if type_of(job.draft) is not GenerationType.EDIT else ""
        job = replace(job, state=state, notice=notice, has_credentials=saved.has_credentials)
        return replace(clip, job=job, digest=digest, is_missing=False)
