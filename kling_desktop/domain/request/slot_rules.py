"""The rules of the slots: what each takes, what it can't be combined with, and how frames are fitted.

Each is a small function that returns a sentence for people, or "" or (). A blocked slot takes nothing new; what it
holds can always be removed.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple

from kling_desktop.domain.request.draft import (
    GENERATED,
    MEDIA_KINDS,
    Draft,
    LocalImage,
    Media,
    Placeholder,
    StoredMedia,
)
from kling_desktop.domain.request.frame_fit import MIN_SIDE, Fit, aspect_label, fit_frame, is_same_aspect
from kling_desktop.domain.request.generation_type import GenerationType, next_slot_for, pending_type
from kling_desktop.domain.request.media_ids import is_id
from kling_desktop.domain.request.models import FRAMES, ModelSpec, Size, Slot
from kling_desktop.domain.text import list_or, plural


class SlotGroup(Enum):
    """What the form shows together. Slots of one group are excluded together."""

    FRAMES = "frames"
    REFERENCES = "references"
    VIDEO = "video to edit"


class BlockedReason(NamedTuple):
    """Why a slot takes nothing new, as a sentence, and in a few words to go after the group's name.

    Both are "" while the slot takes something.
    """

    sentence: str = ""
    caption: str = ""


class _Conflict(NamedTuple):
    """How to say that two groups can't be combined: the first is blocked, or both are filled."""

    blocked: BlockedReason
    problem: str


_CONFLICTS: Mapping[tuple[SlotGroup, SlotGroup], _Conflict] = MappingProxyType(
    {
        (SlotGroup.FRAMES, SlotGroup.REFERENCES): _Conflict(
            BlockedReason("Frames can't be combined with references", "not with references"),
            "Use either frames or references, not both",
        ),
        (SlotGroup.FRAMES, SlotGroup.VIDEO): _Conflict(
            BlockedReason("Frames can't be combined with a video to edit", "not with a video"),
            "Use either frames or a video to edit, not both",
        ),
        (SlotGroup.REFERENCES, SlotGroup.FRAMES): _Conflict(
            BlockedReason("References can't be combined with frames", "not with frames"),
            "Use either references or frames, not both",
        ),
        (SlotGroup.REFERENCES, SlotGroup.VIDEO): _Conflict(
            BlockedReason("References can't be combined with a video to edit", "not with a video"),
            "Use either references or a video to edit, not both",
        ),
        (SlotGroup.VIDEO, SlotGroup.FRAMES): _Conflict(
            BlockedReason("A video to edit can't be combined with frames", "not with frames"),
            "Use either a video to edit or frames, not both",
        ),
        (SlotGroup.VIDEO, SlotGroup.REFERENCES): _Conflict(
            BlockedReason("A video to edit can't be combined with references", "not with references"),
            "Use either a video to edit or references, not both",
        ),
    }
)
_NO_SLOT = {
    Slot.START_FRAME: ("{model} takes no start frame", "Remove the start frame, or choose a model that takes one"),
    Slot.END_FRAME: ("{model} takes no end frame", "Remove the end frame, or choose a model that takes one"),
    Slot.IMAGE_REFERENCE: ("{model} takes no references", "Remove the references, or choose a model that takes them"),
    Slot.VIDEO_REFERENCE_BASE: ("{model} can't edit a video", "Remove the video to edit, or choose a model that can"),
}
_NOT_IN_USE = BlockedReason("Not used for now", "not used for now")
_START_FRAME_FIRST = BlockedReason("Add a start frame first", "add a start frame first")
_MISSING = {
    Slot.START_FRAME: "Add a start frame first",
    Slot.END_FRAME: "Add an end frame first",
    Slot.IMAGE_REFERENCE: "Add a reference first",
    Slot.VIDEO_REFERENCE_BASE: "Choose the video to edit first",
}
_FILL_IN = {
    Slot.START_FRAME: "Add your {name} as the start frame",
    Slot.END_FRAME: "Add your {name} as the end frame",
    Slot.IMAGE_REFERENCE: "Add your {name} as reference {number}",
    Slot.VIDEO_REFERENCE_BASE: "Add your {name} as the video to edit",
}
_NOT_FOUND = {
    Slot.START_FRAME: "Leonardo doesn't know the start frame's ID in this account and may refuse it",
    Slot.END_FRAME: "Leonardo doesn't know the end frame's ID in this account and may refuse it",
    Slot.IMAGE_REFERENCE: "Leonardo doesn't know the ID of reference {number} in this account and may refuse it",
    Slot.VIDEO_REFERENCE_BASE: "Leonardo doesn't know the ID of the video to edit in this account and may refuse it",
}


class _FrameSentences(NamedTuple):
    """What to say of a frame whose shape differs from the video's."""

    can_be_fitted: str
    can_be_padded: str
    stays: str
    cropped: str
    padded: str


