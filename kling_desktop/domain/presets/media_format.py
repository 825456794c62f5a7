"""The media of a preset as its file has them: as in a request, plus {"file", …} for a picture on disk."""

import json
from collections.abc import Mapping
from typing import Any

from kling_desktop.domain.library.lineage import read_origin, write_origin
from kling_desktop.domain.request.draft import LocalImage, Media, Placeholder, StoredMedia, parse_placeholder
from kling_desktop.domain.request.frame_fit import Fit

LARGEST = 2**63
_TOLD_OF_FILE = ("name", "sha256", "width", "height", "note", "fit")
_TOLD_OF_ID = ("width", "height", "seconds")


class UnexpectedShape(ValueError):
    """Something known is there in a shape that this version doesn't know."""


def read_media(item: Any) -> Media:
    """One of them; OddShape when it is none. What else stands in it is kept."""
    if not isinstance(item, dict):
        raise UnexpectedShape
    if "file" in item:
        fit = item.get("fit")
        return LocalImage(
            value_of(item, "file", str),
            printable_line(_if_so(item, "name", str, "")),
            _if_so(item, "sha256", str, ""),
            _if_so(item, "width", int, None),
            _if_so(item, "height", int, None),
            printable_line(_if_so(item, "note", str, "")),
            Fit(fit) if isinstance(fit, str) and fit in set(Fit) else None,
            origin=read_origin(item.get("origin")),
            extra_json=_rest(item, ("file",)),
        )
    media_id = value_of(item, "id", str)
    if place := parse_placeholder(media_id):
        return Placeholder(place.text, _rest(item, ("id",)))
    kind = value_of(item, "type", str)
    width, height = (_if_so(item, side, int, None) for side in ("width", "height"))
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
    """As it is read; what else stood there comes after what is known."""
    match media:
        case LocalImage():
            written = {"file": media.file, **_told(media, _TOLD_OF_FILE), **_origin(media)}
        case StoredMedia():
            written = {"id": media.id, "type": media.kind, **_told(media, _TOLD_OF_ID), **_origin(media)}
        case _:
            written = {"id": media.text}
    return written | {key: value for key, value in _more(media.extra_json).items() if key not in written}


def value_of(found: Mapping[str, Any], key: str, kind: type) -> Any:
    """What stands under a key; OddShape where it is of another kind or size."""
    value = found.get(key)
    if type(value) is not kind or (isinstance(value, int) and not -LARGEST <= value < LARGEST):
        raise UnexpectedShape
    return value


def printable_line(text: str) -> str:
    """A text on one line, without what can't be seen."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _if_so(found: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    try:
        return value_of(found, key, kind)
    except UnexpectedShape:
        return default


def _seconds(value: Any) -> float | None:
    seconds = float(value) if type(value) in (int, float) and abs(value) < LARGEST else 0.0
    return seconds if 0 < seconds < 1e6 else None


def _told(media: LocalImage | StoredMedia, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value for name in names if (value := getattr(media, name))}


def _origin(media: LocalImage | StoredMedia) -> dict[str, Any]:
    return {"origin": write_origin(media.origin)} if media.origin else {}


def _rest(item: Mapping[str, Any], but: tuple[str, ...]) -> str:
    """What this version doesn't read of an item, as text; "" when it reads everything."""
    rest = {key: value for key, value in item.items() if key not in but and not _is_plain(key, value)}
    return json.dumps(rest) if rest else ""


def _is_plain(key: str, value: Any) -> bool:
    """Whether it is a known key, with a value of the shape that this version writes."""
    if key == "origin":
        return read_origin(value) is not None
    if key not in (*_TOLD_OF_FILE, *_TOLD_OF_ID):
        return False
    if value is None:
        return True
    if key in ("width", "height"):
        return type(value) is int and -LARGEST <= value < LARGEST
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
