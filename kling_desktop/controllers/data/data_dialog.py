"""Opens the dialog about back-ups and data, and does what it asks for."""

import asyncio
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QProcess
from PySide6.QtWidgets import QFileDialog

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.dialog_slot import DialogSlot
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.profiles import DEFAULT_PROFILE
from kling_desktop.domain.text import plural
from kling_desktop.store.backup.archive import SUFFIX, BackupStopped, write_backup
from kling_desktop.store.backup.restoration import stage_backup
from kling_desktop.store.folders import nearest_folder
from kling_desktop.store.keychain import Keychain
from kling_desktop.store.profiles import ProfileFile
from kling_desktop.ui.settings.data_dialog import DataDialog, FolderUse
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

_KIND = f"Back-ups (*{SUFFIX})"


class DataController:
    """Everything that takes a while runs on a thread, with its progress in the status bar."""

    def __init__(self, context: AppContext, keychain: Keychain) -> None:
        self._context = context
        self._keychain = keychain
        self._slot = DialogSlot[DataDialog](context.connections)

    def open(self) -> None:
        """Open the dialog, unless it is open."""
        if not self._slot.is_open:
            self._context.tasks.spawn(self._open(), "measure the folders")

    def ask_backup(self, *, with_clips: bool) -> None:
        """Ask where to, then back up."""
        name = f"Kling Desktop {datetime.now().astimezone():%Y-%m-%d}{SUFFIX}"
        offered = nearest_folder(Path.home() / "Documents") / name
        dialog = QFileDialog(self._context.window, "Back up to", str(offered), _KIND)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX[1:])
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.fileSelected.connect(lambda file: self.back_up(Path(file), with_clips=with_clips))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def ask_restore(self) -> None:
        """Ask which back-up, then unpack it for the next start."""
        dialog = QFileDialog(self._context.window, "Restore a back-up", str(Path.home()), _KIND)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda file: self.restore(Path(file)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def back_up(self, target: Path, *, with_clips: bool) -> None:
        self._context.tasks.spawn(self._back_up(target, with_clips), "back up")

    def offer_restore(self, file: str) -> None:
        """Ask whether to restore a back-up that was opened from the file manager."""
        said = f"“{Path(file).name}” is a back-up. Restoring it replaces what is here; that is kept aside."
        self._context.messages.post(Message(said, Tone.ACCENT, "Restore", lambda: self.restore(Path(file)), seconds=0))

    def restore(self, file: Path) -> None:
        self._context.tasks.spawn(self._restore(file), "unpack a back-up")

    async def _open(self) -> None:
        folders = self._context.folders
        named = (
            ("Clips", self._context.settings.clips_folder),
            ("Library and drafts", folders.data),
            ("Settings and presets", folders.config),
            ("Cache", folders.cache),
            ("Logs", folders.logs),
        )
        sizes = await asyncio.to_thread(lambda: [_describe_size(folder) for _, folder in named])
        places = [FolderUse(what, folder, size) for (what, folder), size in zip(named, sizes, strict=True)]
        dialog = DataDialog(self._context.theme, self._context.window, places, how_to_remove())
        dialog.backup_requested.connect(lambda with_clips: self.ask_backup(with_clips=with_clips))
        dialog.restore_requested.connect(self.ask_restore)
        dialog.key_removal_requested.connect(
            lambda: self._context.tasks.spawn(self._remove_keys(dialog), "remove the keys")
        )
        self._slot.open(dialog)

    async def _back_up(self, target: Path, with_clips: bool) -> None:
        await self._context.settings.save()
        bar = self._context.window.status.tasks
        task = bar.start("Backing up")

        def progress(done: int, total: int) -> bool:
            task.set_progress(done / max(total, 1))
            return not task.is_cancelled()

        try:
            folders = self._context.folders
            manifest = await asyncio.to_thread(write_backup, folders, target, with_clips=with_clips, progress=progress)
        except BackupStopped:
            self._context.post("The back-up was cancelled.")
            return
        finally:
            bar.finish(task)
        said = plural(
            len(manifest.clips),
            one="The back-up is in {folder}, with {count} clip.",
            other="The back-up is in {folder}, with {count} clips.",
            folder=target.parent,
        )
        self._context.messages.post(Message(said, Tone.OK))

    async def _restore(self, file: Path) -> None:
        bar = self._context.window.status.tasks
        task = bar.start("Unpacking the back-up")

        def progress(done: int, total: int) -> bool:
            task.set_progress(done / max(total, 1))
            return not task.is_cancelled()

        try:
            await asyncio.to_thread(stage_backup, file, self._context.folders, progress)
        except UserError as error:
            if task.is_cancelled():
                self._context.post("Nothing was restored.")
                return
            raise error
        finally:
            bar.finish(task)
        self._slot.close()
        said = "The back-up is unpacked. It is put in place the next time Kling Desktop starts."
        self._context.messages.post(Message(said, Tone.ACCENT, "Restart now", self._restart, seconds=0))

    def _restart(self) -> None:
        """Start again and close: the new process waits until this one has ended."""
        QProcess.startDetached(sys.executable, restart_arguments())
        self._context.window.close()

    async def _remove_keys(self, dialog: DataDialog) -> None:
        profiles = await asyncio.to_thread(lambda: ProfileFile(self._context.folders.profiles).read())
        names = {DEFAULT_PROFILE, profiles.last, *profiles.names}
        removed = await asyncio.to_thread(self._delete_keys, names)
        sentence = "Your keys are removed from the keyring."
        if not removed:
            sentence = f"Not every key could be removed. {self._keychain.storage_problem()}"
        if self._slot.dialog is dialog:
            dialog.show_verdict(sentence)

    def _delete_keys(self, profiles: Iterable[str]) -> bool:
        kept = [profile for profile in sorted(profiles) if not self._keychain.delete(profile)]
        return not kept


def restart_arguments() -> list[str]:
    """The arguments that start this program again as it was started, without files to open."""
    options = [word for word in sys.argv[1:] if word.startswith("--")]
    for name in ("--profile", "--data"):
        if name in sys.argv[:-1]:
            options.insert(options.index(name) + 1, sys.argv[sys.argv.index(name) + 1])
    return options if getattr(sys, "frozen", False) else ["-m", "kling_desktop", *options]


def how_to_remove() -> str:
    """How this installation is removed."""
    if not getattr(sys, "frozen", False):
        return "Run “pipx uninstall kling-desktop”, “uv tool uninstall kling-desktop” or “pip uninstall kling-desktop”."
    if sys.platform == "win32":
        return "Open Settings, Apps, Installed apps, and uninstall Kling Desktop there."
    if sys.platform == "darwin":
        return "Move Kling Desktop from Applications to the trash."
    if Path(sys.executable).is_relative_to("/usr/lib"):
        return "Run “sudo apt remove kling-desktop”."
    return "Run “install.sh --uninstall” from the archive that you installed it with."


def _describe_size(folder: Path) -> str:
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
