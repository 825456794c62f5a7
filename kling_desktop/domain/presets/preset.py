"""A preset: what a user keeps of the form under a name, and how it meets the form again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.request.draft import EMPTY, Draft, LocalImage, Media, Placeholder, StoredMedia
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.template_fields import field_names, matches_template

LONGEST_NAME = 80
Unread = tuple[str, ...]
"""Where in its file something stands: the part, the name in it, and the place in a list."""


class Part(StrEnum):
    """What a preset may hold, each on its own. Takes and "public" are never among it: they cost, or show."""

    PROMPT = "prompt"
    MEDIA = "media"
    SETTINGS = "settings"


SETTINGS: Mapping[str, str] = MappingProxyType(
    {
        "size": "aspect",
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
_FIELDS = {**SETTINGS, **dict.fromkeys(_OF_SIZE, SETTINGS["size"])}


@dataclass(frozen=True, slots=True)
class Preset:
    """draft carries what it holds; its other fields mean nothing. Media that was set aside isn't held.

    extra: what a newer version wrote into its file, kept to be written back; unread: what of it this version should
    know, but not in that shape.
    """

    id: str
    name: str
    draft: Draft
    holds: frozenset[Part]
    tags: tuple[str, ...] = ()
    starter: bool = False
    extra: Mapping[str, Any] = field(default_factory=lambda: EMPTY)
    unread: Mapping[Unread, Any] = field(default_factory=dict)

    @property
    def unread_names(self) -> tuple[str, ...]:
        """What could not be read, as people call it."""
        named = {**_FIELDS, **{slot.value: name for slot, name in MEDIA_NAMES.items()}}
        told = (path[min(1, len(path) - 1)] for path in self.unread)
        return tuple(dict.fromkeys(named.get(name, name) for name in told))

    @property
    def unread_fields(self) -> frozenset[str]:
        """The settings that it should hold, and that stay as they are in the form instead."""
        told = (path[1] for path in self.unread if path[0] == Part.SETTINGS and len(path) > 1)
        return frozenset(_OF_SIZE.get(name, name) for name in told)


def sensible_parts(draft: Draft) -> frozenset[Part]:
    """What is likely meant to be kept of a form: whatever has been filled in, and the settings always."""
    parts = {Part.SETTINGS}
    if draft.prompt.strip():
        parts.add(Part.PROMPT)
    if any(draft.used(slot) for slot in Slot):
        parts.add(Part.MEDIA)
    return frozenset(parts)


def made_of(draft: Draft, preset_id: str, name: str, holds: frozenset[Part]) -> Preset:
    """The form as a preset."""
    return holding(Preset(preset_id, name, Draft(), holds), draft)


def holding(preset: Preset, draft: Draft) -> Preset:
    """The preset with what the form now has, of the same parts."""
    held = Draft()
    if Part.PROMPT in preset.holds:
        template = preset.draft.prompt  # filling in its blanks is using it, not changing it
        held = replace(held, prompt=template if template and matches_template(draft.prompt, template) else draft.prompt)
    if Part.SETTINGS in preset.holds:
        settings: dict[str, Any] = {name: getattr(draft, name) for name in SETTINGS}
        held = replace(held, **settings)
        if isinstance(held.seed, Placeholder):  # a place that is still to be filled is no setting yet
            held = replace(held, seed=None)
    if Part.MEDIA in preset.holds:
        for slot in Slot:
            held = held.with_media(slot, draft.used(slot))
    # What the form says now stands in the stead of what could not be read.
    unread = {path: raw for path, raw in preset.unread.items() if path[0] not in preset.holds}
    return replace(preset, draft=held, unread=unread)


def applied(preset: Preset, draft: Draft) -> Draft:
    """The form after loading: what the preset doesn't hold stays, and media that no longer fits is set aside."""
    held, draft = preset.draft, replace(draft, preset=preset.id, origin=None)
    if Part.PROMPT in preset.holds:
        draft = replace(draft, prompt=held.prompt, template_fields=field_names(held.prompt), replaces="")
    if Part.SETTINGS in preset.holds:
        known = [name for name in SETTINGS if name not in preset.unread_fields]
        settings: dict[str, Any] = {name: getattr(held, name) for name in known}
        draft = replace(draft, **settings)
    if Part.MEDIA in preset.holds:
        for slot in Slot:
            draft = draft.with_media(slot, held.media(slot) or draft.media(slot))
        parked = frozenset(slot for slot in Slot if draft.media(slot) and not held.media(slot))
        draft = replace(draft, parked=parked, wanted_type=None)
    return draft


def drift(preset: Preset, draft: Draft) -> tuple[str, ...]:
    """What has changed since the preset was loaded, as people call it: "length", "start frame"."""
    return tuple(name for name, was, now in _pairs(preset, draft) if was != now)


def _pairs(preset: Preset, draft: Draft) -> Iterator[tuple[str, object, object]]:
    held = preset.draft
    if Part.PROMPT in preset.holds:
        yield "prompt", True, matches_template(draft.prompt, held.prompt)
    if Part.SETTINGS in preset.holds:
        for field_name, name in SETTINGS.items():
            if field_name not in preset.unread_fields:
                yield name, getattr(held, field_name), getattr(draft, field_name)
    if Part.MEDIA in preset.holds:
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
