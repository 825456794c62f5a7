"""Import and export of presets."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from kling_desktop.atomic_file import write_atomic
from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.presets.tasks import PresetTasks
from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.domain.filenames import preset_filename
from kling_desktop.domain.presets.conflicts import ConflictChoice
from kling_desktop.domain.presets.file_format import ARCHIVE_SUFFIX, SUFFIX, write_preset
from kling_desktop.domain.presets.preset import Preset
from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.text import list_and, plural
from kling_desktop.services.batch.request_files import read_request
from kling_desktop.services.presets.preset_library import PresetLibrary
from kling_desktop.store.presets.preset_archive import PresetArchive, read_archive
from kling_desktop.ui.presets.import_dialog import PresetImportDialog
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

_ARCHIVES = f"Presets (*{ARCHIVE_SUFFIX})"
_ONE = f"Preset (*{SUFFIX})"


class PresetTransfer:
    """Asks where to export to, and what to import."""

    def __init__(self, context: AppContext, presets: PresetLibrary, preset_tasks: PresetTasks) -> None:
        self._context = context
        self._window = context.window
        self._presets = presets
        self._tasks = preset_tasks
        self._media_folder = context.folders.media

    def export(self, presets: Sequence[Preset]) -> None:
        """Ask for a file and write them to it: a single one without images as it is, others as an archive."""
        is_single = len(presets) == 1 and not any(
            isinstance(media, LocalImage) for slot in Slot for media in presets[0].draft.media(slot)
        )
        name = preset_filename(presets[0].name) if len(presets) == 1 else "My presets"
        suffix, kind = (SUFFIX, _ONE) if is_single else (ARCHIVE_SUFFIX, _ARCHIVES)
        dialog = QFileDialog(self._window, "Export presets", name + suffix, kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.export_to(presets, Path(chosen), as_archive=not is_single))
        dialog.open()

    def export_to(self, presets: Sequence[Preset], to: Path, *, as_archive: bool) -> None:
        self._tasks.start(self._export(presets, to, as_archive), "export presets")

    def ask_for_import(self) -> None:
        dialog = QFileDialog(self._window, "Import presets", "", f"{_ARCHIVES};;{_ONE};;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda chosen: self.import_from(*map(Path, chosen)))
        dialog.open()

    def import_from(self, *paths: Path) -> None:
        """Show what is in archives and single presets, and import what the user chooses."""
        self._tasks.start(self._ask_what_to_import(paths), "read presets to import")

    async def _export(self, presets: Sequence[Preset], to: Path, as_archive: bool) -> None:
        missing: tuple[str, ...] = ()
        try:
            if as_archive:
                missing = await self._presets.export(presets, to)
            else:
                await asyncio.to_thread(write_atomic, to, write_preset(presets[0]))
        except OSError as error:
            raise UserError(f"The file can't be saved: {os_error_reason(error)}.", "Choose another folder.") from error
        if missing:
            sentence = plural(
                len(missing),
                one="Exported to {file}, without an image that no longer exists: {names}.",
                other="Exported to {file}, without {count} images that no longer exist: {names}.",
                file=to.name,
                names=list_and(missing),
            )
            self._context.messages.show_now(Message(sentence, Tone.ODD))
        else:
            self._context.messages.show_now(Message(f"Exported to {to.name}.", Tone.OK))

    async def _ask_what_to_import(self, paths: Sequence[Path]) -> None:
        archives, problems = await asyncio.to_thread(_read_all, paths)
        presets = [preset for archive in archives for preset in archive.presets]
        dialog = PresetImportDialog(self._context.theme, self._window, presets, self._presets.all, problems)
        dialog.finished.connect(dialog.deleteLater)
        dialog.import_requested.connect(
            lambda choices: self._tasks.start(self._import(archives, choices), "import presets")
        )
        dialog.open()

    async def _import(self, archives: Sequence[PresetArchive], choices: dict[str, ConflictChoice]) -> None:
        try:
            count = await self._presets.import_presets(archives, choices, self._media_folder)
        except OSError as error:
            why = f"The presets can't be saved: {os_error_reason(error)}. No presets were imported."
            raise UserError(why, "Free some disk space and try again.") from error
        sentence = plural(count, one="1 preset imported.", other="{count} presets imported.")
        self._context.messages.show_now(Message(sentence if count else "No presets imported.", Tone.OK))


def _read_all(paths: Sequence[Path]) -> tuple[list[PresetArchive], list[str]]:
    """Read archives and single presets.

    Returns:
        What is in them, and the problems with what can't be used.

    Raises:
        UserError: Nothing in them can be used.
    """
    archives: list[PresetArchive] = []
    problems: list[str] = []
    known: set[str] = set()
    for path in paths:
        try:
            archive = _read(path)
        except UserError as error:
            if len(paths) == 1:
                raise
            problems.append(f"“{path.name}” is skipped: {error.message}")
            continue
        # The same preset from two files is shown, and decided on, as two.
        own = (replace(one, id=uuid4().hex) if one.id in known else one for one in archive.presets)
        archives.append(replace(archive, presets=tuple(own)))
        known |= {preset.id for preset in archive.presets}
        problems += archive.problems
    if not archives:
        raise UserError(" ".join(["There are no presets in these files.", *problems[:1]]), "Choose other files.")
    unread = [preset for archive in archives for preset in archive.presets if preset.unread]
    problems += [
        f"This version can't read everything in “{preset.name}”: {list_and(preset.unread_labels)}." for preset in unread
    ]
    return archives, problems


def _read(path: Path) -> PresetArchive:
    if not path.name.endswith(".json"):
        return read_archive(path)
    preset = read_request(str(path)).preset
    if preset is None:
        raise UserError("This file isn't a preset.", "Choose one that ends in .preset.json or .klingpresets.")
    return PresetArchive(path, (preset,))
