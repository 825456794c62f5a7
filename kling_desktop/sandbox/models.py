"""What each model takes, by the vendor's guide and published schema. The app has a table of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

GUIDANCES = ("start_frame", "end_frame", "image_reference", "video_reference_base")
_720 = ((1280, 720), (960, 960), (720, 1280))
_1080 = ((1920, 1080), (1440, 1440), (1080, 1920))
_2160 = ((3840, 2160), (2880, 2880), (2160, 3840))
_QUANTITY: Mapping[str, tuple[Any, ...]] = {"quantity": (1,)}
_ENHANCE: Mapping[str, tuple[Any, ...]] = {**_QUANTITY, "prompt_enhance": ("AUTO", "ON", "OFF")}


@dataclass(frozen=True, slots=True)
class Model:
    """One model's limits.

    Attributes:
        slug: What lists call it.
        dollars: The price of a second without sound, as seen in August 2026.
        guidances: How many media each slot takes.
        options: The values of optional parameters.
        required: Slots that can't stay empty.
    """

    slug: str
    dollars: str
    sizes: tuple[tuple[int, int], ...]
    durations: tuple[int, ...]
    guidances: Mapping[str, int]
    options: Mapping[str, tuple[Any, ...]] = field(default_factory=lambda: _QUANTITY)
    prompt_limit: int = 2500
    required: frozenset[str] = frozenset()
    references_with_video: int = 4
    longest_with_video: int = 10
    has_sound: bool = False

    def price(self, seconds: int, *, has_sound: bool) -> Decimal:
        """Return what a clip costs, in dollars. Sound is a quarter dearer."""
        price = Decimal(self.dollars) * seconds * (Decimal("1.25") if has_sound else 1)
        return price.quantize(Decimal("0.0001"))

    @property
    def published(self) -> frozenset[str]:
        """The parameters of the published schema."""
        sound = ("motion_has_audio",) if self.has_sound else ()
        return frozenset({"prompt", "duration", "width", "height", "guidances", "mode", "quantity", *sound})


MODELS: Mapping[str, Model] = {
    "kling-video-o-1": Model(
        "KLING_VIDEO_O_1",
        "0.151",
        _1080,
        (5, 10),
        {"start_frame": 1, "end_frame": 1, "image_reference": 4, "video_reference_base": 1},
        {**_QUANTITY, "mode": ("RESOLUTION_1080",), "prompt_enhance": ("OFF",)},
        prompt_limit=1500,
    ),
    "kling-video-o-3": Model(
        "KLING_VIDEO_O_3",
        "0.33488",
        (*_720, *_1080, *_2160),
        tuple(range(3, 16)),
        {"start_frame": 1, "end_frame": 1, "image_reference": 7, "video_reference_base": 1},
        has_sound=True,
    ),
    "kling-3.0": Model(
        "KLING_3_0",
        "0.18837",
        (*_720, *_1080, *_2160),
        tuple(range(3, 16)),
        {"start_frame": 1, "end_frame": 1},
        has_sound=True,
    ),
    "kling-3.0-turbo": Model(
        "KLING_3_0_TURBO", "0.2392", (*_720, *_1080), tuple(range(3, 16)), {"start_frame": 1}, has_sound=True
    ),
    "kling-2.6": Model("KLING_2_6", "0.1806", _1080, (5, 10), {"start_frame": 1}, has_sound=True),
    "kling-2.5": Model("KLING_2_5", "0.07027", (*_720, *_1080), (5, 10), {"start_frame": 1, "end_frame": 1}, _ENHANCE),
    "kling-2.5-turbo-standard": Model(
        "KLING_2_5_STANDARD",
        "0.05682",
        _720,
        (5, 10),
        {"start_frame": 1},
        _ENHANCE,
        required=frozenset({"start_frame"}),
    ),
}
