"""The library and its files: looked at, mended, and rebuilt from the files where there is nothing else."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

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

T = TypeVar("T")

WATCH_INTERVAL = 4.0
"""Seconds between two looks at whether a folder has changed."""
_FIRST_PAUSE = 15.0
_LONG_PAUSE = 30.0
_MANY = 200
_NEW_AT_ONCE = 25


class LibraryCheck:
    """folders(): where clips go at the moment. noticed is emitted with what a look by itself has found and mended.

    told is emitted with how far a check is: (done, of).
    """

    changes_found = Signal(CheckReport)
    progress = Signal(int, int)

    def __init__(
        self, library: Library, posters: Path, account: tuple[str, str], folders: Callable[[], Sequence[Path]]
    ) -> None:
        self._library = library
        self._posters = posters
        self._account = account
        self._folders = folders
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="clips looked at")
        self._turn = asyncio.Lock()
        self._closing = False
        self._stopped = False
        self._hurry = asyncio.Event()
        self._news = False
        self._has_begun = False

    async def check(self, extra_folders: Sequence[Path] = ()) -> CheckReport:
        """Look at everything, in `further` folders as well, and say what was found; nothing is changed by it but what
        is beyond doubt: files that have moved, that are back, that were never read.

        KlingError when the database can't be read. stop() ends it, with what was found so far thrown away: Abandoned.
        """
        self._stopped = False
        loop = asyncio.get_running_loop()

        def told(done: int, of: int) -> bool:
            if done % 10 == 0 and not self._closing:
                loop.call_soon_threadsafe(self.progress.emit, done, of)
            return not (self._stopped or self._closing)

        async with self._turn:
            files = await self._library.list_files()
            folders = [*self._folders(), *extra_folders]
            unknown = ClipReader(self._posters, self._account, ReviewFiles(folders))
            look = DiskScan(files, folders, examine=unknown.examine, progress=told)
            try:
                report = await self._on_disk(look.run)
            finally:
                await self._on_disk(unknown.close)
            await self._note(report)
            return report

    def stop(self) -> None:
        """End the check that is under way."""
        self._stopped = True

    async def remove_missing(self, clips: Sequence[ClipFile]) -> tuple[Clip, ...]:
        """Take missing clips off the list; they are the answer, to be put back if that was a mistake."""
        found = [clip for one in clips if (clip := await self._library.get_clip(one.job))]
        await self._library.remove(*found)
        return tuple(found)

    async def accept(self, clips: Sequence[ClipFile]) -> None:
        """The user says that what is in these files now is the clip, another content than the one that was kept."""
        unknown = ClipReader(self._posters, self._account)
        digests: dict[str, str] = {}
        try:
            for clip in clips:
                # Its digest first: what is written into it afterwards is another content again.
                digest = await self._on_disk(_digest_or_none, clip.file)
                seen = await self._on_disk(unknown.examine, clip.file)
                if digest and is_playable(seen):
                    digests[clip.job] = digest
        finally:
            await self._on_disk(unknown.close)
        await self._library.record_files(moved={}, missing={}, digests=digests)

    async def mark_folder_missing(self, folder: Path) -> None:
        """The user says that a folder that isn't there won't come back: its clips are missing."""
        files = await self._library.list_files()
        missing = {clip.job: True for clip in files if clip.is_mine and clip.file.is_relative_to(folder)}
        await self._library.record_files(moved={}, missing=missing, digests={})

    async def add_clips(self, clips: Sequence[Clip]) -> None:
        """Bring clips of the app's that the library doesn't know into it."""
        await self._library.restore(*clips)

    async def import_videos(self, files: Sequence[Path]) -> list[str]:
        """Bring videos that the app did not make into the library; the sentences of those that can't be."""
        trouble: list[str] = []
        unknown = ClipReader(self._posters, self._account, ReviewFiles(self._folders()))
        try:
            for file in files:
                try:
                    await self._library.restore(await self._on_disk(unknown.import_video, file))
                except KlingError as error:
                    trouble.append(str(error))
                except OSError as error:
                    trouble.append(f"“{file.name}” can't be read: {os_error_reason(error)}.")
        finally:
            await self._on_disk(unknown.close)
        return trouble

    async def watch(self, sleep: Callable[[float], Coroutine[Any, Any, object]] = asyncio.sleep) -> None:
        """Notice for ever what happens to the files: moved ones are followed, missing ones marked, and told."""
        watched: list[Path] = []
        seen: dict[str, int] = {}
        await self._rest(sleep(_FIRST_PAUSE))  # the window has other things to do when it begins
        self._has_begun = True
        while True:
            news, self._news = self._news, False
            if news or not watched or seen != await self._on_disk(folder_mtimes, watched):
                files = await self._library.list_files()
                watched = await self._on_disk(folders_below, [*self._folders(), *clip_folders(files)])
                seen = await self._on_disk(folder_mtimes, watched)
                report = await self.check_quickly()
                if report.moved or report.newly_missing or report.found_again:
                    self.changes_found.emit(report)
                if len(report.digests) == _NEW_AT_ONCE:
                    watched = []  # there is more to be read
            await self._rest(sleep(WATCH_INTERVAL if len(watched) < _MANY else _LONG_PAUSE))

    def poke(self, *, library_changed: bool = False) -> None:
        """Look now: somebody comes back to the window, and may have been at the files. news: the library itself has
        others than before, so that there is something to be read whether or not a folder has changed.
        """
        self._news = self._news or library_changed
        if library_changed or self._has_begun:
            self._hurry.set()

    async def _rest(self, pause: Coroutine[Any, Any, object]) -> None:
        """Until the pause is over, or somebody is in a hurry."""
        waits = {asyncio.ensure_future(pause), asyncio.ensure_future(self._hurry.wait())}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hurry.clear()
            for wait in waits:
                wait.cancel()

    async def has_unregistered(self) -> bool:
        """Whether there are videos in the folders for clips that no clip of any account is in."""
        known = {path_key(clip.path) for clip in await self._library.list_files()}
        return bool((await self._on_disk(list_videos, self._folders())).paths.keys() - known)

    async def check_quickly(self) -> CheckReport:
        """What is to be seen without opening strange files, noted down."""
        async with self._turn:
            files = await self._library.list_files()
            look = DiskScan(files, self._folders(), max_new=_NEW_AT_ONCE, progress=lambda _done, _of: not self._closing)
            report = await self._on_disk(look.run)
            await self._note(report)
            return report

    async def close(self) -> None:
        """Return once nothing of it is under way."""
        self._closing = True
        await asyncio.to_thread(self._disk.shutdown)

    async def _note(self, report: CheckReport) -> None:
        missing = {clip.job: True for clip in report.newly_missing} | {clip.job: False for clip in report.found_again}
        moved = {clip.job: file for clip, file in report.moved}
        await self._library.record_files(moved=moved, missing=missing, digests=report.digests)

    async def _on_disk(self, call: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._disk, partial(call, *arguments))


def _digest_or_none(file: Path) -> str | None:
    try:
        return content_digest(file)
    except OSError:
        return None
