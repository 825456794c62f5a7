"""What a clip was made from, and what was made from it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import GENERATED, Draft, LocalImage, Origin, StoredMedia
from kling_desktop.domain.request.models import Slot

_MOST_WORDS = 120
_MOST_TIES = 20


class Relation(StrEnum):
    """How a clip hangs on another: by a frame of it in one of the slots, as an edit of it, or as another run of it."""

    START_FRAME = Slot.START_FRAME.value
    END_FRAME = Slot.END_FRAME.value
    REFERENCE = Slot.IMAGE_REFERENCE.value
    EDIT = Slot.VIDEO_REFERENCE_BASE.value
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Source:
    """One thing that a clip was made from. image: the ID of a video or picture of the service's, "" for a file; where
    the form wasn't told which clip that is, origin.job is "" until somebody knows. file: the picture, where it is one.
    """

    relation: Relation
    origin: Origin
    image: str = ""
    file: str = ""


def origin_of(job: Job, frame: int | None = None) -> Origin:
    """The clip of a job as what is taken from it remembers it."""
    return Origin(job.id, frame, job.generation, job.draft.prompt[:_MOST_WORDS].strip())


def from_frame(picture: LocalImage, job: Job, number: int) -> LocalImage:
    """The picture, as frame `number` of the clip, 0 first."""
    return replace(picture, origin=origin_of(job, number))


def sources_of(draft: Draft) -> tuple[Source, ...]:
    """All that a request takes from other clips, in the order of the form, each once."""
    return tuple(dict.fromkeys(_sources(draft)))


def write_origin(origin: Origin) -> dict[str, Any]:
    """As it stands in files."""
    told = {"job": origin.job, "frame": origin.frame, "generation": origin.generation, "words": origin.prompt_excerpt}
    return {name: value for name, value in told.items() if value not in (None, "")}


def read_origin(told: object) -> Origin | None:
    """Out of a file; None where it says nothing that can be understood."""
    if not isinstance(told, Mapping) or not isinstance(job := told.get("job"), str) or not job:
        return None
    frame, generation, words = told.get("frame"), told.get("generation"), told.get("words")
    return Origin(
        job[:64],
        frame if type(frame) is int and 0 <= frame < 2**31 else None,
        generation[:64] if isinstance(generation, str) else "",
        words[:_MOST_WORDS] if isinstance(words, str) else "",
    )


def write_lineage(draft: Draft) -> list[dict[str, Any]]:
    """What a clip was made from, to be kept inside its file."""
    known = (parent for parent in sources_of(draft) if parent.origin.job)
    return [{"as": parent.relation.value, **write_origin(parent.origin)} for parent in known]


def read_lineage(told: object) -> tuple[tuple[Relation, Origin], ...]:
    """Out of a clip's file; what can't be understood is passed over."""
    if not isinstance(told, list):
        return ()
    return tuple(
        (Relation(item["as"]), origin)
        for item in told[:_MOST_TIES]
        if (origin := read_origin(item)) and item.get("as") in list(Relation)
    )


def with_lineage(draft: Draft, lineage: tuple[tuple[Relation, Origin], ...]) -> Draft:
    """A request read from a clip's file, its media told again which clips they are of: in their order."""
    for slot in Slot:
        origins = iter([origin for tie, origin in lineage if tie.value == slot.value])
        media = tuple(
            replace(one, origin=next(origins, None)) if isinstance(one, StoredMedia | LocalImage) else one
            for one in draft.media(slot)
        )
        draft = draft.with_media(slot, media)
    return replace(draft, origin=next((origin for tie, origin in lineage if tie is Relation.RUN), None))


def with_own_origin(draft: Draft, told: Mapping[str, Any]) -> Draft:
    """A request read from a clip's file, to be asked for again: its media with their clips, itself with its own."""
    origin = read_origin({**told, "words": draft.prompt, "frame": None})
    return replace(with_lineage(draft, read_lineage(told.get("lineage"))), origin=origin)


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
