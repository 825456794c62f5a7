"""Why a create is refused. The limits are those of the vendor's guide for Kling O1, and of its schema for the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kling_desktop.sandbox.models import GUIDANCES, MODELS, Model

if TYPE_CHECKING:
    from kling_desktop.sandbox.world import World


def problems(body: Any, world: World) -> list[str]:
    """Return the messages of the validation; none if the create is accepted."""
    if not isinstance(body, dict) or not isinstance(body.get("parameters"), dict):
        return ["parameters must be an object"]
    name = body.get("model")
    model = MODELS.get(name) if isinstance(name, str) else None
    if model is None or world.faults.strike("model_missing"):
        return [f"Model {name} is not supported within the Production API"]
    parameters = body["parameters"]
    found = [] if isinstance(body.get("public", False), bool) else ["public must be a boolean value"]
    found += _plain_problems(parameters, model)
    found += _optional_problems(parameters, model, world)
    guidances = parameters.get("guidances", {})
    if not isinstance(guidances, dict):
        return [*found, "parameters.guidances must be an object"]
    shape = [message for key, items in guidances.items() for message in _shape_problems(key, items, model)]
    if shape:
        return found + shape
    return found + _mixing_problems(parameters, guidances, model) + _id_problems(guidances, world)


def _plain_problems(parameters: dict[str, Any], model: Model) -> list[str]:
    found = []
    prompt = parameters.get("prompt")
    if not isinstance(prompt, str):
        found.append("parameters.prompt must be a string")
    elif not prompt.strip():
        found.append("parameters.prompt should not be empty")
    elif len(prompt) > model.prompt_limit:
        found.append(f"parameters.prompt must be shorter than or equal to {model.prompt_limit} characters")
    if not _is_int(parameters.get("duration")) or parameters["duration"] not in model.durations:
        choices = ", ".join(map(str, model.durations))
        found.append(f"parameters.duration must be one of: {choices}")
    width, height = parameters.get("width"), parameters.get("height")
    if not _is_int(width) or not _is_int(height) or (width, height) not in model.sizes:
        sizes = ", ".join(f"{wide}x{high}" for wide, high in model.sizes)
        found.append(f"parameters.width and parameters.height must be one of: {sizes}")
    return found


def _optional_problems(parameters: dict[str, Any], model: Model, world: World) -> list[str]:
    found = []
    for key, values in model.options.items():
        if key in parameters and (parameters[key] not in values or isinstance(parameters[key], bool)):
            found.append(f"parameters.{key} must be one of: {', '.join(map(str, values))}")
    if "seed" in parameters:
        if world.faults.strike("refuse_seed"):
            found.append("parameters.property seed should not exist")
        elif not _is_int(parameters["seed"]):
            found.append("parameters.seed must be an integer number")
    if "prompt_enhance" in parameters and world.faults.strike("refuse_enhance"):
        found.append("parameters.property prompt_enhance should not exist")
    if model.has_sound and not isinstance(parameters.get("motion_has_audio", True), bool):
        found.append("parameters.motion_has_audio must be a boolean value")
    unknown = sorted(parameters.keys() - model.published)
    if unknown and world.faults.strike("refuse_unknown"):
        found += [f"parameters.property {key} should not exist" for key in unknown]
    return found


def _shape_problems(key: str, items: Any, model: Model) -> list[str]:
    where = f"parameters.guidances.{key}"
    if key not in model.guidances:
        return [f"parameters.guidances.property {key} should not exist"]
    if not isinstance(items, list):
        return [f"{where} must be an array"]
    if len(items) > model.guidances[key]:
        return [f"{where} must contain no more than {model.guidances[key]} elements"]
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


def _mixing_problems(parameters: dict[str, Any], guidances: dict[str, Any], model: Model) -> list[str]:
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
    if "video_reference_base" in filled:
        if len(guidances.get("image_reference", [])) > model.references_with_video:
            found.append(
                "parameters.guidances.image_reference must contain no more than"
                f" {model.references_with_video} elements when video_reference_base is provided"
            )
        if _is_int(parameters.get("duration")) and parameters["duration"] > model.longest_with_video:
            found.append(
                f"parameters.duration must not be greater than {model.longest_with_video}"
                " when video_reference_base is provided"
            )
    found += [f"parameters.guidances.{key} should not be empty" for key in GUIDANCES if key in model.required - filled]
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
