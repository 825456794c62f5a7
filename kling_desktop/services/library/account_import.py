"""Past generations of the account, brought into the library: read page by page, each fetched once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

from psygnal import Signal

from kling_desktop.domain.errors import KlingError, Unanswered, Unreachable, os_error_reason
from kling_desktop.domain.jobs.generation import Generation
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import MODELS, Size
from kling_desktop.services.clips.clip_downloader import ClipDownloader
from kling_desktop.services.clips.clip_saver import DestinationError
from kling_desktop.services.library.clip_from_file import IMPORT
from kling_desktop.services.poll_schedule import PollSchedule
from kling_desktop.services.remote import Remote

PAGE = 50
_AT_ONCE = 3
_TRIES = 4
_MOST_PAGES = 2000


@dataclass(frozen=True, slots=True)
class ImportProgress:
    """How far an import is. seen: generations of the list so far; brought, known (they were here already), passed over
    (pictures, other sizes, not finished) and failed among them, with why the latest one failed. whole: the list was
    read to its end and all that was wanted is here.
    """

    listed: int = 0
    imported: int = 0
    known: int = 0
    skipped: int = 0
    failed: int = 0
    problem: str = ""
    is_complete: bool = False


class AccountImport:
    """One import. It may be broken off at any time, and another one goes on where it was: what is here is known.

    claimed(): the generations that some job has. keep(clip): take it into the library, as one whose generation is its
    own; False where another job has it by now. in_doubt(generation): whether a job whose answer never came could be it,
    which is left for that. told is emitted with every step.
    """

    progress = Signal(ImportProgress)

    def __init__(
        self,
        remote: Remote,
        downloader: ClipDownloader,
        *,
        account: tuple[str, str],
        folder: str,
        claimed: Callable[[], Awaitable[frozenset[str]]],
        keep: Callable[[Clip], Awaitable[bool]],
        may_be_ours: Callable[[Generation], Awaitable[bool]],
        all_sizes: bool = False,
        schedule: PollSchedule | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._remote = remote
        self._fetching = downloader
        self._account = account
        self._folder = folder
        self._claimed = claimed
        self._keep = keep
        self._in_doubt = may_be_ours
        self._everything = all_sizes
        self._pace = schedule or PollSchedule()
        self._sleep = sleep
        self._so_far = ImportProgress()
        self._halted = False
        self._under_way: dict[str, Job] = {}

    @property
    def current(self) -> tuple[Job, ...]:
        """What is being fetched; once it is broken off, what was. Its downloads go on where they were another time."""
        return tuple(self._under_way.values())

    async def run(self) -> ImportProgress:
        """Bring all that is wanted; the answer says what came of it. Only cancelling it breaks it off."""
        claimed = await self._claimed()
        places = asyncio.Semaphore(_AT_ONCE)
        async with asyncio.TaskGroup() as fetches:
            try:
                async for generation in self._listed():
                    if self._halted:
                        break
                    self._note(listed=1)
                    if generation.id in claimed:
                        self._note(known=1)
                    elif not self._is_wanted(generation) or await self._in_doubt(generation):
                        self._note(skipped=1)
                    else:
                        await places.acquire()
                        fetch = fetches.create_task(self._bring(generation), name=f"import {generation.id}")
                        fetch.add_done_callback(lambda _: places.release())
            except KlingError as error:
                self._so_far = replace(self._so_far, problem=str(error))
            else:
                self._so_far = replace(self._so_far, is_complete=not self._halted)
        self._so_far = replace(self._so_far, is_complete=self._so_far.is_complete and not self._so_far.failed)
        self.progress.emit(self._so_far)
        return self._so_far

    async def _listed(self) -> AsyncIterator[Generation]:
        """Each generation of the account once, whatever is made while the pages are read and moves their bounds."""
        given: set[str] = set()
        for page in range(_MOST_PAGES):
            # One that is made meanwhile pushes the rest down, and the next page begins with what was seen already.
            listed = await self._patiently(page * PAGE)
            for generation in listed:
                if generation.id not in given:
                    given.add(generation.id)
                    yield generation
            if not listed:
                return

    async def _patiently(self, offset: int) -> tuple[Generation, ...]:
        for failures in range(1, _TRIES):
            try:
                return await self._remote.list_generations(offset, PAGE)
            except (Unreachable, Unanswered) as error:
                await self._sleep(self._pace.retry_delay(failures, getattr(error, "retry_after", None)))
        return await self._remote.list_generations(offset, PAGE)

    def _is_wanted(self, generation: Generation) -> bool:
        """A finished video in one of the models' sizes, unless all videos are wanted."""
        sizes = {(aspect.size.width, aspect.size.height) for model in MODELS.values() for aspect in model.aspects}
        right_size = self._everything or (generation.width, generation.height) in sizes
        return generation.status == "COMPLETE" and generation.video is not None and right_size

    async def _bring(self, generation: Generation) -> None:
        job = self._under_way[generation.id] = self._job(generation)
        try:
            clip = await self._fetching.download(job, generation)
            kept = await self._keep(clip)
        except DestinationError as error:  # the next ones would find none either
            self._halted = True
            self._note(failed=1, trouble=str(error))
        except KlingError as error:
            self._note(failed=1, trouble=str(error))
        except OSError as error:
            self._halted = True
            self._note(failed=1, trouble=f"The disk gives trouble: {os_error_reason(error)}.")
        else:
            self._note(imported=1) if kept else self._note(known=1)
        del self._under_way[generation.id]

    def _job(self, generation: Generation) -> Job:
        assert generation.video is not None
        made = generation.created_at.timestamp() if generation.created_at else 0.0
        size = Size(generation.width, generation.height)
        state = Done(generation.id, generation.video.id, "")
        return Job(
            # Told by the generation, so that a download that was broken off goes on, and no second one begins.
            id=generation.id.replace("-", "").lower(),
            service=self._account[0],
            profile=self._account[1],
            submitted_from=IMPORT,
            folder=self._folder,
            draft=Draft(prompt=generation.prompt, size=size),
            created_at=made,
            state=state,
            ended_at=made,
            seed=generation.seed,
        )

    def _note(self, *, trouble: str = "", **counts: int) -> None:
        so_far = self._so_far
        more = {name: getattr(so_far, name) + count for name, count in counts.items()}
        self._so_far = replace(so_far, problem=trouble or so_far.problem, **more)
        self.progress.emit(self._so_far)
