"""Imports past generations of the account into the library: listed page by page, each downloaded once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from psygnal import Signal

from kling_desktop.domain.errors import KlingError, Unanswered, Unreachable, os_error_reason
from kling_desktop.domain.jobs.generation import GeneratedMedia, Generation
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.model_table import MODELS
from kling_desktop.domain.request.models import Size
from kling_desktop.services.clips.clip_downloader import ClipDownloader
from kling_desktop.services.clips.clip_saver import ClipSaver, DestinationError
from kling_desktop.services.library.clip_from_file import IMPORT
from kling_desktop.services.library.library import Library
from kling_desktop.services.poll_schedule import PollSchedule, Sleep
from kling_desktop.services.remote import Remote, iter_pages
from kling_desktop.store.library.review_file import ReviewFiles

_CONCURRENT_DOWNLOADS = 3
_ATTEMPTS = 4
_MAX_PAGES = 2000


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is.

    Attributes:
        listed: Generations read from the account's list so far. Each of them is counted once below.
        imported: Downloaded and added.
        known: In the library already.
        skipped: Images, unfinished videos, and those of other sizes.
        failed: Could not be downloaded.
        problem: Why the latest one failed.
        is_complete: The list was read to its end, and all that was wanted is here.
    """

    listed: int = 0
    imported: int = 0
    known: int = 0
    skipped: int = 0
    failed: int = 0
    problem: str = ""
    is_complete: bool = False


class AccountImport:
    """One import. It may be cancelled at any time; another one continues, since it knows what is here already.

    Attributes:
        progress: Emitted with every step.
    """

    progress_changed = Signal(ImportProgress)

    def __init__(
        self,
        remote: Remote,
        saver: ClipSaver,
        library: Library,
        folder: Path,
        *,
        may_be_ours: Callable[[Generation], Awaitable[bool]],
        all_sizes: bool = False,
        schedule: PollSchedule | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        """Prepare an import.

        Args:
            remote: The service.
            saver: Saves the clips.
            library: Gets the clips, with the reviews that lie in the folder.
            folder: Where the clips go.
            may_be_ours: Whether a generation may belong to a job with an unknown outcome, and is left for it.
            all_sizes: Import all videos, and not just those in a model's sizes.
            schedule: How long to wait after a failure.
            sleep: Sleeps for seconds.
        """
        self._remote = remote
        self._saver = saver
        self._library = library
        self._folder = folder
        self._reviews = ReviewFiles([folder])
        self._may_be_ours = may_be_ours
        self._all_sizes = all_sizes
        self._schedule = schedule or PollSchedule()
        self._sleep = sleep
        self._progress = ImportProgress()
        self._is_stopped = False
        self._current: dict[str, Job] = {}

    async def run(self) -> ImportProgress:
        """Import all that is wanted, and return what came of it. Cancel the caller to stop."""
        async with ClipDownloader.open(self._remote, self._saver) as downloader:
            await self._import_all(downloader)
        is_complete = self._progress.is_complete and not self._progress.failed
        self._progress = replace(self._progress, is_complete=is_complete)
        self.progress_changed.emit(self._progress)
        return self._progress

    async def discard_parts(self) -> None:
        """Remove what a cancelled import has downloaded in part, and would otherwise continue from another time."""
        for job in self._current.values():
            with suppress(OSError):
                await asyncio.to_thread(self._saver.discard_part, job)

    async def _import_all(self, downloader: ClipDownloader) -> None:
        claimed = await self._library.claimed_generations()
        slots = asyncio.Semaphore(_CONCURRENT_DOWNLOADS)
        async with asyncio.TaskGroup() as downloads:
            try:
                async for generation in self._list_generations():
                    if self._is_stopped:
                        break
                    self._count(listed=1)
                    video = generation.video
                    if generation.id in claimed:
                        self._count(known=1)
                    elif not video or not self._is_wanted(generation) or await self._may_be_ours(generation):
                        self._count(skipped=1)
                    else:
                        await slots.acquire()
                        work = self._import(downloader, generation, video)
                        download = downloads.create_task(work, name=f"import {generation.id}")
                        download.add_done_callback(lambda _: slots.release())
            except KlingError as error:
                self._progress = replace(self._progress, problem=str(error))
            else:
                self._progress = replace(self._progress, is_complete=not self._is_stopped)

    async def _list_generations(self) -> AsyncIterator[Generation]:
        """Each generation of the account once, even if new ones move the pages meanwhile."""
        seen: set[str] = set()
        async for page in iter_pages(self._list_page, _MAX_PAGES):
            for generation in page:
                if generation.id not in seen:
                    seen.add(generation.id)
                    yield generation

    async def _list_page(self, offset: int, limit: int) -> tuple[Generation, ...]:
        for failures in range(1, _ATTEMPTS):
            try:
                return await self._remote.list_generations(offset, limit)
            except (Unreachable, Unanswered) as error:
                await self._sleep(self._schedule.retry_delay(failures, getattr(error, "retry_after", None)))
        return await self._remote.list_generations(offset, limit)

    def _is_wanted(self, generation: Generation) -> bool:
        """A finished video in one of the models' sizes, unless all videos are wanted."""
        sizes = {(aspect.size.width, aspect.size.height) for model in MODELS.values() for aspect in model.aspects}
        is_right_size = self._all_sizes or (generation.width, generation.height) in sizes
        return generation.status == "COMPLETE" and is_right_size

    async def _import(self, downloader: ClipDownloader, generation: Generation, video: GeneratedMedia) -> None:
        job = self._current[generation.id] = self._new_job(generation, video)
        try:
            clip = await downloader.download(job, video)
            clip = await asyncio.to_thread(self._reviews.apply_to, clip)
            is_added = await self._library.add_imported(clip)
        except DestinationError as error:  # the next ones would meet the same
            self._is_stopped = True
            self._count(failed=1, problem=str(error))
        except KlingError as error:
            self._count(failed=1, problem=str(error))
        except OSError as error:
            self._is_stopped = True
            self._count(failed=1, problem=f"Couldn't write the file: {os_error_reason(error)}.")
        else:
            self._count(imported=1) if is_added else self._count(known=1)
        del self._current[generation.id]

    def _new_job(self, generation: Generation, video: GeneratedMedia) -> Job:
        created_at = generation.created_at.timestamp() if generation.created_at else 0.0
        service, profile = self._library.account
        return Job(
            # Derived from the generation, so that a stopped download is continued instead of started again.
            id=generation.id.replace("-", "").lower(),
            service=service,
            profile=profile,
            submitted_from=IMPORT,
            folder=str(self._folder),
            draft=Draft(prompt=generation.prompt, size=Size(generation.width, generation.height)),
            created_at=created_at,
            state=Done(generation.id, video.id, ""),
            ended_at=created_at,
            seed=generation.seed,
        )

    def _count(self, *, problem: str = "", **counts: int) -> None:
        so_far = self._progress
        more = {name: getattr(so_far, name) + count for name, count in counts.items()}
        self._progress = replace(so_far, problem=problem or so_far.problem, **more)
        self.progress_changed.emit(self._progress)
