"""A preset as the text of its file: readable JSON, the keys in a fixed order, and what a newer version added kept.

The format, version 1: "kling_desktop_preset" is the version; "id" and "name" are always there; "prompt", "settings"
and "media" are there when the preset holds them. Media is as in a request, plus {"file", …} for a picture on disk.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kling_desktop.domain.draft import NOTHING, Draft, LocalImage, Media, StoredMedia
from kling_desktop.domain.errors import NotUsable
from kling_desktop.domain.fit import Fit
from kling_desktop.domain.lineage import read_origin, write_origin
from kling_desktop.domain.model import Size, Slot
from kling_desktop.domain.placeholders import read_placeholder
from kling_desktop.domain.preset import LONGEST_NAME, Part, Preset

VERSION_KEY = "kling_desktop_preset"
VERSION = 1
SUFFIX = ".preset.json"
ARCHIVE_SUFFIX = ".klingpresets"
"""Of the name of a file that holds one, and of one that holds several."""
LONGEST_TEXT = 1_000_000
"""Characters of a file that are read at all."""
_MOST_TAGS = 20
_LARGEST = 2**63
_TOP = (VERSION_KEY, "id", "name", "starter", "tags", *Part)
_SETTINGS: Mapping[str, type] = {
    "width": int,
    "height": int,
    "duration": int,
    "seed": int,
    "mode": str,
    "prompt_enhance": str,
    "quantity": int,
}
_MUST = ("width", "height", "duration")
_ADVICE = "Nothing was changed. Ask for the file again, or save the preset anew."


def write_preset(preset: Preset) -> str:
    """The whole file."""
    text: dict[str, Any] = {VERSION_KEY: preset.extra.get(VERSION_KEY, VERSION), "id": preset.id, "name": preset.name}
    if preset.starter:
        text["starter"] = True
    if preset.tags:
        text["tags"] = list(preset.tags)
    draft = preset.draft
    if Part.PROMPT in preset.holds:
        text[Part.PROMPT] = draft.prompt
    if Part.SETTINGS in preset.holds:
        size = {"width": draft.size.width, "height": draft.size.height}
        rest = {name: getattr(draft, name) for name in _SETTINGS if name not in size}
        text[Part.SETTINGS] = {**size, **rest, **preset.extra.get(Part.SETTINGS, {})}
    if Part.MEDIA in preset.holds:
        filled = {slot.value: [_written(media) for media in draft.media(slot)] for slot in Slot if draft.media(slot)}
        text[Part.MEDIA] = {**filled, **preset.extra.get(Part.MEDIA, {})}
    text |= {key: value for key, value in preset.extra.items() if key not in _TOP}
    # ASCII where text is broken: half of a letter that came in with a paste is kept as well.
    try:
        whole = json.dumps(text, ensure_ascii=False, indent=2)
        whole.encode()
    except UnicodeEncodeError:
        whole = json.dumps(text, indent=2)
    return whole + "\n"


def read_preset(text: str) -> Preset:
    """NotUsable says why a text is no preset."""
    if len(text) > LONGEST_TEXT:
        raise NotUsable("This file is too large to be a preset.", _ADVICE)
    try:
        found = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise NotUsable("This file is damaged: it can't be read as a preset.", _ADVICE) from error
    if not is_preset(found):
        raise NotUsable("This file is no preset.", _ADVICE)
    return preset_from(found)


def is_preset(found: Any) -> bool:
    """Whether something read from JSON claims to be a preset."""
    return isinstance(found, dict) and VERSION_KEY in found


def preset_from(found: Mapping[str, Any]) -> Preset:
    """The preset in what was read from JSON; NotUsable says what in it can't be."""
    version = _of(found, VERSION_KEY, int)
    if version < 1:
        raise NotUsable("This preset's version makes no sense.", _ADVICE)
    draft, holds = Draft(), set()
    extra: dict[str, Any] = {key: value for key, value in found.items() if key not in _TOP}
    if version > VERSION:
        extra[VERSION_KEY] = version
    if Part.PROMPT in found:
        holds.add(Part.PROMPT)
        draft = replace(draft, prompt=_of(found, Part.PROMPT, str))
    if Part.SETTINGS in found:
        holds.add(Part.SETTINGS)
        settings = _of(found, Part.SETTINGS, dict)
        draft = _with_settings(draft, settings)
        extra |= _unknown(Part.SETTINGS, settings, _SETTINGS)
    if Part.MEDIA in found:
        holds.add(Part.MEDIA)
        media = _of(found, Part.MEDIA, dict)
        for slot in Slot:
            draft = draft.holding(slot, tuple(_media(item) for item in _of(media, slot.value, list, [])))
        extra |= _unknown(Part.MEDIA, media, [slot.value for slot in Slot])
    if not holds:
        raise NotUsable("There is nothing in this preset.", _ADVICE)
    tags = _of(found, "tags", list, [])[:_MOST_TAGS]
    return Preset(
        id=_words(_of(found, "id", str))[:64],
        name=tidy_name(_of(found, "name", str)),
        draft=draft,
        holds=frozenset(holds),
        tags=tuple(filter(None, (tidy_name(tag) for tag in tags if isinstance(tag, str)))),
        starter=found.get("starter") is True,
        extra=extra or NOTHING,
    )


