"""What the sandbox stores: generations and uploaded images."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kling_desktop.sandbox.models import MODELS

if TYPE_CHECKING:
    from collections.abc import Mapping

FRAMES_PER_SECOND = 24
CREDITS_A_DOLLAR = Decimal("641.1")


def new_id() -> str:
    """Return an ID like the service's: 8-4-4-4-12 hex digits, version 6 rather than 4."""
    digits = secrets.token_hex(16)
    return f"{digits[:8]}-{digits[8:12]}-6{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


@dataclass(frozen=True, slots=True)
class StoredGeneration:
    """An accepted create. The names of the fields are keys on disk.

    Args:
        id: The generation's ID.
        video: The ID by which other requests name its video (`generated_images[].id`).
        created: Seconds since 1970.
        ready: Likewise, when it is complete.
        public: As requested.
        seed: As requested, or chosen by the service.
        parameters: As requested.
        model: As requested.
        fate: The faults chosen at its create.
        address: Counts the URLs of the video; only the last one works.
        expired: Whether its current URL has expired.
        deleted: Whether it was deleted.
        past: Whether it existed before the sandbox and wasn't paid for here.
        is_picture: Whether it was made by another model, which only makes images.
    """

    id: str
    video: str
    created: float
    ready: float
    public: bool
    seed: int
    parameters: Mapping[str, Any]
    model: str = "kling-video-o-1"
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
        """The duration in seconds."""
        return int(self.parameters["duration"])

    @property
    def has_sound(self) -> bool:
        """Whether it has sound. A model that can make sound does, unless it was told not to."""
        return MODELS[self.model].has_sound and bool(self.parameters.get("motion_has_audio", True))

    @property
    def dollars(self) -> Decimal:
        """The price in dollars."""
        return MODELS[self.model].price(self.duration, has_sound=self.has_sound).normalize()

    @property
    def credits(self) -> int:
        """The price in credits."""
        return int(self.dollars * CREDITS_A_DOLLAR)

    @property
    def prompt(self) -> str:
        return str(self.parameters["prompt"])

    def guidance(self, name: str) -> list[str]:
        """Return the IDs under one key of `guidances`, in order."""
        kind = "video" if name == "video_reference_base" else "image"
        items = (self.parameters.get("guidances") or {}).get(name) or []
        return [item[kind]["id"] for item in items]

    @property
    def way(self) -> str:
        """Return which of the five types was requested, as users call it."""
        if self.guidance("video_reference_base"):
            return "Edit a video"
        if self.guidance("image_reference"):
            return "References"
        if self.guidance("start_frame"):
            return "Start and end frame" if self.guidance("end_frame") else "Start frame"
        return "Text"


@dataclass(frozen=True, slots=True)
class UploadedImage:
    """An image for which an upload was requested. Its sides are 0 until a readable image has arrived."""

    id: str
    extension: str
    created: float
    fields: Mapping[str, str] = field(default_factory=dict)
    width: int = 0
    height: int = 0
    deleted: bool = False
