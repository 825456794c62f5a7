"""The file of a preset: readable JSON with its keys in a fixed order.

Version 1 of the format: "kling_desktop_preset" is the version; "id" and "name" are always there; "prompt", "settings"
and "media" are there if the preset holds them.

Unknown keys, and known ones of a shape that this version doesn't understand, are left out of the form, but kept and
written back unchanged.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.presets.media_format import UnexpectedShape, printable_line, read_media, value_of, write_media
from kling_desktop.domain.presets.preset import MAX_NAME_LENGTH, Preset, PresetPart, UnreadPath
from kling_desktop.domain.request.draft import EMPTY, Draft, Media
from kling_desktop.domain.request.models import Size, Slot

VERSION_KEY = "kling_desktop_preset"
VERSION = 1
SUFFIX = ".preset.json"
ARCHIVE_SUFFIX = ".klingpresets"
"""File name suffixes: of a file with one preset, and of a file with several."""
CLAIMS_TO_BE_PRESET = re.compile(rf'"{VERSION_KEY}"\s*:')
"""Finds what makes a file a preset, even where the rest is damaged."""
MAX_FILE_LENGTH = 1_000_000
"""In characters. Longer files aren't read."""
_MAX_TAGS = 20
_MERGE_MARKS = re.compile(r"^<{7} |^>{7} ", re.MULTILINE)
_TOP = (VERSION_KEY, "id", "name", "starter", "tags", *PresetPart)
_SETTINGS: Mapping[str, type] = {
    "width": int,
    "height": int,
    "duration": int,
    "seed": int,
    "mode": str,
    "prompt_enhance": str,
    "quantity": int,
}
_ONLY_IF_UNUSUAL: Mapping[str, type] = {"model": str, "sound": bool}
"""Settings that older versions don't know: written only where they differ from an empty form."""
_REQUIRED = ("width", "height", "duration")
_HINT = "The file is unchanged. Ask for it again, or save the preset again."


def write_preset(preset: Preset) -> str:
    """Return the content of a preset's file."""
    text: dict[str, Any] = {VERSION_KEY: preset.extra.get(VERSION_KEY, VERSION), "id": preset.id, "name": preset.name}
    if preset.is_starter:
        text["starter"] = True
    if preset.tags:
        text["tags"] = list(preset.tags)
    draft = preset.draft
    if PresetPart.PROMPT in preset.parts:
        text[PresetPart.PROMPT] = draft.prompt
    if PresetPart.SETTINGS in preset.parts:
        size = {"width": draft.size.width, "height": draft.size.height}
        rest = {name: getattr(draft, name) for name in _SETTINGS if name not in size}
        usual = Draft()
        rest |= {name: value for name in _ONLY_IF_UNUSUAL if (value := getattr(draft, name)) != getattr(usual, name)}
        text[PresetPart.SETTINGS] = {**size, **rest, **preset.extra.get(PresetPart.SETTINGS, {})}
    if PresetPart.MEDIA in preset.parts:
        filled = {slot.value: [write_media(media) for media in draft.media(slot)] for slot in Slot if draft.media(slot)}
        text[PresetPart.MEDIA] = {**filled, **preset.extra.get(PresetPart.MEDIA, {})}
    text |= {key: value for key, value in preset.extra.items() if key not in _TOP}
    for path, raw in preset.unread.items():
        _put_back(text, path, raw)
    # ASCII if the text contains lone surrogates, so that these are kept, too.
    try:
        whole = json.dumps(text, ensure_ascii=False, indent=2)
        whole.encode()
    except UnicodeEncodeError:
        whole = json.dumps(text, indent=2)
    # It must be short enough to be read again.
    return (whole if len(whole) < MAX_FILE_LENGTH else json.dumps(text, ensure_ascii=False)) + "\n"


def read_preset(text: str) -> Preset:
    """Parse the content of a preset's file.

    Raises:
        UserError: It isn't a preset, or is damaged.
    """
    if len(text) > MAX_FILE_LENGTH:
        raise UserError("This file is too large to be a preset.", _HINT)
    try:
        found = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise _damaged(text) from error
    if not is_preset(found):
        raise UserError("This file isn't a preset.", _HINT)
    return preset_from_json(found)


def _damaged(text: str) -> UserError:
    if not text.strip():
        return UserError("This preset file is empty.", _HINT)
    if _MERGE_MARKS.search(text):
        return UserError(
            "This preset file holds two versions between the marks of a merge, “<<<<<<<” and “>>>>>>>”.",
            "Keep one of them in a text editor, and delete the marks.",
        )
    return UserError("This preset file is damaged and can't be read.", _HINT)


def is_preset(found: Any) -> bool:
    """Whether a JSON value claims to be a preset."""
    return isinstance(found, dict) and VERSION_KEY in found


