"""Clears away what nothing refers to any more, once a run, when nobody waits for anything."""

import asyncio
import logging
import time

from kling_desktop.controllers.context import AppContext
from kling_desktop.store.cleanup import clean_up
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.process_lock import running_processes

_AFTER = 60.0
"""Seconds after the start."""

log = logging.getLogger(__name__)


class StorageCleanup:
    """Another window or a `render` that runs just now may hold something that isn't on disk yet: then nothing is
    cleared this time.
    """

    def __init__(self, context: AppContext) -> None:
        self._folders = context.folders
        self._tasks = context.tasks

    def start(self) -> None:
        self._tasks.spawn(self._clear(), "clear away")

    async def _clear(self) -> None:
        await asyncio.sleep(_AFTER)
        await asyncio.to_thread(clear_if_alone, self._folders)


def clear_if_alone(folders: Folders) -> bool:
    """Whether it was cleared. Blocking."""
    try:
        if running_processes(folders.process_locks) > 1:
            return False
        clean_up(folders, time.time())
    except OSError as error:
        log.info("nothing is cleared away: %s", error)
        return False
    return True
