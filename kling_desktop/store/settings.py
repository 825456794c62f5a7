"""What the user set for the app, in a file that people can read."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kling_desktop.store.atomic import kept_aside, write_whole

THEMES = ("system", "dark", "light")
LONGEST_HOLD = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """theme is one of THEMES. hold_seconds: the time to undo a Generate, 0 for none. clips_folder: empty for the usual
    one. clip_names: the template for the names of clips; empty for the usual one. geometry: the window's place as Qt
    saves it, in base64. splitter: widths of the panes in pixels.
    """

    theme: str = "system"
    hold_seconds: float = 3.0
    clips_folder: str = ""
    clip_names: str = ""
    geometry: str = ""
    splitter: tuple[int, ...] = ()


class SettingsFile:
    """Keys in the file that this version doesn't know are kept.

    trouble: the sentence for people about a file that could not be read; "" if there was none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.trouble = ""

    def read(self) -> Settings:
        """What the file says; the default for anything that is missing or makes no sense.

        A file that can't be read is told in the log and kept under another name.
        """
        found = self._found()
        known = {key: read(found[key]) for key, read in READERS.items() if key in found}
        return Settings(**{key: value for key, value in known.items() if value is not None})

    def write(self, settings: Settings) -> None:
        """OSError where the file can't be written."""
        whole = self._found() | asdict(settings)
        write_whole(self._path, json.dumps(whole, indent=2) + "\n")

    def _found(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_bytes())
            if not isinstance(found, dict):
                raise ValueError("not an object")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            self.trouble = f"The settings can't be read, so the usual ones are used. {kept_aside(self._path)}"
            log.error("%s %s", self.trouble, error)
            return {}
        return found


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _theme(value: Any) -> str | None:
    return value if value in THEMES else None


def _hold(value: Any) -> float | None:
    sound = type(value) in (int, float) and 0 <= value <= LONGEST_HOLD
    return float(value) if sound else None


def _widths(value: Any) -> tuple[int, ...] | None:
    sound = isinstance(value, list) and all(type(width) is int and width >= 0 for width in value)
    return tuple(value) if sound else None


READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "theme": _theme,
        "hold_seconds": _hold,
        "clips_folder": _text,
        "clip_names": _text,
        "geometry": _text,
        "splitter": _widths,
    }
)
