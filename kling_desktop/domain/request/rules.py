"""Every rule of the form, each a question that answers with the sentence a user reads, or with "" or ().

The limits are the vendor's guide's. A shut control takes nothing new; what it already holds can always be taken out.
"""

from collections.abc import Iterable

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
from kling_desktop.domain.request.mentions import mentioned_numbers
from kling_desktop.domain.request.models import FRAMES, ModelSpec, Size, Slot
from kling_desktop.domain.request.template_fields import find_fields

SLOT_NAMES = {
    Slot.START_FRAME: "start frame",
    Slot.END_FRAME: "end frame",
    Slot.IMAGE_REFERENCE: "references",
    Slot.VIDEO_REFERENCE_BASE: "video to edit",
}

_ASKS = {
    Slot.START_FRAME: "Add a start frame first",
    Slot.END_FRAME: "Add an end frame first",
    Slot.IMAGE_REFERENCE: "Add a reference first",
    Slot.VIDEO_REFERENCE_BASE: "Choose the video to edit first",
}


def slot_blocked_reason(draft: Draft, slot: Slot, spec: ModelSpec) -> str:
    """Why nothing may be put into this slot now."""
    rivals = conflicting_slots(draft, slot, spec)
    if rivals:
        return f"{_group(slot).capitalize()} can't be combined with {_briefly(rivals)}"
    if slot in draft.parked and draft.media(slot):
        return "Set aside for now"
    if slot is Slot.END_FRAME and not draft.used(Slot.START_FRAME):
        return _ASKS[Slot.START_FRAME]
    return ""


def conflicting_slots(draft: Draft, slot: Slot, spec: ModelSpec) -> frozenset[Slot]:
    """The filled slots that this one can't be combined with."""
    return frozenset(other for other in spec.excludes[slot] if draft.used(other))


def prompt_problems(draft: Draft, spec: ModelSpec) -> tuple[str, ...]:
    prompt = draft.prompt
    if not prompt.strip():
        return ("Write a prompt",)
    if unfilled := find_fields(prompt, draft.template_fields) if draft.template_fields else ():
        return (f"Fill in “{unfilled[0].name}”",)
    if _is_broken(prompt):
        return ("Remove the broken character: half of a letter came in with a paste",)
    if len(prompt) > spec.prompt_limit:
        return (f"Shorten the prompt by {counted(len(prompt) - spec.prompt_limit, 'character')}",)
    return ()


def prompt_warnings(draft: Draft, spec: ModelSpec) -> tuple[str, ...]:
    warnings = []
    units = len(draft.prompt.encode("utf-16-le", "surrogatepass")) // 2
    if len(draft.prompt) <= spec.prompt_limit < units:
        warnings.append(
            f"Some characters count double at some services: {units:,} instead of {len(draft.prompt):,}. "
            "If the prompt is refused as too long, shorten it"
        )
    images = len(draft.used(Slot.IMAGE_REFERENCE))
    numbers = mentioned_numbers(draft.prompt)
    warnings += dangling_mentions(draft)
    unused = [n for n in range(1, images + 1) if n not in numbers]
    if unused:
        names = ", ".join(f"@image{n}" for n in unused)
        warnings.append(f"The prompt doesn't mention {names}")
    return tuple(warnings)


def dangling_mentions(draft: Draft) -> tuple[str, ...]:
    """A mention without its reference, or of one that isn't sent."""
    images, there = len(draft.used(Slot.IMAGE_REFERENCE)), len(draft.media(Slot.IMAGE_REFERENCE))
    return tuple(
        f"@image{n} is mentioned, but it is set aside"
        if 1 <= n <= there
        # Nothing of that number lies in the form at all.
        else f"@image{n} is mentioned, but there is no reference {n}"
        for n in mentioned_numbers(draft.prompt)
        if not 1 <= n <= images
    )


def duration_problems(duration: int, spec: ModelSpec) -> tuple[str, ...]:
    if duration in spec.durations:
        return ()
    return (f"Set the duration to {_either(spec.durations)} seconds, not {duration}",)


def size_problems(size: Size, spec: ModelSpec) -> tuple[str, ...]:
    if size in spec.sizes:
        return ()
    return (f"Choose {_either(spec.sizes)}, not {size}",)


def slot_problems(draft: Draft, slot: Slot, spec: ModelSpec) -> tuple[str, ...]:
    """What keeps the media in use in this slot from being sent."""
    used = draft.used(slot)
    if not used:
        return tuple(filter(None, [missing_media(draft, slot)]))
    name, problems = SLOT_NAMES[slot], []
    if rivals := conflicting_slots(draft, slot, spec):
        problems.append(f"Use either the {_group(slot)} or the {_groups(rivals)}, not both")
    if slot is Slot.END_FRAME and not draft.used(Slot.START_FRAME):
        problems.append("Add a start frame, or remove the end frame")
    if len(used) > spec.capacity[slot]:
        problems.append(f"Use at most {spec.capacity[slot]} {name if spec.capacity[slot] > 1 else 'per ' + name}")
    for media in used:
        problems += _media_problems(media, slot, spec)
        if isinstance(media, LocalImage) and (fit := effective_fit(media, slot, draft.size)):
            problems += filter(None, [fit_problem(media, draft.size, fit)])
    return tuple(problems)


def missing_media(draft: Draft, slot: Slot) -> str:
    """What the way that the user asked for still needs here; "" when it needs nothing, or something else first."""
    way = pending_type(draft)
    return _ASKS[slot] if way is not None and next_slot_for(draft, way) is slot else ""


