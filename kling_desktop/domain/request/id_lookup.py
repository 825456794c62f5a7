"""Add what the service says about the IDs in a draft to the draft."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from kling_desktop.domain.request.draft import Draft, StoredMedia
from kling_desktop.domain.request.models import Slot


class LookupKey(NamedTuple):
    """An ID to look up, and whether it is a video's."""

    id: str
    is_video: bool


@dataclass(frozen=True, slots=True)
class LookupResult:
    """What the service says about an ID.

    Attributes:
        id: The ID that was looked up.
        is_video: Whether it was looked up as a video's.
        media: What it stands for; None if the service doesn't know it.
        note: What may surprise the user, for people; "" if everything is as they wrote it.
    """

    id: str
    is_video: bool
    media: StoredMedia | None
    note: str = ""

    def is_about(self, media: object, slot: Slot) -> bool:
        """Whether it is about this media in this slot."""
        is_video = slot is Slot.VIDEO_REFERENCE_BASE
        return isinstance(media, StoredMedia) and media.id == self.id and is_video == self.is_video


def with_result(draft: Draft, result: LookupResult) -> Draft:
    """Return the draft with what is now known: the type, the size and length, and an image's ID for a generation's."""
    for slot in Slot:
        held = draft.media(slot)
        updated = tuple(_updated(media, result) if result.is_about(media, slot) else media for media in held)
        if updated != held:
            draft = draft.with_media(slot, updated)
    return draft


def unresolved(draft: Draft) -> tuple[LookupKey, ...]:
    """Return the IDs that haven't been looked up."""
    return tuple(
        dict.fromkeys(
            LookupKey(media.id, slot is Slot.VIDEO_REFERENCE_BASE)
            for slot in Slot
            for media in draft.media(slot)
            if isinstance(media, StoredMedia) and media.is_known is None
        )
    )


def without_results(draft: Draft) -> Draft:
    """Return the draft for another account, in which nothing is known about its IDs."""
    for slot in Slot:
        held = draft.media(slot)
        reset = tuple(replace(media, is_known=None) if isinstance(media, StoredMedia) else media for media in held)
        draft = draft.with_media(slot, reset) if reset != held else draft
    return draft


def _updated(media: object, result: LookupResult) -> StoredMedia:
    assert isinstance(media, StoredMedia)
    if result.media is None:
        return replace(media, is_known=False)
    found = result.media
    # More may have been known before than the service says, about one of the app's own clips for example.
    return replace(
        found,
        width=found.width or media.width,
        height=found.height or media.height,
        seconds=found.seconds or media.seconds,
        is_known=True,
        origin=media.origin,
        extra_json=media.extra_json,
    )
