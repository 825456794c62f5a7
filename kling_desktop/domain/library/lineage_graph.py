"""A clip's ancestors and descendants, and what else it was made with."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kling_desktop.domain.library.lineage import Relation
from kling_desktop.domain.request.draft import Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.models import Slot


class Direction(StrEnum):
    """From a clip to what it was made from, or to what was made from it."""

    MADE_FROM = "made_from"
    LED_TO = "led_to"


@dataclass(frozen=True, slots=True)
class LineageNode:
    """A related clip.

    Attributes:
        job: Its job ID.
        prompt_excerpt: How its prompt begins.
        poster: The path of a small image; "" without one.
        image: The service's ID of its video, if known.
        is_in_library: It hasn't been removed from the library.
    """

    job: str
    prompt_excerpt: str = ""
    poster: str = ""
    image: str = ""
    is_in_library: bool = True


@dataclass(frozen=True, slots=True)
class LineageEdge:
    """A clip (`child`) that was made from another (`parent`), both by their job IDs.

    Attributes:
        frame: Which frame of the parent, counted from 0, if it was a frame.
        frame_file: The file of that frame, if there is one.
    """

    parent: str
    child: str
    relation: Relation
    frame: int | None = None
    frame_file: str = ""


@dataclass(frozen=True, slots=True)
class HiddenCount:
    """How many more clips there are in a direction from a clip than the graph contains."""

    job: str
    direction: Direction
    count: int


@dataclass(frozen=True, slots=True)
class ExternalInput:
    """An image that a clip was made with and that isn't of any clip, or a video that isn't in the library.

    Attributes:
        number: Its number in its slot, counted from 1.
        file: The app's copy of it; "" without one.
        name: What the file was called.
        image: The service's ID of it, if only that is known.
    """

    relation: Relation
    number: int
    file: str = ""
    name: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class LineageGraph:
    """Everything related to a clip.

    Attributes:
        root: The clip's job ID.
        nodes: The related clips, nearest first, without the clip itself.
        hidden: How many related clips are left out, and where.
        preset: The ID of the preset it was made with; "" without one.
        preset_name: What that preset was called then.
        inputs: What else it was made with.
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
        """Return what a clip was made from, each once, in the order of the form."""
        return tuple(dict.fromkeys(edge.parent for edge in self.edges if edge.child == job))

    def children(self, job: str) -> tuple[str, ...]:
        """Return what was made from a clip, each once, latest first."""
        children = {edge.child for edge in self.edges if edge.parent == job}
        return tuple(node.job for node in self.nodes if node.job in children)

    def between(self, parent: str, child: str) -> tuple[LineageEdge, ...]:
        """Return how a clip was made from another."""
        return tuple(edge for edge in self.edges if (edge.parent, edge.child) == (parent, child))


def external_inputs(draft: Draft) -> tuple[ExternalInput, ...]:
    """Return what a request uses that isn't known to be from a clip, in the order of the form."""
    return tuple(_external_inputs(draft))


def _external_inputs(draft: Draft) -> Iterable[ExternalInput]:
    for slot in Slot:
        for number, media in enumerate(draft.used(slot), 1):
            match media:
                case LocalImage(file=file, name=name, origin=None):
                    yield ExternalInput(Relation(slot.value), number, file, name)
                case StoredMedia(id=image, origin=None):
                    yield ExternalInput(Relation(slot.value), number, image=image)
