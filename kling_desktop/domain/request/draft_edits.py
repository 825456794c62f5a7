"""What a user does to the slots of a draft. Nothing here discards media that the user didn't point at.

Mentions follow their references: @image2 means the same image after a move as before. A place that is given another
image keeps its number. When a reference is removed, its mentions point to nothing.
"""

from collections.abc import Mapping
from dataclasses import replace

from kling_desktop.domain.request.draft import Draft, Media
from kling_desktop.domain.request.mentions import renumber
from kling_desktop.domain.request.models import ModelSpec, Slot
from kling_desktop.domain.request.slot_rules import slot_blocked_reason
from kling_desktop.domain.text import plural


def put(draft: Draft, slot: Slot, media: Media, at: int | None = None) -> Draft:
    """Put media into a slot: in place of what is there, or else after the last."""
    held = draft.media(slot)
    at = len(held) if at is None else min(at, len(held))
    return draft.with_media(slot, (*held[:at], media, *held[at + 1 :]))


def remove(draft: Draft, slot: Slot, at: int = 0, *, spec: ModelSpec) -> Draft:
    """Remove one. Once the slot is empty, media that were parked because of it are used again."""
    held = draft.media(slot)
    was_used = bool(draft.used(slot))
    draft = draft.with_media(slot, (*held[:at], *held[at + 1 :]))
    if slot is Slot.IMAGE_REFERENCE and at < len(held):
        draft = _renumbered(draft, _numbers_without(at, len(held)))
    parked = frozenset(other for other in draft.parked if draft.media(other))
    if was_used and not draft.media(slot):
        freed = [other for other in parked if slot in spec.excluded_by(other)]
        parked -= {o for o in freed if not any(draft.used(conflicting) for conflicting in spec.excluded_by(o))}
    return replace(draft, parked=parked)


def reorder(draft: Draft, slot: Slot, at: int, to: int) -> Draft:
    """Move one to another place of the same slot. Those in between make room."""
    held = draft.media(slot)
    order = list(range(len(held)))
    order.insert(to, order.pop(at))
    draft = draft.with_media(slot, tuple(held[old] for old in order))
    moves = {old + 1: new + 1 for new, old in enumerate(order)}
    return _renumbered(draft, moves) if slot is Slot.IMAGE_REFERENCE else draft


def swap(draft: Draft, slot: Slot, at: int, other: Slot, other_at: int) -> Draft:
    """Swap what two filled places hold."""
    one, two = draft.media(slot)[at], draft.media(other)[other_at]
    swapped = put(put(draft, slot, two, at), other, one, other_at)
    within = slot is other is Slot.IMAGE_REFERENCE
    return _renumbered(swapped, {at + 1: other_at + 1, other_at + 1: at + 1}) if within else swapped


def move(draft: Draft, slot: Slot, at: int, to: Slot, to_at: int, *, spec: ModelSpec) -> Draft:
    """Move what one place holds to another.

    Within a slot the others make room. In another slot it goes into a free place as the last, or swaps with what fills
    the place.
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
    if len(moved.media(to)) > spec.capacity_of(to):
        return plural(
            spec.capacity_of(to),
            one="There is a reference already. Drop it there to swap the two",
            other="All {count} references are taken. Drop it on the one to swap with",
        )
    return slot_blocked_reason(moved, to, spec).sentence


def _renumbered(draft: Draft, moves: Mapping[int, int]) -> Draft:
    return replace(draft, prompt=renumber(draft.prompt, moves))


def _numbers_without(at: int, count: int) -> dict[int, int]:
    """The new numbers of `count` references once one is removed. Its own number becomes the free one at the end."""
    removed = at + 1
    return {removed: count} | {old: old - 1 for old in range(removed + 1, count + 1)}
