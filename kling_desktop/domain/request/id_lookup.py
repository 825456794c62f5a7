"""What the service tells about the IDs in a draft becomes part of it."""

from dataclasses import dataclass, replace

from kling_desktop.domain.request.draft import Draft, StoredMedia
from kling_desktop.domain.request.models import Slot


@dataclass(frozen=True, slots=True)
class LookupResult:
    """The answer about an ID: what it stands for, None where the service doesn't know it. said: what of it the user did
    not expect, "" where all is as they wrote it.
    """

    id: str
    is_video: bool
    media: StoredMedia | None
    note: str = ""

    def is_about(self, media: object, slot: Slot) -> bool:
        """Whether this is the answer about what lies in that slot."""
        is_video = slot is Slot.VIDEO_REFERENCE_BASE
        return isinstance(media, StoredMedia) and media.id == self.id and is_video == self.is_video


def with_result(draft: Draft, result: LookupResult) -> Draft:
    """The draft with what is known now: the kind proven, a generation's ID made its image's, size and length told."""
    for slot in Slot:
        held = draft.media(slot)
        told = tuple(_told(media, result) if result.is_about(media, slot) else media for media in held)
        if told != held:
            draft = draft.with_media(slot, told)
    return draft


def unresolved(draft: Draft) -> tuple[tuple[str, bool], ...]:
    """(ID, whether it is of a video) of all that the service hasn't been asked about."""
    return tuple(
        dict.fromkeys(
            (media.id, slot is Slot.VIDEO_REFERENCE_BASE)
            for slot in Slot
            for media in draft.media(slot)
            if isinstance(media, StoredMedia) and media.is_known is None
        )
    )


def without_results(draft: Draft) -> Draft:
    """The draft as another account has it: nothing is known of its IDs."""
    for slot in Slot:
        held = draft.media(slot)
        told = tuple(replace(media, is_known=None) if isinstance(media, StoredMedia) else media for media in held)
        draft = draft.with_media(slot, told) if told != held else draft
    return draft


def _told(media: object, answer: LookupResult) -> StoredMedia:
    assert isinstance(media, StoredMedia)
    if answer.media is None:
        return replace(media, is_known=False)
    found = answer.media
    # What was known before, of a clip of the app's own for one, may be more than the service tells.
    return replace(
        found,
        width=found.width or media.width,
        height=found.height or media.height,
        seconds=found.seconds or media.seconds,
        is_known=True,
        origin=media.origin,
        extra_json=media.extra_json,
    )
