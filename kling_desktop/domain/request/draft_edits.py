"""What a user does to the slots of a draft. Nothing here throws away what was not pointed at.

Mentions follow their references: @image2 means the same picture after a move as before. A place that is given another
picture keeps its number; a reference that leaves takes its mentions out of the row, so that they point to nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from kling_desktop.domain.request.draft import Draft, Media
from kling_desktop.domain.request.mentions import renumber
from kling_desktop.domain.request.models import ModelSpec, Slot
from kling_desktop.domain.request.rules import slot_blocked_reason


def put(draft: Draft, slot: Slot, media: Media, at: int | None = None) -> Draft:
    """Lay media into a slot: over what lies at that place, or else after the last."""
    held = draft.media(slot)
    at = len(held) if at is None else min(at, len(held))
    return draft.with_media(slot, (*held[:at], media, *held[at + 1 :]))


def remove(draft: Draft, slot: Slot, at: int = 0, *, spec: ModelSpec) -> Draft:
    """Remove one; media that was set aside for the sake of this slot comes back once the slot is empty."""
    held = draft.media(slot)
    was_used = bool(draft.used(slot))
    draft = draft.with_media(slot, (*held[:at], *held[at + 1 :]))
    if slot is Slot.IMAGE_REFERENCE and at < len(held):
        draft = _renumbered(draft, _without(at, len(held)))
    parked = frozenset(other for other in draft.parked if draft.media(other))
    if was_used and not draft.media(slot):
        waiting = [other for other in parked if slot in spec.excludes[other]]
        parked -= {o for o in waiting if not any(draft.used(rival) for rival in spec.excludes[o])}
    return replace(draft, parked=parked)


def reorder(draft: Draft, slot: Slot, at: int, to: int) -> Draft:
    """Carry one to another place of the same slot; those between make room."""
    held = draft.media(slot)
    order = list(range(len(held)))
    order.insert(to, order.pop(at))
    draft = draft.with_media(slot, tuple(held[old] for old in order))
    moves = {old + 1: new + 1 for new, old in enumerate(order)}
    return _renumbered(draft, moves) if slot is Slot.IMAGE_REFERENCE else draft


def swap(draft: Draft, slot: Slot, at: int, other: Slot, other_at: int) -> Draft:
    """Let two places that are filled change what they hold."""
    one, two = draft.media(slot)[at], draft.media(other)[other_at]
    swapped = put(put(draft, slot, two, at), other, one, other_at)
    within = slot is other is Slot.IMAGE_REFERENCE
    return _renumbered(swapped, {at + 1: other_at + 1, other_at + 1: at + 1}) if within else swapped


def move(draft: Draft, slot: Slot, at: int, to: Slot, to_at: int, *, spec: ModelSpec) -> Draft:
    """Carry what lies at one place to another: among the references the others make room, into a free place it goes
    as the last, and with what fills a place of another slot it changes places.
    """
    if slot is to:
        return reorder(draft, slot, at, min(to_at, len(draft.media(slot)) - 1))
    if to_at < len(draft.media(to)):
        return swap(draft, slot, at, to, to_at)
    return put(remove(draft, slot, at, spec=spec), to, draft.media(slot)[at])


def move_blocked_reason(draft: Draft, slot: Slot, at: int, to: Slot, to_at: int, *, spec: ModelSpec) -> str:
    """Why `move` would leave the form in a state that nobody wants; "" when it wouldn't."""
    if slot is to:
        return ""
    if slot is Slot.VIDEO_REFERENCE_BASE:
        return "A video can't be used as an image"
    if to is Slot.VIDEO_REFERENCE_BASE:
        return "An image can't be edited as a video"
    moved = move(draft, slot, at, to, to_at, spec=spec)
    if to is Slot.END_FRAME and not moved.used(Slot.START_FRAME):
        return "An end frame needs a start frame"
    if len(moved.media(to)) > spec.capacity[to]:
        return f"All {spec.capacity[to]} references are taken. Drop it on the one to swap with"
    return slot_blocked_reason(moved, to, spec)


def _renumbered(draft: Draft, moves: Mapping[int, int]) -> Draft:
    return replace(draft, prompt=renumber(draft.prompt, moves))


def _without(at: int, count: int) -> dict[int, int]:
    """How references are numbered once one of `count` has left: its own number is the one that is free then."""
    gone = at + 1
    return {gone: count} | {old: old - 1 for old in range(gone + 1, count + 1)}
