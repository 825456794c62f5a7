"""The files of the clips and what the user does about them: followed, checked, fetched again, imported, deleted."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from kling_desktop.domain.errors import KlingError, NotUsable
from kling_desktop.domain.job import Job
from kling_desktop.store.folders import Folders
from kling_desktop.ui.library import findings
from kling_desktop.ui.library.account_dialog import AccountDialog
from kling_desktop.ui.library.check_dialog import CheckDialog
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message
from kling_desktop.ui.window import Window

if TYPE_CHECKING:
    from kling_desktop.domain.clip import Clip
    from kling_desktop.domain.clip_file import ClipFile, Report
    from kling_desktop.session import Session
    from kling_desktop.work.checking import Checking
    from kling_desktop.work.fetching import Fetching
    from kling_desktop.work.importing import Imported


class FilesKept:
    """Follows one session at a time. clips_folder(): where clips go at the moment. close() before the session is."""

    def __init__(
        self, theme: Theme, window: Window, tasks: Tasks, folders: Folders, clips_folder: Callable[[], Path]
    ) -> None:
        self._theme = theme
        self._window = window
        self._tasks = tasks
        self._folders = folders
        self._clips_folder = clips_folder
        self._session: Session | None = None
        self._checking: Checking | None = None
        self._watching: asyncio.Task[None] | None = None
        self._importing: asyncio.Task[None] | None = None
        self._check_dialog: CheckDialog | None = None
        self._account_dialog: AccountDialog | None = None
        self.verbs: dict[str, Callable[[Job], Coroutine[Any, Any, None]]] = {
            "fetch_again": self._fetch_again,
            "find_file": self._check_for,
            "delete_at_leonardo": self._ask_to_delete,
        }
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._come_back)
        window.library.check_asked.connect(self.check)
        window.library.import_asked.connect(self.import_past)

    def follow(self, session: "Session") -> None:
        """Watch the files of that account from now on."""
        from kling_desktop.work.checking import Checking

        self._session = session
        self._checking = Checking(
            session.library, self._folders.posters, session.library.account, lambda: [self._clips_folder()]
        )
        self._checking.noticed.connect(self._tell_noticed)
        self._checking.told.connect(self._show_progress)
        session.library.added.connect(self._look_at_new)
        self._watching = self._tasks.begin(self._checking.watch(), "watch the files")
        self._tasks.spawn(self._offer_what_is_not_listed(self._checking, session), "look for clips that aren't listed")

    async def close(self) -> None:
        """Leave that account, with nothing of it under way any more."""
        for dialog in (self._check_dialog, self._account_dialog):
            if dialog:
                dialog.reject()
        for task in (self._watching, self._importing):
            if task:
                task.cancel()
                await asyncio.wait({task})
        checking, self._checking, self._session = self._checking, None, None
        if checking:
            await checking.close()

    def _come_back(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._hurry()

    def _hurry(self, *, news: bool = False) -> None:
        if self._checking:
            self._checking.hurry(news=news)

    def _look_at_new(self, _clips: object) -> None:
        self._hurry(news=True)

    # Check library

    def check(self) -> None:
        """Open the dialog and look."""
        if self._check_dialog is not None or self._checking is None:
            return
        dialog = self._check_dialog = CheckDialog(self._theme, self._window)
        dialog.acted.connect(self._act)
        dialog.again.connect(self._check)
        dialog.finished.connect(self._forget_check)
        dialog.open()
        self._check()

    def _check(self, further: Sequence[Path] = ()) -> None:
        if self._check_dialog and self._checking:
            self._check_dialog.show_busy("Looking at your files…")
            self._tasks.spawn(self._look(self._checking, further), "check the library")

    async def _look(self, checking: "Checking", further: Sequence[Path]) -> None:
        from kling_desktop.work.looking import Abandoned

        try:
            report = await checking.check(further)
        except Abandoned:
            return
        except KlingError as error:
            if self._check_dialog:
                self._check_dialog.show_trouble(str(error))
            return
        if self._check_dialog:
            self._check_dialog.show_report(report)

    def _forget_check(self) -> None:
        if self._checking:
            self._checking.stop()
        if self._check_dialog:
            self._check_dialog.deleteLater()
            self._check_dialog = None

    def _show_progress(self, done: int, of: int) -> None:
        if self._check_dialog:
            self._check_dialog.show_progress(done, of)

    def _act(self, what: str, with_: Any) -> None:
        if what == findings.LOCATE:
            self._ask_where(with_)
        elif self._checking:
            self._tasks.spawn(self._mend(self._checking, what, with_), f"mend the library: {what}")

    async def _mend(self, checking: "Checking", what: str, with_: Any) -> None:
        dialog = self._check_dialog
        if dialog:
            dialog.show_busy("Putting it in order…")
        try:
            match what:
                case findings.FETCH:
                    await self._fetch_all(with_)
                case findings.GIVE_UP:
                    gone = await checking.give_up(with_)
                    undo = partial(self._put_back, gone)
                    count = "One clip is" if len(gone) == 1 else f"{len(gone)} clips are"
                    self._window.messages.answer(Message(f"{count} off the list.", Tone.OK, "Undo", undo, seconds=10.0))
                case findings.DELETED:
                    await checking.deleted(with_)
                case findings.BRING:
                    await checking.take_in(with_)
                case findings.ADOPT:
                    await self._adopt(checking, with_)
                case findings.BIN:
                    await asyncio.to_thread(_bin, with_)
        finally:
            if dialog and dialog is self._check_dialog:
                self._check()

    async def _adopt(self, checking: "Checking", files: Sequence[Path]) -> None:
        if trouble := await checking.adopt(files):
            more = f" {len(trouble) - 1} more can't be either." if len(trouble) > 1 else ""
            self._window.messages.answer(Message(f"{trouble[0]}{more}", Tone.ODD, seconds=0))

    def _put_back(self, clips: "tuple[Clip, ...]") -> None:
        if self._session:
            self._tasks.spawn(self._session.library.put_back(*clips), "put clips back")

    def _ask_where(self, folder: Path) -> None:
        assert self._check_dialog is not None
        dialog = QFileDialog(self._check_dialog, f"Where is “{folder.name}” now?", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda chosen: self._check([Path(chosen)]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # What is noticed by itself

    def _tell_noticed(self, report: "Report") -> None:
        if missing := report.newly_missing:
            one = len(missing) == 1
            what = f"“{missing[0].file.name}” is" if one else f"{len(missing)} clips are"
            sentence = f"{what} no longer where {'it was' if one else 'they were'}."
            self._window.messages.tell(Message(sentence, Tone.ODD, "Check library", self.check, seconds=12.0))
        elif report.moved:
            count = "A clip was" if len(report.moved) == 1 else f"{len(report.moved)} clips were"
            self._window.messages.tell(Message(f"{count} moved outside the app; the library has followed.", Tone.OK))

    async def _offer_what_is_not_listed(self, checking: "Checking", session: "Session") -> None:
        """An empty library beside a full folder: the database is gone, or this is another computer."""
        if await session.library.count() or not await checking.has_files():
            return
        sentence = "There are videos in your folder for clips, and none in the library."
        self._window.messages.tell(Message(sentence, Tone.ACCENT, "Bring them back", self.check, seconds=0))

    # Fetched again, for nothing

    async def _fetch_again(self, job: Job) -> None:
        session = self._connected()
        if (clip := await session.library.clip(job.id)) is None:
            return
        self._window.messages.answer(Message("The clip is fetched again. It costs nothing.", Tone.BUSY))
        await self._with_fetching(session, lambda fetching: self._fetch(session, fetching, clip))
        self._window.messages.answer(Message("The clip is back.", Tone.OK))

    async def _fetch_all(self, missing: "Sequence[ClipFile]") -> None:
        session = self._connected()

        async def fetch(fetching: "Fetching") -> None:
            trouble: list[str] = []
            for number, one in enumerate(missing):
                self._show_progress(number, len(missing))
                try:
                    if clip := await session.library.clip(one.job):
                        await self._fetch(session, fetching, clip)
                except KlingError as error:
                    trouble.append(str(error))
            if trouble:
                count = "One could not be fetched" if len(trouble) == 1 else f"{len(trouble)} could not be fetched"
                self._window.messages.answer(Message(f"{count}: {trouble[0]}", Tone.ODD, seconds=0))

        await self._with_fetching(session, fetch)

    async def _fetch(self, session: "Session", fetching: "Fetching", clip: "Clip") -> None:
        folder = self._clips_folder()
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        try:
            back = await fetching.again(clip, folder)
        except OSError as error:
            raise NotUsable(
                f"The disk gives trouble: {error.strerror or error}.", "The clip can be fetched later."
            ) from error
        await session.library.renew(back)

    async def _with_fetching(self, session: "Session", work: "Callable[[Fetching], Coroutine[Any, Any, None]]") -> None:
        from kling_desktop.work.fetching import Fetching
        from kling_desktop.work.landing import Landing

        with ThreadPoolExecutor(2, thread_name_prefix="clips fetched") as files:
            fetching = Fetching(session.client, Landing(self._folders.posters), files, time.time)
            try:
                await work(fetching)
            finally:
                await fetching.close()

    async def _check_for(self, _job: Job) -> None:
        self.check()

    # Past generations of the account

    def import_past(self) -> None:
        """Open the dialog; an import that is under way goes on in it."""
        if self._account_dialog is not None or self._session is None:
            return
        dialog = self._account_dialog = AccountDialog(self._theme, self._window)
        dialog.begun.connect(self._import)
        dialog.stopped.connect(self._stop_import)
        dialog.finished.connect(self._forget_import)
        if self._importing and not self._importing.done():
            dialog.show_running("It goes on.")
        dialog.open()

    def _import(self, everything: bool) -> None:
        if self._session and not (self._importing and not self._importing.done()):
            self._importing = self._tasks.begin(self._bring(self._session, everything), "import")

    async def _bring(self, session: "Session", everything: bool) -> None:
        from kling_desktop.work.importing import Importing

        async def run(fetching: "Fetching") -> None:
            importing: Importing = Importing(
                session.client,
                fetching,
                account=session.library.account,
                folder=str(self._clips_folder()),
                claimed=session.library.claimed,
                keep=session.library.bring,
                everything=everything,
            )
            importing.told.connect(self._show_import)
            self._end_import(await importing.run())

        try:
            await self._with_fetching(session, run)
        except asyncio.CancelledError:
            if self._account_dialog:
                self._account_dialog.show_end("Stopped. What came is here; the rest can come later.", whole=False)
            raise

    def _stop_import(self) -> None:
        if self._importing:
            self._importing.cancel()

    def _show_import(self, so_far: "Imported") -> None:
        if self._account_dialog:
            self._account_dialog.show_running(_told(so_far))

    def _end_import(self, end: "Imported") -> None:
        sentence = " ".join(part for part in (_told(end), end.trouble) if part)
        if self._account_dialog:
            self._account_dialog.show_end(sentence, whole=end.whole)
        else:
            tone = Tone.OK if end.whole else Tone.ODD
            self._window.messages.tell(Message(f"Import: {sentence}", tone, seconds=12.0))

    def _forget_import(self) -> None:
        if self._account_dialog:
            self._account_dialog.deleteLater()
            self._account_dialog = None

    # Deleted at Leonardo

    async def _ask_to_delete(self, job: Job) -> None:
        if not job.generation:
            raise NotUsable("Leonardo doesn't have this clip any more.")
        sentence = "At Leonardo the clip is deleted for good: it can't be edited or fetched again. The file here stays."
        delete = partial(self._delete, job)
        self._window.messages.answer(Message(sentence, Tone.ODD, "Delete at Leonardo", delete, seconds=0))

    def _delete(self, job: Job) -> None:
        self._tasks.spawn(self._delete_there(job), f"delete {job.id} at Leonardo", to_the_end=True)

    async def _delete_there(self, job: Job) -> None:
        session = self._connected()
        clip = await session.library.clip(job.id)
        if clip is None:
            return
        await session.client.delete(clip.done.generation)
        state = replace(clip.done, generation="", image="")
        await session.library.renew(replace(clip, job=replace(clip.job, state=state)))
        self._window.messages.answer(Message("The clip is deleted at Leonardo. The file here stays.", Tone.OK))

    def _connected(self) -> "Session":
        if self._session is None:
            raise NotUsable("There is no connection at the moment.", "Try again once there is.")
        return self._session


def _told(so_far: "Imported") -> str:
    parts = [f"{so_far.brought:,} brought"]
    for count, words in (
        (so_far.known, "here already"),
        (so_far.passed, "passed over"),
        (so_far.failed, "could not be fetched"),
    ):
        if count:
            parts.append(f"{count:,} {words}")
    return f"{so_far.seen:,} read: {', '.join(parts)}."


def _bin(files: Sequence[Path]) -> None:
    from kling_desktop.store.bin import to_system_bin

    for file in files:
        try:
            to_system_bin(file)
        except OSError as error:
            reason = error.strerror or str(error)
            raise NotUsable(f"The system's bin doesn't take {file.name}: {reason}.", "It stays.") from error
