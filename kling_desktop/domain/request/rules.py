"""The rules of the form. Each is a small function that returns a sentence for people, or "" or ().

The limits are those of the vendor's guide. A blocked control takes nothing new; what it holds can always be removed.
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
from kling_desktop.domain.request.generation_type import next_slot_for, pending_type
from kling_desktop.domain.request.media_ids import is_id
from kling_desktop.domain.request.mentions import mentioned_numbers, misspelled_mentions
from kling_desktop.domain.request.models import FRAMES, ModelSpec, Size, Slot
from kling_desktop.domain.request.prompt_placeholders import find_placeholders, possible_placeholders
from kling_desktop.domain.request.template_fields import find_fields
from kling_desktop.domain.text import control_characters, has_lone_surrogates, is_blank, list_and, list_or, plural

MAX_SEED = 2**63 - 1
"""No service takes a number beyond 64 bits. Whether the service takes less isn't documented."""
_NAMED = 3
"""Placeholders and characters that a sentence names."""


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
    if conflict := _conflict(draft, slot, spec):
        return conflict.blocked
    if slot in draft.parked and draft.media(slot):
        return _NOT_IN_USE
    if slot is Slot.END_FRAME and not draft.used(Slot.START_FRAME):
        return _START_FRAME_FIRST
    return BlockedReason()


def conflicting_slots(draft: Draft, slot: Slot, spec: ModelSpec) -> frozenset[Slot]:
    """The slots in use that a slot can't be combined with."""
    return frozenset(other for other in spec.excludes[slot] if draft.used(other))


def _conflict(draft: Draft, slot: Slot, spec: ModelSpec) -> _Conflict | None:
    """One conflict is enough to name: the action that resolves it parks all conflicting slots."""
    conflicting = conflicting_slots(draft, slot, spec)
    for other in (Slot.VIDEO_REFERENCE_BASE, *Slot):
        if other in conflicting:
            return _CONFLICTS[group_of(slot), group_of(other)]
    return None


def prompt_problems(draft: Draft, spec: ModelSpec) -> tuple[str, ...]:
    prompt = draft.prompt
    if is_blank(prompt):
        return ("Write a prompt",)
    if unfilled := find_fields(prompt, draft.template_fields) if draft.template_fields else ():
        return (f"Fill in “{unfilled[0].name}”",)
    if has_lone_surrogates(prompt):
        return ("Remove the broken character from the prompt",)
    if controls := control_characters(prompt):
        one = "Remove the control character {names} from the prompt"
        other = "Remove the control characters {names} from the prompt"
        return (plural(len(controls), one=one, other=other, names=list_and(controls[:_NAMED])),)
    if placeholders := find_placeholders(prompt):
        return (f"Replace {list_and(placeholders[:_NAMED])} in the prompt with your own words",)
    if (excess := len(prompt) - spec.prompt_limit) > 0:
        one, other = "Shorten the prompt by {count} character", "Shorten the prompt by {count} characters"
        return (plural(excess, one=one, other=other),)
    return ()


def prompt_warnings(draft: Draft, spec: ModelSpec) -> tuple[str, ...]:
    warnings = []
    units = len(draft.prompt.encode("utf-16-le", "surrogatepass")) // 2
    if len(draft.prompt) <= spec.prompt_limit < units:
        warnings.append(
            f"Some services count emoji as two characters: {units:,} instead of {len(draft.prompt):,}. "
            "If Leonardo refuses the prompt as too long, shorten it"
        )
    if placeholders := possible_placeholders(draft.prompt):
        warnings.append(
            f"The prompt contains {list_and(placeholders[:_NAMED])}. If another tool was to fill that in, replace it"
        )
    warnings += [
        f"“{found}” isn't read as a mention. Write {plain}" for found, plain in misspelled_mentions(draft.prompt)
    ]
    warnings += dangling_mentions(draft)
    numbers = mentioned_numbers(draft.prompt)
    images = len(draft.used(Slot.IMAGE_REFERENCE))
    if unused := [f"@image{n}" for n in range(1, images + 1) if n not in numbers]:
        warnings.append(f"The prompt doesn't mention {list_or(unused)}")
    return tuple(warnings)


def dangling_mentions(draft: Draft) -> tuple[str, ...]:
    """Warnings about mentions of a reference that doesn't exist, or that is parked."""
    images, held = len(draft.used(Slot.IMAGE_REFERENCE)), len(draft.media(Slot.IMAGE_REFERENCE))
    return tuple(
        f"The prompt mentions @image{n}, but that reference isn't used for now"
        if 1 <= n <= held
        else f"The prompt mentions @image{n}, but there is no reference {n}"
        for n in mentioned_numbers(draft.prompt)
        if not 1 <= n <= images
    )


def duration_problems(duration: int, spec: ModelSpec) -> tuple[str, ...]:
    if duration in spec.durations:
        return ()
    return (f"Set the duration to {list_or(spec.durations)} seconds, not {duration}",)


def size_problems(size: Size, spec: ModelSpec) -> tuple[str, ...]:
    if size in spec.sizes:
        return ()
    return (f"Set the size to {list_or(spec.sizes)}, not {size}",)


def slot_problems(draft: Draft, slot: Slot, spec: ModelSpec) -> tuple[str, ...]:
    """What keeps the media in use in a slot from being sent."""
    used = draft.used(slot)
    if not used:
        return tuple(filter(None, [missing_media(draft, slot)]))
    problems = []
    if conflict := _conflict(draft, slot, spec):
        problems.append(conflict.problem)
    if slot is Slot.END_FRAME and not draft.used(Slot.START_FRAME):
        problems.append("Add a start frame, or remove the end frame")
    if len(used) > spec.capacity[slot]:
        problems.append(_capacity_problem(slot, spec.capacity[slot]))
    for number, media in enumerate(used, 1):
        problems += _media_problems(media, slot, number, spec)
        if isinstance(media, LocalImage) and (fit := effective_fit(media, slot, draft.size)):
            problems += filter(None, [fit_problem(media, draft.size, fit)])
    return tuple(problems)


def missing_media(draft: Draft, slot: Slot) -> str:
    """What the type that the user picked needs next, if it goes into this slot; else ""."""
    kind = pending_type(draft)
    return _MISSING[slot] if kind is not None and next_slot_for(draft, kind) is slot else ""


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
            yield f"“{media.id[:60]}” stands for no ID. Choose one"
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


def model_problems(model: str, spec: ModelSpec) -> tuple[str, ...]:
    return () if model == spec.id else (f"Kling Desktop doesn't know the model “{model[:60]}”. Use {spec.id}",)


def choice_problems(value: object, known: tuple[object, ...]) -> tuple[str, ...]:
    """An optional setting may be absent, or one of the values that the service knows."""
    return () if value is None or value in known else (f"Leave this out, or set it to {list_or(known)}, not {value}",)


def seed_problems(seed: int | Placeholder | None) -> tuple[str, ...]:
    if isinstance(seed, Placeholder):
        return ("Enter a seed, or remove it",)
    if seed is not None and not 0 <= seed <= MAX_SEED:
        return (f"Use a seed from 0 to {MAX_SEED:,}. For any seed, leave it out",)
    return ()


def takes_note(draft: Draft) -> str:
    return "All takes use the same seed" if draft.takes > 1 and draft.seed is not None else ""
