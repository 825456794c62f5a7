"""All clips of an account in their order, read once: what a search finds is then only to be put in its places."""

import json
import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from kling_desktop.domain.query import Sort

ORDERS = {Sort.NEWEST: "made_at DESC, number DESC"}
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True)
class Order:
    """numbers of the clips; moments: when each was made, where the order is by that, else empty; places: where each
    number stands, -1 for those of other accounts and of the bin.
    """

    numbers: list[int]
    moments: list[float]
    places: list[int]

    def of(self, numbers: Sequence[int]) -> tuple[Sequence[int], Sequence[float]]:
        """Some numbers, in any order, as they stand in this one, with their moments. Others' clips fall out."""
        places = sorted(map(self.places.__getitem__, numbers))
        mine = places[bisect_left(places, 0) :]
        moments = list(map(self.moments.__getitem__, mine)) if self.moments else ()
        return array("q", list(map(self.numbers.__getitem__, mine))), array("d", moments)


def read_order(connection: sqlite3.Connection, account: str, values: Sequence[object], sort: Sort) -> Order:
    """account: SQL that holds for the clips wanted, and its values."""
    # As one text: a hundred thousand rows as such take three times as long.
    row = connection.execute(
        f"SELECT json_group_array(number), json_group_array(CAST(made_at * {_MICROSECONDS} AS INTEGER))"
        f" FROM (SELECT number, made_at FROM clips WHERE {account} ORDER BY {ORDERS[sort]})",
        tuple(values),
    ).fetchone()
    numbers: list[int] = json.loads(row[0])
    moments = [moment / _MICROSECONDS for moment in json.loads(row[1])] if sort is Sort.NEWEST else []
    last = connection.execute("SELECT max(number) FROM clips").fetchone()[0]
    places = [-1] * ((last or 0) + 1)
    for place, number in enumerate(numbers):
        places[number] = place
    return Order(numbers, moments, places)
