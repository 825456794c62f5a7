"""Downloads the file of a clip from Leonardo again, which costs nothing."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from kling_desktop.controllers.connections import Connections
from kling_desktop.controllers.context import AppContext
from kling_desktop.domain.errors import KlingError, UserError, os_error_reason
from kling_desktop.domain.jobs.actions import JobAction, Offer
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.library_check import ClipFile
from kling_desktop.domain.text import plural
from kling_desktop.services.clips.clip_downloader import ClipDownloader
from kling_desktop.session import Session
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.viewer.viewer import Viewer
from kling_desktop.ui.widgets import Message


class ClipRedownload:
    """Offers it when a clip can't be played, too."""

    def __init__(self, context: AppContext, session: Session) -> None:
        self._context = context
        self._session = session
        self._lock = asyncio.Lock()
        self._viewer_connections = Connections()
        context.connections.on(context.window.middle.clip_opened, self._watch)
        context.connections.on_close(self._viewer_connections.close)

    def _watch(self, viewer: Viewer) -> None:
        """What can't be played here may still be whole at the service."""
        self._viewer_connections.close()
        job = viewer.job
        if job.generation:
            self._viewer_connections.on(viewer.stage.failed, lambda _why: self._offer(job))

    def _offer(self, job: Job) -> None:
        if self._is_shown(job):
            sentence = "This clip can be downloaded from Leonardo again. It costs nothing."
            label = Offer(JobAction.DOWNLOAD_AGAIN).label
            act = partial(self._spawn_download, job)
            self._context.messages.show_now(Message(sentence, Tone.ACCENT, label, act, seconds=0))

    def _spawn_download(self, job: Job) -> None:
        self._context.tasks.spawn(self._download_and_show(job), f"download {job.id} again")

    async def _download_and_show(self, job: Job) -> None:
        await self.download_again(job)
        clip = await self._session.library.get_clip(job.id)
        if clip and self._is_shown(job):
            self._context.window.middle.open_clip(clip.job)

    def _is_shown(self, job: Job) -> bool:
        viewer = self._context.window.middle.shown_alone
        return viewer is not None and viewer.job.id == job.id

    async def download_again(self, job: Job) -> None:
        """Get the clip's file from Leonardo once more."""
        if (clip := await self._session.library.get_clip(job.id)) is None:
            return
        self._context.messages.show_now(Message("Downloading the clip again. It costs nothing.", Tone.BUSY))
        async with self._session.remote_clips.open_downloader() as downloader:
            await self._download(downloader, clip)
        self._context.messages.show_now(Message("The clip is back.", Tone.OK))

    async def download_all(self, missing: Sequence[ClipFile], told: Callable[[int, int], None]) -> None:
        """Download many. `told` hears how far it is; what couldn't be downloaded is shown at the end."""
        trouble: list[str] = []
        async with self._session.remote_clips.open_downloader() as downloader:
            for number, one in enumerate(missing):
                told(number, len(missing))
                try:
                    if clip := await self._session.library.get_clip(one.job):
                        await self._download(downloader, clip)
                except KlingError as error:
                    trouble.append(str(error))
        if trouble:
            sentence = plural(
                len(trouble),
                one="1 clip couldn't be downloaded: {reason}",
                other="{count} clips couldn't be downloaded: {reason}",
                reason=trouble[0],
            )
            self._context.messages.show_now(Message(sentence, Tone.ODD, seconds=0))

    async def _download(self, downloader: ClipDownloader, clip: Clip) -> None:
        async with self._lock:
            now = await self._session.library.get_clip(clip.id)
            if now and _file_of(now) == _file_of(clip):  # else an earlier click has brought it already
                await self._download_now(downloader, now)

    async def _download_now(self, downloader: ClipDownloader, clip: Clip) -> None:
        folder = self._context.settings.session_folder(sandbox=self._session.service.is_sandbox)
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        try:
            back = await downloader.redownload(clip, folder)
        except OSError as error:
            raise UserError(
                f"The clip can't be saved: {os_error_reason(error)}.", "You can download it later."
            ) from error
        await self._session.library.replace(back)


def _file_of(clip: Clip) -> tuple[object, ...]:
    """What another download changes."""
    return clip.file, clip.digest, clip.is_missing
