"""Which clip was made from which, kept apart from the clips: it outlives them."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.lineage import Relation, sources_of
from kling_desktop.domain.library.lineage_graph import (
    Direction,
    HiddenCount,
    LineageEdge,
    LineageGraph,
    LineageNode,
    external_inputs,
)
from kling_desktop.domain.text import without_lone_surrogates
from kling_desktop.store.codec import read_job
from kling_desktop.store.database import snapshot, translate_errors

_EXCERPT_LENGTH = 120
_ANCESTOR_GENERATIONS = 3
_CHILDREN_PER_GENERATION = (5, 3, 2)
"""How many of what a clip has led to are told, generation by generation."""
_MAX_NODES = 12
"""On either side. What is beyond that is counted, and stands in the library."""

_PARENTS = """
    SELECT child, tie, coalesce(nullif(parent, ''), made.job, ''), lineage.image, frame, words, picture,
        made.job IS NOT NULL AND made.binned_at IS NULL
    FROM lineage LEFT JOIN clips AS made
        ON made.job = parent OR (parent = '' AND lineage.image <> '' AND made.image = lineage.image)
    WHERE child IN ({marks}) ORDER BY child, place"""
# In so many words, so that each half has its index.
_OF_PARENT = "((parent <> '' AND parent = ?) OR (parent = '' AND lineage.image <> '' AND lineage.image = ?))"


@dataclass(frozen=True, slots=True)
class _ParentRow:
    """A row of what a clip was made from. job: "" where it is none of the library's, as far as is known."""

    child: str
    relation: str
    job: str
    image: str
    frame: int | None
    prompt_excerpt: str
    file: str
    is_in_library: int


class LineageStore:
    """Asks one connection's database; raises UserError when it can't be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get_graph(self, job: Job, posters: Path) -> LineageGraph:
        """What the clip of that job was made from and what it has led to, over some generations.

        posters: the app's own folder of the clips' pictures, which stay for as long as anything refers to them.
        """
        with translate_errors(self._connection), snapshot(self._connection):
            kin = {job.id: LineageNode(job.id, image=job.state.image if isinstance(job.state, Done) else "")}
            before = self._add_ancestors(kin, job.id)
            after = self._add_descendants(kin, job.id)
            rows = self._parents(kin)
            beyond = (*self._hidden_ancestors(rows, kin, before), *self._hidden_descendants(rows, kin, after))
            taken = {row.image for row in rows if row.child == job.id and row.job}
        bonds = tuple(dict.fromkeys(_edge(row) for row in rows if row.job in kin and row.job != row.child))
        del kin[job.id]
        return LineageGraph(
            job.id,
            tuple(_with_poster(one, posters) for one in kin.values()),
            bonds,
            beyond,
            job.draft.preset,
            job.preset_name,
            tuple(one for one in external_inputs(job.draft) if not one.image or one.image not in taken),
        )

    # Who belongs to it

    def _add_ancestors(self, kin: dict[str, LineageNode], job: str) -> list[str]:
        """Adds what it was made from, the nearest first; all whose parents are told, itself first."""
        told, now = [job], [job]
        for _ in range(_ANCESTOR_GENERATIONS):
            found = []
            for row in self._parents(now):
                if row.job and row.job not in kin and len(kin) <= _MAX_NODES:
                    words = row.prompt_excerpt or self._prompt(row.job)
                    kin[row.job] = LineageNode(
                        row.job, words[:_EXCERPT_LENGTH], image=row.image, is_in_library=bool(row.is_in_library)
                    )
                    found.append(row.job)
            told += found
            now = found
        return told

    def _add_descendants(self, kin: dict[str, LineageNode], job: str) -> list[str]:
        """The same with what it has led to."""
        told, now, room = [job], [job], _MAX_NODES
        for most in _CHILDREN_PER_GENERATION:
            found = []
            for parent in now:
                new = [child for child in self._children(kin[parent]) if child.job not in kin][: min(most, room)]
                room -= len(new)
                kin.update((child.job, child) for child in new)
                found += [child.job for child in new]
            told += found
            now = found
        return told

    def _parents(self, jobs: Iterable[str]) -> list[_ParentRow]:
        wanted = tuple(jobs)
        rows = self._connection.execute(_PARENTS.format(marks=", ".join("?" * len(wanted))), wanted)
        return [_ParentRow(*row) for row in rows]

    def _children(self, parent: LineageNode) -> list[LineageNode]:
        """The latest, as many as could be told at all."""
        rows = self._connection.execute(
            "SELECT child, child_words, coalesce(made.image, ''), made.job IS NOT NULL AND made.binned_at IS NULL"
            f" FROM lineage LEFT JOIN clips AS made ON made.job = child WHERE {_OF_PARENT}"
            " GROUP BY child ORDER BY made.made_at DESC, child LIMIT ?",
            (parent.job, parent.image or self._video_id(parent.job), 2 * _MAX_NODES),
        )
        return [
            LineageNode(job, words[:_EXCERPT_LENGTH], image=image, is_in_library=bool(there))
            for job, words, image, there in rows
        ]

    # What is left out

    def _hidden_ancestors(
        self, rows: Sequence[_ParentRow], kin: Mapping[str, LineageNode], told: Iterable[str]
    ) -> Iterable[HiddenCount]:
        for job in told:
            left = {row.job for row in rows if row.child == job and row.job and row.job not in kin}
            if left:
                yield HiddenCount(job, Direction.MADE_FROM, len(left))

    def _hidden_descendants(
        self, rows: Sequence[_ParentRow], kin: Mapping[str, LineageNode], told: Iterable[str]
    ) -> Iterable[HiddenCount]:
        for job in told:
            [count] = self._connection.execute(
                f"SELECT count(DISTINCT child) FROM lineage WHERE {_OF_PARENT}",
                (job, kin[job].image or self._video_id(job)),
            ).fetchone()
            if (left := count - len({row.child for row in rows if row.job == job})) > 0:
                yield HiddenCount(job, Direction.LED_TO, left)

    # What is known of each

    def _video_id(self, job: str) -> str:
        row = self._connection.execute("SELECT image FROM clips WHERE job = ?", (job,)).fetchone()
        return str(row[0]) if row else ""

    def _prompt(self, job_id: str) -> str:
        row = self._connection.execute("SELECT body FROM jobs WHERE id = ?", (job_id,)).fetchone()
        try:
            return read_job(row[0]).draft.prompt if row else ""
        except UserError:
            return ""


def write_lineage(connection: sqlite3.Connection, job: Job) -> None:
    """The rows of a job that is done; to be called within the transaction that saves it."""
    connection.execute("DELETE FROM lineage WHERE child = ?", (job.id,))
    rows = [
        (
            job.id,
            place,
            parent.relation,
            without_lone_surrogates(parent.origin.job),
            without_lone_surrogates(parent.image),
            parent.origin.frame,
            without_lone_surrogates(parent.origin.prompt_excerpt),
            without_lone_surrogates(parent.file),
            without_lone_surrogates(job.draft.prompt[:_EXCERPT_LENGTH]),
        )
        for place, parent in enumerate(sources_of(job.draft))
    ]
    connection.executemany("INSERT INTO lineage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _edge(row: _ParentRow) -> LineageEdge:
    return LineageEdge(row.job, row.child, Relation(row.relation), row.frame, row.file)


def _with_poster(kin: LineageNode, posters: Path) -> LineageNode:
    poster = posters / f"{kin.job}.jpg"
    return replace(kin, poster=str(poster)) if poster.exists() else kin
