"""What a job sends: its draft with the pictures it has brought to the service."""

from dataclasses import replace

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import UPLOADED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.models import Size, Slot
from kling_desktop.domain.request.rules import effective_fit


def local_images(draft: Draft) -> list[LocalImage]:
    """The pictures that have to be uploaded before the draft can be sent, each with a fit only where it has effect."""
    return [
        with_effective_fit(slot, item, draft.size)
        for slot in Slot
        for item in draft.used(slot)
        if isinstance(item, LocalImage)
    ]


def upload_key(image: LocalImage, size: Size) -> str:
    """Names what goes up for `image` in a video of `size`: its file, and what it is made into if it is fitted."""
    return f"{image.file}#{image.fit}-{size.width}x{size.height}" if image.fit else image.file


def with_uploads(job: Job) -> Draft:
    """The draft with each local picture replaced by what it became at the service, and nothing set aside in it."""
    draft, size = job.draft, job.draft.size
    for slot in Slot:
        media = tuple(
            StoredMedia(job.uploads[upload_key(with_effective_fit(slot, item, size), size)], UPLOADED)
            if isinstance(item, LocalImage)
            else item
            for item in draft.used(slot)
        )
        draft = draft.with_media(slot, media)
    return replace(draft, parked=frozenset())


def with_effective_fit(slot: Slot, image: LocalImage, size: Size) -> LocalImage:
    """A picture of a slot in a video of `size`, with its fit only where that has an effect."""
    return replace(image, fit=effective_fit(image, slot, size))
