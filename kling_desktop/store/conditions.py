"""A query as a condition on the table of clips."""

import re
from collections.abc import Collection, Iterator

from kling_desktop.domain.query import Query
from kling_desktop.domain.words import expression

_SHAPE = re.compile(r"([0-9]{1,5}):([0-9]{1,5})")

_Part = tuple[str, tuple[object, ...]]


def condition(query: Query) -> _Part:
    """SQL that holds for the clips of a query, account and bin aside, and its values; ("", ()) for all of them."""
    parts = list(_parts(query))
    return " AND ".join(part for part, _ in parts), tuple(value for _, values in parts for value in values)


def _parts(query: Query) -> Iterator[_Part]:
    if words := expression(query.words):
        yield "number IN (SELECT rowid FROM clip_words WHERE clip_words MATCH ?)", (words,)
    if query.ways:
        yield _one_of("way", [way.name.lower() for way in query.ways])
    if query.aspects:
        whole = [(int(shape[2]), int(shape[1])) for shape in map(_SHAPE.fullmatch, query.aspects) if shape]
        shapes = " OR ".join("width * ? = height * ?" for _ in whole) or "FALSE"
        yield f"({shapes})", tuple(side for shape in whole for side in shape)
    if query.seconds:
        yield _one_of("round(seconds)", query.seconds)
    if query.least_rating:
        yield "rating >= ?", (query.least_rating,)
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
    if query.troubled:
        yield "missing = 1", ()


def _one_of(column: str, values: Collection[str | int]) -> _Part:
    # A file that people write may hold half a character, which SQLite takes for no text.
    whole = (one.encode("utf-8", "replace").decode() if isinstance(one, str) else one for one in values)
    return f"{column} IN ({', '.join('?' * len(values))})", tuple(sorted(whole, key=str))