def preset_from_json(found: Mapping[str, Any]) -> Preset:
    """Return the preset in a JSON object.

    Raises:
        UserError: Something that every preset needs can't be read.
    """
    version, preset_id, name = (_required(found, *key) for key in ((VERSION_KEY, int), ("id", str), ("name", str)))
    if version < 1:
        raise UserError("This preset has an invalid version.", _HINT)
    reader = _PresetReader()
    draft, holds = Draft(), set()
    extra: dict[str, Any] = {key: value for key, value in found.items() if key not in _TOP}
    if version > VERSION:
        extra[VERSION_KEY] = version
    if isinstance(prompt := reader.part(found, PresetPart.PROMPT, str), str):
        holds.add(PresetPart.PROMPT)
        draft = replace(draft, prompt=prompt)
    if isinstance(settings := reader.part(found, PresetPart.SETTINGS, dict), dict):
        holds.add(PresetPart.SETTINGS)
        draft = reader.settings(draft, settings)
        extra |= _unknown(PresetPart.SETTINGS, settings, {**_SETTINGS, **_ONLY_IF_UNUSUAL})
    if isinstance(media := reader.part(found, PresetPart.MEDIA, dict), dict):
        holds.add(PresetPart.MEDIA)
        for slot in Slot:
            draft = draft.with_media(slot, tuple(reader.media(media, slot)))
        extra |= _unknown(PresetPart.MEDIA, media, [slot.value for slot in Slot])
    if not holds:
        raise UserError("This preset is empty.", _HINT)
    tags = reader.part(found, "tags", list) or []
    return Preset(
        id=printable_line(preset_id)[:64],
        name=tidy_name(name),
        draft=draft,
        parts=frozenset(holds),
        tags=tuple(filter(None, (tidy_name(tag) for tag in tags[:_MAX_TAGS] if isinstance(tag, str)))),
        is_starter=found.get("starter") is True,
        extra=extra or EMPTY,
        unread=reader.unread,
    )


class _PresetReader:
    """Reads the parts of a preset. `unread` collects what has an unexpected shape, by where it is in the file."""

    def __init__(self) -> None:
        self.unread: dict[UnreadPath, Any] = {}

    def part(self, found: Mapping[str, Any], key: str, kind: type) -> Any:
        """Return a part as a whole; None if it is missing or has another shape."""
        if key not in found:
            return None
        try:
            return value_of(found, key, kind)
        except UnexpectedShape:
            self.unread[(str(key),)] = found[key]
            return None

    def settings(self, draft: Draft, settings: Mapping[str, Any]) -> Draft:
        read: dict[str, Any] = {}
        for name, kind in _SETTINGS.items():
            if settings.get(name) is None and name not in _REQUIRED:
                read[name] = None
            elif name in settings:
                try:
                    read[name] = value_of(settings, name, kind)
                except UnexpectedShape:
                    self.unread[(PresetPart.SETTINGS.value, name)] = settings[name]
        for name, kind in _ONLY_IF_UNUSUAL.items():
            try:
                read[name] = value_of(settings, name, kind) if name in settings else getattr(Draft(), name)
            except UnexpectedShape:
                self.unread[(PresetPart.SETTINGS.value, name)] = settings[name]
        sides = (read.pop("width", draft.size.width), read.pop("height", draft.size.height))
        odd = any((PresetPart.SETTINGS.value, side) in self.unread for side in ("width", "height"))
        if odd:  # half a size is no use
            both = {side: settings[side] for side in ("width", "height") if side in settings}
            self.unread |= {(PresetPart.SETTINGS.value, side): value for side, value in both.items()}
        return replace(draft, size=draft.size if odd else Size(*sides), **read)

    def media(self, media: Mapping[str, Any], slot: Slot) -> Iterator[Media]:
        items = media.get(slot.value, [])
        if not isinstance(items, list):
            self.unread[(PresetPart.MEDIA.value, slot.value)] = items
            return
        for at, item in enumerate(items):
            try:
                yield read_media(item)
            except UnexpectedShape:
                self.unread[(PresetPart.MEDIA.value, slot.value, str(at))] = item


def _put_back(text: dict[str, Any], path: UnreadPath, raw: Any) -> None:
    match path:
        case (part,):
            text.setdefault(part, raw)
        case (part, name) if part in text:
            text[part][name] = raw
        case (part, name, at) if part in text:
            text[part].setdefault(name, []).insert(int(at), raw)


def tidy_name(name: str) -> str:
    """Return a name on one line, without invisible characters and shortened to fit."""
    return printable_line(name)[:MAX_NAME_LENGTH].strip()


def _unknown(part: PresetPart, found: Mapping[str, Any], known: Any) -> dict[str, Any]:
    rest = {key: value for key, value in found.items() if key not in known}
    return {part: rest} if rest else {}


def _required(found: Mapping[str, Any], key: str, kind: type) -> Any:
    try:
        return value_of(found, key, kind)
    except UnexpectedShape:
        raise UserError(f"“{key}” in this preset can't be read.", _HINT) from None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
