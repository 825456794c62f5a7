"""Brings a back-up back: unpacked and checked while the app runs, put into place at its next start.

What was there before is moved aside, never deleted. A start that is interrupted is continued by the next one.
"""

import json
import logging
import os
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from kling_desktop.atomic_file import write_atomic
from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.store.backup.archive import (
    ASIDE,
    CLIPS,
    CONFIG,
    DATA,
    MANIFEST,
    VERSION,
    ArchivedClip,
    BackupManifest,
    Progress,
)
from kling_desktop.store.database import load_migrations
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.process_lock import running_processes

log = logging.getLogger(__name__)

_PLAN = "plan.json"
"""Written last when a back-up is unpacked: without it, the folder is incomplete and is thrown away."""
_MAX_MANIFEST = 64 * 2**20
_KEPT = ("window.lock", "window.socket", "owners")
"""What belongs to the running process and not to its data."""
_TEXT_FILES = frozenset({".json", ".jsonl"})


@dataclass(frozen=True, slots=True)
class BackupContents:
    """What a back-up holds, before it is restored."""

    manifest: BackupManifest
    size: int


def read_contents(file: Path) -> BackupContents:
    """Return what is in a back-up. Blocks. Raises UserError if it is none, is damaged, or is too new."""
    try:
        with zipfile.ZipFile(file) as archive:
            info = archive.getinfo(MANIFEST)
            if info.file_size > _MAX_MANIFEST:
                raise ValueError
            manifest = _parse_manifest(json.loads(archive.read(info)))
            size = sum(entry.file_size for entry in archive.infolist())
    except OSError as error:
        raise UserError(f"“{file.name}” can't be read: {os_error_reason(error)}.") from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, RecursionError) as error:
        raise UserError(f"“{file.name}” isn't a back-up of Kling Desktop, or it is damaged.") from error
    if manifest.kling_desktop_backup > VERSION or manifest.schema > len(load_migrations()):
        raise UserError(
            f"“{file.name}” was made by a newer version of Kling Desktop ({manifest.app}).",
            "Install that version, and restore it there.",
        )
    return BackupContents(manifest, size)


def stage_backup(file: Path, folders: Folders, progress: Progress = lambda _done, _total: True) -> None:
    """Unpack and check a back-up, so that the next start puts it into place. Blocks. Raises UserError.

    Nothing that the app uses is changed. Paths in it are changed to this app's folders.
    """
    contents = read_contents(file)
    staging = folders.staged_backup
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staging.mkdir(parents=True, mode=0o700)
        _unpack(file, staging, contents.size, progress)
        moved = _place_clips(staging, contents.manifest, folders)
        pairs = {contents.manifest.data: str(folders.data), contents.manifest.config: str(folders.config)}
        _change_paths(staging, {**pairs, **moved}, folders)
        write_atomic(staging / _PLAN, json.dumps({"phase": "unpacked"}))
    except OSError as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise UserError(f"“{file.name}” can't be unpacked: {os_error_reason(error)}.", "Free some space.") from error
    except (zipfile.BadZipFile, sqlite3.Error, ValueError) as error:
        shutil.rmtree(staging, ignore_errors=True)
        raise UserError(f"“{file.name}” is damaged, so nothing was changed.", "Use another back-up.") from error


def finish_restoration(folders: Folders, now: float | None = None) -> str:
    """At the start, before anything is opened: put an unpacked back-up into place. Blocks.

    Returns:
        A sentence for the user; "" if there was nothing to do.
    """
    staging = folders.staged_backup
    plan = staging / _PLAN
    if not plan.exists():
        shutil.rmtree(staging, ignore_errors=True)
        return ""
    if running_processes(folders.process_locks):
        return (
            "Your back-up is restored as soon as no “kling-desktop render” is running. Start Kling Desktop again then."
        )
    try:
        if json.loads(plan.read_bytes())["phase"] == "unpacked":
            stamp = time.strftime("%Y-%m-%d %H%M%S", time.localtime(now))
            _move_aside(folders, folders.data / f"{ASIDE} {stamp}")
            write_atomic(plan, json.dumps({"phase": "moved"}))
        for part, place in ((DATA, folders.data), (CONFIG, folders.config)):
            _move_all(staging / part, place)
        shutil.rmtree(staging)
    except (OSError, ValueError, KeyError) as error:
        log.exception("the back-up can't be put into place")
        reason = os_error_reason(error) if isinstance(error, OSError) else "its plan is damaged"
        return f"Your back-up can't be put into place: {reason}. What you had is in {folders.data}."
    return f"Your back-up is restored. What was here before is in {folders.data}, in a folder named “{ASIDE} …”."


