"""The values by which an account's clips can be filtered."""

import sqlite3
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar

from kling_desktop.domain.library.filters import FilterChoices
from kling_desktop.domain.request.models import Size

T = TypeVar("T", float, int, str)
ACCOUNT = "service = ? AND profile = ? AND binned_at IS NULL"

_MAX_CHOICES = 40
_MAX_ASPECTS = 10
_TAGS = f"""
    SELECT value, count(*) FROM clips INDEXED BY clips_tagged, json_each(tags) WHERE {ACCOUNT} AND tags <> '[]'
    GROUP BY value ORDER BY 2 DESC, 1 LIMIT {_MAX_CHOICES}
"""
_LATEST = f"SELECT max(made_at) FROM clips WHERE {ACCOUNT} AND preset <> '' AND preset = ?"
_MAX_PRESETS = 2_000


def read_filter_choices(connection: sqlite3.Connection, service: str, profile: str) -> FilterChoices:
    """Return the filter choices: presets by ID only, the last used first; tags with most clips first."""

    account = (service, profile)

    def select(sql: str, *values: object) -> list[tuple[object, ...]]:
        return connection.execute(sql, (*account, *values)).fetchall()

    defaults = FilterChoices()
    profiles = distinct_values(connection, "profile", (service,), "", "service = ? AND binned_at IS NULL")
    presets = islice(distinct_values(connection, "preset", account, "", f"{ACCOUNT} AND preset <> ''"), _MAX_PRESETS)
    last_used = sorted(presets, key=lambda preset: select(_LATEST, preset), reverse=True)
    seconds = (
        round(duration)
        for edits in (False, True)
        for duration in islice(
            distinct_values(connection, "seconds", (*account, edits), 0.0, f"{ACCOUNT} AND (way = 'edit') = ?"),
            _MAX_CHOICES,
        )
    )
    sizes = (
        Size(width, height)
        for width in islice(distinct_values(connection, "width", account, 0), _MAX_CHOICES)
        for height in islice(
            distinct_values(connection, "height", (*account, width), 0, f"{ACCOUNT} AND width = ?"), _MAX_CHOICES
        )
    )
    return FilterChoices(
        presets=dict.fromkeys(last_used[:_MAX_CHOICES], ""),
        profiles=tuple(profiles),
        tags=tuple(str(row[0]) for row in select(_TAGS)),
        seconds=tuple(sorted({*defaults.seconds, *seconds})),
        aspects=tuple(dict.fromkeys((*defaults.aspects, *(size.aspect for size in sizes))))[:_MAX_ASPECTS],
    )


def distinct_values(
    connection: sqlite3.Connection, column: str, values: Sequence[object], above: T, condition: str = ACCOUNT
) -> Iterator[T]:
    """Yield the distinct values of a column above `above`, in order, for clips that meet a condition.

    Takes one step per value along an index, where SQLite's DISTINCT would read every row. There must be an index that
    starts with the columns of the condition and continues with this one.
    """
    least = f"SELECT min({column}) FROM clips WHERE {condition} AND {column} > ?"
    while (found := connection.execute(least, (*values, above)).fetchone()[0]) is not None:
        yield found
        above = found
