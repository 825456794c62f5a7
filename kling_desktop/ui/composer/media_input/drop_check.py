"""What a drop would do, as a sentence: answered while something is dragged over the form."""

from dataclasses import dataclass

from kling_desktop.domain.request.draft import Draft, LocalImage, Media, Placeholder
from kling_desktop.domain.request.draft_edits import move_blocked_reason
from kling_desktop.domain.request.form import Form
from kling_desktop.domain.request.media_ids import InvalidId, parse_media_id, parse_media_ids
from kling_desktop.domain.request.models import ModelSpec, Slot
from kling_desktop.domain.request.slot_rules import slot_problems
from kling_desktop.ui.composer.media_input.drop_data import (
    DraggedSlot,
    DropData,
    DroppedClip,
    DroppedFiles,
    DroppedText,
    RawImage,
    WebAddress,
)
from kling_desktop.ui.composer.media_input.place import (
    END,
    OTHER_VIDEOS,
    START,
    VIDEO,
    Place,
    all_places,
    is_clip_name,
    reference_places,
)
from kling_desktop.ui.widgets import DropAnswer


@dataclass(frozen=True, slots=True)
class SlotRoom:
    """How full a slot is: `held` media are in it, `coming` are still being copied."""

    held: int
    coming: int
    capacity: int

    def room(self, place: Place, wanted: int) -> int:
        """How many of `wanted` pictures fit; a single one may replace another."""
        if wanted == 1 and place.at < self.held:
            return 1
        return self.capacity - (0 if self.capacity == 1 else self.held + self.coming)


def drop_answer(form: Form, draft: Draft, place: Place, row: SlotRoom, offer: DropData | None) -> DropAnswer:
    """What a drop on `place` would do."""
    if why := drop_blocked_reason(form, draft, place, row, offer):
        return DropAnswer(False, why)
    sentence, short = _promise(place, row, offer)
    return DropAnswer(True, sentence, short)


def drop_blocked_reason(form: Form, draft: Draft, place: Place, row: SlotRoom, offer: DropData | None) -> str:
    """Why `place` wouldn't take it; "" when it would."""
    if isinstance(offer, DraggedSlot):
        if offer.place == place:
            return "It's already here"
        return move_blocked_reason(draft, offer.place.slot, offer.place.at, place.slot, place.at, spec=form.spec)
    if blocked := form.slot(place.slot).blocked_reason:
        return blocked
    match offer:
        case None:
            return "There's nothing here that can be used. Try an image or an ID."
        case DroppedClip(file=None) if place.takes_images:
            return "This clip's file isn't on this computer, so no frame can be taken from it."
        case DroppedClip() if place.takes_images:
            return _full(row) if row.capacity > 1 and row.room(place, 1) < 1 else ""
        case DroppedClip(video=None):
            return "This clip has no Leonardo ID yet. Wait until it's done."
        case DroppedText():
            return _why_not_words(place, row, offer)
        case WebAddress() if not place.takes_images:
            return "This address contains no ID. Paste a clip's ID."
        case DroppedFiles([file]) if not place.takes_images and is_clip_name(file):
            return ""
        case DroppedFiles() | RawImage() if not place.takes_images:
            wrong = Draft().with_media(place.slot, (LocalImage(""),))
            return slot_problems(wrong, place.slot, form.spec)[0]
        case DroppedFiles() if len(offer.paths) > 1 and row.capacity == 1:
            return f"The {place.name.lower()} takes one image. Drop a single file."
        case DroppedFiles() if all(path.suffix.lower() in OTHER_VIDEOS for path in offer.paths):
            return f"“{offer.paths[0].name}” is a video. Use a PNG, JPEG or WebP image."
        case DroppedFiles() if row.room(place, len(offer.paths)) < 1:
            return _full(row)
        case WebAddress() | RawImage() if row.capacity > 1 and row.room(place, 1) < 1:
            return _full(row)
    return ""


def _why_not_words(place: Place, row: SlotRoom, words: DroppedText) -> str:
    count = 1
    try:
        if row.capacity > 1:
            count = len(parse_media_ids(words.text))
        else:
            parse_media_id(words.text)
    except InvalidId as why:
        return str(why)
    return _full(row) if row.capacity > 1 and row.room(place, count) < 1 else ""


def _full(row: SlotRoom) -> str:
    return f"All {row.capacity} references are in use. Drop it on the one to replace."


def _promise(place: Place, row: SlotRoom, offer: DropData | None) -> tuple[str, str]:
    """The sentence, and a word or two for a small slot."""
    is_filled = place.at < row.held
    is_clip = isinstance(offer, DroppedClip) or (isinstance(offer, DroppedFiles) and _is_one_clip(offer))
    if is_clip and place.takes_images:
        told = f"@image{place.at + 1}" if row.capacity > 1 else f"the {place.name.lower()}"
        if row.capacity > 1 and not is_filled:
            told = f"@image{row.held + row.coming + 1}"
        return f"Use its first frame as {told}", "Frame"
    mention = f"@image{place.at + 1}"
    if isinstance(offer, DraggedSlot) and offer.place.slot is place.slot:
        to = min(place.at, row.held - 1) + 1
        return f"Move here, as @image{to}", f"@image{to}"
    if isinstance(offer, DraggedSlot) and is_filled:
        return f"Swap with {mention if row.capacity > 1 else 'the ' + place.name.lower()}", "Swap"
    match place.slot:
        case Slot.VIDEO_REFERENCE_BASE:
            return ("Edit this video instead", "Replace") if is_filled else ("Edit this video", "Edit")
        case Slot.IMAGE_REFERENCE:
            count = _count(offer)
            if is_filled and count == 1:
                return f"Replace {mention}", "Replace"
            first = row.held + row.coming + 1
            last = min(first + count - 1, row.capacity)
            if last == first:
                return f"Add as @image{first}", f"@image{first}"
            return f"Add as @image{first} to @image{last}", f"+{last - first + 1}"
    frame = place.name.lower()
    return (f"Replace the {frame}", "Replace") if is_filled else (f"Use as the {frame}", "Use")


def _is_one_clip(files: DroppedFiles) -> bool:
    return len(files.paths) == 1 and is_clip_name(files.paths[0])


def _count(offer: DropData | None) -> int:
    match offer:
        case DroppedFiles():
            return len(offer.paths)
        case DroppedText():
            return len(parse_media_ids(offer.text))
    return 1


def best_place(draft: Draft, offer: DropData, spec: ModelSpec) -> Place | str:
    """The place for something pasted into the form as a whole; None where the user has to choose."""
    if isinstance(offer, DroppedClip) or (isinstance(offer, DroppedFiles) and _is_one_clip(offer)):
        return VIDEO
    waiting = [place for place in all_places(spec) if isinstance(_lies_at(draft, place), Placeholder)]
    if len(waiting) == 1:
        return waiting[0]
    places = reference_places(spec)
    reference = places[min(len(draft.image_reference), len(places) - 1)]
    if draft.used(Slot.IMAGE_REFERENCE) or draft.used(Slot.VIDEO_REFERENCE_BASE):
        return reference
    if draft.used(Slot.START_FRAME) and draft.used(Slot.END_FRAME):
        return "Both frames are filled. Select the one to replace and paste again."
    if draft.used(Slot.START_FRAME):
        return END
    if draft.used(Slot.END_FRAME):
        return START
    if _count(offer) > 1:
        return reference
    return "This could be a start frame or a reference. Select one of them and paste again."


def _lies_at(draft: Draft, place: Place) -> Media | None:
    held = draft.media(place.slot)
    return held[place.at] if place.at < len(held) else None
