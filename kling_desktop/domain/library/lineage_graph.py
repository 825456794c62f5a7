"""The clips that one hangs together with over several generations, and what else it was made with."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from kling_desktop.domain.library.lineage import Tie
from kling_desktop.domain.request.draft import Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.models import Slot


class Side(StrEnum):
    """Which way one goes from a clip: to what it was made from, or to what it has led to."""

    MADE_FROM = "made_from"
    LED_TO = "led_to"


@dataclass(frozen=True, slots=True)
class Kin:
    """A clip of the family. job: its ID. words: how its prompt begins. picture: the path of a small one, "" without.
    image: the service's ID of its video, as far as is known. there: it is still in the library.
    """

    job: str
    words: str = ""
    picture: str = ""
    image: str = ""
    there: bool = True


@dataclass(frozen=True, slots=True)
class Bond:
    """`child` was made from `parent`, both by their jobs' IDs. frame: which frame of the parent, 0 first, where it was
    one. picture: the file of that frame, where there is one.
    """

    parent: str
    child: str
    tie: Tie
    frame: int | None = None
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Beyond:
    """How many clips more there are on that side of one than the family tells of."""

    job: str
    side: Side
    count: int


@dataclass(frozen=True, slots=True)
class Given:
    """A picture that a clip was made with and that is of no clip; or a video that is none of the library's.

    number: which of those in its slot, 1 first. file: the app's copy of it, "" without. name: what it was called.
    image: the service's ID of it, where only that is known.
    """

    tie: Tie
    number: int
    file: str = ""
    name: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """Of the clip of that job. kin: the nearest first, that clip not among them. preset: the ID of the one that it was
    made with, preset_name what that was called then; "" without one.
    """

    of: str = ""
    kin: tuple[Kin, ...] = ()
    bonds: tuple[Bond, ...] = ()
    beyond: tuple[Beyond, ...] = ()
    preset: str = ""
    preset_name: str = ""
    given: tuple[Given, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.kin or self.preset_name or self.given)

    def parents(self, job: str) -> tuple[str, ...]:
        """What that one was made from, each once, in the order of the form."""
        return tuple(dict.fromkeys(bond.parent for bond in self.bonds if bond.child == job))

    def children(self, job: str) -> tuple[str, ...]:
        """What that one has led to, each once, the latest first."""
        mine = {bond.child for bond in self.bonds if bond.parent == job}
        return tuple(kin.job for kin in self.kin if kin.job in mine)

    def between(self, parent: str, child: str) -> tuple[Bond, ...]:
        return tuple(bond for bond in self.bonds if (bond.parent, bond.child) == (parent, child))


def given_to(draft: Draft) -> tuple[Given, ...]:
    """What of a request was taken from no clip, as far as is known, in the order of the form."""
    return tuple(_given(draft))


def _given(draft: Draft) -> Iterable[Given]:
    for slot in Slot:
        for number, media in enumerate(draft.used(slot), 1):
            match media:
                case LocalImage(file=file, name=name, origin=None):
                    yield Given(Tie(slot.value), number, file, name)
                case StoredMedia(id=image, origin=None):
                    yield Given(Tie(slot.value), number, image=image)
