"""The jobs in the database, which process runs them, and the images that were uploaded for them."""

import logging
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Cost, Job
from kling_desktop.domain.jobs.job_states import PENDING, TERMINAL, Done
from kling_desktop.domain.jobs.submission import TableRowKey
from kling_desktop.domain.spending.limits import PriceSettings
from kling_desktop.domain.spending.prices import Totals
from kling_desktop.store.codec import read_job, write_job
from kling_desktop.store.database import transaction, translate_errors
from kling_desktop.store.jobs.job_journal import MAX_BYTES, JobJournal, JournalEntry
from kling_desktop.store.jobs.ledger import Ledger
from kling_desktop.store.jobs.submitted_rows import SubmittedRow, SubmittedRows
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.store.library.clip_writer import write_clip

TERMINAL_STATES = tuple(state.name for state in TERMINAL)


@dataclass(frozen=True, slots=True)
class SubmissionLinks:
    """What a new job is linked to.

    Attributes:
        row_key: The table row that it is for.
        force: Submit the row even if it was submitted before.
        replaces: The ID of the job that it replaces.
    """

    row_key: TableRowKey | None = None
    force: bool = False
    replaces: str = ""


LinksById = Mapping[str, SubmissionLinks]
"""By the ID of the job."""
_NO_LINK = SubmissionLinks()
_BODY = "CAST(body AS BLOB)"
"""So that one that isn't UTF-8 any more leaves the others readable."""
NO_LINKS: LinksById = MappingProxyType({})
_PENDING_NAMES = tuple(state.name for state in PENDING)

log = logging.getLogger(__name__)


