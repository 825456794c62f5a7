"""A preset: what a user keeps of the form under a name, and how it meets the form again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.request.draft import EMPTY, Draft, LocalImage, Media, Placeholder, StoredMedia
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.template_fields import field_names, matches_template

MAX_NAME_LENGTH = 80
UnreadPath = tuple[str, ...]
"""Where in its file something stands: the part, the name in it, and the place in a list."""


class PresetPart(StrEnum):
    """What a preset may hold, each on its own. Takes and "public" are never among it: they cost, or show."""

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
    }
)
"""The fields of the draft that are settings, and what people call them."""
MEDIA_NAMES = {
    Slot.START_FRAME: "start frame",
    Slot.END_FRAME: "end frame",
    Slot.IMAGE_REFERENCE: "references",
    Slot.VIDEO_REFERENCE_BASE: "video to edit",
}
"""The slots, and what people call them."""


_OF_SIZE = {"width": "size", "height": "size"}
_FIELDS = {**SETTING_NAMES, **dict.fromkeys(_OF_SIZE, SETTING_NAMES["size"])}


@dataclass(frozen=True, slots=True)
class Preset:
    """draft carries what it holds; its other fields mean nothing. Media that was set aside isn't held.

    extra: what a newer version wrote into its file, kept to be written back; unread: what of it this version should
    know, but not in that shape.
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
        """What could not be read, as people call it."""
        named = {**_FIELDS, **{slot.value: name for slot, name in MEDIA_NAMES.items()}}
        told = (path[min(1, len(path) - 1)] for path in self.unread)
        return tuple(dict.fromkeys(named.get(name, name) for name in told))

    @property
    def unread_fields(self) -> frozenset[str]:
        """The settings that it should hold, and that stay as they are in the form instead."""
        told = (path[1] for path in self.unread if path[0] == PresetPart.SETTINGS and len(path) > 1)
        return frozenset(_OF_SIZE.get(name, name) for name in told)


def default_parts(draft: Draft) -> frozenset[PresetPart]:
    """What is likely meant to be kept of a form: whatever has been filled in, and the settings always."""
    parts = {PresetPart.SETTINGS}
    if draft.prompt.strip():
        parts.add(PresetPart.PROMPT)
    if any(draft.used(slot) for slot in Slot):
        parts.add(PresetPart.MEDIA)
    return frozenset(parts)


def from_draft(draft: Draft, preset_id: str, name: str, parts: frozenset[PresetPart]) -> Preset:
    """The form as a preset."""
    return updated_from(Preset(preset_id, name, Draft(), parts), draft)


def updated_from(preset: Preset, draft: Draft) -> Preset:
    """The preset with what the form now has, of the same parts."""
    held = Draft()
    if PresetPart.PROMPT in preset.parts:
        template = preset.draft.prompt  # filling in its blanks is using it, not changing it
        held = replace(held, prompt=template if template and matches_template(draft.prompt, template) else draft.prompt)
    if PresetPart.SETTINGS in preset.parts:
        settings: dict[str, Any] = {name: getattr(draft, name) for name in SETTING_NAMES}
        held = replace(held, **settings)
        if isinstance(held.seed, Placeholder):  # a place that is still to be filled is no setting yet
            held = replace(held, seed=None)
    if PresetPart.MEDIA in preset.parts:
        for slot in Slot:
            held = held.with_media(slot, draft.used(slot))
    # What the form says now stands in the stead of what could not be read.
    unread = {path: raw for path, raw in preset.unread.items() if path[0] not in preset.parts}
    return replace(preset, draft=held, unread=unread)


def apply_preset(preset: Preset, draft: Draft) -> Draft:
    """The form after loading: what the preset doesn't hold stays, and media that no longer fits is set aside."""
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


def changed_fields(preset: Preset, draft: Draft) -> tuple[str, ...]:
    """What has changed since the preset was loaded, as people call it: "length", "start frame"."""
    return tuple(name for name, was, now in _pairs(preset, draft) if was != now)


def _pairs(preset: Preset, draft: Draft) -> Iterator[tuple[str, object, object]]:
    held = preset.draft
    if PresetPart.PROMPT in preset.parts:
        yield "prompt", True, matches_template(draft.prompt, held.prompt)
    if PresetPart.SETTINGS in preset.parts:
        for field_name, name in SETTING_NAMES.items():
            if field_name not in preset.unread_fields:
                yield name, getattr(held, field_name), getattr(draft, field_name)
    if PresetPart.MEDIA in preset.parts:
        for slot, name in MEDIA_NAMES.items():
            yield name, _identities(held.media(slot)), _identities(draft.used(slot))


def _identities(media: tuple[Media, ...]) -> tuple[object, ...]:
    """What makes media the same whatever has been learned about it since."""
    return tuple(_identity(one) for one in media)


def _identity(media: Media) -> object:
    match media:
        case StoredMedia(id=media_id, kind=kind):
            return media_id, kind
        case LocalImage(file=file, sha256=sha256, fit=fit):
            return sha256 or file, fit
        case Placeholder():
            return media
