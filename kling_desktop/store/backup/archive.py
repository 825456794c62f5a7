"""Writes the back-up: a ZIP file with the data and settings of the app and, if wanted, the clips.

`backup.json` in it says which version wrote it and where things lay, so that paths can be changed when it is restored
elsewhere. Keys are in the system's keyring, and never here.
"""

import json
import os
import sqlite3
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path

from kling_desktop import __version__
from kling_desktop.atomic_file import atomic_path
from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.store.database import load_migrations
from kling_desktop.store.folders import Folders

SUFFIX = ".klingbackup"
MANIFEST = "backup.json"
VERSION = 1
ASIDE = "before restore"
"""How the names begin of the folders in the data folder for what a back-up has replaced."""
DATA, CONFIG, CLIPS = "data/", "config/", "clips/"
"""Where things are in the archive."""
_LEFT_OUT = (".lock", ".part", ".socket", "-wal", "-shm", ".in-order")
_COMPRESSED = frozenset({".avif", ".heic", ".jpeg", ".jpg", ".mp4", ".png", ".webp"})

Progress = Callable[[int, int], bool]
"""Called with the bytes written and the bytes in total. Returns whether to go on."""


@dataclass(frozen=True, slots=True)
class ArchivedClip:
    """Where the file of a clip lay, and its name in the archive."""

    file: str
    name: str


@dataclass(frozen=True, slots=True)
class BackupManifest:
    """What `backup.json` says. The names of the fields are its keys.

    Attributes:
        kling_desktop_backup: The version of the format.
        app: The version of the app.
        schema: The version of the database.
        created_at: In seconds since the epoch.
        data: Where the data folder was.
        config: Where the folder of the settings was.
        clips: The clips that are in the archive.
    """

    kling_desktop_backup: int
    app: str
    schema: int
    created_at: float
    data: str
    config: str
    clips: tuple[ArchivedClip, ...]


class BackupStopped(Exception):
    """The user has stopped it; nothing is left behind."""


def write_backup(
    folders: Folders, target: Path, *, with_clips: bool, progress: Progress = lambda _done, _total: True
) -> BackupManifest:
    """Write a back-up of the running app. Blocks.

    Args:
        folders: What to back up.
        target: The file; an older one is replaced once the new one is complete.
        with_clips: Whether the clips' files are part of it.
        progress: Is told how far it is.

    Raises:
        UserError: It can't be written.
        BackupStopped: `progress` has returned False.
    """
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".kling-backup-") as temporary:
            database = Path(temporary) / folders.database.name
            clips = _copy_database(folders.database, database) if folders.database.exists() else []
            files = [*_files(folders.data, DATA), *_files(folders.config, CONFIG)]
            files += [(database, DATA + database.name)] if database.exists() else []
            saved = tuple(_name_clips(clips)) if with_clips else ()
            files += [(Path(clip.file), clip.name) for clip in saved]
            manifest = BackupManifest(
                VERSION, __version__, len(load_migrations()), time.time(), str(folders.data), str(folders.config), saved
            )
            with atomic_path(target) as part, zipfile.ZipFile(part, "w", allowZip64=True) as archive:
                part.chmod(0o600)
                archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=2) + "\n")
                _write(archive, files, progress)
    except (OSError, sqlite3.Error) as error:
        reason = os_error_reason(error) if isinstance(error, OSError) else "the library can't be read"
        raise UserError(
            f"The back-up can't be written: {reason}.", "Choose another folder with enough space, and try again."
        ) from error
    return manifest


def _copy_database(source: Path, target: Path) -> list[str]:
    """Copy the database as it is at this moment, whatever else uses it, and return the files of its clips."""
    with closing(sqlite3.connect(source)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
        has_clips = copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'clips'").fetchone()
        return [file for (file,) in copy.execute("SELECT file FROM clips WHERE file <> ''")] if has_clips else []


def _files(folder: Path, prefix: str) -> Iterator[tuple[Path, str]]:
    """Yield what belongs in the archive, with its name there. The database is copied by itself."""
    for parent, folders, names in os.walk(folder):
        place = Path(parent)
        if place == folder:
            own = ("owners", "to restore")
            folders[:] = [name for name in folders if name not in own and not name.startswith(ASIDE)]
        if place == folder / "sandbox":
            folders[:] = [name for name in folders if name != "clips"]
        for name in sorted(names):
            file = place / name
            is_database = place == folder and name.startswith("kling.db")
            if not is_database and not name.endswith(_LEFT_OUT) and file.is_file() and not file.is_symlink():
                yield file, prefix + file.relative_to(folder).as_posix()


def _name_clips(files: list[str]) -> Iterator[ArchivedClip]:
    for number, file in enumerate(sorted({file for file in files if Path(file).is_file()}), start=1):
        yield ArchivedClip(file, f"{CLIPS}{number:06} {Path(file).name}")


def _write(archive: zipfile.ZipFile, files: list[tuple[Path, str]], progress: Progress) -> None:
    total = sum(file.stat().st_size for file, _ in files if file.exists())
    done = 0
    for file, name in files:
        packing = zipfile.ZIP_STORED if file.suffix.lower() in _COMPRESSED else zipfile.ZIP_DEFLATED
        try:
            size = file.stat().st_size
            archive.write(file, name, packing)
        except FileNotFoundError:  # it was deleted since: the app goes on while it is backed up
            continue
        done += size
        if not progress(done, total):
            raise BackupStopped
