"""Remembers where files are being written for the user, so that the part files of a killed process can be deleted."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import Timeout

from kling_desktop.atomic_file import PART_NAME
from kling_desktop.store.files.json_list import JsonListFile

_CLOCK_TOLERANCE = 60.0
"""How many seconds the clock of another disk may be behind."""


class PartialFiles:
    """The list of folders in which files are being written. Blocking. If it can't be written, the files are written
    anyway.

    Args:
        path: The file with the list.
    """

    def __init__(self, path: Path) -> None:
        self._list = JsonListFile(path)

    @contextmanager
    def track(self, folder: Path, now: float) -> Iterator[None]:
        """Remember that something is being written in a folder until the body ends. now: seconds since the epoch."""
        entry = {"folder": str(folder), "since": now, "process": os.getpid()}
        self._change(lambda entries: [*entries, entry])
        try:
            yield
        finally:
            self._change(lambda entries: [other for other in entries if other != entry])

    def delete_abandoned(self) -> tuple[Path, ...]:
        """Delete the part files of processes that have ended, and return them. Call it while no other process runs.

        A folder that is offline is tried again another time.
        """
        abandoned = [entry for entry in self._list.items() if not _is_from(entry, os.getpid())]
        deleted: list[Path] = []
        done = []
        for entry in abandoned:
            folder = _folder(entry)
            if folder is None or folder.is_dir():
                done.append(entry)
                deleted += _delete_parts(folder, float(entry["since"])) if folder else []
        if done:
            self._change(lambda entries: [entry for entry in entries if entry not in done])
        return tuple(deleted)

    def _change(self, change: Callable[[list[Any]], list[Any]]) -> None:
        try:
            self._list.change(change)
        except (OSError, Timeout, UnicodeEncodeError):  # UnicodeEncodeError: a folder whose name isn't text
            return


def _delete_parts(folder: Path, since: float) -> Iterator[Path]:
    for file in folder.glob(".*.part"):
        try:
            is_abandoned = PART_NAME.fullmatch(file.name) and file.lstat().st_mtime >= since - _CLOCK_TOLERANCE
            if is_abandoned and file.is_file() and not file.is_symlink():
                file.unlink()
                yield file
        except OSError:
            continue


def _folder(entry: Any) -> Path | None:
    """Return None if the entry is malformed."""
    values = entry if isinstance(entry, dict) else {}
    folder, since = values.get("folder"), values.get("since")
    return Path(folder) if isinstance(folder, str) and folder and isinstance(since, int | float) else None


def _is_from(entry: Any, process: int) -> bool:
    return isinstance(entry, dict) and entry.get("process") == process
