"""What the user set for the app, in a file that people can read."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kling_desktop.atomic_file import write_atomic
from kling_desktop.domain.jobs.job import DOLLARS, Cost
from kling_desktop.domain.library.clip_query import ClipGrouping, ClipSort
from kling_desktop.domain.spending.limits import SpendingLimits
from kling_desktop.domain.spending.prices import UNITS, UserPrices, parse_amount
from kling_desktop.store.files.broken_file import keep_broken_file

THEMES = ("system", "dark", "light")
MAX_HOLD_SECONDS = 60.0
CLIP_SIZES, DEFAULT_CLIP_SIZE = 6, 2
"""How many sizes clips can be shown in, and the one to begin with."""
AMOUNT_KEYS = ("day_cap", "session_cap", "price_5s", "price_10s", "price_edit")
"""The settings that are amounts of money."""
SPENDING_KEYS = frozenset({"money_unit", *AMOUNT_KEYS})
_LIMIT_KEYS = ("day_cap", "session_cap")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """theme is one of THEMES. hold_seconds: the time to undo a Generate, 0 for none. clips_folder: empty for the usual
    one. clip_names: the template for the names of clips; empty for the usual one. geometry: the window's place as Qt
    saves it, in base64. splitter, heights: of the panes in pixels; hidden: the names of those that aren't shown; below:
    what the lower one shows. clip_size: which of the sizes that clips are shown in; clips_listed: as lines; clip_sort
    and clip_group: in which order, under which headings.

    Caps for a day and for a run of the program, and the user's own prices of a take of 5 s, of 10 s and of an edit, are
    amounts as the user wrote them, all in money_unit; empty for none.
    """

    theme: str = "system"
    hold_seconds: float = 3.0
    clips_folder: str = ""
    clip_names: str = ""
    geometry: str = ""
    splitter: tuple[int, ...] = ()
    clip_size: int = DEFAULT_CLIP_SIZE
    clips_listed: bool = False
    clip_sort: str = ClipSort.NEWEST
    clip_group: str = ClipGrouping.DAY
    heights: tuple[int, ...] = ()
    hidden: tuple[str, ...] = ("below",)
    below: str = "queue"
    money_unit: str = DOLLARS
    day_cap: str = ""
    session_cap: str = ""
    price_5s: str = ""
    price_10s: str = ""
    price_edit: str = ""

    @property
    def spending_limits(self) -> SpendingLimits:
        return SpendingLimits(self._cost(self.day_cap), self._cost(self.session_cap))

    @property
    def user_prices(self) -> UserPrices:
        by_length = {5: self._cost(self.price_5s), 10: self._cost(self.price_10s)}
        return UserPrices({seconds: cost for seconds, cost in by_length.items() if cost}, self._cost(self.price_edit))

    def _cost(self, text: str) -> Cost | None:
        amount = parse_amount(text)
        return None if amount is None else Cost(amount, self.money_unit)


class SettingsFile:
    """Keys in the file that this version doesn't know are kept.

    trouble: the sentence for people about a file that could not be read; "" if there was none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problem = ""

    def read(self) -> Settings:
        """What the file says; the default for anything that is missing or makes no sense.

        A file that can't be read is told in the log and kept under another name.
        """
        found = self._found()
        unread = [name for name in _LIMIT_KEYS if found.get(name) and _amount(found[name]) is None]
        if unread:  # to go on as if there were none would spend what the user meant to keep
            self.problem = f"“{unread[0]}” in {self._path} can't be read, so that cap is not in force. Set it again."
            log.error("%s", self.problem)
        known = {key: read(found[key]) for key, read in READERS.items() if key in found}
        return Settings(**{key: value for key, value in known.items() if value is not None})

    def write(self, settings: Settings) -> None:
        """OSError where the file can't be written."""
        whole = self._found() | asdict(settings)
        write_atomic(self._path, json.dumps(whole, indent=2) + "\n")

    def _found(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_bytes())
            if not isinstance(found, dict):
                raise ValueError("not an object")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            self.problem = f"The settings can't be read, so the usual ones are used. {keep_broken_file(self._path)}"
            log.error("%s %s", self.problem, error)
            return {}
        return found


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _theme(value: Any) -> str | None:
    return value if value in THEMES else None


def _hold(value: Any) -> float | None:
    sound = type(value) in (int, float) and 0 <= value <= MAX_HOLD_SECONDS
    return float(value) if sound else None


def _widths(value: Any) -> tuple[int, ...] | None:
    sound = isinstance(value, list) and all(type(width) is int and width >= 0 for width in value)
    return tuple(value) if sound else None


def _unit(value: Any) -> str | None:
    return value if value in UNITS else None


def _amount(value: Any) -> str | None:
    text = value if isinstance(value, str) else f"{value}" if type(value) in (int, float) else ""
    try:
        return text if parse_amount(text) is not None else None
    except ValueError:
        return None


def _names(value: Any) -> tuple[str, ...] | None:
    sound = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return tuple(value) if sound else None


READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "theme": _theme,
        "hold_seconds": _hold,
        "clips_folder": _text,
        "clip_names": _text,
        "geometry": _text,
        "splitter": _widths,
        "clip_size": lambda value: value if type(value) is int and 0 <= value < CLIP_SIZES else None,
        "clips_listed": lambda value: value if type(value) is bool else None,
        "clip_sort": lambda value: value if value in list(ClipSort) else None,
        "clip_group": lambda value: value if value in list(ClipGrouping) else None,
        "money_unit": _unit,
        **dict.fromkeys(AMOUNT_KEYS, _amount),
        "heights": _widths,
        "hidden": _names,
        "below": _text,
    }
)
