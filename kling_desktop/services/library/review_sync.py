"""Tells beside the clips' files what is thought of them, once the user has rested from judging."""

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
_AT_MOST = 12
"""So many rests are waited for in one go: who judges for an hour is written down meanwhile, too."""
_AFTER_START = 45.0


class ReviewFileSync:
    """Of one library. The database stays what counts; this is for the day when it is gone. Close it first."""

    def __init__(self, library: Library, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._library = library
        self._sleep = sleep
        self._due: set[Path] = set()
        self._is_fresh = False
        self._waiting: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()
        for signal in (library.changed, library.added, library.removed):
            signal.connect(self._note)

    def start(self) -> None:
        """What was judged before there were such files, or by an app that was killed, is told too: in good time."""
        self._starting = asyncio.get_running_loop().create_task(self._tell_all(), name="tell what is thought of clips")

    async def close(self) -> None:
        """Return once all is told."""
        for signal in (self._library.changed, self._library.added, self._library.removed):
            signal.disconnect(self._note)
        for task in (self._waiting, self._starting):
            if task:
                task.cancel()
                await asyncio.wait({task})
        await self._write()

    def _note(self, clips: tuple[Clip, ...]) -> None:
        self._due.update(clip.file.parent for clip in clips)
        self._is_fresh = True
        if self._waiting is None or self._waiting.done():
            self._waiting = asyncio.get_running_loop().create_task(self._wait(), name="tell what is thought of clips")

    async def _wait(self) -> None:
        while self._due:  # somebody may go on judging while it is being written
            for _ in range(_AT_MOST):
                self._is_fresh = False
                await self._sleep(QUIET_SECONDS)
                if not self._is_fresh:
                    break
            await asyncio.shield(self._write())

    async def _tell_all(self) -> None:
        await self._sleep(_AFTER_START)
        self._due.update(Path(one.path).parent for one in await self._library.list_reviews())
        await asyncio.shield(self._write())

    async def _write(self) -> None:
        async with self._turn:
            due, self._due = self._due, set()
            if not due:
                return
            by_folder: dict[Path, list[Review]] = defaultdict(list)
            try:
                for one in await self._library.list_reviews():
                    by_folder[Path(one.path).parent].append(one)
                for folder in due:
                    await asyncio.to_thread(write_reviews, folder, by_folder[folder], self._library.known_jobs)
            except (UserError, OSError) as error:  # it is in the database, and is told another time
                log.info("what is thought of clips can't be told beside them: %s", error)
