"""All clips of an account in their order, read once: what a search finds is then only to be put in its places."""

import json
import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TypeVar

from kling_desktop.domain.library.clip_query import ClipGrouping, ClipQuery, ClipSort

SORT_SQL = {
    ClipSort.NEWEST: "made_at DESC, number DESC",
    ClipSort.OLDEST: "made_at, number",
    ClipSort.RATING: "rating DESC, made_at DESC, number DESC",
    ClipSort.LENGTH: "seconds DESC, made_at DESC, number DESC",
    # What is paid in another unit is neither more nor less.
    ClipSort.PRICE: "cost IS NULL, unit, cost DESC, made_at DESC, number DESC",
}
_DAY = "date(made_at, 'unixepoch', 'localtime')"
# What begins each group, and the order of groups: the one with the newest clip first.
_GROUP_SQL = {
    ClipGrouping.NONE: ("''", ""),
    ClipGrouping.DAY: (_DAY, f"{_DAY} DESC, "),
    ClipGrouping.PRESET: ("preset", "max(made_at) OVER (PARTITION BY preset) DESC, preset, "),
}
_MICROSECONDS = 1_000_000
Groups = tuple[tuple[int, str], ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ClipOrder:
    """numbers of the clips; moments: when each was made, where the newest comes first, else empty; keys: the group of
    each, where that isn't told by the moments, else empty; places: where each number stands, -1 for those of other
    accounts and of the bin.
    """

    numbers: Sequence[int]
    timestamps: Sequence[float]
    group_keys: list[str]
    positions: Sequence[int]

    @property
    def span(self) -> tuple[int, int]:
        """The least and the greatest number; (0, -1) of none."""
        return (min(self.numbers), max(self.numbers)) if self.numbers else (0, -1)

    @property
    def groups(self) -> Groups:
        """Where each group begins, and what it is."""
        return _groups(self.group_keys)

    def select(self, numbers: Sequence[int]) -> tuple[Sequence[int], Sequence[float], Groups]:
        """Some numbers, in any order, as they stand in this one, with their moments and groups. Others' clips fall
        out.
        """
        places = sorted(_pick(self.positions, numbers))
        mine = places[bisect_left(places, 0) :]
        if len(mine) == len(self.numbers):
            return self.numbers, self.timestamps, self.groups
        moments = _pick(self.timestamps, mine) if self.timestamps else ()
        keys = _pick(self.group_keys, mine) if self.group_keys else ()
        return array("q", _pick(self.numbers, mine)), array("d", moments), _groups(keys)


def read_clip_order(
    connection: sqlite3.Connection, account: str, values: Sequence[object], query: ClipQuery, limit: int = -1
) -> ClipOrder:
    """account: SQL that holds for the clips wanted, and its values. most: the first so many alone."""
    # As one text: a hundred thousand rows as such take three times as long.
    key, groups = ("''", "") if query.is_newest_first else _GROUP_SQL[query.group]
    moment = f"CAST(made_at * {_MICROSECONDS} AS INTEGER)"
    row = connection.execute(
        f"SELECT json_group_array(number), json_group_array({moment if query.is_newest_first else 'key'})"
        f" FROM (SELECT number, made_at, {key} AS key FROM clips WHERE {account}"
        f" ORDER BY {groups}{SORT_SQL[query.sort]} LIMIT ?)",
        (*values, limit),
    ).fetchone()
    numbers = array("q", json.loads(row[0]))
    moments = array("d", (moment / _MICROSECONDS for moment in json.loads(row[1])) if query.is_newest_first else ())
    keys: list[str] = [] if query.is_newest_first or query.group is ClipGrouping.NONE else json.loads(row[1])
    last = connection.execute("SELECT max(number) FROM clips").fetchone()[0]
    places = array("q", [-1]) * ((last or 0) + 1)
    for place, number in enumerate(numbers):
        places[number] = place
    return ClipOrder(numbers, moments, keys, places)


def _pick(all_of_them: Sequence[T], places: Sequence[int]) -> Sequence[T]:
    """What stands in those places; in one call, as a hundred thousand of their own take thrice as long."""
    if len(places) < 2:  # one alone comes as itself, not as one of several
        return [all_of_them[place] for place in places]
    taken: tuple[T, ...] = itemgetter(*places)(all_of_them)
    return taken


def _groups(keys: Sequence[str]) -> Groups:
    before: list[str | None] = [None, *keys[:-1]]
    return tuple((at, key) for at, (key, last) in enumerate(zip(keys, before[: len(keys)], strict=True)) if key != last)
