"""The clips that one hangs together with over several generations, and what else it was made with."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kling_desktop.domain.library.lineage import Relation
from kling_desktop.domain.request.draft import Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.models import Slot


class Direction(StrEnum):
    """Which way one goes from a clip: to what it was made from, or to what it has led to."""

    MADE_FROM = "made_from"
    LED_TO = "led_to"


@dataclass(frozen=True, slots=True)
class LineageNode:
    """A clip of the family. job: its ID. words: how its prompt begins. picture: the path of a small one, "" without.
    image: the service's ID of its video, as far as is known. there: it is still in the library.
    """

    job: str
    prompt_excerpt: str = ""
    poster: str = ""
    image: str = ""
    is_in_library: bool = True


@dataclass(frozen=True, slots=True)
class LineageEdge:
    """`child` was made from `parent`, both by their jobs' IDs. frame: which frame of the parent, 0 first, where it was
    one. picture: the file of that frame, where there is one.
    """

    parent: str
    child: str
    relation: Relation
    frame: int | None = None
    frame_file: str = ""


@dataclass(frozen=True, slots=True)
class HiddenCount:
    """How many clips more there are on that side of one than the family tells of."""

    job: str
    direction: Direction
    count: int


@dataclass(frozen=True, slots=True)
class ExternalInput:
    """A picture that a clip was made with and that is of no clip; or a video that is none of the library's.

    number: which of those in its slot, 1 first. file: the app's copy of it, "" without. name: what it was called.
    image: the service's ID of it, where only that is known.
    """

    relation: Relation
    number: int
    file: str = ""
    name: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class LineageGraph:
    """Of the clip of that job. kin: the nearest first, that clip not among them. preset: the ID of the one that it was
    made with, preset_name what that was called then; "" without one.
    """

    root: str = ""
    nodes: tuple[LineageNode, ...] = ()
    edges: tuple[LineageEdge, ...] = ()
    hidden: tuple[HiddenCount, ...] = ()
    preset: str = ""
    preset_name: str = ""
    inputs: tuple[ExternalInput, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.nodes or self.preset_name or self.inputs)

    def parents(self, job: str) -> tuple[str, ...]:
        """What that one was made from, each once, in the order of the form."""
        return tuple(dict.fromkeys(bond.parent for bond in self.edges if bond.child == job))

    def children(self, job: str) -> tuple[str, ...]:
        """What that one has led to, each once, the latest first."""
        mine = {bond.child for bond in self.edges if bond.parent == job}
        return tuple(kin.job for kin in self.nodes if kin.job in mine)

    def between(self, parent: str, child: str) -> tuple[LineageEdge, ...]:
        return tuple(bond for bond in self.edges if (bond.parent, bond.child) == (parent, child))


def external_inputs(draft: Draft) -> tuple[ExternalInput, ...]:
    """What of a request was taken from no clip, as far as is known, in the order of the form."""
    return tuple(_external_inputs(draft))


def _external_inputs(draft: Draft) -> Iterable[ExternalInput]:
    for slot in Slot:
        for number, media in enumerate(draft.used(slot), 1):
            match media:
                case LocalImage(file=file, name=name, origin=None):
                    yield ExternalInput(Relation(slot.value), number, file, name)
                case StoredMedia(id=image, origin=None):
                    yield ExternalInput(Relation(slot.value), number, image=image)
