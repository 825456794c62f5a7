"""Compares the library with the disk: watches folders, checks on demand, repairs what is certain, imports videos."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from psygnal import Signal

from kling_desktop.domain.errors import KlingError, os_error_reason
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.library_check import CheckReport, ClipFile
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.services.library.clip_from_file import ClipReader
from kling_desktop.services.library.disk_scan import DiskScan, clip_folders, is_playable
from kling_desktop.services.library.library import Library
from kling_desktop.services.library.video_files import folder_mtimes, folders_below, list_videos, path_key
from kling_desktop.store.library.review_file import ReviewFiles
from kling_desktop.store.threads import WorkerThreads

WATCH_INTERVAL = 4.0
"""Seconds between two looks at whether a folder has changed."""
_FIRST_PAUSE = 15.0
_LONG_INTERVAL = 30.0
_MANY_FOLDERS = 200
_MAX_NEW_DIGESTS = 25


class LibraryCheck:
    """Checks one library.

    Attributes:
        changes_found: Emitted with what the watch has found and repaired.
        progress: Emitted with how far a check is: (done, of).
    """

    changes_found = Signal(CheckReport)
    progress_changed = Signal(int, int)

    def __init__(
        self, library: Library, posters: Path, account: tuple[str, str], folders: Callable[[], Sequence[Path]]
    ) -> None:
        """Prepare checks.

        Args:
            library: To compare with the disk.
            posters: The folder of the clips' posters.
            account: Service and profile for videos that don't say whose they are.
            folders: Returns where clips go at the moment.
        """
        self._library = library
        self._posters = posters
        self._account = account
        self._folders = folders
        self._files = WorkerThreads("clips checked")
        self._lock = asyncio.Lock()
        self._is_closing = False
        self._is_stopped = False
        self._wake_up = asyncio.Event()
        self._is_library_changed = False
        self._is_watching = False

    async def check(self, extra_folders: Sequence[Path] = ()) -> CheckReport:
        """Check everything. Only what is certain is repaired: files that were moved, are back, or were never read.

        Args:
            extra_folders: Where to look as well.

        Raises:
            Cancelled: `stop` was called; what was found so far is discarded.
            KlingError: The database can't be read.
        """
        self._is_stopped = False
        loop = asyncio.get_running_loop()

        def report_progress(done: int, of: int) -> bool:
            if done % 10 == 0 and not self._is_closing:
                loop.call_soon_threadsafe(self.progress_changed.emit, done, of)
            return not (self._is_stopped or self._is_closing)

        async with self._lock:
            files = await self._library.list_files()
            folders = [*self._folders(), *extra_folders]
            async with self._reader(ReviewFiles(folders)) as reader:
                scan = DiskScan(files, folders, identify=reader.identify, progress=report_progress)
                report = await self._files.run(scan.run)
            await self._record(report)
            return report

    def stop(self) -> None:
        """End the check that is running."""
        self._is_stopped = True

    async def remove_missing(self, clips: Sequence[ClipFile]) -> tuple[Clip, ...]:
        """Remove missing clips from the library, and return them so that they can be restored."""
        found = [clip for one in clips if (clip := await self._library.get_clip(one.job))]
        await self._library.remove(*found)
        return tuple(found)

    async def accept(self, clips: Sequence[ClipFile]) -> None:
        """The user says that what is in these files now is the clip, though the content differs from what was saved."""
        digests: dict[str, str] = {}
        async with self._reader() as reader:
            for clip in clips:
                # The digest comes first: whatever is written into the file afterwards is a different content again.
                digest = await self._files.run(_digest_or_none, clip.file)
                seen = await self._files.run(reader.identify, clip.file)
                if digest and is_playable(seen):
                    digests[clip.job] = digest
        await self._library.record_files(moved={}, missing={}, digests=digests)

    async def mark_folder_missing(self, folder: Path) -> None:
        """The user says that an absent folder won't come back: its clips are missing."""
        files = await self._library.list_files()
        missing = {clip.job: True for clip in files if clip.is_mine and clip.file.is_relative_to(folder)}
        await self._library.record_files(moved={}, missing=missing, digests={})

    async def add_clips(self, clips: Sequence[Clip]) -> None:
        """Add clips of the app that the library doesn't know."""
        await self._library.restore(*clips)

    async def import_videos(self, files: Sequence[Path]) -> list[str]:
        """Add videos that the app did not make.

        Returns:
            A sentence for each file that can't be imported.
        """
        problems: list[str] = []
        async with self._reader(ReviewFiles(self._folders())) as reader:
            for file in files:
                try:
                    await self._library.restore(await self._files.run(reader.import_video, file))
                except KlingError as error:
                    problems.append(str(error))
                except OSError as error:
                    problems.append(f"“{file.name}” can't be read: {os_error_reason(error)}.")
        return problems

    async def watch(self, sleep: Callable[[float], Coroutine[Any, Any, object]] = asyncio.sleep) -> None:
        """Notice what happens to the files from now on: follow moved ones, mark missing ones, and report both."""
        watched: list[Path] = []
        seen: dict[str, int] = {}
        await self._rest(sleep(_FIRST_PAUSE))  # a window that has just opened has other things to do
        self._is_watching = True
        while True:
            is_changed, self._is_library_changed = self._is_library_changed, False
            if is_changed or not watched or seen != await self._files.run(folder_mtimes, watched):
                files = await self._library.list_files()
                watched = await self._files.run(folders_below, [*self._folders(), *clip_folders(files)])
                seen = await self._files.run(folder_mtimes, watched)
                report = await self.check_quickly()
                if report.moved or report.newly_missing or report.found_again:
                    self.changes_found.emit(report)
                if len(report.digests) == _MAX_NEW_DIGESTS:
                    watched = []  # more files are still to be read
            await self._rest(sleep(WATCH_INTERVAL if len(watched) < _MANY_FOLDERS else _LONG_INTERVAL))

    def poke(self, *, library_changed: bool = False) -> None:
        """Look at the folders now, since the user is back and may have worked on the files.

        Args:
            library_changed: The library has other clips than before, so files are read even if no folder has changed.
        """
        self._is_library_changed = self._is_library_changed or library_changed
        if library_changed or self._is_watching:
            self._wake_up.set()

    async def has_unregistered(self) -> bool:
        """Whether the folders for clips hold videos that no clip of any account is in."""
        known = {path_key(clip.path) for clip in await self._library.list_files()}
        return bool((await self._files.run(list_videos, self._folders())).paths.keys() - known)

    async def check_quickly(self) -> CheckReport:
        """Check, without opening unknown files, and save what was found."""
        async with self._lock:
            files = await self._library.list_files()
            scan = DiskScan(
                files,
                self._folders(),
                max_new=_MAX_NEW_DIGESTS,
                progress=lambda _done, _of: not self._is_closing,
            )
            report = await self._files.run(scan.run)
            await self._record(report)
            return report

    async def close(self) -> None:
        """Return once nothing is running any more."""
        self._is_closing = True
        await self._files.close()

    async def _rest(self, pause: Coroutine[Any, Any, object]) -> None:
        """Until the pause is over or `poke` ends it."""
        waits = {asyncio.ensure_future(pause), asyncio.ensure_future(self._wake_up.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._wake_up.clear()
            for wait in waits:
                wait.cancel()

    @asynccontextmanager
    async def _reader(self, reviews: ReviewFiles | None = None) -> AsyncIterator[ClipReader]:
        reader = ClipReader(self._posters, self._account, reviews)
        try:
            yield reader
        finally:
            await self._files.run(reader.close)

    async def _record(self, report: CheckReport) -> None:
        missing = {clip.job: True for clip in report.newly_missing} | {clip.job: False for clip in report.found_again}
        moved = {clip.job: file for clip, file in report.moved}
        await self._library.record_files(moved=moved, missing=missing, digests=report.digests)


def _digest_or_none(file: Path) -> str | None:
    try:
        return content_digest(file)
    except OSError:
        return None