_FRAME_SENTENCES = {
    Slot.START_FRAME: _FrameSentences(
        "The start frame is {frame}. Fit it to {video}?",
        "The start frame is {frame}, and too small to crop. Pad it to {video}?",
        "The start frame is {frame}, but the video is {video}. Only an image from a file can be fitted",
        "The start frame is cropped to {video}",
        "The start frame is padded to {video}",
    ),
    Slot.END_FRAME: _FrameSentences(
        "The end frame is {frame}. Fit it to {video}?",
        "The end frame is {frame}, and too small to crop. Pad it to {video}?",
        "The end frame is {frame}, but the video is {video}. Only an image from a file can be fitted",
        "The end frame is cropped to {video}",
        "The end frame is padded to {video}",
    ),
}


def group_of(slot: Slot) -> SlotGroup:
    """Return the group that a slot belongs to."""
    if slot in FRAMES:
        return SlotGroup.FRAMES
    return SlotGroup.REFERENCES if slot is Slot.IMAGE_REFERENCE else SlotGroup.VIDEO


def slot_blocked_reason(draft: Draft, slot: Slot, spec: ModelSpec) -> BlockedReason:
    """Why nothing can be put into a slot now."""
    if not spec.capacity_of(slot):
        return BlockedReason(_NO_SLOT[slot][0].format(model=spec.name), f"not with {spec.name}")
    if conflict := _conflict(draft, slot, spec):
        return conflict.blocked
    if slot in draft.parked and draft.media(slot):
        return _NOT_IN_USE
    if slot is Slot.END_FRAME and not draft.used(Slot.START_FRAME):
        return _START_FRAME_FIRST
    return BlockedReason()


def type_blocked_reason(kind: GenerationType, spec: ModelSpec) -> str:
    """Why a model can't make clips of a generation type; "" when it can."""
    if kind is GenerationType.TEXT and spec.required:
        return f"{spec.name} makes no clip from text alone"
    needed = {
        GenerationType.TEXT: (),
        GenerationType.START: (Slot.START_FRAME,),
        GenerationType.START_AND_END: (Slot.START_FRAME, Slot.END_FRAME),
        GenerationType.REFERENCES: (Slot.IMAGE_REFERENCE,),
        GenerationType.EDIT: (Slot.VIDEO_REFERENCE_BASE,),
    }[kind]
    missing = next((slot for slot in needed if not spec.capacity_of(slot)), None)
    return "" if missing is None else _NO_SLOT[missing][0].format(model=spec.name)


def conflicting_slots(draft: Draft, slot: Slot, spec: ModelSpec) -> frozenset[Slot]:
    """The slots in use that a slot can't be combined with."""
    return frozenset(other for other in spec.excluded_by(slot) if draft.used(other))


def _conflict(draft: Draft, slot: Slot, spec: ModelSpec) -> _Conflict | None:
    """One conflict is enough to name: the action that resolves it parks all conflicting slots."""
    conflicting = conflicting_slots(draft, slot, spec)
    for other in (Slot.VIDEO_REFERENCE_BASE, *Slot):
        if other in conflicting:
            return _CONFLICTS[group_of(slot), group_of(other)]
    return None


def slot_problems(draft: Draft, slot: Slot, spec: ModelSpec) -> tuple[str, ...]:
    """What keeps the media in use in a slot from being sent."""
    used = draft.used(slot)
    if not used:
        return tuple(filter(None, [missing_media(draft, slot) or _required_problem(slot, spec)]))
    if not spec.capacity_of(slot):
        blocked, remedy = _NO_SLOT[slot]
        return (f"{blocked.format(model=spec.name)}. {remedy}",)
    problems = []
    if conflict := _conflict(draft, slot, spec):
        problems.append(conflict.problem)
    if slot is Slot.END_FRAME and not draft.used(Slot.START_FRAME):
        problems.append("Add a start frame, or remove the end frame")
    if len(used) > spec.capacity_of(slot):
        problems.append(_capacity_problem(slot, spec.capacity_of(slot)))
    elif slot is Slot.IMAGE_REFERENCE and draft.used(Slot.VIDEO_REFERENCE_BASE) and len(used) > spec.edit_references:
        problems.append(f"Use at most {spec.edit_references} references together with a video to edit")
    for number, media in enumerate(used, 1):
        problems += _media_problems(media, slot, number, spec)
        if isinstance(media, LocalImage) and (fit := effective_fit(media, slot, draft.size)):
            problems += filter(None, [fit_problem(media, draft.size, fit)])
    return tuple(problems)


def missing_media(draft: Draft, slot: Slot) -> str:
    """What the type that the user picked needs next, if it goes into this slot; else ""."""
    kind = pending_type(draft)
    return _MISSING[slot] if kind is not None and next_slot_for(draft, kind) is slot else ""


def _required_problem(slot: Slot, spec: ModelSpec) -> str:
    if slot not in spec.required:
        return ""
    return f"{_MISSING[slot]}. {spec.name} makes no clip from text alone"


