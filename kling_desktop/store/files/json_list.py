"""A list in a readable file that several windows may change."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock

from kling_desktop.atomic_file import write_atomic
from kling_desktop.store.files.broken_file import set_aside

_LOCK_TIMEOUT = 10.0  # seconds to wait for another window


class JsonListFile:
    """A JSON file with a list. Blocking. Windows keep each other's changes; items that nobody understands stay in
    it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def items(self) -> list[Any]:
        """Return the items; none if the file doesn't exist or contains no list."""
        return self._read() or []

    def change(self, change: Callable[[list[Any]], list[Any]]) -> None:
        """Replace the items by `change(items)`. Raises OSError if the file can't be written."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._path.with_name(f".{self._path.name}.lock"), timeout=_LOCK_TIMEOUT):
            items = self._read()
            if items is None:  # a broken file must not be overwritten
                set_aside(self._path)
            write_atomic(self._path, json.dumps(change(items or []), ensure_ascii=False, indent=2) + "\n")

    def _read(self) -> list[Any] | None:
        """Return None if the file contains something else than a list."""
        try:
            value = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except (OSError, ValueError, RecursionError):
            return None
        return value if isinstance(value, list) else None
