"""Where the files of all clips are, and what is known about them."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.library_check import ClipFile
from kling_desktop.domain.library.review import Review
from kling_desktop.domain.text import without_lone_surrogates
from kling_desktop.store.codec import read_job, write_job
from kling_desktop.store.database import open_connection, transaction, translate_errors
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.store.library.clip_writer import write_clip

_REPLACED = "\ufffd"
_BATCH = 500


def has_clips_in(database: Path, folder: Path) -> bool:
    """Return whether clips of any account were saved in a folder. False if there is no database yet, or one that has
    yet to be migrated.
    """
    if not database.exists():
        return False
    below = without_lone_surrogates(str(folder / "x"))[:-1]
    connection = open_connection(database, read_only=True)
    with closing(connection), translate_errors(connection):
        if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'clips'").fetchone() is None:
            return False
        has_clips = "SELECT 1 FROM clips WHERE substr(file, 1, ?) = ? LIMIT 1"
        return connection.execute(has_clips, (len(below), below)).fetchone() is not None


class ClipFiles:
    """The files of clips that aren't in the trash. Every method raises UserError if the database can't be accessed."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._clips = ClipStore(connection)

    def list_files(self, service: str, profile: str) -> list[ClipFile]:
        """Return the files of all accounts, which may share a folder. Each says whether it belongs to this account."""
        files = []
        with translate_errors(self._connection):
            rows = self._connection.execute(
                "SELECT job, file, digest, missing, service = ? AND profile = ? FROM clips WHERE binned_at IS NULL",
                (service, profile),
            )
            while batch := rows.fetchmany(_BATCH):
                files += [ClipFile(row[0], row[1], row[2], row[3] == 1, row[4] == 1) for row in batch if row[1]]
        return [self._with_exact_path(clip) if _REPLACED in clip.path else clip for clip in files]

    def get_digest(self, file: Path) -> str:
        """Return the digest of a file as it was recorded; "" if it belongs to no clip or was never read."""
        text = without_lone_surrogates(str(file))
        with translate_errors(self._connection):
            row = self._connection.execute(
                "SELECT digest FROM clips WHERE file = ? AND digest <> ''", (text,)
            ).fetchone()
        return str(row[0]) if row else ""

    def list_reviews(self) -> list[Review]:
        """Return the reviews of clips of every account."""
        reviews: list[Review] = []
        with translate_errors(self._connection):
            rows = self._connection.execute(
                "SELECT job, generation, digest, file, rating, flag, notes, tags FROM clips"
                " WHERE (rating <> 0 OR flag <> '' OR notes <> '' OR tags <> '[]') AND binned_at IS NULL"
            )
            while batch := rows.fetchmany(_BATCH):
                reviews += [review for row in batch if (review := _read_review(*row))]
        return reviews

    def known_jobs(self, jobs: Iterable[str]) -> frozenset[str]:
        """Return which of these jobs have a clip."""
        with translate_errors(self._connection):
            known = "SELECT job FROM clips WHERE job IN (SELECT value FROM json_each(?))"
            return frozenset(job for (job,) in self._connection.execute(known, (json.dumps(list(jobs)),)))

    def record(self, *, moved: Mapping[str, Path], missing: Mapping[str, bool], digests: Mapping[str, str]) -> None:
        """Record moved files, missing or found ones, and digests, each by the clip's job."""
        with transaction(self._connection):
            for job, file in moved.items():
                self._move(job, file)
            run = self._connection.executemany
            run(
                "UPDATE clips SET missing = ? WHERE job = ?", [(is_missing, job) for job, is_missing in missing.items()]
            )
            run("UPDATE clips SET missing = 0 WHERE job = ?", [(job,) for job in moved])
            run("UPDATE clips SET digest = ? WHERE job = ?", [(digest, job) for job, digest in digests.items()])

    def get_clips(self, jobs: Sequence[str]) -> list[Clip]:
        """Return the clips of these jobs as they are now."""
        return [clip for job in jobs if (clip := self._clips.get_clip(job))]

    def replace(self, clips: Iterable[Clip]) -> None:
        """Save clips whose jobs have changed since they were done, for example by downloading the file again."""
        clips = tuple(clips)
        with transaction(self._connection):
            for clip in clips:
                body = "UPDATE jobs SET body = ? WHERE id = ? AND state = 'done'"
                if self._connection.execute(body, (write_job(clip.job), clip.id)).rowcount:
                    write_clip(self._connection, clip.job)
                    values = (clip.digest, clip.is_missing, clip.id)
                    self._connection.execute("UPDATE clips SET digest = ?, missing = ? WHERE job = ?", values)

    def claimed_generations(self, service: str) -> frozenset[str]:
        """Return the generations that jobs of any profile have or had."""
        with translate_errors(self._connection):
            rows = self._connection.execute("SELECT generation FROM claims WHERE service = ?", (service,)).fetchall()
        return frozenset(generation for (generation,) in rows)

    def _move(self, job_id: str, file: Path) -> None:
        row = self._connection.execute("SELECT body FROM jobs WHERE id = ? AND state = 'done'", (job_id,)).fetchone()
        if row is None:
            return
        job = read_job(row[0])
        assert isinstance(job.state, Done)
        job = replace(job, folder=str(file.parent), state=replace(job.state, file=str(file)))
        self._connection.execute("UPDATE jobs SET body = ? WHERE id = ?", (write_job(job), job_id))
        write_clip(self._connection, job)

    def _with_exact_path(self, clip: ClipFile) -> ClipFile:
        """Return the clip with its exact path. A file name that isn't text is exact only in the job."""
        with translate_errors(self._connection):
            [body] = self._connection.execute("SELECT body FROM jobs WHERE id = ?", (clip.job,)).fetchone()
        try:
            job = read_job(body)
        except UserError:
            return clip
        return replace(clip, path=job.state.file) if isinstance(job.state, Done) else clip


def _read_review(
    job: str, generation: str, digest: str, file: str, rating: int, flag: str, notes: str, tags: str
) -> Review | None:
    try:
        return Review(job, generation, digest, file, rating, Flag(flag), notes, tuple(json.loads(tags)))
    except ValueError:
        return None
