"""Writes reviews to a file next to the clips, after a pause in reviewing."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.library.clip import Clip
from kling_desktop.services.library.library import Library
from kling_desktop.store.library.review_file import write_reviews

if TYPE_CHECKING:
    from kling_desktop.domain.library.review import Review

log = logging.getLogger(__name__)

QUIET_SECONDS = 5.0
_MAX_WAITS = 12
"""Pauses to wait for at most, so that an hour of reviewing is saved in between."""
_START_DELAY = 45.0


class ReviewFileSync:
    """Keeps the review files of one library. The database is what counts; they are for the day it is lost.

    Close it before the library.
    """

    def __init__(self, library: Library, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._library = library
        self._sleep = sleep
        self._due: set[Path] = set()
        self._has_new_changes = False
        self._waiting: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        for signal in (library.changed, library.added, library.removed):
            signal.connect(self._on_clips_changed)

    def start(self) -> None:
        """Write all files once, after a while: reviews may be older than these files, or of an app that was killed."""
        self._starting = asyncio.get_running_loop().create_task(self._write_all_later(), name="write review files")

    async def close(self) -> None:
        """Return once all reviews are written."""
        for signal in (self._library.changed, self._library.added, self._library.removed):
            signal.disconnect(self._on_clips_changed)
        for task in (self._waiting, self._starting):
            if task:
                task.cancel()
                await asyncio.wait({task})
        await self._write()

    def _on_clips_changed(self, clips: tuple[Clip, ...]) -> None:
        self._due.update(clip.file.parent for clip in clips)
        self._has_new_changes = True
        if self._waiting is None or self._waiting.done():
            self._waiting = asyncio.get_running_loop().create_task(self._wait(), name="write review files")

    async def _wait(self) -> None:
        while self._due:  # the user may go on reviewing while files are written
            for _ in range(_MAX_WAITS):
                self._has_new_changes = False
                await self._sleep(QUIET_SECONDS)
                if not self._has_new_changes:
                    break
            await asyncio.shield(self._write())

    async def _write_all_later(self) -> None:
        await self._sleep(_START_DELAY)
        self._due.update(Path(one.path).parent for one in await self._library.list_reviews())
        await asyncio.shield(self._write())

    async def _write(self) -> None:
        async with self._lock:
            due, self._due = self._due, set()
            if not due:
                return
            by_folder: dict[Path, list[Review]] = defaultdict(list)
            try:
                for one in await self._library.list_reviews():
                    by_folder[Path(one.path).parent].append(one)
                for folder in due:
                    await asyncio.to_thread(write_reviews, folder, by_folder[folder], self._library.known_jobs)
            except (UserError, OSError) as error:  # they are in the database, and are written another time
                log.info("The review files can't be written: %s", error)