def _capacity_problem(slot: Slot, capacity: int) -> str:
    match slot:
        case Slot.START_FRAME:
            return plural(capacity, one="Use only one start frame", other="Use at most {count} start frames")
        case Slot.END_FRAME:
            return plural(capacity, one="Use only one end frame", other="Use at most {count} end frames")
        case Slot.IMAGE_REFERENCE:
            return plural(capacity, one="Use only one reference", other="Use at most {count} references")
        case Slot.VIDEO_REFERENCE_BASE:
            return plural(capacity, one="Use only one video to edit", other="Use at most {count} videos to edit")


def _media_problems(media: Media, slot: Slot, number: int, spec: ModelSpec) -> Iterable[str]:
    if isinstance(media, Placeholder):
        name = media.label or ("video" if slot is Slot.VIDEO_REFERENCE_BASE else "image")
        yield _FILL_IN[slot].format(name=name, number=number)
    elif isinstance(media, StoredMedia):
        if not media.id.strip("0-"):
            yield f"“{media.id[:60]}” isn't a real ID. Add one"
        elif not is_id(media.id):
            yield f"“{media.id[:60]}” isn't an ID"
        if media.kind not in MEDIA_KINDS:
            yield f"The type must be {list_or(MEDIA_KINDS)}, not “{media.kind[:30]}”"
        elif slot is Slot.VIDEO_REFERENCE_BASE:
            yield from base_video_problems(media, spec)
    elif slot is Slot.VIDEO_REFERENCE_BASE:
        yield "Only videos made at Leonardo can be edited. Use one of your clips, or its ID"


def base_video_problems(video: StoredMedia, spec: ModelSpec) -> Iterable[str]:
    """Check what is known of a video to edit.

    Guide: GENERATED only, 3 to 10 seconds, both sides at least 720, width at most 2160.
    """
    if video.kind != GENERATED:
        yield "Only videos made at Leonardo (GENERATED) can be edited"
    shortest, longest = spec.base_video_seconds
    if video.seconds is not None and not shortest <= video.seconds <= longest:
        yield (
            f"The video to edit must be {shortest:g} to {longest:g} seconds long; this one lasts {video.seconds:.4g} s"
        )
    if video.width is None or video.height is None:
        return
    if min(video.width, video.height) < spec.base_video_min_side:
        yield (
            f"The video to edit must be at least {spec.base_video_min_side} pixels on each side; "
            f"this one is {video.width} × {video.height}"
        )
    if video.width > spec.base_video_max_width:
        yield f"The video to edit can be at most {spec.base_video_max_width} pixels wide; this one is {video.width}"


def frame_warnings(draft: Draft, slot: Slot) -> tuple[str, ...]:
    """Warnings about the media in a slot.

    An ID that the service doesn't know is worth a warning, and so is a frame of another shape than the video's, until
    it is fitted. Neither keeps the request from being sent.
    """
    warnings = [
        _NOT_FOUND[slot].format(number=number)
        for number, media in enumerate(draft.used(slot), 1)
        if isinstance(media, StoredMedia) and media.is_known is False
    ]
    for media in draft.used(slot) if slot in FRAMES else ():
        size = _size_of(media)
        if size is None or is_same_aspect(size, draft.size):
            continue
        sentences = _FRAME_SENTENCES[slot]
        if not isinstance(media, LocalImage):
            template = sentences.stays
        elif media.fit is not None:
            continue
        else:
            can_crop = not fit_problem(media, draft.size, Fit.CROP)
            template = sentences.can_be_fitted if can_crop else sentences.can_be_padded
        warnings.append(template.format(frame=aspect_label(size), video=draft.size.aspect))
    return tuple(warnings)


def effective_fit(media: Media, slot: Slot, size: Size) -> Fit | None:
    """How the shape of an image changes when it is sent in a video of `size`; None if it doesn't."""
    if slot not in FRAMES or not isinstance(media, LocalImage):
        return None
    own = _size_of(media)
    return media.fit if own and not is_same_aspect(own, size) else None


def fit_problem(image: LocalImage, size: Size, fit: Fit) -> str:
    """Why an image can't be fitted this way; "" when it can. Cropping may leave fewer pixels than the service takes."""
    own = _size_of(image)
    left = fit_frame(own, size, fit).size if own else size
    if min(left.width, left.height) >= MIN_SIDE:
        return ""
    if fit is Fit.CROP:
        return f"Cropped to {size.aspect}, the image is {left}. Leonardo needs at least {MIN_SIDE} pixels on each side"
    return f"Padded to {size.aspect}, the image is {left}. Leonardo needs at least {MIN_SIDE} pixels on each side"


def frame_note(draft: Draft, slot: Slot) -> str:
    """How a frame is fitted: "The end frame is cropped to 16:9"; "" when it is sent as it is."""
    fits = [fit for media in draft.used(slot) if (fit := effective_fit(media, slot, draft.size))]
    if not fits:
        return ""
    sentences = _FRAME_SENTENCES[slot]
    template = sentences.cropped if fits[0] is Fit.CROP else sentences.padded
    return template.format(video=draft.size.aspect)


def _size_of(media: Media) -> Size | None:
    if isinstance(media, Placeholder) or not media.width or not media.height:
        return None
    return Size(media.width, media.height)
