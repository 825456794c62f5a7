"""Past generations of the account come into the library, while the window goes on."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kling_desktop.services.clips.clip_downloader import ClipDownloader
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.services.executors import run_uncancellable
from kling_desktop.services.library.account_import import AccountImport, ImportProgress
from kling_desktop.store.library.pending_import import PendingAccountImport, PendingImportFile
from kling_desktop.store.library.review_file import ReviewFiles
from kling_desktop.ui.library.account_import_dialog import AccountImportDialog
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message

if TYPE_CHECKING:
    from kling_desktop.domain.library.clip import Clip
    from kling_desktop.services.library.library import Library
    from kling_desktop.session import Session
    from kling_desktop.ui.export.task_progress import Work


class AccountImportController:
    """One import at a time, of one session; one that closing broke off goes on at the next start. Arguments as
    AtLeonardo's. close() before the session is.
    """

    def __init__(
        self,
        theme: Theme,
        window: MainWindow,
        tasks: Tasks,
        posters: Path,
        clips_folder: Callable[[], Path],
        wish: PendingImportFile,
    ) -> None:
        self._theme = theme
        self._window = window
        self._tasks = tasks
        self._posters = posters
        self._clips_folder = clips_folder
        self._wish = wish
        self._unwanted = False
        self._session: Session | None = None
        self._task: asyncio.Task[None] | None = None
        self._dialog: AccountImportDialog | None = None
        self._shown: Work | None = None
        window.library.import_requested.connect(self.ask)

    def follow(self, session: "Session") -> None:
        self._session = session
        self._tasks.spawn(self._go_on(session), "go on with an import")

    async def _go_on(self, session: "Session") -> None:
        wish = await asyncio.to_thread(self._wish.load)
        if wish and (wish.service, wish.profile) == session.library.account and session is self._session:
            said = "The import from your account goes on where it was broken off. It costs nothing."
            self._window.messages.post(Message(said, Tone.ACCENT, "Stop it", self._stop, seconds=12.0))
            self._begin(wish.all_sizes)

    async def close(self) -> None:
        """Leave that account, with nothing under way any more."""
        self._session = None
        if self._dialog:
            self._dialog.reject()
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    def ask(self) -> None:
        """Open the dialog; an import that is under way goes on in it."""
        if self._dialog is not None or self._session is None:
            return
        dialog = self._dialog = AccountImportDialog(self._theme, self._window)
        dialog.begun.connect(self._begin)
        dialog.stopped.connect(self._stop)
        dialog.finished.connect(self._forget)
        if self._task and not self._task.done():
            dialog.show_running("It goes on.")
        dialog.open()

    def _begin(self, everything: bool) -> None:
        if self._session and not (self._task and not self._task.done()):
            self._unwanted = False
            self._task = self._tasks.begin(self._bring(self._session, everything), "import")
            if self._task:
                self._task.add_done_callback(self._ended)

    async def _bring(self, session: "Session", everything: bool) -> None:
        folder = self._clips_folder()
        landing = ClipSaver(self._posters)
        importing: AccountImport | None = None
        # No card stands for what is still to come: there may be thousands, all older than what is in sight.
        works = self._window.status.works
        self._shown = works.begin("Importing from your account", done=None, end=self._stop)
        disk = ThreadPoolExecutor(1, thread_name_prefix="import remembered")
        try:
            await run_uncancellable(disk, self._wish.save, PendingAccountImport(*session.library.account, everything))
            async with ClipDownloader.open(session.client, landing) as fetching:
                importing = AccountImport(
                    session.client,
                    fetching,
                    account=session.library.account,
                    folder=str(folder),
                    claimed=session.library.claimed_generations,
                    keep=partial(_keep, session.library, ReviewFiles([folder])),
                    may_be_ours=session.queue.unknown.may_be_ours,
                    all_sizes=everything,
                )
                importing.progress.connect(self._show)
                end = await importing.run()
            await run_uncancellable(disk, self._wish.clear)
            self._end(end)
        except asyncio.CancelledError:
            if self._unwanted:
                await run_uncancellable(disk, self._wish.clear)
                for job in importing.current if importing else ():
                    await run_uncancellable(disk, landing.discard_part, job)
            raise
        finally:
            works.end(self._shown)
            self._shown = None
            disk.shutdown(wait=False)

    def _stop(self) -> None:
        if self._task:
            self._unwanted = True
            self._task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        said = "Stopped. What came is here; the rest can come later."
        if task.cancelled() and self._dialog:
            self._dialog.show_end(said, whole=False)
        elif task.cancelled() and self._unwanted:
            self._window.messages.show_now(Message(f"Import: {said[0].lower()}{said[1:]}", Tone.IDLE))

    def _show(self, so_far: "ImportProgress") -> None:
        if self._shown:
            self._shown.say(f"Importing from your account · {so_far.imported:,} brought")
        if self._dialog:
            self._dialog.show_running(_told(so_far))

    def _end(self, end: "ImportProgress") -> None:
        sentence = " ".join(part for part in (_told(end), end.problem) if part)
        if self._dialog:
            self._dialog.show_end(sentence, whole=end.is_complete)
        else:
            tone = Tone.OK if end.is_complete else Tone.ODD
            self._window.messages.post(Message(f"Import: {sentence}", tone, seconds=12.0))

    def _forget(self) -> None:
        if self._dialog:
            self._dialog.deleteLater()
            self._dialog = None


async def _keep(library: "Library", judgements: "ReviewFiles", clip: "Clip") -> bool:
    """With what was thought of it, where that is told in the folder still."""
    return await library.add_imported(await asyncio.to_thread(judgements.apply_to, clip))


def _told(so_far: "ImportProgress") -> str:
    parts = [f"{so_far.imported:,} brought"]
    for count, words in (
        (so_far.known, "here already"),
        (so_far.skipped, "passed over"),
        (so_far.failed, "could not be fetched"),
    ):
        if count:
            parts.append(f"{count:,} {words}")
    return f"{so_far.listed:,} read: {', '.join(parts)}."
