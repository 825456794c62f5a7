"""Which clip was made from which, kept apart from the clips: it outlives them."""

import sqlite3
from pathlib import Path

from kling_desktop.domain.errors import NotUsable
from kling_desktop.domain.job import Job
from kling_desktop.domain.lineage import Relative, Relatives, Tie, given_to, parents_of
from kling_desktop.domain.states import Done
from kling_desktop.store.codec import read_job
from kling_desktop.store.database import reading

_MOST = 200
_WORDS = 120


class LineageStore:
    """Asks one connection's database; raises NotUsable when it can't be read."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def relatives(self, job: Job, posters: Path) -> Relatives:
        """What the clip of that job was made from and what it has led to.

        posters: the app's own folder of the clips' pictures, which stay when a clip is deleted.
        """
        image = job.state.image if isinstance(job.state, Done) else ""
        with reading(self._connection):
            parents = self._connection.execute(
                "SELECT tie, coalesce(nullif(parent, ''), made.job, ''), frame, words, picture,"
                " made.job IS NOT NULL AND made.binned_at IS NULL"
                " FROM lineage LEFT JOIN clips AS made"
                " ON made.job = parent OR (parent = '' AND lineage.image <> '' AND made.image = lineage.image)"
                " WHERE child = ? ORDER BY place",
                (job.id,),
            ).fetchall()
            children = self._connection.execute(
                "SELECT tie, child, frame, child_words, '', made.job IS NOT NULL AND made.binned_at IS NULL"
                " FROM lineage LEFT JOIN clips AS made ON made.job = child"
                " WHERE parent = ?1 OR (parent = '' AND lineage.image <> '' AND lineage.image = ?2)"
                " GROUP BY child ORDER BY made.made_at DESC LIMIT ?3",
                (job.id, image, _MOST),
            ).fetchall()
        return Relatives(
            tuple(self._relative(posters, *row) for row in parents if row[1] or row[4]),
            tuple(self._relative(posters, *row) for row in children),
            job.preset_name,
            given_to(job.draft),
        )

    def _relative(
        self, posters: Path, tie: str, job: str, frame: int | None, words: str, picture: str, there: int
    ) -> Relative:
        """A frame is shown as it was taken, a clip by its poster."""
        poster = posters / f"{job}.jpg"
        shown = picture or (str(poster) if job and poster.exists() else "")
        words = words or self._prompt(job)
        return Relative(job, Tie(tie), frame, words[:_WORDS], shown, bool(there))

    def _prompt(self, job_id: str) -> str:
        with reading(self._connection):
            row = self._connection.execute("SELECT body FROM jobs WHERE id = ?", (job_id,)).fetchone()
        try:
            return read_job(row[0]).draft.prompt if row else ""
        except NotUsable:
            return ""


def write_lineage(connection: sqlite3.Connection, job: Job) -> None:
    """The rows of a job that is done; to be called within the transaction that saves it."""
    connection.execute("DELETE FROM lineage WHERE child = ?", (job.id,))
    rows = [
        (
            job.id,
            place,
            parent.tie,
            _storable(parent.origin.job),
            _storable(parent.image),
            parent.origin.frame,
            _storable(parent.origin.words),
            _storable(parent.file),
            _storable(job.draft.prompt[:_WORDS]),
        )
        for place, parent in enumerate(parents_of(job.draft))
    ]
    connection.executemany("INSERT INTO lineage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)


def _relative(posters: Path, tie: str, job: str, frame: int | None, words: str, picture: str, there: int) -> Relative:
    """A frame is shown as it was taken, a clip by its poster."""
    poster = posters / f"{job}.jpg"
    shown = picture or (str(poster) if job and poster.exists() else "")
    return Relative(job, Tie(tie), frame, words[:_WORDS], shown, bool(there))


def _storable(text: str) -> str:
    """Without lone surrogates, which SQLite takes for no text."""
    return text.encode("utf-8", "replace").decode()
