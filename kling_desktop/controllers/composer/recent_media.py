"""Saves the images that were recently put into the form."""

import asyncio

from kling_desktop.controllers.context import AppContext
from kling_desktop.store.composer.recent_media import RecentMediaFile


class RecentMediaController:
    """Saves each image as it comes and restores them all at the next start."""

    def __init__(self, context: AppContext) -> None:
        self._recents = context.window.composer.recents
        self._file = RecentMediaFile(context.folders.recent_media)
        self._lock = asyncio.Lock()
        self._recents.added.connect(
            lambda: context.tasks.spawn(self._save(), "save the recent images", to_the_end=True)
        )

    async def restore(self) -> None:
        self._recents.restore(await asyncio.to_thread(self._file.load))

    async def _save(self) -> None:
        async with self._lock:
            await asyncio.to_thread(self._file.save, self._recents.all)