class JobStore:
    """Saves jobs together with their charges, and finished ones together with their clips.

    What was saved is on disk when the call returns. Every method may raise UserError, if the database can't be used.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        price_settings: Callable[[], PriceSettings] = PriceSettings,
        session: str = "",
        journal: JobJournal | None = None,
    ) -> None:
        """Use a connection.

        Args:
            connection: To an up-to-date database.
            price_settings: Returns what the user has set about money.
            session: This run of the program in the ledger.
            journal: Where every change is noted a second time.
        """
        self._journal = journal
        self._saved: list[JournalEntry] = []
        self._unreadable: set[str] = set()
        self._connection = connection
        self._price_settings = price_settings
        self._session = session
        self._ledger = Ledger(connection)
        self._rows = SubmittedRows(connection)

    @property
    def connection(self) -> sqlite3.Connection:
        return self._connection

    def list_where(self, where: str, *values: Any) -> list[Job]:
        """Return the jobs that a WHERE clause selects, except those that can't be read: they are logged and kept."""
        with translate_errors(self._connection):
            rows = self._connection.execute(f"SELECT id, {_BODY} FROM jobs {where}", values).fetchall()
        return self._readable(rows)

    def count_unreadable(self, service: str, profile: str) -> int:
        """Return how many jobs of an account can't be read, clips included. It takes a moment where there are many."""
        self.unfinished(service, profile)
        with translate_errors(self._connection):
            rows = self._connection.execute(
                "SELECT id FROM jobs WHERE service = ? AND profile = ? AND state = 'done' AND NOT json_valid(body)",
                (service, profile),
            ).fetchall()
        return len(self._unreadable.union(job_id for (job_id,) in rows))

    def add(self, job: Job, owner: str) -> None:
        """Add a job, whatever it costs; `owner` names the process that runs it."""
        with self._saving():
            self._write(job, owner)

    def add_all(self, jobs: Sequence[Job], owner: str, links: LinksById = NO_LINKS) -> None:
        """Add jobs, all or none, whatever they cost."""
        with self._saving():
            self._add_all(jobs, owner, links)

    def add_within_limit(
        self, jobs: Sequence[Job], owner: str, links: LinksById = NO_LINKS, *, over_limit: bool = False
    ) -> None:
        """Add jobs of one service, all or none.

        Args:
            jobs: New jobs.
            owner: Names the process that runs them.
            links: What they are linked to, by their IDs.
            over_limit: The user lets them exceed the spending limits.

        Raises:
            LimitExceeded: Together with all pending jobs they would exceed a limit. It says which of them would not.
        """
        with self._saving():
            self._add_all(jobs, owner, links)
            ids = [job.id for job in jobs]
            if over_limit:
                self._ledger.allow_over_limit(ids)
            elif jobs:
                prices = [self._ledger.reservation(job_id)[0] for job_id in ids]
                pending = self._ledger.pending_total(jobs[0].service, excluding=ids)
                self._enforce_limit(jobs[0].service, prices, pending)

    def find_submitted_rows(
        self, service: str, profile: str, keys: Iterable[TableRowKey]
    ) -> dict[TableRowKey, SubmittedRow]:
        """Return which of these table rows were submitted in this account."""
        return self._rows.find(service, profile, keys)

    def save_within_limit(self, job: Job) -> None:
        """Save a job that is about to be sent. What other processes have sent by now counts too.

        Raises:
            LimitExceeded: It would exceed a limit without the user's consent; nothing is saved.
        """
        with self._saving():
            price, is_allowed = self._ledger.reservation(job.id)
            if not is_allowed:
                self._enforce_limit(job.service, [price], Totals())
            self._write(job, "")

    def allow_over_limit(self, job_ids: Iterable[str]) -> None:
        """The user lets these pending jobs exceed the limits."""
        with transaction(self._connection):
            self._ledger.allow_over_limit(job_ids)

    def save(self, job: Job) -> None:
        """Save a job as it is now; its owner stays the same."""
        with self._saving():
            self._write(job, "")

    def get(self, job_id: str) -> Job | None:
        """Return a job; None if it doesn't exist or can't be read."""
        return next(iter(self.list_where("WHERE id = ?", job_id)), None)

    def unfinished(self, service: str, profile: str) -> list[Job]:
        """Return an account's jobs without a clip, newest first: open ones and those that ended another way."""
        where = "WHERE service = ? AND profile = ? AND state <> 'done' ORDER BY created_at DESC, rowid DESC"
        return self.list_where(where, service, profile)

    def finished_jobs(self, service: str, profile: str) -> list[Job]:
        """Return recent finished jobs of an account, oldest first, to learn durations from; see ClipStore."""
        return [clip.job for clip in reversed(ClipStore(self._connection).recent_for_learning(service, profile))]

    def queue_order(self, service: str, profile: str) -> list[str]:
        """Return the IDs of the account's pending jobs that the user has moved, the next one first."""
        where = "WHERE service = ? AND profile = ? ORDER BY place"
        with translate_errors(self._connection):
            rows = self._connection.execute(
                f"SELECT job FROM line CROSS JOIN jobs ON jobs.id = job {where}", (service, profile)
            )
            return [job_id for (job_id,) in rows]

    def save_queue_order(self, job_ids: Sequence[str]) -> None:
        """Save that these go one after the other, before all others. Jobs that were sent lose their position."""
        marks = ", ".join("?" * len(_PENDING_NAMES))
        with transaction(self._connection):
            self._connection.execute(
                f"DELETE FROM line WHERE (SELECT state FROM jobs WHERE id = job) NOT IN ({marks})", _PENDING_NAMES
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO line SELECT id, ? FROM jobs WHERE id = ?", list(enumerate(job_ids))
            )

    def delete(self, job_id: str) -> bool:
        """Delete a job that ended without a clip; its generation stays claimed.

        Returns:
            Whether it was deleted: open jobs stay, and so do clips, which ClipStore deletes.
        """
        ended = [name for name in TERMINAL_STATES if name != Done.name]
        marks = ", ".join("?" * len(ended))
        with self._saving():
            gone = self._connection.execute(f"DELETE FROM jobs WHERE id = ? AND state IN ({marks})", (job_id, *ended))
            if gone.rowcount:
                self._saved.append(JournalEntry(job_id))
            return gone.rowcount > 0

    def claim(self, job: Job) -> bool:
        """Save a job with the generation that was found for it; False, and nothing saved, if another job has it.

        Claim and job are saved together: a job that doesn't know of its claim would take its generation for another's.
        """
        with self._saving():
            self._claim(job.id, job.service, job.generation)
            [holder] = self._connection.execute(
                "SELECT job FROM claims WHERE service = ? AND generation = ?", (job.service, job.generation)
            ).fetchone()
            is_ours = bool(holder == job.id)
            if is_ours:
                self._write(job, "")
        return is_ours

    def unresolved(self, service: str) -> list[Job]:
        """Return a service's jobs, of all profiles and processes, whose answer never came or has yet to come."""
        where = "WHERE service = ? AND state <> 'done' AND state IN ('sending', 'unknown')"  # as the index has it
        return self.list_where(where, service)

    def claimed_generations(self, service: str) -> frozenset[str]:
        """Return a service's generations that any job, of any profile, has or had."""
        with translate_errors(self._connection):
            rows = self._connection.execute("SELECT generation FROM claims WHERE service = ?", (service,)).fetchall()
        return frozenset(generation for (generation,) in rows)

    def find_upload(self, service: str, profile: str, content: str) -> str | None:
        """Return the ID that an image with this content (SHA-256, hex) has in the account; None if it isn't there."""
        with translate_errors(self._connection):
            row = self._connection.execute(
                "SELECT image FROM uploads WHERE service = ? AND profile = ? AND content = ?",
                (service, profile, content),
            ).fetchone()
        return str(row[0]) if row else None

    def add_upload(self, service: str, profile: str, content: str, image: str, requested_by: str) -> None:
        """Save that an image with this content was uploaded, for a job or ("") for the form."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?, ?)",
                (service, profile, content, image, requested_by),
            )

    def forget_uploads(self, job: Job) -> bool:
        """Take none of a job's images to be at the service any more, since it refused them.

        Returns:
            Whether one of them was uploaded for another job or the form, so that uploading it again may help.
        """
        images = list(job.uploads.values())
        marks = ", ".join("?" * len(images))
        table = f"FROM uploads WHERE service = ? AND profile = ? AND image IN ({marks})"
        with transaction(self._connection):
            uploaded_for = self._connection.execute(
                f"SELECT job {table}", (job.service, job.profile, *images)
            ).fetchall()
            self._connection.execute(f"DELETE {table}", (job.service, job.profile, *images))
        return any(other != job.id for (other,) in uploaded_for)

    def claim_orphans(
        self, owner: str, service: str, profile: str, origins: Collection[str], is_alive: Callable[[str], bool]
    ) -> list[Job]:
        """Take over the account's open jobs that no other living process runs.

        Args:
            owner: Names the process that takes over.
            service: The service.
            profile: The profile.
            origins: From where the jobs were submitted.
            is_alive: Whether the process of this name still runs.

        Returns:
            All that this process runs now, oldest first, with those that it ran before.
        """
        marks = ", ".join("?" * len(TERMINAL_STATES))
        is_open = f"state <> 'done' AND state NOT IN ({marks})"  # "done" by its name, as the index has it
        where = f"WHERE service = ? AND profile = ? AND {is_open} ORDER BY created_at, rowid"
        with transaction(self._connection):
            rows = self._connection.execute(
                f"SELECT id, {_BODY}, origin, owner FROM jobs {where}", (service, profile, *TERMINAL_STATES)
            ).fetchall()
            rows = [row for row in rows if row[2] in origins]
            free = {name for name in {row[3] for row in rows} if name == owner or not (name and is_alive(name))}
            jobs = self._readable((row[0], row[1]) for row in rows if row[3] in free)
            self._connection.executemany("UPDATE jobs SET owner = ? WHERE id = ?", [(owner, job.id) for job in jobs])
        return jobs

    def restore_lost(self) -> int:
        """Put back what the journal has and the database has lost, and return how many jobs that were."""
        if self._journal is None:
            return 0
        with transaction(self._connection):
            [before] = self._connection.execute("SELECT position FROM journal").fetchone()
            position, entries = self._journal.entries_after(before)
            restored = sum(self._restore(entry) for entry in entries)
            self._connection.execute("UPDATE journal SET position = ?", (position,))
        if restored:
            log.error("The database had lost its newest changes: %d jobs are restored from the journal", restored)
        return restored

    def _restore(self, entry: JournalEntry) -> bool:
        before = self._connection.execute("SELECT body FROM jobs WHERE id = ?", (entry.job_id,)).fetchone()
        if not entry.body:
            self._connection.execute("DELETE FROM jobs WHERE id = ?", (entry.job_id,))
            return before is not None
        if before == (entry.body,):
            return False
        try:
            job = read_job(entry.body)
        except UserError as error:
            log.error("The job %s in the journal can't be read: %s", entry.job_id, error)
            return False
        if entry.row_key:
            self._rows.record(job, entry.row_key, force=True)
        self._write(job, entry.owner)
        return True

    @contextmanager
    def _saving(self) -> Iterator[None]:
        """Run the body as one transaction, and note what it has saved in the journal once that is on disk."""
        self._saved = []
        with transaction(self._connection):
            yield
            position = self._advance() if self._journal and self._saved else 0
        if self._journal and position:
            size = self._journal.append(position, self._saved)
            if size > MAX_BYTES and self._is_merged():
                self._journal.compact(position)

    def _advance(self) -> int:
        [position] = self._connection.execute(
            "UPDATE journal SET position = position + 1 RETURNING position"
        ).fetchone()
        return int(position)

    def _is_merged(self) -> bool:
        """Move the write-ahead log into the database, and return whether nothing is left that it could lose."""
        with translate_errors(self._connection):
            busy, pages, merged = self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return not busy and pages == merged

    def _write(self, job: Job, owner: str, row_key: TableRowKey | None = None) -> None:
        body = write_job(job)
        self._saved.append(JournalEntry(job.id, body, owner, job.state.name, row_key))
        self._connection.execute(
            "INSERT INTO jobs (id, service, profile, origin, state, created_at, owner, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body",
            (
                job.id,
                job.service,
                job.profile,
                job.submitted_from,
                job.state.name,
                job.created_at,
                owner,
                body,
            ),
        )
        self._ledger.record(job, self._session, self._price_settings().user_prices)
        if job.generation:
            # In the same transaction as the job, so that no other job can take its generation in between.
            self._claim(job.id, job.service, job.generation)
        if isinstance(job.state, Done):
            write_clip(self._connection, job)

    def _add_all(self, jobs: Sequence[Job], owner: str, links: LinksById) -> None:
        for job in jobs:
            link = links.get(job.id, _NO_LINK)
            if link.row_key:
                self._rows.record(job, link.row_key, force=link.force)
            if link.replaces:
                self._rows.reassign(link.replaces, job)
            self._write(job, owner, link.row_key)

    def _enforce_limit(self, service: str, prices: Sequence[Cost | None], pending: Totals) -> None:
        self._ledger.enforce_limit(self._price_settings(), service, self._session, prices, pending)

    def _claim(self, job_id: str, service: str, generation: str) -> None:
        self._connection.execute("INSERT OR IGNORE INTO claims VALUES (?, ?, ?)", (service, generation, job_id))

    def _readable(self, rows: Iterable[tuple[str, bytes]]) -> list[Job]:
        jobs = []
        for job_id, body in rows:
            try:
                jobs.append(read_job(body.decode()))
            except (UserError, UnicodeDecodeError):
                if job_id not in self._unreadable:
                    log.error("The job %s can't be read and is left as it is", job_id)
                self._unreadable.add(job_id)
        return jobs