def _parse_manifest(found: Any) -> BackupManifest:
    clips = tuple(ArchivedClip(str(clip["file"]), str(clip["name"])) for clip in found["clips"])
    return BackupManifest(
        int(found["kling_desktop_backup"]),
        str(found["app"]),
        int(found["schema"]),
        float(found["created_at"]),
        str(found["data"]),
        str(found["config"]),
        clips,
    )


def _unpack(file: Path, staging: Path, total: int, progress: Progress) -> None:
    done = 0
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            parts = PurePosixPath(entry.filename).parts
            is_safe = ".." not in parts and "\\" not in entry.filename and ":" not in parts[0]
            if entry.is_dir() or not is_safe or not entry.filename.startswith((DATA, CONFIG, CLIPS)):
                continue
            target = staging.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(entry) as source, open(target, "xb", opener=_open_private) as copy:
                shutil.copyfileobj(source, copy, 2**20)
            done += entry.file_size
            if not progress(done, total):
                raise ValueError("stopped")


def _place_clips(staging: Path, manifest: BackupManifest, folders: Folders) -> Mapping[str, str]:
    """Move the clips of the back-up to the folder for clips, and return their new paths. None replaces another file."""
    moved: dict[str, str] = {}
    for clip in manifest.clips:
        source = staging.joinpath(*PurePosixPath(clip.name).parts)
        if not clip.name.startswith(CLIPS) or not source.is_file():
            continue
        name = source.name.partition(" ")[2] or source.name
        target, number = folders.clips / name, 2
        while target.exists() and not _is_same(source, target):
            target, number = folders.clips / f"{Path(name).stem} ({number}){Path(name).suffix}", number + 1
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            shutil.move(source, target)
        moved[clip.file] = str(target)
    return moved


def _is_same(one: Path, other: Path) -> bool:
    return one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()


def _change_paths(staging: Path, moved: Mapping[str, str], folders: Folders) -> None:
    changed = {old: new for old, new in moved.items() if old and old != new}
    database = staging.joinpath(DATA, folders.database.name)
    if database.exists():
        with closing(sqlite3.connect(database)) as connection, connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise ValueError("damaged")
            for old, new in _spellings(changed):
                for table, column in _text_columns(connection):
                    connection.execute(
                        f'UPDATE "{table}" SET "{column}" = replace("{column}", ?, ?) WHERE instr("{column}", ?) > 0',
                        (old, new, old),
                    )
    for file in staging.rglob("*"):
        if file.suffix in _TEXT_FILES and file.is_file():
            text = before = file.read_text(encoding="utf-8", errors="surrogateescape")
            for old, new in _spellings(changed):
                text = text.replace(old, new)
            if text != before:
                file.write_text(text, encoding="utf-8", errors="surrogateescape")


def _spellings(moved: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Paths as they are, and as JSON writes them; the longest first, since one may begin with another."""
    for old, new in sorted(moved.items(), key=lambda pair: -len(pair[0])):
        yield from dict.fromkeys(((old, new), (json.dumps(old)[1:-1], json.dumps(new)[1:-1])))


def _text_columns(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    """The columns that may hold paths. Those of the search index hold words alone."""
    tables = [
        name
        for name, sql in connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        if not str(sql).upper().startswith("CREATE VIRTUAL") and not name.startswith(("sqlite_", "clip_words"))
    ]
    return [
        (table, column)
        for table in tables
        for _, column, kind, *_ in connection.execute(f'PRAGMA table_info("{table}")')
        if kind == "TEXT"
    ]


def _move_aside(folders: Folders, aside: Path) -> None:
    for place, name in ((folders.data, "data"), (folders.config, "config")):
        for entry in list(place.iterdir()) if place.is_dir() else []:
            if entry.name not in _KEPT and entry != folders.staged_backup and not entry.name.startswith(ASIDE):
                (aside / name).mkdir(parents=True, exist_ok=True, mode=0o700)
                shutil.move(entry, aside / name / entry.name)


def _move_all(source: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for entry in list(source.iterdir()) if source.is_dir() else []:
        shutil.move(entry, target / entry.name)


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
