"""The finished clips of an account: found, shown, judged, taken away and brought back."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from psygnal import EmitLoopError, Signal, SignalInstance

from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.clip_query import ClipQuery, SearchResult
from kling_desktop.domain.library.filters import FilterChoices
from kling_desktop.domain.library.library_check import ClipFile
from kling_desktop.domain.library.lineage_graph import LineageGraph
from kling_desktop.domain.library.review import Review
from kling_desktop.services.executors import run_uncancellable
from kling_desktop.store.library.clip_files import ClipFiles
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.store.library.lineage import LineageStore

T = TypeVar("T")
log = logging.getLogger(__name__)


_TOLD_AT_ONCE = 100


class Library:
    """Asked on a thread and a connection of its own, so that it answers while much is being written; writes wait for
    each other on another, and questions about all clips, which take their time, on a third (surveying), if there is
    one. Every answer is a value; every method raises UserError where the disk doesn't let it.

    added, changed and removed tell of clips, as tuples of them: changed ones as they now are, removed ones as they
    were. What is changed is on disk before it is told.
    """

    added = Signal(tuple)
    changed = Signal(tuple)
    removed = Signal(tuple)

    def __init__(
        self,
        reading: ClipStore,
        writing: ClipStore,
        surveying: ClipStore | None = None,
        *,
        service: str,
        profile: str,
    ) -> None:
        self._reading = reading
        self._surveying = surveying or reading
        self._writing = writing
        self._account = (service, profile)
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="clips read on disk")
        self._surveyor = ThreadPoolExecutor(1, thread_name_prefix="clips surveyed on disk")
        if surveying is None:
            self._surveyor = self._reader
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="clips written on disk")
        self._heeding: set[asyncio.Task[None]] = set()

    @property
    def account(self) -> tuple[str, str]:
        """The service and the profile."""
        return self._account

    async def find(self, query: ClipQuery) -> SearchResult:
        """Which clips, in which order. To see them, ask for `clips` by some of the numbers."""
        return await self._survey(self._surveying.search.find, *self._account, query)

    async def find_first(self, query: ClipQuery, least: int) -> SearchResult:
        """The first clips of the same, before `find` could tell of all: see ClipStore."""
        return await self._read(self._reading.search.find_first, *self._account, query, least)

    async def get_clips(self, numbers: Sequence[int]) -> list[Clip]:
        """The clips of these numbers (a page of them, some dozens), without those that are gone."""
        return await self._read(self._reading.get_clips, numbers)

    async def get_clip(self, job_id: str) -> Clip | None:
        return await self._read(self._reading.get_clip, job_id)

    async def find_by_video_id(self, image: str) -> Clip | None:
        """The clip whose video the service knows by that ID, of any account."""
        return await self._read(self._reading.find_by_video_id, image)

    async def count(self) -> int:
        return await self._survey(self._surveying.count, *self._account)

    async def filter_choices(self) -> FilterChoices:
        """What the clips can be told apart by."""
        return await self._survey(self._surveying.filter_choices, *self._account)

    async def recent_for_learning(self) -> list[Clip]:
        """The clips to learn from what the next ones may be like: see ClipStore."""
        return await self._survey(self._surveying.recent_for_learning, *self._account)

    async def save(self, *clips: Clip) -> None:
        """Keep what the user thinks of these clips: rating, flag, notes, tags; and what is known of their files."""
        if clips:
            await self._write(self._writing.save, clips)
            self._emit(self.changed, clips)

    async def update(self, numbers: Sequence[int], change: Callable[[Clip], Clip]) -> list[tuple[Clip, Clip]]:
        """Change what the user thinks of these clips (some hundreds at a time), from what is kept of it; the answer is
        those that did change, as they were and as they are.
        """
        pairs = await self._write(self._writing.update, numbers, change)
        if pairs:
            self._emit(self.changed, tuple(new for _, new in pairs))
        return pairs

    async def remove(self, *clips: Clip) -> None:
        """Take clips off the list; their files stay where they are."""
        if clips:
            await self._write(self._writing.delete, clips)
            self._emit(self.removed, clips)

    async def stage_for_trash(self, *clips: Clip, at: float) -> tuple[Clip, ...]:
        """Take clips off the list that are on their way to the bin: they can be brought back, or forgotten. The answer
        is what they were until now, whatever was thought of them since they were read.
        """
        numbers = [clip.number for clip in clips]
        pairs = await self._write(self._writing.update, numbers, lambda clip: replace(clip, trashed_at=at))
        aside = tuple(old for old, _ in pairs)
        if aside:
            self._emit(self.removed, aside)
        return aside

    async def list_staged(self) -> list[Clip]:
        """Those that are on their way to the bin, whichever window sent them there."""
        return await self._read(self._reading.list_staged, *self._account)

    async def unstage(self, *clips: Clip) -> None:
        """Those that were set aside, and where their files are now."""
        if clips:
            back = await self._write(self._writing.restore, clips)
            self._emit(self.added, tuple(back))

    async def forget(self, *clips: Clip) -> None:
        """Those that were set aside and are in the bin now."""
        if clips:
            await self._write(self._writing.delete, clips)

    async def restore(self, *clips: Clip) -> None:
        """Bring clips that were removed back, as they were; or in, those that come from elsewhere."""
        added = await self._write(self._writing.add, clips)
        # Those of another account are there when that one is asked.
        if mine := tuple(clip for clip in added if (clip.job.service, clip.job.profile) == self._account):
            self._emit(self.added, mine)

    async def list_files(self) -> list[ClipFile]:
        """Where the files of all clips are, those of other accounts too: they may share a folder."""
        return await self._survey(ClipFiles(self._surveying.connection).list_files, *self._account)

    async def list_reviews(self) -> list[Review]:
        """What is thought of the clips of every account: they may share a folder."""
        return await self._survey(ClipFiles(self._surveying.connection).list_reviews)

    def known_jobs(self, jobs: Iterable[str]) -> frozenset[str]:
        """Which of these have a clip. Blocking, for any thread but the window's."""
        return self._surveyor.submit(ClipFiles(self._surveying.connection).known_jobs, tuple(jobs)).result()

    def get_digest(self, file: Path) -> str:
        """What is known of that file's content; "" where nothing is. Blocking, for any thread but the window's."""
        try:
            return self._reader.submit(ClipFiles(self._reading.connection).get_digest, file).result()
        except RuntimeError:  # the library is closed
            return ""

    async def record_files(
        self, *, moved: Mapping[str, Path], missing: Mapping[str, bool], digests: Mapping[str, str]
    ) -> None:
        """Keep what was found out about files: see ClipFiles."""
        if moved or missing or digests:
            note = partial(ClipFiles(self._writing.connection).record, moved=moved, missing=missing, digests=digests)
            await self._write(note)
            different = list(dict.fromkeys((*moved, *missing)))
            for start in range(0, len(different), _TOLD_AT_ONCE):  # a folder of ten thousand may be gone
                some = different[start : start + _TOLD_AT_ONCE]
                self._emit(
                    self.changed, tuple(await self._survey(ClipFiles(self._surveying.connection).get_clips, some))
                )

    async def replace(self, *clips: Clip) -> None:
        """Keep clips whose jobs have changed since they were done: their file was fetched again, say."""
        await self._write(ClipFiles(self._writing.connection).replace, clips)
        self._emit(self.changed, clips)

    async def claimed_generations(self) -> frozenset[str]:
        """The generations of the service that some job, of any profile, has or has had."""
        return await self._survey(ClipFiles(self._surveying.connection).claimed_generations, self._account[0])

    async def add_imported(self, clip: Clip) -> bool:
        """Take in a clip from elsewhere; False where its generation is another's by now."""
        brought = await self._write(self._writing.add_imported, clip)
        if brought:
            self._emit(self.added, (brought,))
        return brought is not None

    async def lineage(self, job: Job, posters: Path) -> LineageGraph:
        """What a clip was made from and what it has led to. posters: the folder of the clips' pictures."""
        return await self._read(LineageStore(self._reading.connection).get_graph, job, posters)

    def on_job_changed(self, job: Job) -> None:
        """Listen to a queue: a job that is done is a clip."""
        if isinstance(job.state, Done):
            task = asyncio.get_running_loop().create_task(self._add_finished(job.id), name=f"welcome {job.id}")
            self._heeding.add(task)
            task.add_done_callback(self._heeding.discard)

    async def close(self) -> None:
        """Return when the last write is on disk."""
        if self._heeding:
            await asyncio.wait(self._heeding)
        await asyncio.to_thread(self._reader.shutdown)
        await asyncio.to_thread(self._surveyor.shutdown)
        await asyncio.to_thread(self._writer.shutdown)

    async def _add_finished(self, job_id: str) -> None:
        try:
            clip = await self.get_clip(job_id)
        except KlingError as error:  # it is on disk, and is seen at the next start
            log.warning("the clip %s can't be shown: %s", job_id, error)
            return
        if clip:
            self._emit(self.added, (clip,))

    async def _read(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._reader, call, *arguments)

    async def _survey(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._surveyor, call, *arguments)

    async def _write(self, call: Callable[..., T], *arguments: object) -> T:
        return await run_uncancellable(self._writer, call, *arguments)

    def _emit(self, signal: SignalInstance, clips: tuple[Clip, ...]) -> None:
        """Emit so that a fault in what is shown can't undo what is kept."""
        try:
            signal.emit(clips)
        except EmitLoopError:
            log.exception("showing %s failed", signal.name)
