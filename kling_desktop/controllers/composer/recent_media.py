"""Keeps the pictures that were put into the form lately."""

import asyncio

from kling_desktop.store.composer.recent_media import RecentsFile
from kling_desktop.ui.composer.media_input.recent_media import RecentMedia
from kling_desktop.ui.qt.tasks import Tasks


class RecentMediaController:
    """On disk as they come, and back at the next start."""

    def __init__(self, recents: RecentMedia, file: RecentsFile, tasks: Tasks) -> None:
        self._recents = recents
        self._file = file
        self._one_at_a_time = asyncio.Lock()
        recents.added.connect(lambda: tasks.spawn(self._save(), "keep the recent pictures", to_the_end=True))

    async def restore(self) -> None:
        self._recents.restore(await asyncio.to_thread(self._file.load))

    async def _save(self) -> None:
        async with self._one_at_a_time:
            await asyncio.to_thread(self._file.save, self._recents.all)
