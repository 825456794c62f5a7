"""What is kept of the user's presets beside them: their order, their keys, what new forms begin with."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock

from kling_desktop.atomic_file import write_atomic

LAST_USED = "last used"
"""In the place of an ID: new drafts begin with the preset that was loaded last."""
_LOCK_TIMEOUT = 10.0  # seconds that one window waits for another's writing


@dataclass(frozen=True, slots=True)
class PresetIndex:
    """What isn't in the presets themselves: IDs in the user's order, by the number they are pinned to (1 to 9), the
    one new drafts begin with (or LAST_USED), the one loaded last; and what last stood for each blank.
    """

    order: tuple[str, ...] = ()
    pins: Mapping[int, str] = field(default_factory=dict)
    default: str = ""
    last_loaded: str = ""
    field_values: Mapping[str, str] = field(default_factory=dict)


class PresetIndexFile:
    """Never an error: an index that can't be read is an empty one, the presets are there all the same."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> PresetIndex:
        found = self._found()
        order = found.get("order")
        return PresetIndex(
            tuple(name for name in order if isinstance(name, str)) if isinstance(order, list) else (),
            {int(key): name for key, name in _texts(found.get("pins")).items() if key in set("123456789")},
            _text(found.get("default")),
            _text(found.get("last")),
            _texts(found.get("blanks")),
        )

    def change(self, change: Callable[[PresetIndex], PresetIndex]) -> PresetIndex:
        """The index as it now is, changed and written: another window may have changed something else of it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._path.with_name(f".{self._path.name}.lock"), timeout=_LOCK_TIMEOUT):
            before = self.read()
            index = change(before)
            if index != before:
                self.write(index)
        return index

    def write(self, index: PresetIndex) -> None:
        """OSError where the file can't be written."""
        known = {
            "order": list(index.order),
            "pins": {str(number): name for number, name in sorted(index.pins.items())},
            "default": index.default,
            "last": index.last_loaded,
            "blanks": dict(index.field_values),
        }
        write_atomic(self._path, json.dumps(self._found() | known, indent=2) + "\n")

    def _found(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def _text(found: Any) -> str:
    return found if isinstance(found, str) else ""


def _texts(found: Any) -> dict[str, str]:
    return {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}
