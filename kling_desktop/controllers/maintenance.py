"""Deletes files that nothing refers to any more, a while after the start and again every hour."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from kling_desktop.store.cleanup import clean_up
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.process_lock import running_processes
from kling_desktop.ui.qt.tasks import Tasks

_DELAY = 60.0
"""Seconds after the start."""
_EVERY = 3600.0
"""Seconds from then on: a window may stay open for days."""

log = logging.getLogger(__name__)


class StorageCleanup:
    """Does nothing while another window or a `render` runs: it may refer to something that isn't on disk yet."""

    def __init__(
        self, folders: Folders, tasks: Tasks, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._folders = folders
        self._tasks = tasks
        self._sleep = sleep

    def start(self) -> None:
        self._tasks.spawn(self._clean_up(), "clean up")

    async def _clean_up(self) -> None:
        await self._sleep(_DELAY)
        while True:
            await asyncio.to_thread(clean_up_if_alone, self._folders)
            await self._sleep(_EVERY)


def clean_up_if_alone(folders: Folders) -> bool:
    """Return whether it was done. Blocks."""
    try:
        if running_processes(folders.process_locks) > 1:
            return False
        clean_up(folders, time.time())
    except OSError as error:
        log.info("can't clean up: %s", error)
        return False
    return True
