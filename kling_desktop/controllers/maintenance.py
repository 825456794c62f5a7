"""Deletes files that nothing refers to any more, once per run, a while after the start."""

import asyncio
import logging
import time

from kling_desktop.controllers.context import AppContext
from kling_desktop.store.cleanup import clean_up
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.process_lock import running_processes

_DELAY = 60.0
"""Seconds after the start."""

log = logging.getLogger(__name__)


class StorageCleanup:
    """Does nothing while another window or a `render` runs: it may refer to something that isn't on disk yet."""

    def __init__(self, context: AppContext) -> None:
        self._folders = context.folders
        self._tasks = context.tasks

    def start(self) -> None:
        self._tasks.spawn(self._clean_up(), "clean up")

    async def _clean_up(self) -> None:
        await asyncio.sleep(_DELAY)
        await asyncio.to_thread(clean_up_if_alone, self._folders)


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
