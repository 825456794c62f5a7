"""Unused files go while the window is open, too."""

import asyncio
import os
import time
from pathlib import Path

from kling_desktop.controllers.maintenance import StorageCleanup
from kling_desktop.store.cleanup import HOUR
from kling_desktop.store.folders import Folders
from kling_desktop.ui.qt.tasks import Tasks


async def test_unused_files_are_deleted_again_and_again(tmp_path: Path) -> None:
    folders, waits = Folders.under(tmp_path), asyncio.Queue[float]()
    may_go_on = asyncio.Semaphore(0)

    async def sleep(seconds: float) -> None:
        waits.put_nowait(seconds)
        await may_go_on.acquire()

    folders.ensure()
    tasks = Tasks(lambda _: None, lambda: None)
    StorageCleanup(folders, tasks, sleep).start()
    assert await waits.get() == 60
    for round_ in range(3):
        old = folders.cache / f"{round_}.jpg"
        old.write_bytes(b"old")
        os.utime(old, (time.time() - 91 * 24 * HOUR,) * 2)
        may_go_on.release()
        assert await waits.get() == HOUR
        assert not old.exists()
    await tasks.close()
