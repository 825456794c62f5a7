"""The five ways to make a clip, and moving a draft from one to another without losing anything."""

from dataclasses import replace
from enum import Enum

from kling_desktop.domain.draft import Draft
from kling_desktop.domain.model import FRAMES, Slot


class Way(Enum):
    TEXT = "Text"
    START = "Start frame"
    START_AND_END = "Start and end frame"
    REFERENCES = "References"
    EDIT = "Edit a video"


# What each way may use; the rest is parked when the user picks the way.
USES: dict[Way, frozenset[Slot]] = {
    Way.TEXT: frozenset(),
    Way.START: frozenset({Slot.START_FRAME}),
    Way.START_AND_END: FRAMES,
    Way.REFERENCES: frozenset({Slot.IMAGE_REFERENCE}),
    Way.EDIT: frozenset({Slot.IMAGE_REFERENCE, Slot.VIDEO_REFERENCE_BASE}),
}


def way_of(draft: Draft) -> Way:
    """The way that the filled slots amount to; the slots decide, nobody picks a mode first."""
    if draft.used(Slot.VIDEO_REFERENCE_BASE):
        return Way.EDIT
    if draft.used(Slot.IMAGE_REFERENCE):
        return Way.REFERENCES
    if draft.used(Slot.END_FRAME):
        return Way.START_AND_END
    if draft.used(Slot.START_FRAME):
        return Way.START
    return Way.TEXT


def use_way(draft: Draft, way: Way) -> Draft:
    """The draft with everything parked that this way has no use for, and the rest back in use."""
    return replace(draft, parked=frozenset(slot for slot in Slot if slot not in USES[way] and draft.media(slot)))


def wanted_by(draft: Draft, way: Way) -> Slot | None:
    """The slot to fill next so that the draft becomes that way; None when it already is."""
    order = {
        Way.TEXT: (),
        Way.START: (Slot.START_FRAME,),
        Way.START_AND_END: (Slot.START_FRAME, Slot.END_FRAME),
        Way.REFERENCES: (Slot.IMAGE_REFERENCE,),
        Way.EDIT: (Slot.VIDEO_REFERENCE_BASE,),
    }[way]
    return next((slot for slot in order if not draft.used(slot)), None)
