"""Set one control of a draft from text, as `--set CONTROL=VALUE` does."""

from dataclasses import replace
from typing import Any

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.request import draft_edits
from kling_desktop.domain.request.draft import (
    GENERATED,
    MEDIA_KINDS,
    UPLOADED,
    Draft,
    LocalImage,
    Media,
    Placeholder,
    StoredMedia,
)
from kling_desktop.domain.request.media_ids import InvalidId, is_id, parse_media_id
from kling_desktop.domain.request.models import KLING_O1, Size, Slot
from kling_desktop.domain.request.template_fields import fill_fields

CONTROLS = (
    *("prompt", "duration", "size", *(slot.value for slot in Slot)),
    *("model", "public", "seed", "mode", "prompt_enhance", "quantity"),
)


def set_control(draft: Draft, control: str, value: str) -> Draft:
    """The draft with a control set, or a blank of its preset's prompt filled in.

    An empty value leaves an optional setting out and empties a slot. A slot takes an ID, an address that holds one,
    KIND:ID, or the path of a picture. A reference fills the first unfilled place, or comes after the last.
    UserError says what can't be read.
    """
    check_control(draft, control)
    if control in set(Slot):
        return _fill(draft, Slot(control), value)
    if control not in CONTROLS:
        return replace(draft, prompt=fill_fields(draft.prompt, {control: value}))
    readers: dict[str, Any] = {
        "duration": _whole,
        "size": _size,
        "public": _yes_or_no,
        "seed": _whole_or_none,
        "quantity": _whole_or_none,
        "mode": _text_or_none,
        "prompt_enhance": _text_or_none,
        "prompt": str,
        "model": str,
    }
    try:
        changes: dict[str, Any] = {control: readers[control](value)}
    except ValueError as error:
        raise UserError(f"“{value[:60]}” is no {control}.", str(error)) from error
    return replace(draft, **changes)


def check_control(draft: Draft, control: str) -> None:
    """UserError where there is neither a control nor a blank of that name."""
    known = (*CONTROLS, *draft.template_fields)
    if control not in known:
        raise UserError(f"There is no “{control[:60]}” to set.", f"Use one of: {', '.join(known)}.")


def _fill(draft: Draft, slot: Slot, value: str) -> Draft:
    if not value:
        return draft.with_media(slot, ())
    held = draft.media(slot)
    blanks = (at for at, media in enumerate(held) if isinstance(media, Placeholder))
    at = next(blanks, 0 if KLING_O1.capacity[slot] == 1 else len(held))
    return draft_edits.put(draft, slot, _media(slot, value), at)


def _media(slot: Slot, value: str) -> Media:
    kind, _, rest = value.partition(":")
    if kind.upper() not in MEDIA_KINDS or not is_id(rest):
        kind, rest = GENERATED if slot is Slot.VIDEO_REFERENCE_BASE else UPLOADED, value
    try:
        return StoredMedia(parse_media_id(rest), kind.upper())
    except InvalidId as error:
        if "://" in value or slot is Slot.VIDEO_REFERENCE_BASE:
            raise UserError(f"“{value[:60]}” can't be used as {slot.value}.", str(error)) from error
        return LocalImage(value)


def _whole(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise ValueError("Give a whole number.") from None


def _whole_or_none(value: str) -> int | None:
    return _whole(value) if value else None


def _text_or_none(value: str) -> str | None:
    return value or None


def _yes_or_no(value: str) -> bool:
    if value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise ValueError("Give true or false.")


def _size(value: str) -> Size:
    for preset in KLING_O1.aspects:
        if value == preset.name:
            return preset.size
    width, x, height = value.lower().replace("×", "x").partition("x")
    if x and width.strip().isdecimal() and height.strip().isdecimal():
        return Size(int(width), int(height))
    example = KLING_O1.aspects[0].size
    names = ", ".join(preset.name for preset in KLING_O1.aspects)
    raise ValueError(f"Give {names}, or a size such as {example.width}x{example.height}.")
