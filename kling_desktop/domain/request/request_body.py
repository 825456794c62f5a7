"""A draft as the request body of the vendor's guide."""

from typing import Any

from kling_desktop.domain.request.draft import Draft, LocalImage, Media, Placeholder, StoredMedia
from kling_desktop.domain.request.models import Slot


def build_body(draft: Draft) -> dict[str, Any]:
    """What would be sent, with what is parked or not set left out. A local picture shows as {"file": path}."""
    parameters: dict[str, Any] = {"prompt": draft.prompt}
    for name in ("mode", "prompt_enhance", "quantity"):
        if (value := getattr(draft, name)) is not None:
            parameters[name] = value
    parameters["duration"] = draft.duration
    if draft.seed is not None:
        parameters["seed"] = draft.seed.text if isinstance(draft.seed, Placeholder) else draft.seed
    parameters |= {"width": draft.size.width, "height": draft.size.height}
    guidances = {slot.value: [_item(slot, media) for media in draft.used(slot)] for slot in Slot if draft.used(slot)}
    if guidances:
        parameters["guidances"] = guidances
    parameters |= draft.extra_parameters
    return {"model": draft.model, "public": draft.public, "parameters": parameters, **draft.extra}


def _item(slot: Slot, media: Media) -> dict[str, Any]:
    match media:
        case StoredMedia(id, kind):
            inner: dict[str, Any] = {"id": id, "type": kind}
        case LocalImage(file):
            inner = {"file": file}
        case Placeholder(text):
            inner = {"id": text}
    return {media_wrapper(slot): inner}


def media_wrapper(slot: Slot) -> str:
    """The key around an item's id and type: "video" or "image"."""
    return "video" if slot is Slot.VIDEO_REFERENCE_BASE else "image"
