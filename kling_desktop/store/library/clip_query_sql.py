"""What a query finds in the table of clips and in that of their words."""

import json
import re
import sqlite3
from collections.abc import Collection, Iterator

from kling_desktop.domain.library.clip_query import ClipQuery, LineageScope
from kling_desktop.domain.library.text_search import match_expression
from kling_desktop.domain.text import without_lone_surrogates

_ASPECT = re.compile(r"([0-9]{1,5}):([0-9]{1,5})")
_MAX_TEXT_HITS = 2_000
"""Clips found by their words that are looked at one by one; more are held against all that the filters find."""

# A video's ID stands for its clip where the form wasn't told which clip that is. Each part has an index of its own.
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
    """The numbers of what a query finds, some of other accounts and of the bin among them perhaps, in no order. None
    where it finds all. among: the least and the greatest number that are looked at.
    """

    def ask(sql: str, *values: object) -> list[int]:
        # As one text: a hundred thousand rows as such take three times as long.
        numbers: list[int] = json.loads(connection.execute(sql, values).fetchone()[0])
        return numbers

    parts = list(_conditions(query))
    where, values = " AND ".join(part for part, _ in parts), [value for _, held in parts for value in held]
    # Of some clips alone each is looked at, whatever an index could tell of all.
    clips = "clips WHERE" if among is None else "clips NOT INDEXED WHERE number BETWEEN ? AND ? AND"
    words_of = "clip_words MATCH ?" if among is None else "rowid BETWEEN ? AND ? AND clip_words MATCH ?"
    span = among or ()
    filtered = f"SELECT json_group_array(number) FROM {clips} service = ? AND {where}"
    words = match_expression(query.text)
    if not words:
        return ask(filtered, *span, service, *values) if where else None
    # The words alone needn't look at a single clip.
    worded = ask(f"SELECT json_group_array(rowid) FROM clip_words WHERE {words_of}", *span, words)
    if not where:
        return worded
    if len(worded) > _MAX_TEXT_HITS:
        return list(filter(set(worded).__contains__, ask(filtered, *span, service, *values)))
    these = f"SELECT json_group_array(number) FROM clips WHERE number IN (SELECT value FROM json_each(?)) AND {where}"
    return ask(these, json.dumps(worded), *values)


def _conditions(query: ClipQuery) -> Iterator[_Condition]:
    """SQL that holds for the clips of its filters, and the values in it."""
    if query.types:
        yield _one_of("way", [way.name.lower() for way in query.types])
    if query.aspects:
        whole = [(int(shape[2]), int(shape[1])) for shape in map(_ASPECT.fullmatch, query.aspects) if shape]
        shapes = " OR ".join("width * ? = height * ?" for _ in whole) or "FALSE"
        yield f"({shapes})", tuple(side for shape in whole for side in shape)
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
    # A file that people write may hold half a character, which SQLite takes for no text.
    whole = (without_lone_surrogates(one) if isinstance(one, str) else one for one in values)
    return f"{column} IN ({', '.join('?' * len(values))})", tuple(sorted(whole, key=str))
