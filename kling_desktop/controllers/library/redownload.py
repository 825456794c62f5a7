"""What a clip still has at Leonardo: its file is fetched again from there for nothing."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.domain.errors import KlingError, UserError, os_error_reason
from kling_desktop.domain.jobs.actions import JobAction, Offer
from kling_desktop.domain.jobs.job import Job
from kling_desktop.services.clips.clip_downloader import ClipDownloader
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from kling_desktop.domain.library.clip import Clip
    from kling_desktop.domain.library.library_check import ClipFile
    from kling_desktop.session import Session
    from kling_desktop.ui.viewer.viewer import Viewer


class ClipRedownload:
    """Of one session at a time. posters: the folder of the clips' pictures; clips_folder(): where clips go now;
    open_clip shows the clip of an ID.
    """

    def __init__(
        self,
        window: MainWindow,
        tasks: Tasks,
        posters: Path,
        clips_folder: Callable[[], Path],
        open_clip: Callable[[str], None],
    ) -> None:
        self._window = window
        self._tasks = tasks
        self._posters = posters
        self._clips_folder = clips_folder
        self._open_clip = open_clip
        self._session: Session | None = None
        self._one_at_a_time = asyncio.Lock()
        window.middle.clip_opened.connect(self._mind)

    def follow(self, session: "Session | None") -> None:
        self._session = session

    def _mind(self, viewer: "Viewer", job: Job) -> None:
        viewer.stage.broke.connect(lambda _why: self._offer(viewer, job))

    def _offer(self, viewer: "Viewer", job: Job) -> None:
        """What can't be played here may still be whole there."""
        if self._session and job.generation and viewer is self._window.middle.viewer:
            fetch = partial(self._fetch_for, viewer, job)
            sentence = "This clip can be downloaded from Leonardo again. It costs nothing."
            label = Offer(JobAction.DOWNLOAD_AGAIN).label
            self._window.messages.show_now(Message(sentence, Tone.ACCENT, label, fetch, seconds=0))

    def _fetch_for(self, viewer: "Viewer", job: Job) -> None:
        self._tasks.spawn(self._fetch_and_show(viewer, job), f"fetch {job.id} again")

    async def _fetch_and_show(self, viewer: "Viewer", job: Job) -> None:
        await self.download_again(job)
        if viewer is self._window.middle.viewer:
            self._open_clip(job.id)

    async def download_again(self, job: Job) -> None:
        """Get the clip's file from Leonardo once more."""
        session = self._connected()
        if (clip := await session.library.get_clip(job.id)) is None:
            return
        self._window.messages.show_now(Message("Downloading the clip again. It costs nothing.", Tone.BUSY))
        async with self._fetching(session) as fetching:
            await self._fetch(session, fetching, clip)
        self._window.messages.show_now(Message("The clip is back.", Tone.OK))

    async def fetch_all(self, missing: "Sequence[ClipFile]", told: Callable[[int, int], None]) -> None:
        """The same for many, told how far it is; what can't be fetched is said at the end."""
        session = self._connected()
        trouble: list[str] = []
        async with self._fetching(session) as fetching:
            for number, one in enumerate(missing):
                told(number, len(missing))
                try:
                    if clip := await session.library.get_clip(one.job):
                        await self._fetch(session, fetching, clip)
                except KlingError as error:
                    trouble.append(str(error))
        if trouble:
            count = "One could not be fetched" if len(trouble) == 1 else f"{len(trouble)} could not be fetched"
            self._window.messages.show_now(Message(f"{count}: {trouble[0]}", Tone.ODD, seconds=0))

    def _fetching(self, session: "Session") -> "AbstractAsyncContextManager[ClipDownloader]":
        return ClipDownloader.open(session.client, ClipSaver(self._posters))

    async def _fetch(self, session: "Session", fetching: "ClipDownloader", clip: "Clip") -> None:
        async with self._one_at_a_time:
            now = await session.library.get_clip(clip.id)
            if now and _file_of(now) == _file_of(clip):  # else it has come already, for a click just before this one
                await self._fetch_now(session, fetching, now)

    async def _fetch_now(self, session: "Session", fetching: "ClipDownloader", clip: "Clip") -> None:
        folder = self._clips_folder()
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        try:
            back = await fetching.redownload(clip, folder)
        except OSError as error:
            raise UserError(
                f"The disk gives trouble: {os_error_reason(error)}.", "The clip can be fetched later."
            ) from error
        await session.library.replace(back)

    def _connected(self) -> "Session":
        if self._session is None:
            raise UserError("There is no connection at the moment.", "Try again once there is.")
        return self._session


def _file_of(clip: "Clip") -> tuple[object, ...]:
    """What fetching a clip again changes."""
    return clip.file, clip.digest, clip.is_missing
