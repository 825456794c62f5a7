"""What a user does to the slots of a draft. Nothing here throws away what was not pointed at."""

from dataclasses import replace

from kling_desktop.domain.draft import Draft, Media
from kling_desktop.domain.model import KLING_O1, ModelSpec, Slot


def put(draft: Draft, slot: Slot, media: Media, at: int | None = None) -> Draft:
    """Lay media into a slot: over what lies at that place, or else after the last."""
    held = draft.media(slot)
    at = len(held) if at is None else min(at, len(held))
    return draft.holding(slot, (*held[:at], media, *held[at + 1 :]))


def take_out(draft: Draft, slot: Slot, at: int = 0, spec: ModelSpec = KLING_O1) -> Draft:
    """Remove one; media that was set aside for the sake of this slot comes back once the slot is empty."""
    held = draft.media(slot)
    was_used = bool(draft.used(slot))
    draft = draft.holding(slot, (*held[:at], *held[at + 1 :]))
    parked = frozenset(other for other in draft.parked if draft.media(other))
    if was_used and not draft.media(slot):
        waiting = [other for other in parked if slot in spec.excludes[other]]
        parked -= {o for o in waiting if not any(draft.used(rival) for rival in spec.excludes[o])}
    return replace(draft, parked=parked)
