"""Where new files are being made for the user, so that what a killed app leaves half done there can be cleared away."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import Timeout

from kling_desktop.atomic_file import PART_NAME
from kling_desktop.store.files.json_list import JsonListFile

_CLOCK_TOLERANCE = 60.0
"""Seconds by which the clock of another disk may be behind."""


class PartialFiles:
    """path: the file that remembers the folders. Blocking. What can't be remembered is made all the same."""

    def __init__(self, path: Path) -> None:
        self._list = JsonListFile(path)

    @contextmanager
    def track(self, folder: Path, now: float) -> Iterator[None]:
        """Something is being made in that folder, from now on until the body ends. now: seconds since the epoch."""
        entry = {"folder": str(folder), "since": now, "process": os.getpid()}
        self._change(lambda entries: [*entries, entry])
        try:
            yield
        finally:
            self._change(lambda entries: [one for one in entries if one != entry])

    def delete_abandoned(self) -> tuple[Path, ...]:
        """Remove what processes that have ended left half done; to be called while no other one runs. A folder that
        isn't there now is looked into another time.
        """
        left = [one for one in self._list.items() if not _is_from(one, os.getpid())]
        gone: list[Path] = []
        done = []
        for entry in left:
            folder = _folder(entry)
            if folder is None or folder.is_dir():
                done.append(entry)
                gone += _delete_parts(folder, float(entry["since"])) if folder else []
        if done:
            self._change(lambda entries: [one for one in entries if one not in done])
        return tuple(gone)

    def _change(self, change: Any) -> None:
        try:
            self._list.change(change)
        except (OSError, Timeout, UnicodeEncodeError):  # the last: a folder whose name is no text
            return


def _delete_parts(folder: Path, since: float) -> Iterator[Path]:
    for file in folder.glob(".*.part"):
        try:
            is_left = PART_NAME.fullmatch(file.name) and file.lstat().st_mtime >= since - _CLOCK_TOLERANCE
            if is_left and file.is_file() and not file.is_symlink():
                file.unlink()
                yield file
        except OSError:
            continue


def _folder(entry: Any) -> Path | None:
    """None where the entry makes no sense."""
    told = entry if isinstance(entry, dict) else {}
    folder, since = told.get("folder"), told.get("since")
    return Path(folder) if isinstance(folder, str) and folder and isinstance(since, int | float) else None


def _is_from(entry: Any, process: int) -> bool:
    return isinstance(entry, dict) and entry.get("process") == process
