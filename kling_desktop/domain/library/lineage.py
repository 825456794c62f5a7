"""What a clip was made from, and how that is written into files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import GENERATED, Draft, LocalImage, Origin, StoredMedia
from kling_desktop.domain.request.models import Slot

_EXCERPT_LENGTH = 120
_MAX_RELATIONS = 20


class Relation(StrEnum):
    """How a clip was made from another: with a frame of it in a slot, as an edit of it, or as another run of it."""

    START_FRAME = Slot.START_FRAME.value
    END_FRAME = Slot.END_FRAME.value
    REFERENCE = Slot.IMAGE_REFERENCE.value
    EDIT = Slot.VIDEO_REFERENCE_BASE.value
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Source:
    """Something that a clip was made from.

    Attributes:
        origin: The clip it comes from. Its job is "" as long as nobody knows which clip that is.
        image: The ID of a video or image at the service; "" for a file.
        file: The path of an image; "" otherwise.
    """

    relation: Relation
    origin: Origin
    image: str = ""
    file: str = ""


def origin_of(job: Job, frame: int | None = None) -> Origin:
    """Return the origin of what is taken from a job's clip."""
    return Origin(job.id, frame, job.generation, job.draft.prompt[:_EXCERPT_LENGTH].strip())


def from_frame(picture: LocalImage, job: Job, number: int) -> LocalImage:
    """Return an image as frame `number` of a clip, counted from 0."""
    return replace(picture, origin=origin_of(job, number))


def sources_of(draft: Draft) -> tuple[Source, ...]:
    """Return everything that a request takes from other clips, each once, in the order of the form."""
    return tuple(dict.fromkeys(_sources(draft)))


def write_origin(origin: Origin) -> dict[str, Any]:
    """Return an origin as it is written to files."""
    values = {"job": origin.job, "frame": origin.frame, "generation": origin.generation, "words": origin.prompt_excerpt}
    return {name: value for name, value in values.items() if value not in (None, "")}


def read_origin(value: object) -> Origin | None:
    """Read an origin from a file; None if it can't be understood."""
    if not isinstance(value, Mapping) or not isinstance(job := value.get("job"), str) or not job:
        return None
    frame, generation, excerpt = value.get("frame"), value.get("generation"), value.get("words")
    return Origin(
        job[:64],
        frame if type(frame) is int and 0 <= frame < 2**31 else None,
        generation[:64] if isinstance(generation, str) else "",
        excerpt[:_EXCERPT_LENGTH] if isinstance(excerpt, str) else "",
    )


def write_lineage(draft: Draft) -> list[dict[str, Any]]:
    """Return what a clip was made from, to be written into its file."""
    known = (source for source in sources_of(draft) if source.origin.job)
    return [{"as": source.relation.value, **write_origin(source.origin)} for source in known]


def read_lineage(value: object) -> tuple[tuple[Relation, Origin], ...]:
    """Read what a clip was made from. Entries that can't be understood are skipped."""
    if not isinstance(value, list):
        return ()
    return tuple(
        (Relation(item["as"]), origin)
        for item in value[:_MAX_RELATIONS]
        if (origin := read_origin(item)) and item.get("as") in list(Relation)
    )


def with_lineage(draft: Draft, lineage: tuple[tuple[Relation, Origin], ...]) -> Draft:
    """Return a request from a clip's file with the origins of its media, in their order."""
    for slot in Slot:
        origins = iter([origin for relation, origin in lineage if relation.value == slot.value])
        media = tuple(
            replace(one, origin=next(origins, None)) if isinstance(one, StoredMedia | LocalImage) else one
            for one in draft.media(slot)
        )
        draft = draft.with_media(slot, media)
    return replace(draft, origin=next((origin for relation, origin in lineage if relation is Relation.RUN), None))


def with_own_origin(draft: Draft, settings: Mapping[str, Any]) -> Draft:
    """Return a request from a clip's file to be submitted again, with its own origin and those of its media."""
    origin = read_origin({**settings, "words": draft.prompt, "frame": None})
    return replace(with_lineage(draft, read_lineage(settings.get("lineage"))), origin=origin)


def _sources(draft: Draft) -> Iterator[Source]:
    for slot in Slot:
        for media in draft.used(slot):
            match media:
                case LocalImage(file=file, origin=Origin() as origin):
                    yield Source(Relation(slot.value), origin, file=file)
                case StoredMedia(id=image, kind=kind, origin=origin) if origin or kind == GENERATED:
                    yield Source(Relation(slot.value), origin or Origin(""), image)
    if draft.origin:
        yield Source(Relation.RUN, draft.origin)
