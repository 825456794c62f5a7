"""The files of the clips are watched by itself and checked on demand, and what is found is mended."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from kling_desktop.controllers.library.redownload import ClipRedownload
from kling_desktop.domain.errors import KlingError, UserError, os_error_reason
from kling_desktop.services.library.check import LibraryCheck
from kling_desktop.services.library.disk_scan import ScanCancelled
from kling_desktop.services.library.file_verifier import FileVerifier
from kling_desktop.store.folders import nearest_folder
from kling_desktop.store.library.trash import move_to_system_trash
from kling_desktop.ui.library import check_findings
from kling_desktop.ui.library.check_dialog import CheckDialog
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message

if TYPE_CHECKING:
    from kling_desktop.domain.library.clip import Clip
    from kling_desktop.domain.library.library_check import CheckReport
    from kling_desktop.session import Session


class CheckController:
    """Of one session at a time. Arguments as AtLeonardo's. close() before the session is."""

    def __init__(
        self,
        theme: Theme,
        window: MainWindow,
        tasks: Tasks,
        posters: Path,
        clips_folder: Callable[[], Path],
        at_leonardo: ClipRedownload,
    ) -> None:
        self._theme = theme
        self._window = window
        self._tasks = tasks
        self._posters = posters
        self._clips_folder = clips_folder
        self._at_leonardo = at_leonardo
        self._session: Session | None = None
        self._checking: LibraryCheck | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._dialog: CheckDialog | None = None
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        application.applicationStateChanged.connect(self._come_back)
        window.library.check_requested.connect(self.check)

    def follow(self, session: "Session") -> None:
        """Watch the files of that account from now on."""
        self._session = session
        self._prove_by(FileVerifier(session.library).verify)
        self._checking = LibraryCheck(
            session.library, self._posters, session.library.account, lambda: [self._clips_folder()]
        )
        self._checking.changes_found.connect(self._tell_noticed)
        self._checking.progress.connect(self._show_progress)
        session.library.added.connect(self._look_at_new)
        for work, name in (
            (self._checking.watch(), "watch the files"),
            (self._offer_what_is_not_listed(self._checking, session), "look for clips that aren't listed"),
        ):
            if task := self._tasks.begin(work, name):
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        """Leave that account, with nothing of it under way any more."""
        if self._dialog:
            self._dialog.reject()
        if under_way := set(self._under_way):
            for task in under_way:
                task.cancel()
            await asyncio.wait(under_way)
        self._prove_by(None)
        checking, self._checking, self._session = self._checking, None, None
        if checking:
            await checking.close()

    def check(self) -> None:
        """Open the dialog and look."""
        if self._dialog is not None or self._checking is None:
            return
        dialog = self._dialog = CheckDialog(self._theme, self._window)
        dialog.acted.connect(self._act)
        dialog.recheck_requested.connect(self._check)
        dialog.finished.connect(self._forget_check)
        dialog.open()
        self._check()

    def _check(self, further: Sequence[Path] = ()) -> None:
        if self._dialog and self._checking:
            self._dialog.show_busy("Looking at your files…")
            self._tasks.spawn(self._look(self._checking, further), "check the library")

    async def _look(self, checking: "LibraryCheck", further: Sequence[Path]) -> None:
        try:
            report = await checking.check(further)
        except ScanCancelled:
            return
        except KlingError as error:
            if self._dialog:
                self._dialog.show_trouble(str(error))
            return
        if self._dialog:
            self._dialog.show_report(report)

    def _forget_check(self) -> None:
        if self._checking:
            self._checking.stop()
        if self._dialog:
            self._dialog.deleteLater()
            self._dialog = None

    def _show_progress(self, done: int, of: int) -> None:
        if self._dialog:
            self._dialog.show_progress(done, of)

    def _act(self, what: str, with_: Any) -> None:
        if what == check_findings.LOCATE:
            self._ask_where(with_)
        elif self._checking:
            self._tasks.spawn(self._mend(self._checking, what, with_), f"mend the library: {what}")

    async def _mend(self, checking: "LibraryCheck", what: str, with_: Any) -> None:
        dialog = self._dialog
        if dialog:
            dialog.show_busy("Putting it in order…")
        try:
            match what:
                case check_findings.FETCH:
                    await self._at_leonardo.fetch_all(with_, self._show_progress)
                case check_findings.GIVE_UP:
                    gone = await checking.remove_missing(with_)
                    undo = partial(self._put_back, gone)
                    count = "One clip is" if len(gone) == 1 else f"{len(gone)} clips are"
                    self._window.messages.show_now(
                        Message(f"{count} off the list.", Tone.OK, "Undo", undo, seconds=10.0)
                    )
                case check_findings.ACCEPT:
                    await checking.accept(with_)
                case check_findings.DELETED:
                    await checking.mark_folder_missing(with_)
                case check_findings.BRING:
                    await checking.add_clips(with_)
                case check_findings.ADOPT:
                    await self._adopt(checking, with_)
                case check_findings.BIN:
                    await asyncio.to_thread(_bin, with_)
        finally:
            if dialog and dialog is self._dialog:
                self._check()

    async def _adopt(self, checking: "LibraryCheck", files: Sequence[Path]) -> None:
        if trouble := await checking.import_videos(files):
            more = f" {len(trouble) - 1} more can't be either." if len(trouble) > 1 else ""
            self._window.messages.show_now(Message(f"{trouble[0]}{more}", Tone.ODD, seconds=0))

    def _put_back(self, clips: "tuple[Clip, ...]") -> None:
        if self._session:
            self._tasks.spawn(self._session.library.restore(*clips), "put clips back")

    def _ask_where(self, folder: Path) -> None:
        assert self._dialog is not None
        dialog = QFileDialog(self._dialog, "Look for clips in", str(nearest_folder(folder)))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda chosen: self._check([Path(chosen)]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # What is noticed by itself

    def _tell_noticed(self, report: "CheckReport") -> None:
        if missing := report.newly_missing:
            one = len(missing) == 1
            what = f"“{missing[0].file.name}” is" if one else f"{len(missing)} clips are"
            sentence = f"{what} no longer where {'it was' if one else 'they were'}."
            self._window.messages.post(Message(sentence, Tone.ODD, "Check library", self.check, seconds=12.0))
        elif report.moved:
            count = "A clip was" if len(report.moved) == 1 else f"{len(report.moved)} clips were"
            self._window.messages.post(Message(f"{count} moved outside the app; the library has followed.", Tone.OK))

    async def _offer_what_is_not_listed(self, checking: "LibraryCheck", session: "Session") -> None:
        """An empty library beside a full folder: the database is gone, or this is another computer."""
        if await session.library.count() or not await checking.has_unregistered():
            return
        sentence = "There are videos in your folder for clips, and none in the library."
        self._window.messages.post(Message(sentence, Tone.ACCENT, "Bring them back", self.check, seconds=0))

    def _prove_by(self, prove: Callable[[Path], None] | None) -> None:
        """What is asked before a clip is decoded, wherever it is shown."""
        self._window.library.prove = self._window.library.grid.frames.prove = prove

    def _come_back(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive and self._checking:
            self._checking.poke()

    def _look_at_new(self, _clips: object) -> None:
        if self._checking:
            self._checking.poke(library_changed=True)


def _bin(files: Sequence[Path]) -> None:
    for file in files:
        try:
            move_to_system_trash(file)
        except OSError as error:
            reason = os_error_reason(error)
            raise UserError(f"The system's bin doesn't take {file.name}: {reason}.", "It stays.") from error
