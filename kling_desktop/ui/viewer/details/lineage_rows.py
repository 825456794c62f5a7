"""A lineage as rows, the oldest at the top: each hangs on the clip that it led to or was made from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kling_desktop.domain.library.lineage import Relation
from kling_desktop.domain.library.lineage_graph import Direction, HiddenCount, LineageEdge, LineageGraph, LineageNode

_FROM = {
    Relation.START_FRAME: "Start frame",
    Relation.END_FRAME: "End frame",
    Relation.REFERENCE: "Reference",
    Relation.EDIT: "Edited video",
    Relation.RUN: "Its settings",
}
_TO = {
    Relation.START_FRAME: "Starts from it",
    Relation.END_FRAME: "Ends with it",
    Relation.REFERENCE: "Uses it as a reference",
    Relation.EDIT: "Edit of it",
    Relation.RUN: "Another take of it",
}


@dataclass(frozen=True, slots=True)
class LineageEntry:
    """One row of the tree.

    Args:
        job: The ID of its clip, or of the clip that has more relatives than are shown.
        generation: How many steps it is away from the current clip.
        side: Towards what the current clip was made from, or what was made from it.
        kin: The clip; None for the current one and for a row that counts others.
        beyond: The clips that it counts.
        to: The number of the row that it hangs on; None for the current clip.
        said: The relation to that row.
        picture: The path of its picture.
        also: The numbers of the rows that it has another relation to, and that relation.
    """

    job: str
    generation: int = 0
    side: Direction = Direction.MADE_FROM
    kin: LineageNode | None = None
    beyond: HiddenCount | None = None
    to: int | None = None
    said: str = ""
    picture: str = ""
    also: tuple[tuple[int, str], ...] = ()


def lineage_entries(family: LineageGraph) -> tuple[LineageEntry, ...]:
    """The rows from the oldest to the youngest. Each clip is listed once, by the shortest way to the current one."""
    before, after = tuple(_walk(family, Direction.MADE_FROM)), tuple(_walk(family, Direction.LED_TO))
    walked = [*reversed(before), (LineageEntry(family.root), ""), *after]
    place = {row.job: number for number, (row, _) in enumerate(walked) if row.beyond is None}
    drawn = {(row.job, on) if row.side is Direction.MADE_FROM else (on, row.job) for row, on in walked if on}
    return tuple(
        replace(row, to=place[on] if on else None, also=() if row.beyond else _also(family, row.job, place, drawn))
        for row, on in walked
    )


def _also(
    family: LineageGraph, job: str, place: Mapping[str, int], drawn: set[tuple[str, str]]
) -> tuple[tuple[int, str], ...]:
    """The edges that aren't branches of the tree."""
    others = dict.fromkeys(bond.child for bond in family.edges if bond.parent == job and (job, bond.child) not in drawn)
    return tuple((place[child], _said(family.between(job, child), Direction.MADE_FROM)) for child in others)


def _walk(family: LineageGraph, side: Direction) -> Iterator[tuple[LineageEntry, str]]:
    """Rows ordered away from the current clip, each with the clip it hangs on."""
    before = side is Direction.MADE_FROM
    branches = _branches(family, side)
    kin = {one.job: one for one in family.nodes}
    left = {one.job: one for one in family.hidden if one.direction is side}

    def walk(job: str, generation: int) -> Iterator[tuple[LineageEntry, str]]:
        for other in reversed(branches[job]) if before else branches[job]:
            bonds = family.between(other, job) if before else family.between(job, other)
            frame = next((bond.frame_file for bond in bonds if bond.frame_file), "") if before else ""
            picture = frame or kin[other].poster
            yield LineageEntry(other, generation, side, kin[other], said=_said(bonds, side), picture=picture), job
            yield from walk(other, generation + 1)
        if job in left:
            yield LineageEntry(job, generation, side, beyond=left[job]), job

    return walk(family.root, 1)


def _branches(family: LineageGraph, side: Direction) -> dict[str, list[str]]:
    """The clips that hang on each clip, by the shortest way to the current one."""
    known, now = {family.root}, [family.root]
    branches: dict[str, list[str]] = {}
    while now:
        found = []
        for job in now:
            others = family.parents(job) if side is Direction.MADE_FROM else family.children(job)
            branches[job] = [other for other in others if other not in known]
            known.update(branches[job])
            found += branches[job]
        now = found
    return branches


def _said(bonds: tuple[LineageEdge, ...], side: Direction) -> str:
    """ "Start frame, frame 45; its settings"."""
    words = _FROM if side is Direction.MADE_FROM else _TO
    told = [words[bond.relation] + (f", frame {bond.frame + 1}" if bond.frame is not None else "") for bond in bonds]
    told = list(dict.fromkeys(told))
    return "; ".join([*told[:1], *(one[0].lower() + one[1:] for one in told[1:])])
