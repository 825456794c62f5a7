"""Moves clips to the system's trash: out of sight at once, but in the trash only when it is too late to undo."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from psygnal import Signal

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.cancellation import UNDO_SECONDS
from kling_desktop.domain.library.clip import Clip
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.services.library.library import Library
from kling_desktop.store.library.trash import FileTrash

log = logging.getLogger(__name__)

ABANDONED_SECONDS = 60.0
"""After this time nobody can still undo: the app that staged a clip has ended before it was in the trash."""


class Trash:
    """The trash of one library.

    Staged clips are hidden, and moved to the system's trash some seconds later. The library marks a clip before its
    file is moved and forgets it afterwards, so `recover` finds all of them whenever the app ends.

    Attributes:
        failed: Emitted with a sentence about a clip that couldn't be moved to the trash, and is back.
    """

    failed = Signal(str)

    def __init__(
        self,
        library: Library,
        file_trash: FileTrash,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._library = library
        self._file_trash = file_trash
        self._clock = clock
        self._sleep = sleep
        self._staged: dict[str, Clip] = {}
        self._lock = asyncio.Lock()
        self._timer: asyncio.Task[None] | None = None

    @property
    def staged(self) -> tuple[Clip, ...]:
        """The clips that can still be restored."""
        return tuple(self._staged.values())

    async def stage(self, clips: Iterable[Clip]) -> None:
        """Hide clips. They go to the trash some seconds after the last one was staged.

        Raises:
            UserError: One of them can't be moved, and stays.
        """
        self._stop_timer()
        async with self._lock:
            new = [clip for clip in clips if clip.id not in self._staged]
            staged = await self._library.stage_for_trash(*new, at=self._clock())
            self._staged |= {clip.id: clip for clip in staged}
            try:
                await self._stage_files(staged)
            finally:
                self._start_timer()

    async def undo(self) -> tuple[Clip, ...]:
        """Restore all staged clips as they were, and return them."""
        self._stop_timer()
        async with self._lock:
            clips = self.staged
            self._staged.clear()
            await self._restore(clips)
        return clips

    async def finish(self) -> None:
        """Move the staged clips to the trash now."""
        self._stop_timer()
        async with self._lock:
            clips = self.staged
            self._staged.clear()
            await self._discard(clips)

    async def recover(self) -> tuple[Clip, ...]:
        """Restore what an app that was killed had staged, and return it; forget what is in the trash by now.

        Clips on a drive that isn't connected wait for it.
        """
        async with self._lock:
            foreign = [clip for clip in await self._library.list_staged() if clip.id not in self._staged]
            abandoned = [
                clip
                for clip in foreign
                if self._clock() - (clip.trashed_at or 0.0) >= ABANDONED_SECONDS
                and (clip.is_missing or await self._is_reachable(clip))
            ]
            gone = [clip for clip in abandoned if not await asyncio.to_thread(self._still_exists, clip)]
            await self._library.forget(*gone)
            restored = [clip for clip in abandoned if clip not in gone]
            await self._restore(restored)
        return tuple(restored)

    async def _is_reachable(self, clip: Clip) -> bool:
        return await asyncio.to_thread(self._file_trash.is_reachable, clip.file)

    async def _is_lost(self, clip: Clip) -> bool:
        """Whether a clip is known to have no file, and has no folder either."""
        return clip.is_missing and not await self._is_reachable(clip)

    def _still_exists(self, clip: Clip) -> bool:
        """Whether a clip's file isn't in the trash yet. Another file may have taken its name since."""
        if self._file_trash.is_staged(clip.file, clip.id):
            return True
        try:
            return clip.digest in ("", content_digest(clip.file))
        except FileNotFoundError:
            return False
        except OSError:
            return True  # it can't be read just now

    async def has_foreign_staged_clips(self) -> bool:
        """Whether another window has staged clips, or had when it ended."""
        return any(clip.id not in self._staged for clip in await self._library.list_staged())

    async def close(self) -> None:
        """Move the staged clips to the trash. `recover` handles what the database can't be told now."""
        try:
            await self.finish()
        except UserError as error:
            log.warning("Clips in the trash can't be forgotten: %s", error)

    async def _stage_files(self, clips: Iterable[Clip]) -> None:
        failed: list[Clip] = []
        reason: UserError | None = None
        for clip in clips:
            if await self._is_lost(clip):
                continue
            try:
                await asyncio.to_thread(self._file_trash.stage, clip.file, clip.id)
            except UserError as error:
                failed.append(clip)
                reason = error
        for clip in failed:
            del self._staged[clip.id]
        await self._library.unstage(*failed)
        if reason:
            raise reason

    async def _restore(self, clips: Iterable[Clip]) -> None:
        restored: list[Clip] = []
        for clip in clips:
            try:
                is_lost = await self._is_lost(clip)
                file = clip.file if is_lost else await asyncio.to_thread(self._file_trash.restore, clip.file, clip.id)
            except UserError as error:
                self.failed.emit(str(error))
                continue
            done = replace(clip.done, file=str(file))
            restored.append(replace(clip, job=replace(clip.job, state=done), trashed_at=None))
        await self._library.unstage(*restored)

    async def _discard(self, clips: Iterable[Clip]) -> None:
        for clip in clips:
            try:
                if not await self._is_lost(clip):
                    await asyncio.to_thread(self._file_trash.discard, clip.file, clip.id)
            except UserError as error:
                if await self._is_reachable(clip):
                    await self._restore([clip])
                self.failed.emit(str(error))
            else:
                await self._library.forget(clip)

    def _start_timer(self) -> None:
        if self._staged:
            self._timer = asyncio.get_running_loop().create_task(self._wait(), name="move clips to the trash")

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    async def _wait(self) -> None:
        await self._sleep(UNDO_SECONDS)
        self._timer = None
        await self.close()
