"""The five ways to make a clip, and moving a draft from one to another without losing anything."""

from dataclasses import replace

from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import FRAMES, Slot
from kling_desktop.domain.request.models import Way as Way

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
    """The draft with everything parked that this way has no use for, the rest back in use, and the way kept as wanted
    until its slots are filled.
    """
    parked = frozenset(slot for slot in Slot if slot not in USES[way] and draft.media(slot))
    return settled(replace(draft, parked=parked, wanted=way))


def still_wanted(draft: Draft) -> Way | None:
    """The way asked for that is not reached yet; None as soon as the slots amount to it, or to one beside it."""
    way = draft.wanted
    is_over = way is None or way is way_of(draft) or any(draft.used(slot) for slot in Slot if slot not in USES[way])
    return None if is_over else way


def settled(draft: Draft) -> Draft:
    """The draft without a wish that has been met, or overtaken by what the slots were given since."""
    return draft if draft.wanted is still_wanted(draft) else replace(draft, wanted=None)


def chosen_way(draft: Draft) -> Way:
    """The way to mark: the one that is wanted, or else what the slots amount to."""
    return still_wanted(draft) or way_of(draft)


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
