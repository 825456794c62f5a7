"""May what lies at one place of the form be carried to another?"""

from kling_desktop.domain.request import draft_edits
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.models import KLING_O1, ModelSpec, Slot
from kling_desktop.domain.request.rules import slot_blocked_reason


def why_not_moved(draft: Draft, slot: Slot, at: int, to: Slot, to_at: int, spec: ModelSpec = KLING_O1) -> str:
    """Why `edits.move` would leave the form in a state that nobody wants, as a sentence; "" when it wouldn't."""
    if slot is to:
        return ""
    if slot is Slot.VIDEO_REFERENCE_BASE:
        return "A video can't be used as an image"
    if to is Slot.VIDEO_REFERENCE_BASE:
        return "An image can't be edited as a video"
    moved = draft_edits.move(draft, slot, at, to, to_at, spec)
    if to is Slot.END_FRAME and not moved.used(Slot.START_FRAME):
        return "An end frame needs a start frame beside it"
    if len(moved.media(to)) > spec.capacity[to]:
        return f"All {spec.capacity[to]} references are taken. Drop it on the one to swap with"
    return slot_blocked_reason(moved, to, spec)
