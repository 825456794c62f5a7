"""The user's saved searches, in a readable file."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.library.clip_query import (
    ClipQuery,
    FilterKind,
    LineageFilter,
    LineageScope,
    Period,
    SavedSearch,
)
from kling_desktop.domain.request.generation_type import GenerationType
from kling_desktop.store.files.json_list import JsonListFile


class SavedSearchFile:
    """The file with the saved searches. Blocking. Several windows may change it. OSError if it can't be written."""

    def __init__(self, path: Path) -> None:
        self._list = JsonListFile(path)

    def read(self) -> tuple[SavedSearch, ...]:
        """Return the searches that can be read, in order."""
        searches = (_from_item(item) for item in self._list.items())
        return tuple(search for search in searches if search)

    def save(self, search: SavedSearch) -> tuple[SavedSearch, ...]:
        """Save a search: it replaces one of the same name, or is added at the end."""
        item = _to_item(search)

        def change(items: list[Any]) -> list[Any]:
            positions = [index for index, other in enumerate(items) if _name(other) == search.name]
            if not positions:
                return [*items, item]
            return [
                item if index == positions[0] else other
                for index, other in enumerate(items)
                if index not in positions[1:]
            ]

        self._list.change(change)
        return self.read()

    def remove(self, search: SavedSearch) -> tuple[SavedSearch, ...]:
        """Remove a search, and return the others."""
        self._list.change(lambda items: [item for item in items if _name(item) != search.name])
        return self.read()


def _to_item(search: SavedSearch) -> dict[str, Any]:
    query = search.query
    filters = {_KEYS.get(kind, kind.value): _plain_value(getattr(query, kind)) for kind in query.kinds}
    return {"name": search.name, **({_KEYS["text"]: query.text} if query.text.strip() else {}), **filters}


def _plain_value(value: object) -> object:
    if isinstance(value, LineageFilter):
        return {"job": value.job, "kinship": value.scope, "words": value.prompt_excerpt}
    return sorted(value) if isinstance(value, frozenset) else value


def _from_item(item: Any) -> SavedSearch | None:
    """Return None if the item contains nothing that this version can search for."""
    if not _name(item):
        return None
    values = {field: read(item[key]) for field, read in _READERS.items() if (key := _KEYS.get(field, field)) in item}
    query = ClipQuery(**{key: value for key, value in values.items() if value is not None})
    return None if query.matches_all else SavedSearch(item["name"], query)


def _name(item: Any) -> str:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else ""


def _texts(value: Any) -> frozenset[str] | None:
    return frozenset(text for text in value if isinstance(text, str)) if isinstance(value, list) else None


def _numbers(value: Any) -> frozenset[int] | None:
    return frozenset(number for number in value if type(number) is int) if isinstance(value, list) else None


def _types(value: Any) -> frozenset[GenerationType] | None:
    return frozenset(GenerationType(name) for name in _texts(value) or () if name in list(GenerationType)) or None


def _rating(value: Any) -> int | None:
    return value if type(value) is int and 1 <= value <= 5 else None


def _lineage_filter(value: Any) -> LineageFilter | None:
    values = value if isinstance(value, dict) else {}
    job, excerpt = values.get("job"), values.get("words")
    if not isinstance(job, str) or not job or values.get("kinship") not in list(LineageScope):
        return None
    return LineageFilter(job, LineageScope(values["kinship"]), excerpt if isinstance(excerpt, str) else "")


_READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "text": lambda value: value if isinstance(value, str) else None,
        FilterKind.TYPES: _types,
        FilterKind.ASPECTS: _texts,
        FilterKind.SECONDS: _numbers,
        FilterKind.MIN_RATING: _rating,
        FilterKind.FLAGS: _texts,
        FilterKind.TAGS: _texts,
        FilterKind.PRESETS: _texts,
        FilterKind.PROFILES: _texts,
        FilterKind.PERIOD: lambda value: Period(value) if value in list(Period) else None,
        FilterKind.HAS_PROBLEM: lambda value: value is True or None,
        FilterKind.LINEAGE: _lineage_filter,
    }
)
_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "text": "words",
        FilterKind.TYPES: "ways",
        FilterKind.MIN_RATING: "least_rating",
        FilterKind.HAS_PROBLEM: "troubled",
        FilterKind.LINEAGE: "kin",
    }
)
"""Fields of the query whose key in the file differs from their name. The keys must never change."""
