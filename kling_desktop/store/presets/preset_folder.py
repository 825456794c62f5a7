"""The user's presets, a readable file each, in a folder that other programs may write to as well."""

import hashlib
import logging
import os
import shutil
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from filelock import FileLock

from kling_desktop.atomic_file import sync_folder, write_atomic
from kling_desktop.domain.errors import UserError
from kling_desktop.domain.filenames import preset_filename
from kling_desktop.domain.presets.file_format import MAX_FILE_LENGTH, SUFFIX, read_preset, write_preset
from kling_desktop.domain.presets.preset import Preset

_LOCK_TIMEOUT = 10.0  # seconds that one window waits for another's writing

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredPreset:
    """A preset and the file it was read from: its name in the folder, and the digest of what stood there."""

    preset: Preset
    file: str
    digest: str


@dataclass(frozen=True, slots=True)
class FolderContents:
    """What is in the folder: presets by the names of their files, and the sentences about files that can't be read."""

    presets: tuple[StoredPreset, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _CachedFile:
    stamp: tuple[int, int]
    read: StoredPreset | str


class PresetFolder:
    """Blocking; one call at a time. OSError where the folder can't be read or written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cache: dict[str, _CachedFile] = {}

    def read(self) -> FolderContents:
        """All presets as they now are; only files that changed since the last time are read anew."""
        here: dict[str, _CachedFile] = {}
        for name, stamp in self._stamps():
            known = self._cache.get(name)
            here[name] = known if known and known.stamp == stamp else _CachedFile(stamp, self._read(name))
        self._cache = here
        files = [here[name].read for name in sorted(here, key=lambda name: (len(name), name.casefold()))]
        return FolderContents(
            _with_unique_ids(file for file in files if isinstance(file, StoredPreset)),
            tuple(f for f in files if isinstance(f, str)),
        )

    def save(self, preset: Preset, replaces: StoredPreset | None = None) -> tuple[StoredPreset, bool]:
        """Write a preset, in the stead of `over`. True beside it when that file has been changed by somebody else
        since it was read: theirs stays as it is, and this one goes beside it as another preset.

        Under another name than `over` had, the file gets that name too.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._lock():
            is_renamed = replaces is not None and replaces.preset.name != preset.name
            replaces = replaces and self._locate(replaces)
            clash = replaces is not None and self._is_changed(replaces)
            if clash:
                preset = replace(preset, id=uuid4().hex, name=f"{preset.name} (my copy)")
            file = replaces.file if replaces and not clash else self._unique_name(preset.name)
            content = write_preset(preset).encode()
            write_atomic(self._folder / file, content)
            if is_renamed and not clash:
                file = self._rename_file(preset.name, file)
            return StoredPreset(preset, file, hashlib.sha256(content).hexdigest()), clash

    def import_presets(self, presets: Sequence[tuple[Preset, StoredPreset | None]]) -> tuple[Preset, ...]:
        """Write several, each in the stead of another or as one more: all of them, whatever happens meanwhile.

        The answer are those that became one more because somebody else had changed what they were to replace.
        """
        beside: list[Preset] = []
        with self._lock():
            staging = Path(tempfile.mkdtemp(dir=self._folder, prefix=".coming-"))
            for preset, over in presets:
                over = over and self._locate(over)
                if over and self._is_changed(over):
                    preset, over = replace(preset, id=uuid4().hex, name=f"{preset.name} (imported)"), None
                    beside.append(preset)
                file = over.file if over else self._unique_name(preset.name, also=staging)
                write_atomic(staging / file, write_preset(preset))
            os.rename(staging, staging.with_name(staging.name.replace(".coming-", ".come-")))
            sync_folder(self._folder)
            self._finish_imports()
        return tuple(beside)

    def _finish_imports(self) -> None:
        """Bring what has come to its place, that of an earlier run too; what had not come whole is none."""
        for staging in self._folder.glob(".come-*"):
            for file in staging.iterdir():
                os.replace(file, self._folder / file.name)
            staging.rmdir()
        for half in self._folder.glob(".coming-*"):
            shutil.rmtree(half, ignore_errors=True)

    def clean_up(self) -> None:
        """At a start: finish what was being taken in, forget for good what was deleted."""
        if self._folder.is_dir():
            with self._lock():
                self._finish_imports()
                shutil.rmtree(self._deleted_folder, ignore_errors=True)

    def delete(self, stored: StoredPreset) -> None:
        """Put its file aside, from where `restore` brings it back. UserError when somebody else has changed it."""
        with self._lock():
            stored = self._locate(stored)
            if self._is_changed(stored):
                what = f"“{stored.preset.name}” was changed elsewhere meanwhile, and is still there."
                raise UserError(what, "Look at it, then delete it again.")
            self._deleted_folder.mkdir(exist_ok=True)
            with suppress(FileNotFoundError):  # somebody else was quicker
                os.replace(self._folder / stored.file, self._deleted_folder / stored.file)
            sync_folder(self._folder)

    def restore(self, stored: StoredPreset) -> StoredPreset:
        """Bring a deleted one back."""
        restored, _ = self.save(stored.preset)
        (self._deleted_folder / stored.file).unlink(missing_ok=True)
        return restored

    @property
    def _deleted_folder(self) -> Path:
        return self._folder / ".deleted"

    def _lock(self) -> FileLock:
        self._folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self._folder / ".lock", timeout=_LOCK_TIMEOUT)

    def _stamps(self) -> list[tuple[str, tuple[int, int]]]:
        stamps = []
        try:
            names = os.listdir(self._folder)
        except FileNotFoundError:
            return []
        for name in names:
            # Programs that sync put their mark on a conflict before the last extension.
            if name.endswith(".json") and ".preset" in name and not name.startswith("."):
                with suppress(FileNotFoundError):  # gone meanwhile, or a link to nothing
                    status = (self._folder / name).stat()
                    stamps.append((name, (status.st_mtime_ns, status.st_size)))
        return stamps

    def _read(self, name: str) -> StoredPreset | str:
        try:
            with (self._folder / name).open("rb") as file:
                content = file.read(4 * MAX_FILE_LENGTH)
            return StoredPreset(read_preset(content.decode("utf-8-sig")), name, hashlib.sha256(content).hexdigest())
        except (UserError, OSError, UnicodeDecodeError) as error:
            why = error.message if isinstance(error, UserError) else f"it can't be read ({error})."
            log.info("the preset %s: %s", name, error)
            return f"The preset file “{name}” is left alone: {why}"

    def _locate(self, kept: StoredPreset) -> StoredPreset:
        """The same with the file that it is in by now: another window may have renamed it."""
        if (self._folder / kept.file).exists():
            return kept
        same = next((other for other in self.read().presets if other.preset.id == kept.preset.id), None)
        return replace(kept, file=same.file) if same else kept

    def _rename_file(self, name: str, file: str) -> str:
        """Give a file the name of its preset; it stays as it is where that can't be done."""
        try:
            free = self._unique_name(name, but=file)
            os.rename(self._folder / file, self._folder / free)
            sync_folder(self._folder)
        except OSError as error:
            log.info("the preset's file %s keeps its name: %s", file, error)
            return file
        return free

    def _is_changed(self, kept: StoredPreset) -> bool:
        """Whether somebody else has written to its file since it was read."""
        return self._digest(kept.file) not in (kept.digest, "")

    def _digest(self, name: str) -> str:
        try:
            return hashlib.sha256((self._folder / name).read_bytes()).hexdigest()
        except FileNotFoundError:
            return ""

    def _unique_name(self, name: str, also: Path | None = None, but: str = "") -> str:
        """A file name that nothing else has: here, in the folder `also`, and besides the file `but`."""
        stem = preset_filename(name)
        number, file = 2, f"{stem}{SUFFIX}"
        folders = [self._folder, *([also] if also else [])]
        taken = {entry.casefold() for folder in folders for entry in os.listdir(folder) if entry != but}
        while file.casefold() in taken:
            file, number = f"{stem} {number}{SUFFIX}", number + 1
        return file


def read_presets(folder: Path) -> tuple[Preset, ...]:
    """All that can be read, in the order of their files' names: the starters, for one."""
    return tuple(kept.preset for kept in sorted(PresetFolder(folder).read().presets, key=lambda kept: kept.file))


def _with_unique_ids(files: Any) -> tuple[StoredPreset, ...]:
    """A copy that a sync program made has the same ID as its original: it becomes a preset of its own."""
    known: set[str] = set()
    apart = []
    for kept in files:
        if kept.preset.id in known:
            own = hashlib.sha256(kept.file.encode("utf-8", "surrogateescape")).hexdigest()[:32]
            kept = replace(kept, preset=replace(kept.preset, id=own, name=f"{kept.preset.name} (copy)"))
        known.add(kept.preset.id)
        apart.append(kept)
    return tuple(apart)
