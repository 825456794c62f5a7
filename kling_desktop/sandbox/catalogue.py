"""`GET /v2/models`: the models that the account may use, each with a JSON Schema."""

from __future__ import annotations

from typing import Any

O1 = "Kling O1 Video Model"


def models(with_o1: bool) -> dict[str, Any]:
    """Return the response. The published limits are wider than the guide's, and no entry contains the slug for a
    create.
    """
    listed = [
        _entry("1f0a6d7e-51c3-6b40-9d2e-2f4c8a7b6e01", "Kling 2.6 Video Model", {"start_frame": 1}),
        _entry("1f0a6d7e-51c3-6b40-9d2e-2f4c8a7b6e02", "Kling 3.0 Video Model", {"start_frame": 1, "end_frame": 1}),
        _entry("1f0a6d7e-51c3-6b40-9d2e-2f4c8a7b6e04", "Kling 3.0 Turbo Video Model", {"start_frame": 1}),
        _entry(
            "1f0a6d7e-51c3-6b40-9d2e-2f4c8a7b6e05", "Kling 2.5 Turbo Video Model", {"start_frame": 1, "end_frame": 1}
        ),
        _entry("1f0a6d7e-51c3-6b40-9d2e-2f4c8a7b6e06", "Kling 2.5 Turbo Standard Video Model", {"start_frame": 1}),
    ]
    if with_o1:
        most = {"start_frame": 1, "end_frame": 1, "image_reference": 5, "video_reference_base": 1}
        listed.append(_entry("1f0a6d7e-51c3-6b40-9d2e-2f4c8a7b6e03", O1, most))
    return {"productionApiAvailableModels": listed}


def _entry(key: str, name: str, most: dict[str, int]) -> dict[str, Any]:
    guidances = {guidance: _list_of(guidance, count) for guidance, count in most.items()}
    properties = {
        "prompt": {"type": "string", "minLength": 1, "maxLength": 2500},
        "duration": {"type": "integer", "minimum": 3, "maximum": 10},
        "width": {"type": "integer", "enum": [1920, 1440, 1080]},
        "height": {"type": "integer", "enum": [1080, 1440, 1920]},
        "mode": {"type": "string", "enum": ["RESOLUTION_1080"], "deprecated": True},
        "quantity": {"type": "integer", "minimum": 1, "maximum": 1},
        "guidances": {"type": "object", "properties": guidances, "additionalProperties": False},
    }
    schema = {"type": "object", "properties": properties, "required": ["prompt"]}
    return {"id": key, "name": name, "description": None, "parameters": schema}


def _list_of(guidance: str, most: int) -> dict[str, Any]:
    kind = "video" if guidance == "video_reference_base" else "image"
    types = ["GENERATED"] if kind == "video" else ["GENERATED", "UPLOADED"]
    properties = {"id": {"type": "string", "format": "uuid"}, "type": {"type": "string", "enum": types}}
    named = {"type": "object", "properties": properties, "required": ["id", "type"]}
    item = {"type": "object", "properties": {kind: named}, "required": [kind]}
    return {"type": "array", "maxItems": most, "items": item}
