"""Each value of a column, a step each along an index, where SQLite's own DISTINCT would read every row."""

import sqlite3
from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T", float, int, str)
ACCOUNT = "service = ? AND profile = ? AND binned_at IS NULL"


def distinct_values(
    connection: sqlite3.Connection, column: str, values: Sequence[object], above: T, condition: str = ACCOUNT
) -> Iterator[T]:
    """Of the clips that a condition with these values holds for, those above the given one, in order.

    There has to be an index that begins with the condition's columns and goes on with this one.
    """
    least = f"SELECT min({column}) FROM clips WHERE {condition} AND {column} > ?"
    while (found := connection.execute(least, (*values, above)).fetchone()[0]) is not None:
        yield found
        above = found
