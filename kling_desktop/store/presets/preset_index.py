"""What belongs to the presets but isn't in their files: order, pins, the default for new drafts."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock

from kling_desktop.atomic_file import write_atomic
from kling_desktop.store.files.broken_file import set_aside

LAST_USED = "last used"
"""Used instead of an ID: new drafts use the preset that was loaded last."""
_LOCK_TIMEOUT = 10.0  # seconds to wait for another window


@dataclass(frozen=True, slots=True)
class PresetIndex:
    """What isn't in the presets themselves.

    Args:
        order: IDs in the user's order.
        pins: IDs by the number that they are pinned to, 1 to 9.
        default: The ID for new drafts, or LAST_USED.
        last_loaded: The ID loaded last.
        field_values: What was last filled in for each template field.
    """

    order: tuple[str, ...] = ()
    pins: Mapping[int, str] = field(default_factory=dict)
    default: str = ""
    last_loaded: str = ""
    field_values: Mapping[str, str] = field(default_factory=dict)


class PresetIndexFile:
    """The file with the index. If it can't be read, the index is empty, and the file is kept under another name before
    a new one is written.

    Attributes:
        problem: Why the file couldn't be read the last time, as a message for the user; "" if it could.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problem = ""

    def read(self) -> PresetIndex:
        found = self._load()
        order = found.get("order")
        return PresetIndex(
            tuple(name for name in order if isinstance(name, str)) if isinstance(order, list) else (),
            {int(key): name for key, name in _texts(found.get("pins")).items() if key in set("123456789")},
            _text(found.get("default")),
            _text(found.get("last")),
            _texts(found.get("blanks")),
        )

    def change(self, change: Callable[[PresetIndex], PresetIndex]) -> PresetIndex:
        """Apply a change to the current index and write it: another window may have changed something else."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._path.with_name(f".{self._path.name}.lock"), timeout=_LOCK_TIMEOUT):
            before = self.read()
            index = change(before)
            if index != before:
                self.write(index)
        return index

    def write(self, index: PresetIndex) -> None:
        """Write the index. Raises OSError if that fails, or if a file that can't be read can't be kept."""
        values = {
            "order": list(index.order),
            "pins": {str(number): name for number, name in sorted(index.pins.items())},
            "default": index.default,
            "last": index.last_loaded,
            "blanks": dict(index.field_values),
        }
        before = self._load()
        if self.problem:
            set_aside(self._path)
        write_atomic(self._path, json.dumps(before | values, indent=2) + "\n")
        self.problem = ""

    def _load(self) -> dict[str, Any]:
        self.problem = ""
        try:
            found = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
        self.problem = (
            f"The order, keys and default of the presets can't be read, since {self._path.name} is damaged."
            " The file is kept. The presets themselves are all there."
        )
        return {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: Any) -> dict[str, str]:
    return {key: text for key, text in value.items() if isinstance(text, str)} if isinstance(value, dict) else {}
