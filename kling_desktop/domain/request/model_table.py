"""The models, a row each: another model is one more row here, never a branch elsewhere."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from kling_desktop.domain.request.models import FRAMES, AspectPreset, ModelSpec, Rate, Size, Slot


def _sizes(tier: str, wide: int, high: int, square: int) -> tuple[AspectPreset, ...]:
    return (
        AspectPreset("16:9", "Landscape", Size(wide, high), tier),
        AspectPreset("1:1", "Square", Size(square, square), tier),
        AspectPreset("9:16", "Portrait", Size(high, wide), tier),
    )


def _slots(**capacity: int) -> Mapping[Slot, int]:
    return MappingProxyType({Slot(name): count for name, count in capacity.items()})


_720P = _sizes("720p", 1280, 720, 960)
_1080P = _sizes("1080p", 1920, 1080, 1440)
_4K = _sizes("4K", 3840, 2160, 2880)
_NOT_4K = frozenset({"720p", "1080p"})
_NOT_WITH_FRAMES = frozenset({Slot.IMAGE_REFERENCE, Slot.VIDEO_REFERENCE_BASE})
# The guide excludes references and frames from each other. It doesn't say whether O1 takes a video to edit together
# with frames. Kling itself and the O3 model forbid it, so it isn't risked here.
_FRAMES_ALONE = MappingProxyType(
    {
        Slot.START_FRAME: _NOT_WITH_FRAMES,
        Slot.END_FRAME: _NOT_WITH_FRAMES,
        Slot.IMAGE_REFERENCE: FRAMES,
        Slot.VIDEO_REFERENCE_BASE: FRAMES,
    }
)

RATES_SEEN = "2026-08"
"""When the rates below were read in the service's price calculator: for clips without sound only, and without saying
for which resolution. Where a resolution is likely to cost more, its rate is left out or worked out from others."""

# The limits of Kling O1 are those of the vendor's guide. The limits of its siblings are those of the service's
# published schema, or narrower ones where other sources contradict it: no more references than anyone allows, an end
# frame only with a start frame, and no frames together with references or a video.
KLING_O1 = ModelSpec(
    id="kling-video-o-1",
    name="Kling O1",
    use="The most control: frames, references, and editing a video.",
    aspects=_1080P,
    durations=(5, 10),
    prompt_limit=1500,
    capacity=_slots(start_frame=1, end_frame=1, image_reference=4, video_reference_base=1),
    excludes=_FRAMES_ALONE,
    edit_references=4,
    has_seed=True,
    modes=("RESOLUTION_1080",),
    prompt_enhance=("OFF",),
    rates=(Rate(Decimal("0.151"), frozenset({"1080p"})),),
)
# The schema takes seven references; the form has room for four.
_KLING_O3 = ModelSpec(
    id="kling-video-o-3",
    name="Kling O3",
    use="O1’s successor: up to 15 seconds, 4K and sound.",
    aspects=(*_1080P, *_720P, *_4K),
    durations=tuple(range(3, 16)),
    capacity=_slots(start_frame=1, end_frame=1, image_reference=4, video_reference_base=1),
    excludes=_FRAMES_ALONE,
    edit_references=4,
    has_sound=True,
    rates=(
        Rate(Decimal("0.33488"), frozenset({"1080p"})),
        Rate(Decimal("0.25116"), frozenset({"720p"}), is_seen=False),
        Rate(Decimal("0.33488"), frozenset({"720p"}), has_sound=True, is_seen=False),
        Rate(Decimal("0.4186"), frozenset({"1080p"}), has_sound=True, is_seen=False),
        Rate(Decimal("0.6279"), frozenset({"4K"}), is_seen=False),
        Rate(Decimal("0.6279"), frozenset({"4K"}), has_sound=True, is_seen=False),
    ),
)
_KLING_3 = ModelSpec(
    id="kling-3.0",
    name="Kling 3.0",
    use="From text or frames, up to 15 seconds, 4K and sound.",
    aspects=(*_1080P, *_720P, *_4K),
    durations=tuple(range(3, 16)),
    capacity=_slots(start_frame=1, end_frame=1),
    has_sound=True,
    rates=(Rate(Decimal("0.18837"), _NOT_4K),),
)
_KLING_3_TURBO = ModelSpec(
    id="kling-3.0-turbo",
    name="Kling 3.0 Turbo",
    use="Kling 3.0 in less time, from text or a start frame, with sound.",
    aspects=(*_1080P, *_720P),
    durations=tuple(range(3, 16)),
    capacity=_slots(start_frame=1),
    has_sound=True,
    rates=(Rate(Decimal("0.2392"), _NOT_4K),),
)
_KLING_2_6 = ModelSpec(
    id="kling-2.6",
    name="Kling 2.6",
    use="From text or a start frame, with sound.",
    aspects=_1080P,
    durations=(5, 10),
    capacity=_slots(start_frame=1),
    has_sound=True,
    rates=(Rate(Decimal("0.1806"), frozenset({"1080p"})),),
)
_KLING_2_5 = ModelSpec(
    id="kling-2.5",
    name="Kling 2.5 Turbo",
    use="The cheapest drafts from text.",
    aspects=(*_1080P, *_720P),
    durations=(5, 10),
    capacity=_slots(start_frame=1, end_frame=1),
    prompt_enhance=("AUTO", "ON", "OFF"),
    rates=(Rate(Decimal("0.07027"), _NOT_4K),),
)
_KLING_2_5_STANDARD = ModelSpec(
    id="kling-2.5-turbo-standard",
    name="Kling 2.5 Turbo Standard",
    use="The cheapest drafts from a start frame.",
    aspects=_720P,
    durations=(5, 10),
    capacity=_slots(start_frame=1),
    required=frozenset({Slot.START_FRAME}),
    prompt_enhance=("AUTO", "ON", "OFF"),
    rates=(Rate(Decimal("0.05682"), frozenset({"720p"})),),
)
_ROWS = (KLING_O1, _KLING_O3, _KLING_3, _KLING_3_TURBO, _KLING_2_6, _KLING_2_5, _KLING_2_5_STANDARD)
MODELS: Mapping[str, ModelSpec] = MappingProxyType({model.id: model for model in _ROWS})
"""Every model that can be asked for, by its ID."""
DEFAULT_MODEL = KLING_O1
"""What an empty form asks for."""


def find_model(model_id: str) -> ModelSpec:
    """Return the model with this ID, or the default model for an ID that isn't known."""
    return MODELS.get(model_id, DEFAULT_MODEL)
