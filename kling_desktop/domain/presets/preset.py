"""A preset: parts of the form kept under a name, and how they are put into the form again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.request.draft import EMPTY, Draft, LocalImage, Media, Placeholder, StoredMedia
from kling_desktop.domain.request.models import SLOT_NAMES, Slot
from kling_desktop.domain.request.template_fields import field_names, matches_template

MAX_NAME_LENGTH = 80
UnreadPath = tuple[str, ...]
"""Where something is in a preset's file: the part, the key in it, and the index in a list."""


class PresetPart(StrEnum):
    """What a preset can hold, each on its own. Never takes or "public", which cost money or reveal something."""

    PROMPT = "prompt"
    MEDIA = "media"
    SETTINGS = "settings"


SETTING_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "size": "aspect ratio",
        "duration": "length",
        "seed": "seed",
        "mode": "mode",
        "prompt_enhance": "prompt enhancement",
        "quantity": "quantity",
        "model": "model",
        "sound": "sound",
    }
)
"""The fields of the draft that are settings, and what people call them."""
_SIZE_FIELDS = {"width": "size", "height": "size"}
_FIELDS = {**SETTING_NAMES, **dict.fromkeys(_SIZE_FIELDS, SETTING_NAMES["size"])}


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset.

    Attributes:
        draft: Holds the values of its parts; the other fields mean nothing. Parked media aren't part of a preset.
        extra: What a newer version wrote into the file, kept to be written back.
        unread: What this version should know but can't read, by where it is in the file.
    """

    id: str
    name: str
    draft: Draft
    parts: frozenset[PresetPart]
    tags: tuple[str, ...] = ()
    is_starter: bool = False
    extra: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    unread: Mapping[UnreadPath, Any] = field(default_factory=dict)

    @property
    def unread_labels(self) -> tuple[str, ...]:
        """What couldn't be read, as people call it."""
        named = {**_FIELDS, **{slot.value: name for slot, name in SLOT_NAMES.items()}}
        names = (path[min(1, len(path) - 1)] for path in self.unread)
        return tuple(dict.fromkeys(named.get(name, name) for name in names))

    @property
    def unread_fields(self) -> frozenset[str]:
        """The settings that couldn't be read, and so stay as they are in the form."""
        names = (path[1] for path in self.unread if path[0] == PresetPart.SETTINGS and len(path) > 1)
        return frozenset(_SIZE_FIELDS.get(name, name) for name in names)


def default_parts(draft: Draft) -> frozenset[PresetPart]:
    """Return the parts to suggest for a new preset: whatever is filled in, and always the settings."""
    parts = {PresetPart.SETTINGS}
    if draft.prompt.strip():
        parts.add(PresetPart.PROMPT)
    if any(draft.used(slot) for slot in Slot):
        parts.add(PresetPart.MEDIA)
    return frozenset(parts)


def from_draft(draft: Draft, preset_id: str, name: str, parts: frozenset[PresetPart]) -> Preset:
    """Return the form as a preset."""
    return updated_from(Preset(preset_id, name, Draft(), parts), draft)


def updated_from(preset: Preset, draft: Draft) -> Preset:
    """Return the preset with what its parts now hold in the form."""
    held = Draft()
    if PresetPart.PROMPT in preset.parts:
        template = preset.draft.prompt  # filling in its blanks doesn't change the preset
        held = replace(held, prompt=template if template and matches_template(draft.prompt, template) else draft.prompt)
    if PresetPart.SETTINGS in preset.parts:
        settings: dict[str, Any] = {name: getattr(draft, name) for name in SETTING_NAMES}
        held = replace(held, **settings)
        if isinstance(held.seed, Placeholder):  # a placeholder isn't a setting
            held = replace(held, seed=None)
    if PresetPart.MEDIA in preset.parts:
        for slot in Slot:
            held = held.with_media(slot, draft.used(slot))
    # What the form holds replaces what couldn't be read.
    unread = {path: raw for path, raw in preset.unread.items() if path[0] not in preset.parts}
    return replace(preset, draft=held, unread=unread)


def apply_preset(preset: Preset, draft: Draft) -> Draft:
    """Load a preset into a draft. What it doesn't hold stays; media that can't be combined with it are parked."""
    held, draft = preset.draft, replace(draft, preset=preset.id, origin=None)
    if PresetPart.PROMPT in preset.parts:
        draft = replace(draft, prompt=held.prompt, template_fields=field_names(held.prompt), replaces="")
    if PresetPart.SETTINGS in preset.parts:
        known = [name for name in SETTING_NAMES if name not in preset.unread_fields]
        settings: dict[str, Any] = {name: getattr(held, name) for name in known}
        draft = replace(draft, **settings)
    if PresetPart.MEDIA in preset.parts:
        for slot in Slot:
            draft = draft.with_media(slot, held.media(slot) or draft.media(slot))
        parked = frozenset(slot for slot in Slot if draft.media(slot) and not held.media(slot))
        draft = replace(draft, parked=parked, wanted_type=None)
    return draft


def move_preset(
    order: Sequence[str], pins: Mapping[int, str], preset_id: str, to: int
) -> tuple[tuple[str, ...], dict[int, str]]:
    """Move a preset to a place in the list, counted from 0.

    Presets with a shortcut come first, in the order of their shortcuts, then the others as the user has arranged them.
    Presets that are moved among those with a shortcut pass their shortcuts on, so that these stay in order.

    Returns:
        The new order, and the presets by the numbers of their shortcuts.
    """
    rest = [name for name in order if name != preset_id]
    keys = sorted(number for number, name in pins.items() if name in order)
    has_key = any(pins[number] == preset_id for number in keys)
    to = min(to, len(keys) - 1) if has_key else max(to, len(keys))
    rest.insert(max(0, to), preset_id)
    return tuple(rest), {**pins, **dict(zip(keys, rest, strict=False))}


def changed_fields(preset: Preset, draft: Draft) -> tuple[str, ...]:
    """Return what has changed since the preset was loaded, as people call it: "length", "start frame"."""
    return tuple(name for name, was, now in _values_compared(preset, draft) if was != now)


def _values_compared(preset: Preset, draft: Draft) -> Iterator[tuple[str, object, object]]:
    held = preset.draft
    if PresetPart.PROMPT in preset.parts:
        yield "prompt", True, matches_template(draft.prompt, held.prompt)
    if PresetPart.SETTINGS in preset.parts:
        for field_name, name in SETTING_NAMES.items():
            if field_name not in preset.unread_fields:
                yield name, getattr(held, field_name), getattr(draft, field_name)
    if PresetPart.MEDIA in preset.parts:
        for slot, name in SLOT_NAMES.items():
            yield name, _identities(held.media(slot)), _identities(draft.used(slot))


def _identities(media: tuple[Media, ...]) -> tuple[object, ...]:
    """Return what identifies media, regardless of what has been learned about them since."""
    return tuple(_identity(one) for one in media)


def _identity(media: Media) -> object:
    match media:
        case StoredMedia(id=media_id, kind=kind):
            return media_id, kind
        case LocalImage(file=file, sha256=sha256, fit=fit):
            return sha256 or file, fit
        case Placeholder():
            return media
