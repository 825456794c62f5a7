"""The searches that the user keeps, in a file that people can read."""

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
    """Blocking. What one window keeps, another doesn't take away. OSError where the file can't be written."""

    def __init__(self, path: Path) -> None:
        self._list = JsonListFile(path)

    def read(self) -> tuple[SavedSearch, ...]:
        """Those that can be read, in their order."""
        found = (_from_item(item) for item in self._list.items())
        return tuple(search for search in found if search)

    def save(self, search: SavedSearch) -> tuple[SavedSearch, ...]:
        """In the place of one of the same name, or as the last."""
        item = _to_item(search)

        def change(items: list[Any]) -> list[Any]:
            places = [at for at, known in enumerate(items) if _name(known) == search.name]
            if not places:
                return [*items, item]
            return [item if at == places[0] else known for at, known in enumerate(items) if at not in places[1:]]

        self._list.change(change)
        return self.read()

    def remove(self, search: SavedSearch) -> tuple[SavedSearch, ...]:
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
    """None where there is nothing that this version can search for."""
    if not _name(item):
        return None
    known = {field: read(item[key]) for field, read in _READERS.items() if (key := _KEYS.get(field, field)) in item}
    query = ClipQuery(**{key: value for key, value in known.items() if value is not None})
    return None if query.matches_all else SavedSearch(item["name"], query)


def _name(item: Any) -> str:
    name = item.get("name") if isinstance(item, dict) else None
    return name if isinstance(name, str) else ""


def _texts(value: Any) -> frozenset[str] | None:
    return frozenset(one for one in value if isinstance(one, str)) if isinstance(value, list) else None


def _numbers(value: Any) -> frozenset[int] | None:
    return frozenset(one for one in value if type(one) is int) if isinstance(value, list) else None


def _types(value: Any) -> frozenset[GenerationType] | None:
    return frozenset(GenerationType(one) for one in _texts(value) or () if one in list(GenerationType)) or None


def _rating(value: Any) -> int | None:
    return value if type(value) is int and 1 <= value <= 5 else None


def _lineage_filter(value: Any) -> LineageFilter | None:
    told = value if isinstance(value, dict) else {}
    job, words = told.get("job"), told.get("words")
    if not isinstance(job, str) or not job or told.get("kinship") not in list(LineageScope):
        return None
    return LineageFilter(job, LineageScope(told["kinship"]), words if isinstance(words, str) else "")


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
