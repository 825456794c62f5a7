"""The user's settings, in a readable file."""

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kling_desktop.atomic_file import write_atomic
from kling_desktop.domain.jobs.job import DOLLARS, Cost
from kling_desktop.domain.library.clip_query import ClipGrouping, ClipSort
from kling_desktop.domain.spending.limits import SpendingLimits
from kling_desktop.domain.spending.prices import UNITS, UserPrices, parse_amount

THEMES = ("system", "dark", "light")
MOTIONS = ("system", "reduced")
TEXT_SIZES = range(90, 201)
MAX_HOLD_SECONDS = 60.0
CLIP_SIZES, DEFAULT_CLIP_SIZE = 6, 2
"""How many sizes of clips there are in the library, and the default one."""
AMOUNT_KEYS = ("day_cap", "session_cap", "price_5s", "price_10s", "price_edit")
"""Settings that are amounts of money."""
SPENDING_KEYS = frozenset({"money_unit", "limits_unknown", *AMOUNT_KEYS})
LIMIT_KEYS = ("day_cap", "session_cap")
_SET_AGAIN = "until you set the limits again in the window's Settings, nothing is sent without asking you."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """The user's settings. The names of the fields are the keys in the file, so they must never change.

    Args:
        theme: One of THEMES.
        hold_seconds: How long a Generate can be undone; 0 for not at all.
        clips_folder: "" for the default.
        clip_names: The filename template for clips; "" for the default.
        geometry: The window's position as saved by Qt, in base64.
        splitter: Widths of the panes in px.
        clip_size: The size of clips in the library, 0 to CLIP_SIZES - 1.
        clips_listed: Whether the library shows rows instead of cards.
        clip_sort: The library's sort order.
        clip_group: By what the library groups clips.
        heights: Heights of the panes in px.
        hidden: The panes that aren't shown.
        below: What the bottom pane shows.
        money_unit: The unit of all amounts.
        day_cap: Spending limit per day, as the user wrote it; "" for none.
        session_cap: Spending limit per run of the program; "" for none.
        price_5s: The user's own price of a 5 s take; "" if unknown.
        price_10s: That of a 10 s take.
        price_edit: That of an edit.
        limits_unknown: Limits were set that can't be read any more. It is in the file only while that is so.
        text_size: In percent; 0 follows the system.
        motion: One of MOTIONS.
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
    limits_unknown: bool = False
    text_size: int = 0
    motion: str = "system"

    @property
    def spending_limits(self) -> SpendingLimits:
        """The limits as amounts of money."""
        return SpendingLimits(self._cost(self.day_cap), self._cost(self.session_cap), self.limits_unknown)

    @property
    def user_prices(self) -> UserPrices:
        """The user's own prices as amounts of money."""
        by_length = {5: self._cost(self.price_5s), 10: self._cost(self.price_10s)}
        return UserPrices({seconds: cost for seconds, cost in by_length.items() if cost}, self._cost(self.price_edit))

    def _cost(self, text: str) -> Cost | None:
        amount = parse_amount(text)
        return None if amount is None else Cost(amount, self.money_unit)


_DEFAULTS = Settings()
_LATER_KEYS = frozenset({"limits_unknown", "text_size", "motion"})
"""Settings that the first version didn't know. They are in the file only once they were changed."""


class SettingsFile:
    """Reads and writes the settings. Keys in the file that this version doesn't know are kept.

    Attributes:
        problem: Why the file couldn't be read, as a message for the user; "" if it could.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problem = ""

    def read(self) -> Settings:
        """Read the settings, with the default for anything missing or invalid.

        A file that can't be read stays as it is. It may hold a spending limit, so from then on the limits are unknown,
        on every start, until the user sets them again.
        """
        found = self._load()
        if found is None:
            self._report(
                f"The settings in {self._path} can't be read, so the defaults are used. "
                f"There may have been a spending limit: {_SET_AGAIN}"
            )
            return Settings(limits_unknown=True)
        values = {key: read(found[key]) for key, read in READERS.items() if key in found}
        settings = Settings(**{key: value for key, value in values.items() if value is not None})
        if unreadable := _unreadable_limit(found):
            self._report(f"The setting “{unreadable}” in {self._path} can't be read: {_SET_AGAIN}")
            return replace(settings, limits_unknown=True)
        if settings.limits_unknown:
            self._report(f"The spending limits that were in {self._path} couldn't be read: {_SET_AGAIN}")
        return settings

    def write(self, settings: Settings) -> None:
        """Write the settings. A file that can't be read is kept under another name first.

        Raises:
            OSError: That fails; the old file is still there.
        """
        found = self._load()
        if found is None or _unreadable_limit(found):
            from kling_desktop.store.files.broken_file import copy_aside  # only when something is wrong

            copy_aside(self._path)
        values = (found or {}) | asdict(settings)
        for name in _LATER_KEYS - (found or {}).keys():
            if values[name] == getattr(_DEFAULTS, name):
                del values[name]
        if not settings.limits_unknown:
            values.pop("limits_unknown", None)
        write_atomic(self._path, json.dumps(values, indent=2) + "\n")

    def _report(self, problem: str) -> None:
        self.problem = problem
        log.error("%s", problem)

    def _load(self) -> dict[str, Any] | None:
        """Return None if the file can't be read."""
        try:
            found = json.loads(self._path.read_bytes())
            if not isinstance(found, dict):
                raise ValueError("not an object")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError) as error:
            log.info("The settings can't be read: %s", type(error).__name__)
            return None
        return found


def _unreadable_limit(found: Mapping[str, Any]) -> str:
    """Return the name of a setting without which a spending limit isn't known; "" if all can be read."""
    limits = [name for name in LIMIT_KEYS if found.get(name)]
    unreadable = [name for name in limits if _amount(found[name]) is None]
    if limits and "money_unit" in found and _unit(found["money_unit"]) is None:
        unreadable.append("money_unit")
    return next(iter(unreadable), "")


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _theme(value: Any) -> str | None:
    return value if value in THEMES else None


def _hold(value: Any) -> float | None:
    is_valid = type(value) in (int, float) and 0 <= value <= MAX_HOLD_SECONDS
    return float(value) if is_valid else None


def _widths(value: Any) -> tuple[int, ...] | None:
    is_valid = isinstance(value, list) and all(type(width) is int and width >= 0 for width in value)
    return tuple(value) if is_valid else None


def _unit(value: Any) -> str | None:
    return value if value in UNITS else None


def _amount(value: Any) -> str | None:
    text = value if isinstance(value, str) else f"{value}" if type(value) in (int, float) else ""
    try:
        return text if parse_amount(text) is not None else None
    except ValueError:
        return None


def _names(value: Any) -> tuple[str, ...] | None:
    is_valid = isinstance(value, list) and all(isinstance(name, str) for name in value)
    return tuple(value) if is_valid else None


READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "theme": _theme,
        "text_size": lambda value: value if type(value) is int and (not value or value in TEXT_SIZES) else None,
        "motion": lambda value: value if value in MOTIONS else None,
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
        "limits_unknown": lambda value: value is not False,
        "heights": _widths,
        "hidden": _names,
        "below": _text,
    }
)
