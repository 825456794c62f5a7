"""What a model offers and takes, as data: slots, sizes, lengths, settings and prices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
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


class Setting(StrEnum):
    """An optional setting that some models take and others don't."""

    SEED = "seed"
    MODE = "mode"
    PROMPT_ENHANCE = "prompt_enhance"
    SOUND = "sound"


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
    """A size that a model offers.

    Attributes:
        name: Its aspect ratio: "16:9".
        label: What people call it: "Landscape".
        tier: Its resolution: "1080p".
    """

    name: str
    label: str
    size: Size
    tier: str = "1080p"


@dataclass(frozen=True, slots=True)
class Rate:
    """What a second costs in dollars.

    Attributes:
        tiers: The resolutions it holds for.
        has_sound: Whether it is for clips with sound.
        is_seen: Somebody saw this price, or one of two that it lies between. Otherwise it was worked out from prices
            of other resolutions.
    """

    per_second: Decimal
    tiers: frozenset[str]
    has_sound: bool = False
    is_seen: bool = True


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """The limits of one model.

    Attributes:
        id: As in the request.
        name: What the service and people call it.
        use: What it is good for, as a sentence.
        aspects: The sizes on offer, by resolution, the default first.
        durations: The lengths on offer, in seconds, ascending.
        usual_duration: The length of an empty form.
        prompt_limit: In code points.
        capacity: How many media each slot takes. A slot that isn't there doesn't exist in this model.
        excludes: For each slot, the slots that can't be used together with it.
        required: Slots that can't stay empty.
        edit_references: How many references can go with a video to edit.
        edit_longest: The greatest length of a clip that is made from a video to edit, in seconds.
        base_video_seconds: The shortest and the longest video that can be edited.
        base_video_min_side: In pixels, of either side.
        base_video_max_width: In pixels.
        has_seed: Whether it takes a seed.
        has_sound: Whether it can make a clip with sound. The request then always says whether it shall.
        modes, prompt_enhance: The values of these settings; empty where the model doesn't take them.
        rates: What it costs; a resolution without a rate has no known price.
    """

    id: str
    name: str
    use: str
    aspects: tuple[AspectPreset, ...]
    durations: tuple[int, ...]
    capacity: Mapping[Slot, int]
    rates: tuple[Rate, ...]
    usual_duration: int = 5
    prompt_limit: int = 2500
    excludes: Mapping[Slot, frozenset[Slot]] = field(default_factory=lambda: MappingProxyType({}))
    required: frozenset[Slot] = frozenset()
    edit_references: int = 0
    edit_longest: int = 10
    base_video_seconds: tuple[float, float] = (3, 10)
    base_video_min_side: int = 720
    base_video_max_width: int = 2160
    has_seed: bool = False
    has_sound: bool = False
    modes: tuple[str, ...] = ()
    prompt_enhance: tuple[str, ...] = ()
    quantities: tuple[int, ...] = (1,)

    @property
    def sizes(self) -> tuple[Size, ...]:
        return tuple(preset.size for preset in self.aspects)

    @property
    def tiers(self) -> tuple[str, ...]:
        """The resolutions on offer, each once."""
        return tuple(dict.fromkeys(preset.tier for preset in self.aspects))

    def preset_of(self, size: Size) -> AspectPreset | None:
        """Return the preset of a size; None if the model doesn't offer it."""
        return next((preset for preset in self.aspects if preset.size == size), None)

    def capacity_of(self, slot: Slot) -> int:
        """How many media a slot takes; 0 if the model doesn't have the slot."""
        return self.capacity.get(slot, 0)

    def excluded_by(self, slot: Slot) -> frozenset[Slot]:
        """The slots that can't be used together with a slot."""
        return self.excludes.get(slot, frozenset())

    def takes_setting(self, setting: Setting) -> bool:
        """Whether the model takes an optional setting at all."""
        match setting:
            case Setting.SEED:
                return self.has_seed
            case Setting.SOUND:
                return self.has_sound
            case Setting.MODE:
                return bool(self.modes)
            case Setting.PROMPT_ENHANCE:
                return bool(self.prompt_enhance)

    def rate_of(self, size: Size, *, has_sound: bool) -> Rate | None:
        """Return what a second of such a clip costs; None if nobody has seen it."""
        preset = self.preset_of(size)
        tier = preset.tier if preset else ""
        return next((rate for rate in self.rates if tier in rate.tiers and rate.has_sound == has_sound), None)
