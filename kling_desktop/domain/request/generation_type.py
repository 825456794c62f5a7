"""What a draft amounts to, and switching it from one generation type to another without losing anything."""

from dataclasses import replace

from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import FRAMES, Slot
from kling_desktop.domain.request.models import GenerationType as GenerationType

SLOTS_USED: dict[GenerationType, frozenset[Slot]] = {
    GenerationType.TEXT: frozenset(),
    GenerationType.START: frozenset({Slot.START_FRAME}),
    GenerationType.START_AND_END: FRAMES,
    GenerationType.REFERENCES: frozenset({Slot.IMAGE_REFERENCE}),
    GenerationType.EDIT: frozenset({Slot.IMAGE_REFERENCE, Slot.VIDEO_REFERENCE_BASE}),
}
"""The slots that each type may use. The others are parked when the user picks the type."""


def type_of(draft: Draft) -> GenerationType:
    """Return the type that the filled slots amount to. The slots decide; nobody has to pick a type first."""
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
    """Park what a type doesn't use, bring back the rest, and keep the type as wanted until its slots are filled."""
    parked = frozenset(slot for slot in Slot if slot not in SLOTS_USED[kind] and draft.media(slot))
    return normalized(replace(draft, parked=parked, wanted_type=kind))


def pending_type(draft: Draft) -> GenerationType | None:
    """Return the wanted type while its slots aren't filled; None once they are, or once other slots are in use."""
    kind = draft.wanted_type
    is_over = (
        kind is None or kind is type_of(draft) or any(draft.used(slot) for slot in Slot if slot not in SLOTS_USED[kind])
    )
    return None if is_over else kind


def normalized(draft: Draft) -> Draft:
    """Drop a wanted type that has been reached, or that the slots have overtaken."""
    return draft if draft.wanted_type is pending_type(draft) else replace(draft, wanted_type=None)


def selected_type(draft: Draft) -> GenerationType:
    """Return the type to highlight: the wanted one, or else what the slots amount to."""
    return pending_type(draft) or type_of(draft)


def next_slot_for(draft: Draft, kind: GenerationType) -> Slot | None:
    """Return the slot to fill next so that the draft becomes that type; None when it already is."""
    order = {
        GenerationType.TEXT: (),
        GenerationType.START: (Slot.START_FRAME,),
        GenerationType.START_AND_END: (Slot.START_FRAME, Slot.END_FRAME),
        GenerationType.REFERENCES: (Slot.IMAGE_REFERENCE,),
        GenerationType.EDIT: (Slot.VIDEO_REFERENCE_BASE,),
    }[kind]
    return next((slot for slot in order if not draft.used(slot)), None)
