"""The finished clips of an account: search, review, remove and restore them."""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

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
from kling_desktop.store.library.clip_files import ClipFiles
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.store.library.lineage import LineageStore
from kling_desktop.store.threads import DatabaseThread

log = logging.getLogger(__name__)

_MAX_CLIPS_PER_SIGNAL = 100


class Library:
    """The clips of one service and profile. Every method may raise UserError, if the database can't be used.

    Reads run on a thread and connection of their own, so that they are answered while much is being written. Questions
    about all clips, which take their time, run on another.

    Signals (each with a tuple of clips; what they report is on disk before they are emitted):
        added: As they are.
        changed: As they are now.
        removed: As they were.
    """

    added = Signal(tuple)
    changed = Signal(tuple)
    removed = Signal(tuple)

    def __init__(
        self,
        reading: ClipStore,
        writing: ClipStore,
        scanning: ClipStore | None = None,
        *,
        service: str,
        profile: str,
    ) -> None:
        """Set up the library on connections that it closes.

        Args:
            reading: For quick reads.
            writing: For writes, one after the other.
            scanning: For reads of all clips; `reading` if there is none.
            service: The service.
            profile: The profile.
        """
        self._reading = reading
        self._scanning = scanning or reading
        self._writing = writing
        self._account = (service, profile)
        self._reader = DatabaseThread(reading.connection, "clips read on disk")
        self._scanner = DatabaseThread(scanning.connection, "clips scanned on disk") if scanning else self._reader
        self._writer = DatabaseThread(writing.connection, "clips written on disk")
        self._adding: set[asyncio.Task[None]] = set()

    @property
    def account(self) -> tuple[str, str]:
        """The service and the profile."""
        return self._account

    async def find(self, query: ClipQuery) -> SearchResult:
        """Return the numbers of the clips that match, in order; `get_clips` loads some of them."""
        return await self._scanner.run(self._scanning.search.find, *self._account, query)

    async def find_first(self, query: ClipQuery, least: int) -> SearchResult:
        """Return the first matches, sooner than `find` could return them all; see ClipSearch."""
        return await self._reader.run(self._reading.search.find_first, *self._account, query, least)

    async def get_clips(self, numbers: Sequence[int]) -> list[Clip]:
        """Return the clips of these numbers (a page: some dozens), without those that are gone."""
        return await self._reader.run(self._reading.get_clips, numbers)

    async def get_clip(self, job_id: str) -> Clip | None:
        return await self._reader.run(self._reading.get_clip, job_id)

    async def find_by_video_id(self, image: str) -> Clip | None:
        """Return the clip, of any account, whose video has this ID at the service."""
        return await self._reader.run(self._reading.find_by_video_id, image)

    async def count(self) -> int:
        return await self._scanner.run(self._scanning.count, *self._account)

    async def filter_choices(self) -> FilterChoices:
        """Return what the clips can be filtered by."""
        return await self._scanner.run(self._scanning.filter_choices, *self._account)

    async def recent_for_learning(self) -> list[Clip]:
        """Return recent clips, to learn defaults from; see ClipStore."""
        return await self._scanner.run(self._scanning.recent_for_learning, *self._account)

    async def save(self, *clips: Clip) -> None:
        """Save the clips' reviews (rating, flag, notes, tags) and what is known of their files."""
        if clips:
            await self._writer.run_uncancellable(self._writing.save, clips)
            self._emit(self.changed, clips)

    async def update(self, numbers: Sequence[int], change: Callable[[Clip], Clip]) -> list[tuple[Clip, Clip]]:
        """Change the reviews of clips (some hundreds at a time), starting from what is saved.

        Returns:
            The clips that did change, before and after.
        """
        pairs = await self._writer.run_uncancellable(self._writing.update, numbers, change)
        if pairs:
            self._emit(self.changed, tuple(new for _, new in pairs))
        return pairs

    async def remove(self, *clips: Clip) -> None:
        """Remove clips from the library; their files stay where they are."""
        if clips:
            await self._writer.run_uncancellable(self._writing.delete, clips)
            self._emit(self.removed, clips)

    async def stage_for_trash(self, *clips: Clip, at: float) -> tuple[Clip, ...]:
        """Remove clips that are about to be moved to the trash: they can be unstaged, or forgotten.

        Returns:
            The clips as they were until now, with reviews that were saved since they were read.
        """
        numbers = [clip.number for clip in clips]
        pairs = await self._writer.run_uncancellable(
            self._writing.update, numbers, lambda clip: replace(clip, trashed_at=at)
        )
        staged = tuple(old for old, _ in pairs)
        if staged:
            self._emit(self.removed, staged)
        return staged

    async def list_staged(self) -> list[Clip]:
        """Return the clips that are about to be moved to the trash, by any window."""
        return await self._reader.run(self._reading.list_staged, *self._account)

    async def unstage(self, *clips: Clip) -> None:
        """Bring staged clips back, with their files where they are now."""
        if clips:
            back = await self._writer.run_uncancellable(self._writing.restore, clips)
            self._emit(self.added, tuple(back))

    async def forget(self, *clips: Clip) -> None:
        """Delete staged clips whose files are in the trash by now."""
        if clips:
            await self._writer.run_uncancellable(self._writing.delete, clips)

    async def restore(self, *clips: Clip) -> None:
        """Bring removed clips back as they were, or add clips from elsewhere."""
        added = await self._writer.run_uncancellable(self._writing.add, clips)
        # Clips of another account show up in that one's library.
        if mine := tuple(clip for clip in added if (clip.job.service, clip.job.profile) == self._account):
            self._emit(self.added, mine)

    async def list_files(self) -> list[ClipFile]:
        """Return where the files of all clips are, of other accounts too: they may share a folder."""
        return await self._scanner.run(ClipFiles(self._scanning.connection).list_files, *self._account)

    async def list_reviews(self) -> list[Review]:
        """Return the reviews of the clips of every account: they may share a folder."""
        return await self._scanner.run(ClipFiles(self._scanning.connection).list_reviews)

    def known_jobs(self, jobs: Iterable[str]) -> frozenset[str]:
        """Return which of these jobs have a clip. Blocks; not for the event loop's thread."""
        return self._scanner.run_blocking(ClipFiles(self._scanning.connection).known_jobs, tuple(jobs))

    def get_digest(self, file: Path) -> str:
        """Return the known digest of a file, "" if there is none. Blocks; not for the event loop's thread."""
        try:
            return self._reader.run_blocking(ClipFiles(self._reading.connection).get_digest, file)
        except RuntimeError:  # the library is closed
            return ""

    def find_by_content(self, digest: str) -> Job | None:
        """Return the job of the clip, of any account, with this content. Blocks, like `get_digest`."""
        try:
            clip = self._reader.run_blocking(self._reading.find_by_digest, digest)
        except RuntimeError:  # the library is closed
            return None
        return clip.job if clip else None

    async def record_files(
        self, *, moved: Mapping[str, Path], missing: Mapping[str, bool], digests: Mapping[str, str]
    ) -> None:
        """Save what was found out about files; see ClipFiles."""
        if moved or missing or digests:
            record = ClipFiles(self._writing.connection).record
            await self._writer.run_uncancellable(record, moved=moved, missing=missing, digests=digests)
            changed = list(dict.fromkeys((*moved, *missing)))
            get_clips = ClipFiles(self._scanning.connection).get_clips
            for start in range(0, len(changed), _MAX_CLIPS_PER_SIGNAL):  # a folder of ten thousand may be gone
                some = changed[start : start + _MAX_CLIPS_PER_SIGNAL]
                self._emit(self.changed, tuple(await self._scanner.run(get_clips, some)))

    async def replace(self, *clips: Clip) -> None:
        """Save clips whose jobs have changed since they finished, such as by downloading the file again."""
        await self._writer.run_uncancellable(ClipFiles(self._writing.connection).replace, clips)
        self._emit(self.changed, clips)

    async def claimed_generations(self) -> frozenset[str]:
        """Return the service's generations that any job, of any profile, has or had."""
        return await self._scanner.run(ClipFiles(self._scanning.connection).claimed_generations, self._account[0])

    async def add_imported(self, clip: Clip) -> bool:
        """Add a clip from elsewhere; False if another job has its generation by now."""
        added = await self._writer.run_uncancellable(self._writing.add_imported, clip)
        if added:
            self._emit(self.added, (added,))
        return added is not None

    async def lineage(self, job: Job, posters: Path) -> LineageGraph:
        """Return what a clip was made from and what was made from it. `posters` is the folder of the posters."""
        return await self._reader.run(LineageStore(self._reading.connection).get_graph, job, posters)

    def on_job_changed(self, job: Job) -> None:
        """Add the clip of a job that has finished. For the job queue's signal."""
        if isinstance(job.state, Done):
            task = asyncio.get_running_loop().create_task(self._add_finished(job.id), name=f"add clip {job.id}")
            self._adding.add(task)
            task.add_done_callback(self._adding.discard)

    async def close(self) -> None:
        """Return when the last write is on disk and the connections are closed."""
        if self._adding:
            await asyncio.wait(self._adding)
        for thread in (self._reader, self._scanner, self._writer):
            await thread.close()

    async def _add_finished(self, job_id: str) -> None:
        try:
            clip = await self.get_clip(job_id)
        except KlingError as error:  # it is on disk, and shows up at the next start
            log.warning("The clip %s can't be shown: %s", job_id, error)
            return
        if clip:
            self._emit(self.added, (clip,))

    def _emit(self, signal: SignalInstance, clips: tuple[Clip, ...]) -> None:
        """Emit a signal; a listener that fails can't undo what is saved."""
        try:
            signal.emit(clips)
        except EmitLoopError as error:  # its own words list local variables
            log.error("A listener of %s failed", signal.name, exc_info=error.__cause__)
