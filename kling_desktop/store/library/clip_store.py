"""The clips on disk: what is kept of each job that is done, and what its user thinks of it."""

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
"""Rows between two breaths: other writers, and other threads, get their turn."""
_CLIPS_PER_LENGTH = 25
_NEWEST_CLIPS = 100


class ClipStore:
    """The clips of one connection's database; each of its methods raises UserError when that can't be read or written.

    A clip comes in by its job being saved as done (JobStore), or by `add`; `finder` tells which answer a query. To keep
    more, add a column by a migration and name it here.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.search = ClipSearch(connection)

    @property
    def connection(self) -> sqlite3.Connection:
        return self._connection

    def get_clips(self, numbers: Sequence[int]) -> list[Clip]:
        """The clips of these numbers, in their order. One that is gone or can't be read is left out."""
        marks = ", ".join("?" * len(numbers))
        found = {clip.number: clip for clip in self._read(f"{_SELECT} WHERE number IN ({marks})", *numbers)}
        return [found[number] for number in numbers if number in found]

    def get_clip(self, job_id: str) -> Clip | None:
        """None where there is no such clip, or none that can be read."""
        return next(iter(self._read(f"{_SELECT} WHERE job = ?", job_id)), None)

    def find_by_video_id(self, image: str) -> Clip | None:
        """The clip whose video the service knows by that ID."""
        return next(iter(self._read(f"{_SELECT} WHERE image = ? LIMIT 1", image)), None)

    def count(self, service: str, profile: str) -> int:
        with translate_errors(self._connection):
            [count] = self._connection.execute(
                f"SELECT count(*) FROM clips WHERE {ACCOUNT}", (service, profile)
            ).fetchone()
        return int(count)

    def recent_for_learning(self, service: str, profile: str) -> list[Clip]:
        """The clips of an account that tell what the next ones may be like, newest first.

        They are the latest hundred, the latest of each preset, and enough of each length to know how long such ones
        take.
        """
        account = (service, profile)
        with translate_errors(self._connection):
            rows = self._latest("", account, _NEWEST_CLIPS)
            for edits in (False, True):
                of_kind = "AND (way = 'edit') = ?"
                for seconds in distinct_values(
                    self._connection, "seconds", (*account, edits), 0.0, f"{ACCOUNT} {of_kind}"
                ):
                    rows += self._latest(f"{of_kind} AND seconds = ?", (*account, edits, seconds), _CLIPS_PER_LENGTH)
            for preset in distinct_values(self._connection, "preset", account, "", f"{ACCOUNT} AND preset <> ''"):
                rows += self._latest("AND preset <> '' AND preset = ?", (*account, preset), 1)
        return sorted(self.get_clips(list(dict.fromkeys(rows))), key=lambda clip: clip.created_at, reverse=True)

    def _latest(self, condition: str, values: Sequence[object], most: int) -> list[int]:
        order = f"SELECT number FROM clips WHERE {ACCOUNT} {condition} ORDER BY made_at DESC LIMIT {most}"
        return [number for (number,) in self._connection.execute(order, tuple(values))]

    def update(self, numbers: Sequence[int], change: Callable[[Clip], Clip]) -> list[tuple[Clip, Clip]]:
        """What the user thinks of these clips, changed from what it is on disk: nobody's change in between is undone.

        Each that did change, as it was and as it is.
        """
        with transaction(self._connection):
            pairs = [(clip, new) for clip in self.get_clips(numbers) if (new := change(clip)) != clip]
            for _, new in pairs:
                self._save_review(new)
        return pairs

    def save(self, clips: Iterable[Clip]) -> None:
        """What their user thinks of them, and what is known of their files."""
        with transaction(self._connection):
            for clip in clips:
                self._save_review(clip)

    def filter_choices(self, service: str, profile: str) -> FilterChoices:
        """What an account's clips can be told apart by."""
        with translate_errors(self._connection):
            return read_filter_choices(self._connection, service, profile)

    def list_staged(self, service: str, profile: str) -> list[Clip]:
        """The clips of an account that are on their way to the bin."""
        return self._read(
            f"{_SELECT} WHERE clips.service = ? AND clips.profile = ? AND binned_at IS NOT NULL", service, profile
        )

    def restore(self, clips: Iterable[Clip]) -> list[Clip]:
        """Clips that were on their way to the bin, and where their files are now; as they are kept otherwise."""
        back: list[Clip] = []
        with transaction(self._connection):
            for clip in clips:
                kept = self.get_clip(clip.id) or clip  # judged since, perhaps
                done = replace(kept.done, file=clip.done.file)
                kept = replace(kept, job=replace(kept.job, state=done), trashed_at=None)
                self._connection.execute("UPDATE jobs SET body = ? WHERE id = ?", (write_job(kept.job), kept.id))
                write_clip(self._connection, kept.job)
                self._save_review(kept)
                back.append(kept)
        return back

    def add(self, clips: Iterable[Clip]) -> list[Clip]:
        """New clips with their jobs, such as those that were taken away or come from elsewhere; with their numbers.

        One whose job is known already is left as it is, and left out of the answer.
        """
        with transaction(self._connection):
            added = [clip.id for clip in clips if self._add(clip)]
        return [kept for job_id in added if (kept := self.get_clip(job_id))]

    def add_imported(self, clip: Clip) -> Clip | None:
        """Add a clip whose generation is to be its own, both or neither; None where another job has that by now."""
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
        """The job that has this one's generation: itself, where no other came before it."""
        claim = (job.service, job.generation, job.id)
        self._connection.execute("INSERT OR IGNORE INTO claims VALUES (?, ?, ?)", claim)
        [holder] = self._connection.execute(
            "SELECT job FROM claims WHERE service = ? AND generation = ?", claim[:2]
        ).fetchone()
        return str(holder)

    def delete(self, clips: Iterable[Clip]) -> None:
        """Takes clips off the list, with their jobs; files and claims stay."""
        with transaction(self._connection):
            for clip in clips:
                self._connection.execute("DELETE FROM clip_words WHERE rowid = ?", (clip.number,))
                self._connection.execute("DELETE FROM clips WHERE number = ?", (clip.number,))
                self._connection.execute("DELETE FROM jobs WHERE id = ? AND state = 'done'", (clip.id,))

    def create_missing_clips(self) -> None:
        """Makes a clip of each job that was done before there were clips. Breaking it off loses nothing."""
        some = f"SELECT job, body FROM clips_to_make LEFT JOIN jobs ON id = job LIMIT {_BATCH}"
        with translate_errors(self._connection):
            while rows := self._connection.execute(some).fetchall():
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
        known = (clip.rating, clip.flag, notes, tags, clip.digest, clip.is_missing, clip.trashed_at)
        self._connection.execute(
            f"UPDATE clips SET ({_REVIEW_COLUMNS}) = (?, ?, ?, ?, ?, ?, ?) WHERE job = ?", (*known, clip.id)
        )
        write_search_text(self._connection, clip.job)

    def _read(self, select: str, *values: Any) -> list[Clip]:
        with translate_errors(self._connection):
            rows = self._connection.execute(select, values).fetchall()
        clips = []
        for number, body, rating, flag, notes, tags, digest, missing, binned_at in rows:
            try:
                job, known_flag, known_tags = read_job(body), Flag(flag), tuple(json.loads(tags))
            except (UserError, ValueError) as error:
                log.error("The clip %s can't be read and is left as it is. %s", number, error)
                continue
            clips.append(Clip(job, number, rating, known_flag, notes, known_tags, digest, bool(missing), binned_at))
        return clips
