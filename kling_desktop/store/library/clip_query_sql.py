"""Finds clips by a query in SQL."""

import json
import re
import sqlite3
from collections.abc import Collection, Iterator

from kling_desktop.domain.library.clip_query import ClipQuery, LineageScope
from kling_desktop.domain.library.text_search import match_expression
from kling_desktop.domain.text import without_lone_surrogates

_ASPECT = re.compile(r"([0-9]{1,5}):([0-9]{1,5})")
_MAX_TEXT_HITS = 2_000
"""If the text search finds at most this many clips, they are filtered one by one; otherwise the filters run on all
clips, and both results are intersected.
"""

# If the form didn't know which clip a video ID belongs to, the ID stands for it. Each part has an index of its own.
_CHILD = "parent <> '' AND parent = it.job"
_CHILD_BY_ID = "parent = '' AND lineage.image <> '' AND lineage.image = made.image"
_PARENT = "coalesce(nullif(parent, ''), (SELECT job FROM clips WHERE lineage.image <> '' AND image = lineage.image))"
_LINEAGE = {
    LineageScope.CHILDREN: f"""
        WITH it(job) AS (SELECT ?)
        SELECT child FROM it JOIN lineage ON {_CHILD}
        UNION SELECT child FROM it JOIN clips AS made USING (job) JOIN lineage ON {_CHILD_BY_ID}""",
    LineageScope.PARENTS: f"SELECT {_PARENT} FROM lineage WHERE child = ?",
    LineageScope.ALL: f"""
        WITH RECURSIVE the(job) AS (SELECT ?),
            before(job) AS (SELECT job FROM the UNION SELECT {_PARENT} FROM before JOIN lineage ON child = before.job),
            it(job) AS (
                SELECT job FROM the
                UNION SELECT child FROM it JOIN lineage ON {_CHILD}
                UNION SELECT child FROM it JOIN clips AS made USING (job) JOIN lineage ON {_CHILD_BY_ID})
        SELECT job FROM before UNION SELECT job FROM it""",
}

_Condition = tuple[str, tuple[object, ...]]


def find_numbers(
    connection: sqlite3.Connection, service: str, query: ClipQuery, among: tuple[int, int] | None = None
) -> list[int] | None:
    """Return the numbers of the clips that a query finds, in no order, possibly with clips of other accounts or in the
    trash.

    Args:
        connection: The database.
        service: The service of the account.
        query: What to find.
        among: Only search numbers in this range.

    Returns:
        None if the query finds all clips.
    """

    def select(sql: str, *values: object) -> list[int]:
        # As one text: a hundred thousand separate rows take three times as long.
        numbers: list[int] = json.loads(connection.execute(sql, values).fetchone()[0])
        return numbers

    conditions = list(_conditions(query))
    where = " AND ".join(sql for sql, _ in conditions)
    values = [value for _, condition_values in conditions for value in condition_values]
    # Within a range each clip is checked, whatever an index could say about all of them.
    clips = "clips WHERE" if among is None else "clips NOT INDEXED WHERE number BETWEEN ? AND ? AND"
    text_condition = "clip_words MATCH ?" if among is None else "rowid BETWEEN ? AND ? AND clip_words MATCH ?"
    span = among or ()
    filtered = f"SELECT json_group_array(number) FROM {clips} service = ? AND {where}"
    expression = match_expression(query.text)
    if not expression:
        return select(filtered, *span, service, *values) if where else None
    # A text search alone needn't look at any clip.
    matches = select(f"SELECT json_group_array(rowid) FROM clip_words WHERE {text_condition}", *span, expression)
    if not where:
        return matches
    if len(matches) > _MAX_TEXT_HITS:
        return list(filter(set(matches).__contains__, select(filtered, *span, service, *values)))
    among_matches = "number IN (SELECT value FROM json_each(?))"
    sql = f"SELECT json_group_array(number) FROM clips WHERE {among_matches} AND {where}"
    return select(sql, json.dumps(matches), *values)


def _conditions(query: ClipQuery) -> Iterator[_Condition]:
    """Yield an SQL condition and its values for each filter."""
    if query.types:
        yield _one_of("way", [type_.name.lower() for type_ in query.types])
    if query.aspects:
        aspects = [(int(shape[2]), int(shape[1])) for shape in map(_ASPECT.fullmatch, query.aspects) if shape]
        shapes = " OR ".join("width * ? = height * ?" for _ in aspects) or "FALSE"
        yield f"({shapes})", tuple(side for shape in aspects for side in shape)
    if query.seconds:
        yield _one_of("round(seconds)", query.seconds)
    if query.min_rating:
        yield "rating >= ?", (query.min_rating,)
    if query.flags:
        yield _one_of("flag", query.flags)
    if query.presets:
        yield _one_of("preset", query.presets)
    if query.tags:
        one_of, tags = _one_of("value", query.tags)
        tagged = f"SELECT number FROM clips, json_each(tags) WHERE tags <> '[]' AND {one_of}"
        yield f"number IN ({tagged})", tags
    if query.period:
        yield "made_at >= ? AND made_at < ?", (query.since, query.until)
    if query.has_problem:
        yield "missing = 1", ()
    if query.lineage:
        yield f"job IN ({_LINEAGE[query.lineage.scope]})", (query.lineage.job,)


def _one_of(column: str, values: Collection[str | int]) -> _Condition:
    # A hand-edited file may contain half a surrogate pair, which SQLite can't store.
    whole = (without_lone_surrogates(value) if isinstance(value, str) else value for value in values)
    return f"{column} IN ({', '.join('?' * len(values))})", tuple(sorted(whole, key=str))
