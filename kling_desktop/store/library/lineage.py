"""Stores which clip was made from which, independently of the clips: it outlives them."""

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
"""How many descendants are shown, generation by generation."""
_MAX_NODES = 12
"""In each direction. The rest is only counted; the library can show it."""

_PARENTS = """
    SELECT child, tie, coalesce(nullif(parent, ''), made.job, ''), lineage.image, frame, words, picture,
        made.job IS NOT NULL AND made.binned_at IS NULL
    FROM lineage LEFT JOIN clips AS made
        ON made.job = parent OR (parent = '' AND lineage.image <> '' AND made.image = lineage.image)
    WHERE child IN ({marks}) ORDER BY child, place"""
# Spelled out, so that each half uses its index.
_OF_PARENT = "((parent <> '' AND parent = ?) OR (parent = '' AND lineage.image <> '' AND lineage.image = ?))"


@dataclass(frozen=True, slots=True)
class _ParentRow:
    """A row about what a clip was made from. job: "" if it isn't in the library, as far as we know."""

    child: str
    relation: str
    job: str
    image: str
    frame: int | None
    prompt_excerpt: str
    file: str
    is_in_library: int


class LineageStore:
    """Reads lineage from a database. UserError if it can't be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def get_graph(self, job: Job, posters: Path) -> LineageGraph:
        """Return what a job's clip was made from and what it led to, over several generations.

        posters: the app's folder of posters, which stay as long as anything refers to them.
        """
        with translate_errors(self._connection), snapshot(self._connection):
            nodes = {job.id: LineageNode(job.id, image=job.state.image if isinstance(job.state, Done) else "")}
            with_parents = self._add_ancestors(nodes, job.id)
            with_children = self._add_descendants(nodes, job.id)
            rows = self._parents(nodes)
            hidden = (
                *self._hidden_ancestors(rows, nodes, with_parents),
                *self._hidden_descendants(rows, nodes, with_children),
            )
            clip_images = {row.image for row in rows if row.child == job.id and row.job}
        edges = tuple(dict.fromkeys(_edge(row) for row in rows if row.job in nodes and row.job != row.child))
        del nodes[job.id]
        return LineageGraph(
            job.id,
            tuple(_with_poster(node, posters) for node in nodes.values()),
            edges,
            hidden,
            job.draft.preset,
            job.preset_name,
            tuple(given for given in external_inputs(job.draft) if not given.image or given.image not in clip_images),
        )

    # Which clips belong to it

    def _add_ancestors(self, nodes: dict[str, LineageNode], job: str) -> list[str]:
        """Add what a job was made from, the nearest first. Returns the jobs whose parents are included, this one
        first.
        """
        included, generation = [job], [job]
        for _ in range(_ANCESTOR_GENERATIONS):
            found = []
            for row in self._parents(generation):
                if row.job and row.job not in nodes and len(nodes) <= _MAX_NODES:
                    excerpt = row.prompt_excerpt or self._prompt(row.job)
                    nodes[row.job] = LineageNode(
                        row.job, excerpt[:_EXCERPT_LENGTH], image=row.image, is_in_library=bool(row.is_in_library)
                    )
                    found.append(row.job)
            included += found
            generation = found
        return included

    def _add_descendants(self, nodes: dict[str, LineageNode], job: str) -> list[str]:
        """Add what a job led to, and return the jobs whose children are included."""
        included, generation, room = [job], [job], _MAX_NODES
        for limit in _CHILDREN_PER_GENERATION:
            found = []
            for parent in generation:
                new = [child for child in self._children(nodes[parent]) if child.job not in nodes][: min(limit, room)]
                room -= len(new)
                nodes.update((child.job, child) for child in new)
                found += [child.job for child in new]
            included += found
            generation = found
        return included

    def _parents(self, jobs: Iterable[str]) -> list[_ParentRow]:
        wanted = tuple(jobs)
        rows = self._connection.execute(_PARENTS.format(marks=", ".join("?" * len(wanted))), wanted)
        return [_ParentRow(*row) for row in rows]

    def _children(self, parent: LineageNode) -> list[LineageNode]:
        """Return the latest children, as many as could be shown at most."""
        rows = self._connection.execute(
            "SELECT child, child_words, coalesce(made.image, ''), made.job IS NOT NULL AND made.binned_at IS NULL"
            f" FROM lineage LEFT JOIN clips AS made ON made.job = child WHERE {_OF_PARENT}"
            " GROUP BY child ORDER BY made.made_at DESC, child LIMIT ?",
            (parent.job, parent.image or self._video_id(parent.job), 2 * _MAX_NODES),
        )
        return [
            LineageNode(job, excerpt[:_EXCERPT_LENGTH], image=image, is_in_library=bool(is_in_library))
            for job, excerpt, image, is_in_library in rows
        ]

    # What is left out

    def _hidden_ancestors(
        self, rows: Sequence[_ParentRow], nodes: Mapping[str, LineageNode], included: Iterable[str]
    ) -> Iterable[HiddenCount]:
        for job in included:
            hidden = {row.job for row in rows if row.child == job and row.job and row.job not in nodes}
            if hidden:
                yield HiddenCount(job, Direction.MADE_FROM, len(hidden))

    def _hidden_descendants(
        self, rows: Sequence[_ParentRow], nodes: Mapping[str, LineageNode], included: Iterable[str]
    ) -> Iterable[HiddenCount]:
        for job in included:
            [count] = self._connection.execute(
                f"SELECT count(DISTINCT child) FROM lineage WHERE {_OF_PARENT}",
                (job, nodes[job].image or self._video_id(job)),
            ).fetchone()
            if (hidden := count - len({row.child for row in rows if row.job == job})) > 0:
                yield HiddenCount(job, Direction.LED_TO, hidden)

    # Details

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
    """Write the lineage of a job that is done, within the caller's transaction."""
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


def _with_poster(node: LineageNode, posters: Path) -> LineageNode:
    poster = posters / f"{node.job}.jpg"
    return replace(node, poster=str(poster)) if poster.exists() else node
