"""What a job uploads and sends: its draft with local images replaced by their IDs at the service."""

from collections.abc import Callable
from dataclasses import replace

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import UPLOADED, Draft, LocalImage, Media, StoredMedia
from kling_desktop.domain.request.models import Size, Slot
from kling_desktop.domain.request.slot_rules import effective_fit


def local_images(draft: Draft) -> list[LocalImage]:
    """Return the images to upload before a draft can be sent, each with a fit only if that has an effect."""
    return [
        with_effective_fit(slot, item, draft.size)
        for slot in Slot
        for item in draft.used(slot)
        if isinstance(item, LocalImage)
    ]


def upload_key(image: LocalImage, size: Size) -> str:
    """Return the key of an upload in `Job.uploads`: the file, and how it is fitted to a video of `size`."""
    return f"{image.file}#{image.fit}-{size.width}x{size.height}" if image.fit else image.file


def with_uploads(job: Job) -> Draft:
    """Return a job's draft with each local image replaced by its upload, and without parked media."""
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


def with_known_uploads(draft: Draft, find_id: Callable[[Slot, LocalImage], str]) -> Draft:
    """Return a draft with those local images replaced whose ID at the service is known; find_id returns "" for the
    others.
    """

    def known(slot: Slot, item: Media) -> Media:
        image_id = find_id(slot, item) if isinstance(item, LocalImage) else ""
        return StoredMedia(image_id, UPLOADED) if image_id else item

    for slot in Slot:
        draft = draft.with_media(slot, tuple(known(slot, item) for item in draft.media(slot)))
    return draft


def find_upload(job: Job, slot: Slot, image: LocalImage) -> str:
    """Return the ID under which a job's image was uploaded; "" if it wasn't."""
    size = job.draft.size
    return job.uploads.get(upload_key(with_effective_fit(slot, image, size), size), "")


def with_effective_fit(slot: Slot, image: LocalImage, size: Size) -> LocalImage:
    """Return an image of a slot with its fit only if that has an effect in a video of `size`."""
    return replace(image, fit=effective_fit(image, slot, size))
