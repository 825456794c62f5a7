"""Set one control of a draft from text, as `--set CONTROL=VALUE` does."""

import re
from dataclasses import replace
from functools import partial
from typing import Any

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.filenames import local_path
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
from kling_desktop.domain.request.model_table import find_model
from kling_desktop.domain.request.models import ModelSpec, Size, Slot
from kling_desktop.domain.request.template_fields import fill_fields
from kling_desktop.domain.text import list_or

CONTROLS = (
    *("prompt", "duration", "size", *(slot.value for slot in Slot)),
    *("model", "public", "seed", "mode", "prompt_enhance", "quantity", "sound"),
)
_INTEGER = re.compile(r"[-+]?\d{1,40}")
_FOLDER = re.compile(r"[/\\]")
_SIDE = re.compile(r"\d{1,9}")
_SHOWN = 60
"""Characters of a value that an error message repeats."""


def set_control(draft: Draft, control: str, value: str) -> Draft:
    """Return the draft with a control set, or with a blank of its prompt filled in.

    An empty value unsets an optional setting and empties a slot. A slot takes an ID, an address that contains one,
    KIND:ID, or the path of an image. A reference fills the first placeholder, or else is added at the end.

    Raises:
        UserError: There is no such control, or the value can't be read.
    """
    check_control(draft, control)
    if control in set(Slot):
        return _fill(draft, Slot(control), value)
    if control not in CONTROLS:
        return replace(draft, prompt=fill_fields(draft.prompt, {control: value}))
    parsers: dict[str, Any] = {
        "duration": _integer,
        "size": partial(_size, find_model(draft.model)),
        "public": _boolean,
        "sound": _boolean,
        "seed": _integer_or_none,
        "quantity": _integer_or_none,
        "mode": _text_or_none,
        "prompt_enhance": _text_or_none,
        "prompt": str,
        "model": str,
    }
    try:
        changes: dict[str, Any] = {control: parsers[control](value)}
    except ValueError as error:
        raise UserError(f"“{value[:_SHOWN]}” can't be used for {control}.", str(error)) from error
    return replace(draft, **changes)


def check_control(draft: Draft, control: str) -> None:
    """Raise UserError unless there is a control, or a blank in the prompt, of that name."""
    known = (*CONTROLS, *draft.template_fields)
    if control not in known:
        raise UserError(f"There is no “{control[:_SHOWN]}” to set.", f"Use one of: {', '.join(known)}.")


def _fill(draft: Draft, slot: Slot, value: str) -> Draft:
    if not value:
        return draft.with_media(slot, ())
    held = draft.media(slot)
    placeholders = (at for at, media in enumerate(held) if isinstance(media, Placeholder))
    at = next(placeholders, 0 if find_model(draft.model).capacity_of(slot) == 1 else len(held))
    return draft_edits.put(draft, slot, _media(slot, value), at)


def _media(slot: Slot, value: str) -> Media:
    kind, _, rest = value.partition(":")
    if kind.upper() not in MEDIA_KINDS or not is_id(rest):
        kind, rest = GENERATED if slot is Slot.VIDEO_REFERENCE_BASE else UPLOADED, value
    path = local_path(value)
    if slot is not Slot.VIDEO_REFERENCE_BASE and _FOLDER.search(path) and "://" not in path:
        return LocalImage(path)
    try:
        return StoredMedia(parse_media_id(rest), kind.upper())
    except InvalidId as error:
        if "://" in path or slot is Slot.VIDEO_REFERENCE_BASE:
            raise UserError(f"“{value[:_SHOWN]}” can't be used for {slot.value}.", str(error)) from error
        return LocalImage(path)


def _integer(value: str) -> int:
    # More digits fit into no control, and Python refuses to read thousands of them.
    if _INTEGER.fullmatch(value.strip()) is None:
        raise ValueError("Give a whole number.")
    return int(value)


def _integer_or_none(value: str) -> int | None:
    return _integer(value) if value else None


def _text_or_none(value: str) -> str | None:
    return value or None


def _boolean(value: str) -> bool:
    if value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise ValueError("Give true or false.")


def _size(spec: ModelSpec, value: str) -> Size:
    for preset in spec.aspects:
        if value == preset.name:
            return preset.size
    width, x, height = value.lower().replace("×", "x").partition("x")
    if x and _SIDE.fullmatch(width.strip()) and _SIDE.fullmatch(height.strip()):
        return Size(int(width), int(height))
    example = spec.aspects[0].size
    choices = list_or([*(preset.name for preset in spec.aspects), f"a size such as {example.width}x{example.height}"])
    raise ValueError(f"Give {choices}.")
