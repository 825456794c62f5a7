"""A draft as the request body of the vendor's guide, and as text for other tools."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.request.draft import EMPTY, Draft, LocalImage, Media, Placeholder, StoredMedia
from kling_desktop.domain.request.model_table import find_model
from kling_desktop.domain.request.models import Setting, Slot

NO_UNKNOWN_PARAMS: Mapping[str, Any] = MappingProxyType({"extra": EMPTY, "extra_parameters": EMPTY})
"""The fields of the draft that hold unknown keys, emptied."""

SOUND_KEY = "motion_has_audio"
"""What the request calls sound."""
_URL = "https://cloud.leonardo.ai/api/rest/v2/generations"
_SHOWN = 40
"""Characters of an unknown key's value that are shown."""


@dataclass(frozen=True, slots=True)
class UnknownParam:
    """A key of a request from outside that this app doesn't know and sends unchanged.

    Attributes:
        value: As JSON, shortened.
        without: The fields of the draft once the key is left out.
    """

    name: str
    value: str
    without: Mapping[str, Any]


def build_body(draft: Draft) -> dict[str, Any]:
    """Return what would be sent. What is parked or not set is left out; a local image appears as {"file": path}."""
    spec = find_model(draft.model)
    parameters: dict[str, Any] = {"prompt": draft.prompt}
    if draft.mode is not None and spec.takes_setting(Setting.MODE):
        parameters["mode"] = draft.mode
    if draft.prompt_enhance is not None and spec.takes_setting(Setting.PROMPT_ENHANCE):
        parameters["prompt_enhance"] = draft.prompt_enhance
    if draft.quantity is not None:
        parameters["quantity"] = draft.quantity
    parameters["duration"] = draft.duration
    if draft.seed is not None and spec.takes_setting(Setting.SEED):
        parameters["seed"] = draft.seed.text if isinstance(draft.seed, Placeholder) else draft.seed
    parameters |= {"width": draft.size.width, "height": draft.size.height}
    if spec.takes_setting(Setting.SOUND):
        # Always, since the service's own default is a clip with sound.
        parameters[SOUND_KEY] = draft.sound
    guidances = {slot.value: [_item(slot, media) for media in draft.used(slot)] for slot in Slot if draft.used(slot)}
    if guidances:
        parameters["guidances"] = guidances
    parameters |= draft.extra_parameters
    return {"model": draft.model, "public": draft.public, "parameters": parameters, **draft.extra}


def media_wrapper(slot: Slot) -> str:
    """Return the key around an item's id and type: "video" or "image"."""
    return "video" if slot is Slot.VIDEO_REFERENCE_BASE else "image"


def unknown_params(draft: Draft) -> tuple[UnknownParam, ...]:
    """Return the unknown keys of a request from outside: those at the top first, then those among the parameters."""
    return tuple(
        UnknownParam(name, _shown(value), {field: {key: kept for key, kept in held.items() if key != name}})
        for field in ("extra", "extra_parameters")
        for held in (getattr(draft, field),)
        for name, value in held.items()
    )


def to_json(draft: Draft) -> str:
    """Return the request body as readable JSON."""
    return json.dumps(build_body(draft), indent=2, ensure_ascii=False)


def to_curl(draft: Draft) -> str:
    """Return a shell command that sends the request. It names a variable, $LEONARDO_API_KEY, in place of the key."""
    body = to_json(draft).replace("'", "'\\''")
    return " \\\n     ".join(
        [
            "curl --request POST",
            f"--url {_URL}",
            "--header 'accept: application/json'",
            '--header "authorization: Bearer $LEONARDO_API_KEY"',
            "--header 'content-type: application/json'",
            f"--data '{body}'\n",
        ]
    )


def _item(slot: Slot, media: Media) -> dict[str, Any]:
    match media:
        case StoredMedia(id, kind):
            inner: dict[str, Any] = {"id": id, "type": kind}
        case LocalImage(file):
            inner = {"file": file}
        case Placeholder(text):
            inner = {"id": text}
    return {media_wrapper(slot): inner}


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
