"""The service's JSON for what the sandbox stores, with keys that no client needs and some that are null."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from kling_desktop.sandbox.models import MODELS

if TYPE_CHECKING:
    from kling_desktop.sandbox.records import StoredGeneration, UploadedImage
    from kling_desktop.sandbox.world import World

_BALANCE = 50_000


def moment(seconds: float) -> str:
    """Return a time as the service writes it: UTC without a zone."""
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")


def accepted(world: World, made: StoredGeneration) -> dict[str, Any]:
    """Return the response to a create, in the shape that the faults ask for."""
    answer: dict[str, Any] = {"generationId": made.id, "apiCreditCost": 0}
    if world.faults.strike("credits"):
        answer["cost"] = {"amount": str(made.credits), "unit": "CREDITS"}
    elif not world.faults.strike("no_cost"):
        answer["cost"] = {"amount": str(made.dollars), "unit": "DOLLARS"}
    if world.faults.strike("flat"):
        return answer
    return {"sdGenerationJob" if world.faults.strike("v1_wrapper") else "generate": answer}


def generation(world: World, made: StoredGeneration) -> dict[str, Any]:
    """Return a generation as polls and lists show it."""
    status: str = world.status(made)
    images = [_image(world, made)] if status == "COMPLETE" else []
    if status == "PENDING" and world.passing("unknown_status", made.id):
        status = "SIMMERING"
    return {
        "id": made.id,
        "status": status,
        "createdAt": moment(made.created),
        "prompt": made.prompt,
        "public": made.public,
        "imageWidth": made.width,
        "imageHeight": made.height,
        "seed": made.seed,
        "modelId": None,
        "generated_images": images,
        "negativePrompt": None,
        "scheduler": None,
        "sdVersion": "PHOENIX" if made.is_picture else MODELS[made.model].slug,
        "presetStyle": None,
        "inferenceSteps": None,
        "guidanceScale": None,
        "initStrength": None,
        "photoReal": None,
        "promptMagic": None,
        "promptModeration": None,
        "generation_elements": [],
        "ultra": None,
    }


def _image(world: World, made: StoredGeneration) -> dict[str, Any]:
    there = "blocked" not in made.fate and not made.is_picture and not world.passing("late_video", made.id)
    return {
        "id": made.video,
        "url": None if "no_poster" in made.fate else poster_url(world, made),
        "motionMP4URL": video_url(world, made) if there else None,
        "motion": not made.is_picture,
        "motionModel": None if made.is_picture else "KLINGO1",
        "motionStrength": None,
        "nsfw": "blocked" in made.fate,
        "likeCount": 0,
        "fantasyAvatar": None,
        "imageToVideo": None,
        "generated_image_variation_generics": [],
    }


def video_name(made: StoredGeneration) -> str:
    return made.video if made.address == 1 else f"{made.video}_{made.address}"


def video_url(world: World, made: StoredGeneration) -> str:
    return f"{world.host}/cdn/users/{world.user}/generations/{made.id}/{video_name(made)}.mp4"


def poster_url(world: World, made: StoredGeneration) -> str:
    return f"{world.host}/cdn/users/{world.user}/generations/{made.id}/{made.video}.jpg"


def picture(world: World, found: UploadedImage) -> dict[str, Any]:
    """Return an upload as `GET /init-image/{id}` shows it."""
    url = f"{world.host}/cdn/users/{world.user}/initImages/{found.id}.{found.extension}"
    return {"id": found.id, "url": url, "createdAt": moment(found.created)}


def account(world: World) -> dict[str, Any]:
    """Return the account for `GET /me`. Failed generations are refunded."""
    kept = (made for made in world.generations.values() if world.status(made) != "FAILED" and not made.past)
    spent = sum(made.credits for made in kept)
    details = {
        "user": {"id": world.user, "username": "sandbox"},
        "tokenRenewalDate": None,
        "paidTokens": 0,
        "subscriptionTokens": None,
        "subscriptionGptTokens": 0,
        "subscriptionModelTokens": 0,
        "apiConcurrencySlots": 1 if world.faults.strike("one_slot") else 10,
        "apiPaidTokens": max(0, _BALANCE - spent),
        "apiSubscriptionTokens": 0,
        "apiPlanTokenRenewalDate": None,
    }
    return {"user_details": [details]}
