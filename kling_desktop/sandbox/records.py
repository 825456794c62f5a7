"""What the sandbox remembers: generations and uploaded pictures."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

FRAMES_PER_SECOND = 24


def new_id() -> str:
    """An id such as the service gives: 8-4-4-4-12 hex, version 6 rather than 4."""
    digits = secrets.token_hex(16)
    return f"{digits[:8]}-{digits[8:12]}-6{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


@dataclass(frozen=True, slots=True)
class StoredGeneration:
    """One accepted create. `video` is the id that other requests name its video by (`generated_images[].id`).

    `created` and `ready` are seconds since 1970; `fate` holds the faults drawn at its create; `address` counts the
    video's URLs, of which only the last one works. `past`: it was there before the sandbox was, and not paid for here.
    `is_picture`: it came of another model, which makes pictures only.
    """

    id: str
    video: str
    created: float
    ready: float
    public: bool
    seed: int
    parameters: Mapping[str, Any]
    fate: tuple[str, ...] = ()
    address: int = 1
    expired: bool = False
    deleted: bool = False
    past: bool = False
    is_picture: bool = False

    @property
    def width(self) -> int:
        return int(self.parameters["width"])

    @property
    def height(self) -> int:
        return int(self.parameters["height"])

    @property
    def duration(self) -> int:
        """Seconds."""
        return int(self.parameters["duration"])

    @property
    def prompt(self) -> str:
        return str(self.parameters["prompt"])

    def guidance(self, name: str) -> list[str]:
        """The ids under one key of `guidances`, in their order."""
        kind = "video" if name == "video_reference_base" else "image"
        items = (self.parameters.get("guidances") or {}).get(name) or []
        return [item[kind]["id"] for item in items]

    @property
    def way(self) -> str:
        """Which of the five ways it was asked for, as people say it."""
        if self.guidance("video_reference_base"):
            return "Edit a video"
        if self.guidance("image_reference"):
            return "References"
        if self.guidance("start_frame"):
            return "Start and end frame" if self.guidance("end_frame") else "Start frame"
        return "Text"


@dataclass(frozen=True, slots=True)
class UploadedImage:
    """One picture for which an upload was asked. Its sides are 0 until a readable picture has arrived."""

    id: str
    extension: str
    created: float
    fields: Mapping[str, str] = field(default_factory=dict)
    width: int = 0
    height: int = 0
    deleted: bool = False
