"""The names of the user's profiles and the one used last, in a readable file."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kling_desktop.atomic_file import write_atomic
from kling_desktop.domain.profiles import DEFAULT_PROFILE
from kling_desktop.store.files.broken_file import set_aside


@dataclass(frozen=True, slots=True)
class Profiles:
    """last: the one that the window was last open with. names: by profile, as the user gave them."""

    last: str = DEFAULT_PROFILE
    names: dict[str, str] = field(default_factory=dict)


class ProfileFile:
    """Blocking. Keys in the file that this version doesn't know are kept.

    Attributes:
        problem: Why the file couldn't be read, as a message for the user; "" if it could.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problem = ""

    def read(self) -> Profiles:
        """Return what is in the file, without anything that isn't understood. Without a file: the default profile."""
        found = self._load()
        last, names = found.get("last"), found.get("names")
        return Profiles(
            last if isinstance(last, str) and last else DEFAULT_PROFILE,
            {profile: name for profile, name in names.items() if profile and isinstance(name, str) and name}
            if isinstance(names, dict)
            else {},
        )

    def write(self, profiles: Profiles) -> None:
        """Write the file; one that can't be read is kept under another name. Raises OSError if that fails."""
        found = self._load()
        if self.problem:
            set_aside(self._path)
            self.problem = ""
        values = {**found, "last": profiles.last, "names": profiles.names}
        write_atomic(self._path, json.dumps(values, ensure_ascii=False, indent=2) + "\n")

    def _load(self) -> dict[str, Any]:
        self.problem = ""
        try:
            found = json.loads(self._path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self.problem = f"The names of your profiles can't be read from {self._path}. Keys and clips are untouched."
            return {}
        return found