def _media_problems(media: Media, slot: Slot, spec: ModelSpec) -> Iterable[str]:
    if isinstance(media, Placeholder):
        yield f"Fill in {media.text}, or remove it"
    elif isinstance(media, StoredMedia):
        if not is_id(media.id):
            yield f"“{media.id[:60]}” is not an ID"
        if media.kind not in MEDIA_KINDS:
            yield f"The kind must be {_either(MEDIA_KINDS)}, not “{media.kind[:30]}”"
        elif slot is Slot.VIDEO_REFERENCE_BASE:
            yield from base_video_problems(media, spec)
    elif slot is Slot.VIDEO_REFERENCE_BASE:
        yield "Only a video made at Leonardo can be edited: use one of your clips, or its ID"


def base_video_problems(video: StoredMedia, spec: ModelSpec) -> Iterable[str]:
    """Guide: GENERATED only, 3 to 10 seconds, both sides at least 720, width at most 2160; where known."""
    if video.kind != GENERATED:
        yield "Only a video made at Leonardo (GENERATED) can be edited"
    shortest, longest = spec.base_video_seconds
    if video.seconds is not None and not shortest <= video.seconds <= longest:
        yield f"The video to edit must last {shortest:g} to {longest:g} seconds; this one lasts {video.seconds:.4g}"
    if video.width is None or video.height is None:
        return
    if min(video.width, video.height) < spec.base_video_min_side:
        yield (
            f"The video to edit must be at least {spec.base_video_min_side} pixels on both sides; "
            f"this one is {video.width} × {video.height}"
        )
    if video.width > spec.base_video_max_width:
        widest = spec.base_video_max_width
        yield f"The video to edit may be at most {widest} pixels wide; this one is {video.width}"


def frame_warnings(draft: Draft, slot: Slot) -> tuple[str, ...]:
    """A frame of another shape than the video is a warning, never an error, until it is fitted; so is an ID that the
    service doesn't know.
    """
    warnings = [
        f"Leonardo doesn't know the ID of the {SLOT_NAMES[slot]} in this account, and may refuse it"
        for media in draft.used(slot)
        if isinstance(media, StoredMedia) and media.is_known is False
    ]
    for media in draft.used(slot) if slot in FRAMES else ():
        size = _size_of(media)
        if size is None or is_same_aspect(size, draft.size):
            continue
        told = f"The {SLOT_NAMES[slot]} is {aspect_label(size)}"
        if not isinstance(media, LocalImage):
            warnings.append(f"{told}, the video {draft.size.aspect}. Only a picture from a file can be fitted to it")
        elif media.fit is None:
            crop = not fit_problem(media, draft.size, Fit.CROP)
            ask = ". Fit it to" if crop else ", and too small to be cropped. Pad it to"
            warnings.append(f"{told}{ask} {draft.size.aspect}?")
    return tuple(warnings)


def effective_fit(media: Media, slot: Slot, size: Size) -> Fit | None:
    """What is done to the shape of this picture when it is sent in a video of `size`; None: nothing."""
    if slot not in FRAMES or not isinstance(media, LocalImage):
        return None
    own = _size_of(media)
    return media.fit if own and not is_same_aspect(own, size) else None


def fit_problem(image: LocalImage, size: Size, fit: Fit) -> str:
    """Why this picture can't be fitted so; "" when it can. Cropping may leave less than the service takes."""
    own = _size_of(image)
    left = fit_frame(own, size, fit).size if own else size
    if min(left.width, left.height) >= MIN_SIDE:
        return ""
    done = {Fit.CROP: "Cropped", Fit.PAD: "Padded"}[fit]
    return f"{done} to {size.aspect} it is {left}, and the service takes no side under {MIN_SIDE} pixels"


def frame_note(draft: Draft, slot: Slot) -> str:
    """What is told about a frame that was fitted: "The end frame is cropped to 16:9"; "" when it is sent as it is."""
    done = [fit for media in draft.used(slot) if (fit := effective_fit(media, slot, draft.size))]
    words = {Fit.CROP: "cropped", Fit.PAD: "padded"}
    return f"The {SLOT_NAMES[slot]} is {words[done[0]]} to {draft.size.aspect}" if done else ""


def _size_of(media: Media) -> Size | None:
    if isinstance(media, Placeholder) or not media.width or not media.height:
        return None
    return Size(media.width, media.height)


def model_problems(model: str, spec: ModelSpec) -> tuple[str, ...]:
    return () if model == spec.id else (f"Use the model {spec.id}; “{model[:60]}” is not known here",)


def choice_problems(value: object, known: tuple[object, ...]) -> tuple[str, ...]:
    """An optional setting may be absent, or one of the values the service knows."""
    return () if value is None or value in known else (f"Leave it out, or set {_either(known)}, not {value}",)


def seed_problems(seed: int | Placeholder | None) -> tuple[str, ...]:
    return (f"Fill in {seed.text}, or remove the seed",) if isinstance(seed, Placeholder) else ()


def takes_note(draft: Draft) -> str:
    return "All takes use the same seed" if draft.takes > 1 and draft.seed is not None else ""


def counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def _is_broken(text: str) -> bool:
    """Whether half of a surrogate pair stands alone in it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def _group(slot: Slot) -> str:
    return "frames" if slot in FRAMES else SLOT_NAMES[slot]


def _briefly(rivals: Iterable[Slot]) -> str:
    """One rival says enough: the way out sets all of them aside."""
    return "a video" if Slot.VIDEO_REFERENCE_BASE in rivals else _groups(rivals)


def _groups(slots: Iterable[Slot]) -> str:
    return " and ".join(dict.fromkeys(_group(slot) for slot in Slot if slot in slots))


def _either(values: Iterable[object]) -> str:
    words = [str(value) for value in values]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
