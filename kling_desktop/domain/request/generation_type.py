"""The five ways to make a clip, and moving a draft from one to another without losing anything."""

from dataclasses import replace

from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import FRAMES, Slot
from kling_desktop.domain.request.models import GenerationType as GenerationType

# What each way may use; the rest is parked when the user picks the way.
SLOTS_USED: dict[GenerationType, frozenset[Slot]] = {
    GenerationType.TEXT: frozenset(),
    GenerationType.START: frozenset({Slot.START_FRAME}),
    GenerationType.START_AND_END: FRAMES,
    GenerationType.REFERENCES: frozenset({Slot.IMAGE_REFERENCE}),
    GenerationType.EDIT: frozenset({Slot.IMAGE_REFERENCE, Slot.VIDEO_REFERENCE_BASE}),
}


def type_of(draft: Draft) -> GenerationType:
    """The way that the filled slots amount to; the slots decide, nobody picks a mode first."""
    if draft.used(Slot.VIDEO_REFERENCE_BASE):
        return GenerationType.EDIT
    if draft.used(Slot.IMAGE_REFERENCE):
        return GenerationType.REFERENCES
    if draft.used(Slot.END_FRAME):
        return GenerationType.START_AND_END
    if draft.used(Slot.START_FRAME):
        return GenerationType.START
    return GenerationType.TEXT


def switch_type(draft: Draft, kind: GenerationType) -> Draft:
    """The draft with everything parked that this way has no use for, the rest back in use, and the way kept as wanted
    until its slots are filled.
    """
    parked = frozenset(slot for slot in Slot if slot not in SLOTS_USED[kind] and draft.media(slot))
    return normalized(replace(draft, parked=parked, wanted_type=kind))


def pending_type(draft: Draft) -> GenerationType | None:
    """The way asked for that is not reached yet; None as soon as the slots amount to it, or to one beside it."""
    way = draft.wanted_type
    is_over = (
        way is None or way is type_of(draft) or any(draft.used(slot) for slot in Slot if slot not in SLOTS_USED[way])
    )
    return None if is_over else way


def normalized(draft: Draft) -> Draft:
    """The draft without a wish that has been met, or overtaken by what the slots were given since."""
    return draft if draft.wanted_type is pending_type(draft) else replace(draft, wanted_type=None)


def selected_type(draft: Draft) -> GenerationType:
    """The way to mark: the one that is wanted, or else what the slots amount to."""
    return pending_type(draft) or type_of(draft)


def next_slot_for(draft: Draft, kind: GenerationType) -> Slot | None:
    """The slot to fill next so that the draft becomes that way; None when it already is."""
    order = {
        GenerationType.TEXT: (),
        GenerationType.START: (Slot.START_FRAME,),
        GenerationType.START_AND_END: (Slot.START_FRAME, Slot.END_FRAME),
        GenerationType.REFERENCES: (Slot.IMAGE_REFERENCE,),
        GenerationType.EDIT: (Slot.VIDEO_REFERENCE_BASE,),
    }[kind]
    return next((slot for slot in order if not draft.used(slot)), None)
