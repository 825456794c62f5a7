"""What the service still has of the library's clips: their URLs, their files, and the clips themselves to delete."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.generation import Generation
from kling_desktop.domain.library.clip import Clip
from kling_desktop.services.clips.clip_downloader import ClipDownloader
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.services.library.account_import import AccountImport
from kling_desktop.services.library.library import Library
from kling_desktop.services.remote import Remote


class RemoteClips:
    """The clips of one account at the service."""

    def __init__(self, remote: Remote, saver: ClipSaver, library: Library) -> None:
        self._remote = remote
        self._saver = saver
        self._library = library

    async def get_video_url(self, generation: str) -> str:
        """Return the URL of a generation's video. It is asked for anew: the service may have moved its videos.

        Raises:
            UserError: The service doesn't have it, or doesn't show it.
        """
        found = await self._remote.get_generation(generation)
        if found is None or found.video is None:
            raise UserError("Leonardo no longer has this video, or doesn't show it.", "Your own file stays.")
        return found.video.video

    async def delete(self, clip: Clip) -> None:
        """Delete a clip at the service. Its file and its place in the library stay."""
        await self._remote.delete_generation(clip.done.generation)
        state = replace(clip.done, generation="", image="")
        await self._library.replace(replace(clip, job=replace(clip.job, state=state)))

    def open_downloader(self) -> AbstractAsyncContextManager[ClipDownloader]:
        """A downloader of clips whose files are gone, closed at the end of the `async with` body."""
        return ClipDownloader.open(self._remote, self._saver)

    def new_import(
        self, folder: Path, *, may_be_ours: Callable[[Generation], Awaitable[bool]], all_sizes: bool
    ) -> AccountImport:
        """An import of the account's past generations into this folder; see AccountImport."""
        return AccountImport(
            self._remote, self._saver, self._library, folder, may_be_ours=may_be_ours, all_sizes=all_sizes
        )
