"""A list in a file that people can read, which several windows may write."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from filelock import FileLock

from kling_desktop.atomic_file import write_atomic
from kling_desktop.store.files.broken_file import keep_broken_file

_LOCK_TIMEOUT = 10.0  # seconds that one window waits for another's writing


class JsonListFile:
    """Blocking. What one window writes, another doesn't take away; strange items stay where they are."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def items(self) -> list[Any]:
        """What stands in the file; none where it isn't there or isn't a list."""
        return self._read() or []

    def change(self, change: Callable[[list[Any]], list[Any]]) -> None:
        """Write what `change` makes of the items. OSError where the file can't be written."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._path.with_name(f".{self._path.name}.lock"), timeout=_LOCK_TIMEOUT):
            items = self._read()
            if items is None:  # a broken file is nobody's to write over
                keep_broken_file(self._path)
            write_atomic(self._path, json.dumps(change(items or []), ensure_ascii=False, indent=2) + "\n")

    def _read(self) -> list[Any] | None:
        """None where what is there is no list."""
        try:
            found = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except (OSError, ValueError, RecursionError):
            return None
        return found if isinstance(found, list) else None
