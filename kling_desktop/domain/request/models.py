"""The limits of each model, as data: another model is one more entry here, never a branch elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import gcd
from types import MappingProxyType


class Slot(StrEnum):
    """A place for media, named as in the request under `guidances`."""

    START_FRAME = "start_frame"
    END_FRAME = "end_frame"
    IMAGE_REFERENCE = "image_reference"
    VIDEO_REFERENCE_BASE = "video_reference_base"


FRAMES = frozenset({Slot.START_FRAME, Slot.END_FRAME})
SLOT_NAMES: Mapping[Slot, str] = MappingProxyType(
    {
        Slot.START_FRAME: "start frame",
        Slot.END_FRAME: "end frame",
        Slot.IMAGE_REFERENCE: "references",
        Slot.VIDEO_REFERENCE_BASE: "video to edit",
    }
)
"""What people call the slots."""


class GenerationType(StrEnum):
    """What a clip is made from."""

    TEXT = "Text"
    START = "Start frame"
    START_AND_END = "Start and end frame"
    REFERENCES = "References"
    EDIT = "Edit a video"


@dataclass(frozen=True, slots=True)
class Size:
    """A width and a height in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"

    @property
    def aspect(self) -> str:
        """The aspect ratio in lowest terms: "16:9"."""
        shared = gcd(self.width, self.height) or 1
        return f"{self.width // shared}:{self.height // shared}"


@dataclass(frozen=True, slots=True)
class AspectPreset:
    """A size that a model offers, with its name ("16:9") and what people call it ("Landscape")."""

    name: str
    label: str
    size: Size


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """The limits of one model.

    Attributes:
        name: What the service and people call it.
        durations: The lengths on offer, in seconds.
        prompt_limit: In code points.
        capacity: How many media each slot takes.
        excludes: For each slot, the slots that can't be used together with it.
        base_video_seconds: The shortest and the longest video that can be edited.
        base_video_min_side: In pixels, of either side.
        base_video_max_width: In pixels.
    """

    id: str
    name: str
    aspects: tuple[AspectPreset, ...]
    durations: tuple[int, ...]
    prompt_limit: int
    capacity: Mapping[Slot, int]
    excludes: Mapping[Slot, frozenset[Slot]]
    base_video_seconds: tuple[float, float]
    base_video_min_side: int
    base_video_max_width: int
    modes: tuple[str, ...]
    prompt_enhance: tuple[str, ...]
    quantities: tuple[int, ...]

    @property
    def sizes(self) -> tuple[Size, ...]:
        return tuple(preset.size for preset in self.aspects)


_NOT_WITH_FRAMES = frozenset({Slot.IMAGE_REFERENCE, Slot.VIDEO_REFERENCE_BASE})

KLING_O1 = ModelSpec(
    id="kling-video-o-1",
    name="Kling O1",
    aspects=(
        AspectPreset("16:9", "Landscape", Size(1920, 1080)),
        AspectPreset("1:1", "Square", Size(1440, 1440)),
        AspectPreset("9:16", "Portrait", Size(1080, 1920)),
    ),
    durations=(5, 10),
    prompt_limit=1500,
    capacity=MappingProxyType(
        {Slot.START_FRAME: 1, Slot.END_FRAME: 1, Slot.IMAGE_REFERENCE: 4, Slot.VIDEO_REFERENCE_BASE: 1}
    ),
    # The guide excludes references and frames from each other. It doesn't say whether O1 takes a video to edit together
    # with frames. Kling itself and the O3 model forbid it, so it isn't risked here.
    excludes=MappingProxyType(
        {
            Slot.START_FRAME: _NOT_WITH_FRAMES,
            Slot.END_FRAME: _NOT_WITH_FRAMES,
            Slot.IMAGE_REFERENCE: FRAMES,
            Slot.VIDEO_REFERENCE_BASE: FRAMES,
        }
    ),
    base_video_seconds=(3, 10),
    base_video_min_side=720,
    base_video_max_width=2160,
    modes=("RESOLUTION_1080",),
    prompt_enhance=("OFF",),
    quantities=(1,),
)
MODELS: Mapping[str, ModelSpec] = MappingProxyType({model.id: model for model in (KLING_O1,)})
"""Every model that can be asked for, by its ID."""
DEFAULT_MODEL = KLING_O1
"""What an empty form asks for."""


def find_model(model_id: str) -> ModelSpec:
    """Return the model with this ID, or the default model for an ID that isn't known."""
    return MODELS.get(model_id, DEFAULT_MODEL)
