"""Media in a preset's file: as in a request, plus {"file", …} for an image on disk."""

import json
from collections.abc import Mapping
from typing import Any

from kling_desktop.domain.library.lineage import read_origin, write_origin
from kling_desktop.domain.request.draft import LocalImage, Media, Placeholder, StoredMedia, parse_placeholder
from kling_desktop.domain.request.frame_fit import Fit

MAX_INT = 2**63
_FILE_KEYS = ("name", "sha256", "width", "height", "note", "fit")
_ID_KEYS = ("width", "height", "seconds")


class UnexpectedShape(ValueError):
    """A known key has a shape that this version doesn't know."""


def read_media(item: Any) -> Media:
    """Read one item. What else it contains is kept.

    Raises:
        UnexpectedShape: It isn't an item.
    """
    if not isinstance(item, dict):
        raise UnexpectedShape
    if "file" in item:
        fit = item.get("fit")
        return LocalImage(
            value_of(item, "file", str),
            printable_line(_optional(item, "name", str, "")),
            _optional(item, "sha256", str, ""),
            _optional(item, "width", int, None),
            _optional(item, "height", int, None),
            printable_line(_optional(item, "note", str, "")),
            Fit(fit) if isinstance(fit, str) and fit in set(Fit) else None,
            origin=read_origin(item.get("origin")),
            extra_json=_rest(item, ("file",)),
        )
    media_id = value_of(item, "id", str)
    if placeholder := parse_placeholder(media_id):
        return Placeholder(placeholder.text, _rest(item, ("id",)))
    kind = value_of(item, "type", str)
    width, height = (_optional(item, side, int, None) for side in ("width", "height"))
    return StoredMedia(
        media_id,
        kind,
        width,
        height,
        _seconds(item.get("seconds")),
        origin=read_origin(item.get("origin")),
        extra_json=_rest(item, ("id", "type")),
    )


def write_media(media: Media) -> dict[str, Any]:
    """Return an item as it is read. What else it contained follows what is known."""
    match media:
        case LocalImage():
            written = {"file": media.file, **_values(media, _FILE_KEYS), **_origin(media)}
        case StoredMedia():
            written = {"id": media.id, "type": media.kind, **_values(media, _ID_KEYS), **_origin(media)}
        case _:
            written = {"id": media.text}
    return written | {key: value for key, value in _more(media.extra_json).items() if key not in written}


def value_of(found: Mapping[str, Any], key: str, kind: type) -> Any:
    """Return the value of a key.

    Raises:
        UnexpectedShape: It is missing, of another type, or too large.
    """
    value = found.get(key)
    if type(value) is not kind or (isinstance(value, int) and not -MAX_INT <= value < MAX_INT):
        raise UnexpectedShape
    return value


def printable_line(text: str) -> str:
    """Return a text on one line, without invisible characters."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _optional(found: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    try:
        return value_of(found, key, kind)
    except UnexpectedShape:
        return default


def _seconds(value: Any) -> float | None:
    seconds = float(value) if type(value) in (int, float) and abs(value) < MAX_INT else 0.0
    return seconds if 0 < seconds < 1e6 else None


def _values(media: LocalImage | StoredMedia, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(media, name))}


def _origin(media: LocalImage | StoredMedia) -> dict[str, Any]:
    return {"origin": write_origin(media.origin)} if media.origin else {}


def _rest(item: Mapping[str, Any], but: tuple[str, ...]) -> str:
    """Return what this version doesn't read of an item, as JSON; "" if it reads everything."""
    rest = {key: value for key, value in item.items() if key not in but and not _is_plain(key, value)}
    return json.dumps(rest) if rest else ""


def _is_plain(key: str, value: Any) -> bool:
    """Whether a key is known and its value has the shape that this version writes."""
    if key == "origin":
        return read_origin(value) is not None
    if key not in (*_FILE_KEYS, *_ID_KEYS):
        return False
    if value is None:
        return True
    if key in ("width", "height"):
        return type(value) is int and -MAX_INT <= value < MAX_INT
    if key == "seconds":
        return _seconds(value) is not None
    if key == "fit":
        return isinstance(value, str) and value in set(Fit)
    return isinstance(value, str)


def _more(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
