"""Watches the files of the clips, checks them on demand, and mends what is found."""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import assert_never

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.controllers.library.redownload import ClipRedownload
from kling_desktop.controllers.undo_message import undo_message
from kling_desktop.domain.errors import KlingError, UserError, os_error_reason
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.library_check import CheckReport, ClipFile
from kling_desktop.domain.text import plural
from kling_desktop.services.library.check import LibraryCheck
from kling_desktop.services.library.disk_scan import ScanCancelled
from kling_desktop.services.library.file_verifier import FileVerifier
from kling_desktop.services.library.library import Library
from kling_desktop.store.folders import nearest_folder
from kling_desktop.store.library.trash import move_to_system_trash
from kling_desktop.ui.library.check_dialog import CheckDialog
from kling_desktop.ui.library.check_findings import (
    AddClips,
    CheckAction,
    DownloadFiles,
    ImportVideos,
    LibraryFix,
    LocateFolder,
    MarkFolderMissing,
    RemoveMissing,
    TrashCopies,
    UseChanged,
)
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message


class CheckController:
    """Shows what a check of the library finds, and what changes on disk in the meantime."""

    def __init__(
        self,
        context: AppContext,
        library: Library,
        check: LibraryCheck,
        redownload: ClipRedownload,
    ) -> None:
        self._context = context
        self._library = library
        self._check = check
        self._redownload = redownload
        self._slot = DialogSlot[CheckDialog](context.connections)
        application = QGuiApplication.instance()
        assert isinstance(application, QGuiApplication)
        context.connections.on_close(lambda: self._verify_with(None))
        self._verify_with(FileVerifier(library).verify)
        on = context.connections.on
        on(application.applicationStateChanged, self._on_application_state)
        on(context.window.library.check_requested, self.open)
        on(check.changes_found, self._show_changes)
        on(check.progress_changed, self._show_progress)
        on(library.added, lambda _clips: check.poke(library_changed=True))
        context.tasks.spawn(check.watch(), "watch the files")
        context.tasks.spawn(self._offer_unlisted(), "look for clips that aren't listed")

    def open(self) -> None:
        """Open the dialog and check."""
        if self._slot.is_open:
            return
        dialog = CheckDialog(self._context.theme, self._context.window)
        dialog.action_requested.connect(self._act)
        dialog.recheck_requested.connect(self._start)
        dialog.finished.connect(lambda _result: self._check.stop())
        self._slot.open(dialog)
        self._start()

    def _start(self, further: Sequence[Path] = ()) -> None:
        if dialog := self._slot.dialog:
            dialog.show_busy("Checking your files…")
            self._context.tasks.spawn(self._run(dialog, further), "check the library")

    async def _run(self, dialog: CheckDialog, further: Sequence[Path]) -> None:
        try:
            report = await self._check.check(further)
        except ScanCancelled:
            return
        except KlingError as error:
            if dialog is self._slot.dialog:
                dialog.show_trouble(str(error))
            return
        if dialog is self._slot.dialog:
            dialog.show_report(report)

    def _show_progress(self, done: int, of: int) -> None:
        if dialog := self._slot.dialog:
            dialog.show_progress(done, of)

    def _act(self, action: CheckAction) -> None:
        if isinstance(action, LocateFolder):
            self._ask_where(action.folder)
        elif dialog := self._slot.dialog:
            self._context.tasks.spawn(self._fix(dialog, action), "put the library in order")

    async def _fix(self, dialog: CheckDialog, fix: LibraryFix) -> None:
        dialog.show_busy("Updating the library…")
        try:
            match fix:
                case DownloadFiles(clips):
                    await self._redownload.download_all(clips, self._show_progress)
                case RemoveMissing(clips):
                    await self._remove_missing(clips)
                case MarkFolderMissing(folder):
                    await self._check.mark_folder_missing(folder)
                case UseChanged(clips):
                    await self._check.accept(clips)
                case AddClips(found):
                    await self._check.add_clips(found)
                case ImportVideos(files):
                    await self._add(files)
                case TrashCopies(files):
                    await asyncio.to_thread(_move_to_trash, files)
                case _:
                    assert_never(fix)
        finally:
            if dialog is self._slot.dialog:
                self._start()

    async def _remove_missing(self, missing: Sequence[ClipFile]) -> None:
        gone = await self._check.remove_missing(missing)
        sentence = plural(
            len(gone), one="1 clip removed from the library.", other="{count} clips removed from the library."
        )
        self._context.messages.show_now(undo_message(sentence, lambda: self._spawn_restore(gone)))

    def _spawn_restore(self, clips: tuple[Clip, ...]) -> None:
        self._context.tasks.spawn(self._library.restore(*clips), "put clips back")

    async def _add(self, files: Sequence[Path]) -> None:
        if problems := await self._check.import_videos(files):
            sentence = str(problems[0])
            if rest := len(problems) - 1:
                more = plural(rest, one="1 more file couldn't be added.", other="{count} more files couldn't be added.")
                sentence = f"{sentence} {more}"
            self._context.messages.show_now(Message(sentence, Tone.ODD, seconds=0))

    def _ask_where(self, folder: Path) -> None:
        dialog = QFileDialog(self._slot.dialog, "Look for clips in", str(nearest_folder(folder)))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda chosen: self._start([Path(chosen)]))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    # What is noticed without being asked for

    def _show_changes(self, report: CheckReport) -> None:
        if missing := report.newly_missing:
            sentence = plural(
                len(missing),
                one="“{name}” is no longer where it was.",
                other="{count} clips are no longer where they were.",
                name=missing[0].file.name,
            )
            self._context.messages.post(Message(sentence, Tone.ODD, "Check library", self.open, seconds=12.0))
        elif report.moved:
            sentence = plural(
                len(report.moved),
                one="A clip was moved outside the app. The library has been updated.",
                other="{count} clips were moved outside the app. The library has been updated.",
            )
            self._context.messages.post(Message(sentence, Tone.OK))

    async def _offer_unlisted(self) -> None:
        """An empty library next to a full folder: the database is gone, or this is another computer."""
        if await self._library.count() or not await self._check.has_unregistered():
            return
        sentence = "Your clips folder contains videos that aren't in the library."
        self._context.messages.post(Message(sentence, Tone.ACCENT, "Import them", self.open, seconds=0))

    def _verify_with(self, verify: Callable[[Path], None] | None) -> None:
        """What is called before a clip is decoded, wherever it is shown."""
        panel = self._context.window.library
        panel.prove = panel.grid.frames.prove = verify

    def _on_application_state(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self._check.poke()


def _move_to_trash(files: Sequence[Path]) -> None:
    for file in files:
        try:
            move_to_system_trash(file)
        except OSError as error:
            reason = os_error_reason(error)
            sentence = f"“{file.name}” can't be moved to the system's trash: {reason}."
            raise UserError(sentence, "It stays where it is.") from error
