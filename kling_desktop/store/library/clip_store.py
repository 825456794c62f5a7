"""Stores the finished clips: what is kept of each job that is done, and the user's review."""

import json
import logging
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.filters import FilterChoices
from kling_desktop.domain.text import without_lone_surrogates
from kling_desktop.store.codec import read_job, write_job
from kling_desktop.store.database import transaction, translate_errors
from kling_desktop.store.library.clip_search import ClipSearch
from kling_desktop.store.library.clip_writer import write_clip, write_search_text
from kling_desktop.store.library.facets import ACCOUNT, distinct_values, read_filter_choices

log = logging.getLogger(__name__)

_REVIEW_COLUMNS = "rating, flag, notes, tags, digest, missing, binned_at"
_SELECT = f"SELECT number, body, {_REVIEW_COLUMNS} FROM clips JOIN jobs ON jobs.id = clips.job"
_BATCH = 500
"""Rows per batch: other writers and threads get their turn in between."""
_CLIPS_PER_LENGTH = 25
_NEWEST_CLIPS = 100


class ClipStore:
    """The clips in a database. Every method raises UserError if it can't be accessed.

    A clip is added when its job is saved as done (JobStore), or by `add`. To store more, add a column by a migration
    and name it here.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.search = ClipSearch(connection)

    @property
    def connection(self) -> sqlite3.Connection:
        """The database that the clips are in."""
        return self._connection

    def get_clips(self, numbers: Sequence[int]) -> list[Clip]:
        """Return the clips with these numbers, in order, without those that are gone or can't be read."""
        marks = ", ".join("?" * len(numbers))
        clips = {clip.number: clip for clip in self._read(f"{_SELECT} WHERE number IN ({marks})", *numbers)}
        return [clips[number] for number in numbers if number in clips]

    def get_clip(self, job_id: str) -> Clip | None:
        """Return a clip; None if there is no such clip or it can't be read."""
        return next(iter(self._read(f"{_SELECT} WHERE job = ?", job_id)), None)

    def find_by_video_id(self, image: str) -> Clip | None:
        """Return the clip whose video has this ID at the service."""
        return next(iter(self._read(f"{_SELECT} WHERE image = ? LIMIT 1", image)), None)

    def find_by_digest(self, digest: str) -> Clip | None:
        """Return a clip whose file has this content."""
        return next(iter(self._read(f"{_SELECT} WHERE digest = ? LIMIT 1", digest)), None)

    def count(self, service: str, profile: str) -> int:
        """Return how many clips an account has."""
        with translate_errors(self._connection):
            [count] = self._connection.execute(
                f"SELECT count(*) FROM clips WHERE {ACCOUNT}", (service, profile)
            ).fetchone()
        return int(count)

    def recent_for_learning(self, service: str, profile: str) -> list[Clip]:
        """Return clips of an account to learn from, newest first.

        They are the latest hundred, the latest of each preset, and enough of each duration to estimate how long
        generating takes.
        """
        account = (service, profile)
        with translate_errors(self._connection):
            numbers = self._latest("", account, _NEWEST_CLIPS)
            for edits in (False, True):
                of_kind = "AND (way = 'edit') = ?"
                for seconds in distinct_values(
                    self._connection, "seconds", (*account, edits), 0.0, f"{ACCOUNT} {of_kind}"
                ):
                    numbers += self._latest(f"{of_kind} AND seconds = ?", (*account, edits, seconds), _CLIPS_PER_LENGTH)
            for preset in distinct_values(self._connection, "preset", account, "", f"{ACCOUNT} AND preset <> ''"):
                numbers += self._latest("AND preset <> '' AND preset = ?", (*account, preset), 1)
        return sorted(self.get_clips(list(dict.fromkeys(numbers))), key=lambda clip: clip.created_at, reverse=True)

    def _latest(self, condition: str, values: Sequence[object], limit: int) -> list[int]:
        order = f"SELECT number FROM clips WHERE {ACCOUNT} {condition} ORDER BY made_at DESC LIMIT {limit}"
        return [number for (number,) in self._connection.execute(order, tuple(values))]

    def update(self, numbers: Sequence[int], change: Callable[[Clip], Clip]) -> list[tuple[Clip, Clip]]:
        """Change the reviews of clips. Each change starts from what is on disk, so it overwrites no other change.

        Returns:
            The clips that did change, each before and after.
        """
        with transaction(self._connection):
            pairs = [(clip, new) for clip in self.get_clips(numbers) if (new := change(clip)) != clip]
            for _, new in pairs:
                self._save_review(new)
        return pairs

    def save(self, clips: Iterable[Clip]) -> None:
        """Save the reviews of clips and what is known about their files."""
        with transaction(self._connection):
            for clip in clips:
                self._save_review(clip)

    def filter_choices(self, service: str, profile: str) -> FilterChoices:
        """Return the values by which an account's clips can be filtered."""
        with translate_errors(self._connection):
            return read_filter_choices(self._connection, service, profile)

    def list_staged(self, service: str, profile: str) -> list[Clip]:
        """Return the clips of an account that are staged for the trash."""
        return self._read(
            f"{_SELECT} WHERE clips.service = ? AND clips.profile = ? AND binned_at IS NOT NULL", service, profile
        )

    def restore(self, clips: Iterable[Clip]) -> list[Clip]:
        """Restore clips that were staged for the trash, with the given paths. Everything else is as stored."""
        restored: list[Clip] = []
        with transaction(self._connection):
            for clip in clips:
                stored = self.get_clip(clip.id) or clip  # possibly reviewed in the meantime
                done = replace(stored.done, file=clip.done.file)
                stored = replace(stored, job=replace(stored.job, state=done), trashed_at=None)
                self._connection.execute("UPDATE jobs SET body = ? WHERE id = ?", (write_job(stored.job), stored.id))
                write_clip(self._connection, stored.job)
                self._save_review(stored)
                restored.append(stored)
        return restored

    def add(self, clips: Iterable[Clip]) -> list[Clip]:
        """Add clips with their jobs, for example restored or imported ones, and return them with their numbers.

        Clips whose job exists already are skipped.
        """
        with transaction(self._connection):
            added = [clip.id for clip in clips if self._add(clip)]
        return [stored for job_id in added if (stored := self.get_clip(job_id))]

    def add_imported(self, clip: Clip) -> Clip | None:
        """Add a clip and claim its generation, or do neither. None if another job has the generation already."""
        with transaction(self._connection):
            added = self._claim(clip.job) == clip.id and self._add(clip)
        return self.get_clip(clip.id) if added else None

    def _add(self, clip: Clip) -> bool:
        job = clip.job
        new = self._connection.execute(
            "INSERT OR IGNORE INTO jobs (id, service, profile, origin, state, created_at, owner, body)"
            " VALUES (?, ?, ?, ?, ?, ?, '', ?)",
            (job.id, job.service, job.profile, job.submitted_from, job.state.name, job.created_at, write_job(job)),
        )
        if new.rowcount:
            self._claim(job)
            write_clip(self._connection, job)
            self._save_review(clip)
        return bool(new.rowcount)

    def _claim(self, job: Job) -> str:
        """Claim a job's generation, and return the job that has it: this one unless another was first."""
        claim = (job.service, job.generation, job.id)
        self._connection.execute("INSERT OR IGNORE INTO claims VALUES (?, ?, ?)", claim)
        [holder] = self._connection.execute(
            "SELECT job FROM claims WHERE service = ? AND generation = ?", claim[:2]
        ).fetchone()
        return str(holder)

    def delete(self, clips: Iterable[Clip]) -> None:
        """Delete clips with their jobs; files and claims stay."""
        with transaction(self._connection):
            for clip in clips:
                self._connection.execute("DELETE FROM clip_words WHERE rowid = ?", (clip.number,))
                self._connection.execute("DELETE FROM clips WHERE number = ?", (clip.number,))
                self._connection.execute("DELETE FROM jobs WHERE id = ? AND state = 'done'", (clip.id,))

    def create_missing_clips(self) -> None:
        """Create the clips of jobs from versions without clips. It may be interrupted at any time."""
        batch = f"SELECT job, body FROM clips_to_make LEFT JOIN jobs ON id = job LIMIT {_BATCH}"
        with translate_errors(self._connection):
            while rows := self._connection.execute(batch).fetchall():
                with transaction(self._connection):
                    for job_id, body in rows:
                        self._create_missing_clip(job_id, body)
                        self._connection.execute("DELETE FROM clips_to_make WHERE job = ?", (job_id,))

    def _create_missing_clip(self, job_id: str, body: str | None) -> None:
        try:
            job = read_job(body or "null")
        except UserError as error:
            log.error("The job %s can't be read and is left as it is. %s", job_id, error)
            return
        if isinstance(job.state, Done):
            write_clip(self._connection, job)

    def _save_review(self, clip: Clip) -> None:
        tags = json.dumps(clip.tags)
        notes = without_lone_surrogates(clip.notes)
        values = (clip.rating, clip.flag, notes, tags, clip.digest, clip.is_missing, clip.trashed_at)
        self._connection.execute(
            f"UPDATE clips SET ({_REVIEW_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?) WHERE job = ?", (*values, clip.id)
        )
        write_search_text(self._connection, clip.job)

    def _read(self, select: str, *values: Any) -> list[Clip]:
        with translate_errors(self._connection):
            rows = self._connection.execute(select, values).fetchall()
        clips = []
        for number, body, rating, flag, notes, tags, digest, missing, binned_at in rows:
            try:
                job, parsed_flag, parsed_tags = read_job(body), Flag(flag), tuple(json.loads(tags))
            except (UserError, ValueError) as error:
                log.error("The clip %s can't be read and is left as it is. %s", number, error)
                continue
            clips.append(Clip(job, number, rating, parsed_flag, notes, parsed_tags, digest, bool(missing), binned_at))
        return clips
