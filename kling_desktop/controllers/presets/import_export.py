"""Presets that go to other people and come from them."""

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
        """Ask for a file and write them: a single one without pictures as it is, others as an archive."""
        alone = len(presets) == 1 and not any(
            isinstance(media, LocalImage) for slot in Slot for media in presets[0].draft.media(slot)
        )
        name = preset_filename(presets[0].name) if len(presets) == 1 else "My presets"
        suffix, kind = (SUFFIX, _ONE) if alone else (ARCHIVE_SUFFIX, _ARCHIVES)
        dialog = QFileDialog(self._window, "Export presets", name + suffix, kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.export_to(presets, Path(chosen), alone=alone))
        dialog.open()

    def export_to(self, presets: Sequence[Preset], to: Path, *, alone: bool) -> None:
        self._tasks.start(self._export(presets, to, alone), "export presets")

    def ask_for_import(self) -> None:
        dialog = QFileDialog(self._window, "Import presets", "", f"{_ARCHIVES};;{_ONE};;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda chosen: self.import_from(*map(Path, chosen)))
        dialog.open()

    def import_from(self, *paths: Path) -> None:
        """Show what is in archives and single presets; what is chosen then comes in."""
        self._tasks.start(self._look_into(paths), "look into presets")

    async def _export(self, presets: Sequence[Preset], to: Path, alone: bool) -> None:
        missing: tuple[str, ...] = ()
        try:
            if alone:
                await asyncio.to_thread(write_atomic, to, write_preset(presets[0]))
            else:
                missing = await self._presets.export(presets, to)
        except OSError as error:
            raise UserError(f"The file can't be written: {os_error_reason(error)}.", "Choose another place.") from error
        told = f"Exported to {to.name}."
        if missing:
            told += f" These pictures are gone and aren't in it: {', '.join(missing)}."
        self._context.messages.show_now(Message(told, Tone.ODD if missing else Tone.OK))

    async def _look_into(self, paths: Sequence[Path]) -> None:
        bundles, troubles = await asyncio.to_thread(_bundles_at, paths)
        presets = [preset for bundle in bundles for preset in bundle.presets]
        dialog = PresetImportDialog(self._context.theme, self._window, presets, self._presets.all, troubles)
        dialog.finished.connect(dialog.deleteLater)
        dialog.import_requested.connect(
            lambda choices: self._tasks.start(self._take_in(bundles, choices), "import presets")
        )
        dialog.open()

    async def _take_in(self, bundles: Sequence[PresetArchive], choices: dict[str, ConflictChoice]) -> None:
        try:
            count = await self._presets.import_presets(bundles, choices, self._media_folder)
        except OSError as error:
            why = f"The presets can't be written: {os_error_reason(error)}. None was imported."
            raise UserError(why, "Make room and try again.") from error
        told = {0: "Nothing was imported.", 1: "One preset came in."}.get(count, f"{count} presets came in.")
        self._context.messages.show_now(Message(told, Tone.OK))


def _bundles_at(paths: Sequence[Path]) -> tuple[list[PresetArchive], list[str]]:
    """What is in them, and what of it can't be used; UserError when nothing can."""
    bundles: list[PresetArchive] = []
    troubles: list[str] = []
    known: set[str] = set()
    for path in paths:
        try:
            bundle = _bundle_at(path)
        except UserError as error:
            if len(paths) == 1:
                raise
            troubles.append(f"“{path.name}” is left out: {error.message}")
            continue
        # The same preset from two files is shown and settled as two.
        own = (replace(one, id=uuid4().hex) if one.id in known else one for one in bundle.presets)
        bundles.append(replace(bundle, presets=tuple(own)))
        known |= {preset.id for preset in bundle.presets}
        troubles += bundle.problems
    if not bundles:
        raise UserError(" ".join(["There is no preset in these files.", *troubles[:1]]), "Ask for them again.")
    unread = [preset for bundle in bundles for preset in bundle.presets if preset.unread]
    troubles += [f"This version can't read of “{one.name}”: {', '.join(one.unread_labels)}." for one in unread]
    return bundles, troubles


def _bundle_at(path: Path) -> PresetArchive:
    if not path.name.endswith(".json"):
        return read_archive(path)
    preset = read_request(str(path)).preset
    if preset is None:
        raise UserError("This file is no preset.", "Choose one that ends in .preset.json or .klingpresets.")
    return PresetArchive(path, (preset,))
