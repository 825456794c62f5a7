"""What a job sends: its draft with the pictures it has brought to the service."""

from dataclasses import replace

from kling_desktop.domain.draft import UPLOADED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.job import Job
from kling_desktop.domain.model import Slot


def local_pictures(draft: Draft) -> list[LocalImage]:
    """The pictures that have to be uploaded before the draft can be sent."""
    return [item for slot in Slot for item in draft.used(slot) if isinstance(item, LocalImage)]


def with_uploads(job: Job) -> Draft:
    """The draft with each local picture replaced by what it became at the service, and nothing set aside in it."""
    draft = job.draft
    for slot in Slot:
        media = tuple(
            StoredMedia(job.uploads[item.file], UPLOADED, item.width, item.height)
            if isinstance(item, LocalImage)
            else item
            for item in draft.used(slot)
        )
        draft = draft.holding(slot, media)
    return replace(draft, parked=frozenset())
