"""The folder with the user's presets, one readable file each. Other programs may write to it as well."""

import hashlib
import logging
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from filelock import FileLock

from kling_desktop.atomic_file import sync_folder, write_atomic
from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.domain.filenames import preset_filename
from kling_desktop.domain.presets.conflicts import free_name
from kling_desktop.domain.presets.file_format import MAX_FILE_LENGTH, SUFFIX, read_preset, tidy_name, write_preset
from kling_desktop.domain.presets.preset import Preset
from kling_desktop.domain.text import name_key
from kling_desktop.domain.text_decoder import decode_unicode

_LOCK_TIMEOUT = 10.0  # seconds to wait for another window

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredPreset:
    """A preset and the file that it was read from: its name in the folder, and the digest of its content."""

    preset: Preset
    file: str
    digest: str


@dataclass(frozen=True, slots=True)
class FolderContents:
    """The presets in the folder by file name, and messages about files that can't be read."""

    presets: tuple[StoredPreset, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _CachedFile:
    stamp: tuple[int, int]
    content: StoredPreset | str


class PresetFolder:
    """Reads and writes the presets in a folder. Blocking; one call at a time. OSError if the folder can't be
    accessed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cache: dict[str, _CachedFile] = {}

    def read(self) -> FolderContents:
        """Return all presets. Only files that have changed are read again."""
        cache: dict[str, _CachedFile] = {}
        for name, stamp in self._stamps():
            known = self._cache.get(name)
            cache[name] = known if known and known.stamp == stamp else _CachedFile(stamp, self._read(name))
        self._cache = cache
        files = [cache[name].content for name in sorted(cache, key=lambda name: (len(name), name.casefold()))]
        return FolderContents(
            _told_apart(file for file in files if isinstance(file, StoredPreset)),
            tuple(f for f in files if isinstance(f, str)),
        )

    def save(self, preset: Preset, replaces: StoredPreset | None = None) -> tuple[StoredPreset, bool]:
        """Write a preset.

        If another program has changed the file of `replaces` since it was read, that file stays as it is, and this
        preset is saved as a new one. If its name has changed, the file is renamed too.

        Args:
            preset: What to write.
            replaces: The preset that it replaces.

        Returns:
            The stored preset, and whether it was saved as a new one because of such a change.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._lock():
            is_renamed = replaces is not None and replaces.preset.name != preset.name
            replaces = replaces and self._locate(replaces)
            has_conflict = replaces is not None and self._is_changed(replaces)
            if has_conflict:
                preset = replace(preset, id=uuid4().hex, name=f"{preset.name} (my copy)")
            file = replaces.file if replaces and not has_conflict else self._unique_name(preset.name)
            content = write_preset(preset).encode()
            write_atomic(self._folder / file, content)
            if is_renamed and not has_conflict:
                file = self._rename_file(preset.name, file)
            return StoredPreset(preset, file, hashlib.sha256(content).hexdigest()), has_conflict

    def import_presets(self, presets: Sequence[tuple[Preset, StoredPreset | None]]) -> tuple[Preset, ...]:
        """Write several presets, each as a new one or replacing another: all of them or none, even if the app is
        killed.

        Returns:
            Those that were saved as new ones because another program had changed the preset to be replaced.
        """
        conflicts: list[Preset] = []
        with self._lock():
            staging = Path(tempfile.mkdtemp(dir=self._folder, prefix=".coming-"))
            for preset, replaces in presets:
                replaces = replaces and self._locate(replaces)
                if replaces and self._is_changed(replaces):
                    preset, replaces = replace(preset, id=uuid4().hex, name=f"{preset.name} (imported)"), None
                    conflicts.append(preset)
                file = replaces.file if replaces else self._unique_name(preset.name, also=staging)
                write_atomic(staging / file, write_preset(preset))
            os.rename(staging, staging.with_name(staging.name.replace(".coming-", ".come-")))
            sync_folder(self._folder)
            self._finish_imports()
        return tuple(conflicts)

    def _finish_imports(self) -> None:
        """Finish complete imports, also those of an earlier run, and drop incomplete ones."""
        for staging in self._folder.glob(".come-*"):
            for file in staging.iterdir():
                os.replace(file, self._folder / file.name)
            staging.rmdir()
        for incomplete in self._folder.glob(".coming-*"):
            shutil.rmtree(incomplete, ignore_errors=True)

    def clean_up(self) -> None:
        """At start: finish interrupted imports and delete removed presets for good."""
        if self._folder.is_dir():
            with self._lock():
                self._finish_imports()
                shutil.rmtree(self._deleted_folder, ignore_errors=True)

    def delete(self, stored: StoredPreset) -> None:
        """Remove a preset; `restore` brings it back. UserError if another program has changed it."""
        with self._lock():
            stored = self._locate(stored)
            if self._is_changed(stored):
                message = f"“{stored.preset.name}” was changed by another program and is still there."
                raise UserError(message, "Check it, then delete it again.")
            self._deleted_folder.mkdir(exist_ok=True)
            with suppress(FileNotFoundError):  # another program was faster
                os.replace(self._folder / stored.file, self._deleted_folder / stored.file)
            sync_folder(self._folder)

    def restore(self, stored: StoredPreset) -> StoredPreset:
        """Bring back a deleted preset."""
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
            # Sync programs put their conflict marker before the last extension. Office programs put "~$" before the
            # name of a file that is open.
            if name.endswith(".json") and ".preset" in name and not name.startswith((".", "~$")):
                with suppress(OSError):  # deleted in the meantime, or a broken link
                    status = (self._folder / name).stat()
                    if stat.S_ISREG(status.st_mode):
                        stamps.append((name, (status.st_mtime_ns, status.st_size)))
        return stamps

    def _read(self, name: str) -> StoredPreset | str:
        try:
            with (self._folder / name).open("rb") as file:
                content = file.read(4 * MAX_FILE_LENGTH)
            return StoredPreset(decode_preset(content), name, hashlib.sha256(content).hexdigest())
        except OSError as error:
            log.info("the preset %s: %s", name, error)
            return f"The preset file “{name}” was skipped, since it can't be read: {os_error_reason(error)}."
        except UserError as error:
            log.info("the preset %s: %s", name, error)
            return f"The preset file “{name}” was skipped. {error}"

    def _locate(self, stored: StoredPreset) -> StoredPreset:
        """Return the same preset with its current file: another window may have renamed it."""
        if (self._folder / stored.file).exists():
            return stored
        same = next((other for other in self.read().presets if other.preset.id == stored.preset.id), None)
        return replace(stored, file=same.file) if same else stored

    def _rename_file(self, name: str, file: str) -> str:
        """Rename a file after its preset; if that fails, it keeps its name."""
        try:
            free_name = self._unique_name(name, but=file)
            os.rename(self._folder / file, self._folder / free_name)
            sync_folder(self._folder)
        except OSError as error:
            log.info("the preset file %s keeps its name: %s", file, error)
            return file
        return free_name

    def _is_changed(self, stored: StoredPreset) -> bool:
        """Whether another program has changed the file since it was read."""
        return self._digest(stored.file) not in (stored.digest, "")

    def _digest(self, name: str) -> str:
        try:
            return hashlib.sha256((self._folder / name).read_bytes()).hexdigest()
        except FileNotFoundError:
            return ""

    def _unique_name(self, name: str, also: Path | None = None, but: str = "") -> str:
        """Return a file name that is free in the folder and in `also`. The name of the file `but` counts as free."""
        stem = preset_filename(name)
        number, file = 2, f"{stem}{SUFFIX}"
        folders = [self._folder, *([also] if also else [])]
        taken = {name_key(entry) for folder in folders for entry in os.listdir(folder) if entry != but}
        while name_key(file) in taken:
            file, number = f"{stem} {number}{SUFFIX}", number + 1
        return file


def read_presets(folder: Path) -> tuple[Preset, ...]:
    """Return all presets in a folder that can be read, ordered by file name: the starter presets, for example."""
    by_file = {stored.file: stored.preset for stored in PresetFolder(folder).read().presets}
    return tuple(by_file[file] for file in sorted(by_file))


def decode_preset(content: bytes) -> Preset:
    """Read the preset in a file's content.

    Raises:
        UserError: It isn't a preset, is damaged, or isn't Unicode.
    """
    text = decode_unicode(content)
    if text is None:
        raise UserError("It isn't saved as UTF-8.", "Open it in a text editor and save it as UTF-8.")
    return read_preset(text)


def _told_apart(files: Iterable[StoredPreset]) -> tuple[StoredPreset, ...]:
    """Give copies made by sync programs, which have the ID of the original, one of their own; and equal names what
    tells their files apart, or a number.
    """
    ids: set[str] = set()
    names: set[str] = set()
    unique = []
    for stored in files:
        preset = stored.preset
        if preset.id in ids:
            own_id = hashlib.sha256(stored.file.encode("utf-8", "surrogateescape")).hexdigest()[:32]
            preset = replace(preset, id=own_id)
        if name_key(preset.name) in names:
            own_name = tidy_name(f"{preset.name} {_addition(stored)}")
            preset = replace(preset, name=free_name(own_name, names))
        ids.add(preset.id)
        names.add(name_key(preset.name))
        unique.append(replace(stored, preset=preset))
    return tuple(unique)


def _addition(stored: StoredPreset) -> str:
    """What another program has put into the name of a preset's file: "(1)", "sync-conflict-20260102"; often ""."""
    before, _, after = stored.file.removesuffix(".json").partition(".preset")
    usual = preset_filename(stored.preset.name)
    if name_key(before) == name_key(usual):
        return after.strip(" .-_")
    return before[len(usual) :].strip(" .-_") if name_key(before).startswith(name_key(usual)) else before
