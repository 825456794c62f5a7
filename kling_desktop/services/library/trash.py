"""Clips on their way to the system's bin: out of sight at once, there for good only when it is too late to undo."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace
from functools import partial

from psygnal import Signal

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.library.clip import Clip
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.services.library.library import Library
from kling_desktop.store.library.trash import FileTrash

log = logging.getLogger(__name__)

UNDO_SECONDS = 10.0
ABANDONED_SECONDS = 60.0
"""After which nobody can still be about to undo: the app that kept a clip aside has ended before it was binned."""


class Trash:
    """Of one library. `complained` tells in a sentence of a clip that could not be binned, and is back.

    The library marks a clip before its file moves, and forgets it after: whenever the app ends, `recover` knows where
    to look.
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
        self._bin = file_trash
        self._clock = clock
        self._sleep = sleep
        self._kept: dict[str, Clip] = {}
        self._turn = asyncio.Lock()
        self._timer: asyncio.Task[None] | None = None

    @property
    def staged(self) -> tuple[Clip, ...]:
        """Those that can still be brought back."""
        return tuple(self._kept.values())

    async def stage(self, clips: Iterable[Clip]) -> None:
        """Take these away, to be binned some seconds after the last that was. UserError says why one stays."""
        self._stop_timer()
        async with self._turn:
            new = [clip for clip in clips if clip.id not in self._kept]
            taken = await self._library.stage_for_trash(*new, at=self._clock())
            self._kept |= {clip.id: clip for clip in taken}
            try:
                await self._keep_aside(taken)
            finally:
                self._start_timer()

    async def undo(self) -> tuple[Clip, ...]:
        """Bring back all that were taken away and aren't binned yet, as they were; they are the answer."""
        self._stop_timer()
        async with self._turn:
            clips = self.staged
            self._kept.clear()
            await self._put_back(clips)
        return clips

    async def finish(self) -> None:
        """Bin now what waits to be."""
        self._stop_timer()
        async with self._turn:
            clips = self.staged
            self._kept.clear()
            await self._bin_all(clips)

    async def recover(self) -> tuple[Clip, ...]:
        """Bring back what an app that broke off had kept aside, and say which; what was binned is forgotten. What lies
        on a drive that isn't connected waits for it.
        """
        async with self._turn:
            left = [clip for clip in await self._library.list_staged() if clip.id not in self._kept]
            old = [
                clip
                for clip in left
                if self._clock() - (clip.trashed_at or 0.0) >= ABANDONED_SECONDS
                and (clip.is_missing or await self._is_in_reach(clip))
            ]
            gone = [clip for clip in old if not await asyncio.to_thread(self._is_left, clip)]
            await self._library.forget(*gone)
            back = [clip for clip in old if clip not in gone]
            await self._put_back(back)
        return tuple(back)

    async def _is_in_reach(self, clip: Clip) -> bool:
        return await asyncio.to_thread(self._bin.is_reachable, clip.file)

    async def _has_gone(self, clip: Clip) -> bool:
        """Whether it is known to have no file, and has no folder either."""
        return clip.is_missing and not await self._is_in_reach(clip)

    def _is_left(self, clip: Clip) -> bool:
        """Whether its file is still to be had. Another one may have taken its name since it was binned."""
        if self._bin.is_staged(clip.file, clip.id):
            return True
        try:
            return clip.digest in ("", content_digest(clip.file))
        except FileNotFoundError:
            return False
        except OSError:
            return True  # it can't be read just now

    async def has_foreign_staged(self) -> bool:
        """Whether another window is about to bin something, or was when it ended."""
        return any(clip.id not in self._kept for clip in await self._library.list_staged())

    async def close(self) -> None:
        """Bin what waits to be. What the disk doesn't let it forget now, `recover` does another day."""
        try:
            await self.finish()
        except UserError as error:
            log.warning("what was binned can't be forgotten: %s", error)

    async def _keep_aside(self, clips: Iterable[Clip]) -> None:
        stays: list[Clip] = []
        why: UserError | None = None
        for clip in clips:
            if await self._has_gone(clip):
                continue
            try:
                await asyncio.to_thread(self._bin.stage, clip.file, clip.id)
            except UserError as error:
                stays.append(clip)
                why = error
        for clip in stays:
            del self._kept[clip.id]
        await self._library.unstage(*stays)
        if why:
            raise why

    async def _put_back(self, clips: Iterable[Clip]) -> None:
        back: list[Clip] = []
        for clip in clips:
            try:
                put_back = partial(self._bin.restore, clip.file, clip.id)
                place = clip.file if await self._has_gone(clip) else await asyncio.to_thread(put_back)
            except UserError as error:
                self.failed.emit(str(error))
                continue
            done = replace(clip.done, file=str(place))
            back.append(replace(clip, job=replace(clip.job, state=done), trashed_at=None))
        await self._library.unstage(*back)

    async def _bin_all(self, clips: Iterable[Clip]) -> None:
        for clip in clips:
            try:
                if not await self._has_gone(clip):
                    await asyncio.to_thread(self._bin.discard, clip.file, clip.id)
            except UserError as error:
                if await self._is_in_reach(clip):
                    await self._put_back([clip])
                self.failed.emit(str(error))
            else:
                await self._library.forget(clip)

    def _start_timer(self) -> None:
        if self._kept:
            self._timer = asyncio.get_running_loop().create_task(self._wait(), name="bin what was taken away")

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    async def _wait(self) -> None:
        await self._sleep(UNDO_SECONDS)
        self._timer = None
        await self.close()
