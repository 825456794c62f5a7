"""Why a create is refused. The limits are those of the vendor's guide for Kling O1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kling_desktop.sandbox.world import World

MODEL = "kling-video-o-1"
SIZES = ((1920, 1080), (1440, 1440), (1080, 1920))
DURATIONS = (5, 10)
PROMPT_LIMIT = 1500
MOST = {"start_frame": 1, "end_frame": 1, "image_reference": 4, "video_reference_base": 1}
_ONLY = {"mode": "RESOLUTION_1080", "prompt_enhance": "OFF", "quantity": 1}
_PUBLISHED = {"prompt", "duration", "width", "height", "guidances", "mode", "quantity"}


def problems(body: Any, world: World) -> list[str]:
    """Return the messages of the validation; none if the create is accepted."""
    if not isinstance(body, dict) or not isinstance(body.get("parameters"), dict):
        return ["parameters must be an object"]
    if body.get("model") != MODEL or world.faults.strike("model_missing"):
        return [f"Model {body.get('model')} is not supported within the Production API"]
    parameters = body["parameters"]
    found = [] if isinstance(body.get("public", False), bool) else ["public must be a boolean value"]
    found += _plain_problems(parameters)
    found += _optional_problems(parameters, world)
    guidances = parameters.get("guidances", {})
    if not isinstance(guidances, dict):
        return [*found, "parameters.guidances must be an object"]
    shape = [message for key, items in guidances.items() for message in _shape_problems(key, items)]
    if shape:
        return found + shape
    return found + _mixing_problems(guidances) + _id_problems(guidances, world)


def _plain_problems(parameters: dict[str, Any]) -> list[str]:
    found = []
    prompt = parameters.get("prompt")
    if not isinstance(prompt, str):
        found.append("parameters.prompt must be a string")
    elif not prompt.strip():
        found.append("parameters.prompt should not be empty")
    elif len(prompt) > PROMPT_LIMIT:
        found.append(f"parameters.prompt must be shorter than or equal to {PROMPT_LIMIT} characters")
    if not _is_int(parameters.get("duration")) or parameters["duration"] not in DURATIONS:
        found.append("parameters.duration must be one of: 5, 10")
    width, height = parameters.get("width"), parameters.get("height")
    if not _is_int(width) or not _is_int(height) or (width, height) not in SIZES:
        sizes = ", ".join(f"{wide}x{high}" for wide, high in SIZES)
        found.append(f"parameters.width and parameters.height must be one of: {sizes}")
    return found


def _optional_problems(parameters: dict[str, Any], world: World) -> list[str]:
    found = []
    for key, only in _ONLY.items():
        value = parameters.get(key, only)
        if value != only or isinstance(value, bool):
            found.append(f"parameters.{key} must be one of: {only}")
    if "seed" in parameters:
        if world.faults.strike("refuse_seed"):
            found.append("parameters.property seed should not exist")
        elif not _is_int(parameters["seed"]):
            found.append("parameters.seed must be an integer number")
    if "prompt_enhance" in parameters and world.faults.strike("refuse_enhance"):
        found.append("parameters.property prompt_enhance should not exist")
    unknown = sorted(parameters.keys() - _PUBLISHED)
    if unknown and world.faults.strike("refuse_unknown"):
        found += [f"parameters.property {key} should not exist" for key in unknown]
    return found


def _shape_problems(key: str, items: Any) -> list[str]:
    where = f"parameters.guidances.{key}"
    if key not in MOST:
        return [f"parameters.guidances.property {key} should not exist"]
    if not isinstance(items, list):
        return [f"{where} must be an array"]
    if len(items) > MOST[key]:
        return [f"{where} must contain no more than {MOST[key]} elements"]
    kind = "video" if key == "video_reference_base" else "image"
    types = ("GENERATED",) if kind == "video" else ("GENERATED", "UPLOADED")
    found = []
    for place, item in enumerate(items):
        named = item.get(kind) if isinstance(item, dict) else None
        if not isinstance(named, dict):
            found.append(f"{where}.{place}.{kind} must be an object")
        elif not isinstance(named.get("id"), str):
            found.append(f"{where}.{place}.{kind}.id must be a UUID")
        elif named.get("type") not in types:
            found.append(f"{where}.{place}.{kind}.type must be one of: {', '.join(types)}")
    return found


def _mixing_problems(guidances: dict[str, Any]) -> list[str]:
    filled = {key for key, items in guidances.items() if items}
    frames = filled & {"start_frame", "end_frame"}
    found = []
    if "end_frame" in filled and "start_frame" not in filled:
        found.append("parameters.guidances.end_frame is only available when start_frame is provided")
    if "image_reference" in filled and frames:
        found.append(
            "parameters.guidances.image_reference is only available when no start_frame or end_frame is provided"
        )
    if "video_reference_base" in filled and frames:
        found.append(
            "parameters.guidances.video_reference_base is only available when no start_frame or end_frame is provided"
        )
    return found


def _id_problems(guidances: dict[str, Any], world: World) -> list[str]:
    found = []
    for key, items in guidances.items():
        for item in items:
            if key == "video_reference_base":
                found += _video_problems(item["video"]["id"], world)
            else:
                found += _image_problems(item["image"]["id"], item["image"]["type"], world)
    return found


def _image_problems(key: str, kind: str, world: World) -> list[str]:
    if kind == "GENERATED":
        return [] if world.of_video(key) else [f"invalid generated image id: {key}"]
    picture = world.picture(key)
    if picture is None:
        return [f"invalid init image id: {key}"]
    # Requested but never uploaded, or nothing that a decoder can read.
    return [] if picture.width else [f"couldn't access image: {key}"]


def _video_problems(key: str, world: World) -> list[str]:
    made = world.of_video(key)
    if made is None:
        return [f"invalid generated video id: {key}"]
    found = []
    if not 3 <= made.duration <= 10:
        found.append("Reference video must be 3 to 10 seconds long")
    if min(made.width, made.height) < 720:
        found.append("Reference video height and width must be at least 720 pixels")
    if made.width > 2160:
        found.append("Reference video width must not be greater than 2160 pixels")
    return found


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