def tidy_name(name: str) -> str:
    """A name on one line, without what can't be seen, of a length that fits."""
    return _words(name)[:LONGEST_NAME].strip()


def _words(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _with_settings(draft: Draft, settings: Mapping[str, Any]) -> Draft:
    read: dict[str, Any] = {}
    for name, kind in _SETTINGS.items():
        value = settings.get(name)
        if value is None and name not in _MUST:
            read[name] = None
        elif name in settings:
            read[name] = _of(settings, name, kind)
    size = Size(read.pop("width", draft.size.width), read.pop("height", draft.size.height))
    return replace(draft, size=size, **read)


def _media(item: Any) -> Media:
    if not isinstance(item, dict):
        raise NotUsable("The media in this preset can't be read.", _ADVICE)
    if "file" in item:
        fit = item.get("fit")
        return LocalImage(
            _of(item, "file", str),
            _words(_of(item, "name", str, "")),
            _of(item, "sha256", str, ""),
            _of(item, "width", int) if item.get("width") is not None else None,
            _of(item, "height", int) if item.get("height") is not None else None,
            _words(_of(item, "note", str, "")),
            Fit(fit) if isinstance(fit, str) and fit in set(Fit) else None,
            read_origin(item.get("origin")),
        )
    media_id = _of(item, "id", str)
    if place := read_placeholder(media_id):
        return place
    width, height = (_of(item, side, int) if item.get(side) is not None else None for side in ("width", "height"))
    seconds, origin = _seconds(item.get("seconds")), read_origin(item.get("origin"))
    return StoredMedia(media_id, _of(item, "type", str), width, height, seconds, origin=origin)


def _written(media: Media) -> dict[str, Any]:
    match media:
        case LocalImage():
            told = {name: getattr(media, name) for name in ("name", "sha256", "width", "height", "note", "fit")}
            return {"file": media.file, **{name: value for name, value in told.items() if value}, **_origin(media)}
        case StoredMedia():
            facts = {name: getattr(media, name) for name in ("width", "height", "seconds")}
            told = {name: value for name, value in facts.items() if value}
            return {"id": media.id, "type": media.kind, **told, **_origin(media)}
        case _:
            return {"id": media.text}


def _origin(media: LocalImage | StoredMedia) -> dict[str, Any]:
    return {"origin": write_origin(media.origin)} if media.origin else {}


def _seconds(value: Any) -> float | None:
    seconds = float(value) if type(value) in (int, float) else 0.0
    return seconds if 0 < seconds < 1e6 else None


def _unknown(part: Part, found: Mapping[str, Any], known: Any) -> dict[str, Any]:
    rest = {key: value for key, value in found.items() if key not in known}
    return {part: rest} if rest else {}


def _of(found: Mapping[str, Any], key: str, kind: type, default: Any = None) -> Any:
    value = found.get(key, default)
    if type(value) is not kind or (isinstance(value, int) and not -_LARGEST <= value < _LARGEST):
        raise NotUsable(f"“{key}” in this preset can't be read.", _ADVICE)
    return value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
