"""The jobs on disk, which process carries them, and the pictures that they brought to the service."""

import logging
import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
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
from kling_desktop.store.jobs.ledger import Ledger
from kling_desktop.store.jobs.submitted_rows import SubmittedRow, SubmittedRows
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.store.library.clip_writer import write_clip

TERMINAL_STATES = tuple(kind.name for kind in TERMINAL)


@dataclass(frozen=True, slots=True)
class SubmissionLinks:
    """What a new job is for: a row of a table, to be made although it was before if `again`; or the place of another
    job, by its ID.
    """

    row: TableRowKey | None = None
    force: bool = False
    replaces: str = ""


LinksById = Mapping[str, SubmissionLinks]
"""By the ID of the job."""
_NOTHING_ELSE = SubmissionLinks()
NO_LINKS: LinksById = MappingProxyType({})
_PENDING_NAMES = tuple(kind.name for kind in PENDING)

log = logging.getLogger(__name__)


class JobStore:
    """Jobs in the database, and their charges with them. What was saved is on disk when the call returns, a job that is
    done with its clip; every method raises UserError when the database can't be read or written. terms: what the user
    set about money, as it now is."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        price_settings: Callable[[], PriceSettings] = PriceSettings,
        session: str = "",
    ) -> None:
        self._connection = connection
        self._terms = price_settings
        self._session = session
        self._ledger = Ledger(connection)
        self._rows = SubmittedRows(connection)

    @property
    def connection(self) -> sqlite3.Connection:
        return self._connection

    def list_where(self, where: str, *values: Any) -> list[Job]:
        """The jobs that a WHERE chooses. One that can't be read is told in the log, left out and kept."""
        with translate_errors(self._connection):
            rows = self._connection.execute(f"SELECT id, body FROM jobs {where}", values).fetchall()
        return _readable(rows)

    def add(self, job: Job, owner: str) -> None:
        """A job, carried by owner from now on, whatever it costs."""
        with transaction(self._connection):
            self._write(job, owner)

    def add_all(self, jobs: Sequence[Job], owner: str, links: LinksById = NO_LINKS) -> None:
        """As `add`, all or none."""
        with transaction(self._connection):
            self._add_all(jobs, owner, links)

    def add_within_limit(
        self, jobs: Sequence[Job], owner: str, links: LinksById = NO_LINKS, *, over_limit: bool = False
    ) -> None:
        """New jobs of one service, all or none: LimitExceeded when they would pass a cap with all that waits to be
        sent; it says which of them would not.

        over_cap: the user lets them.
        """
        with transaction(self._connection):
            self._add_all(jobs, owner, links)
            ids = [job.id for job in jobs]
            if over_limit:
                self._ledger.allow_over_limit(ids)
            elif jobs:
                prices = [self._ledger.reservation(job_id)[0] for job_id in ids]
                waiting = self._ledger.pending_total(jobs[0].service, excluding=ids)
                self._enforce_limit(jobs[0].service, prices, waiting)

    def find_submitted_rows(
        self, service: str, profile: str, keys: Iterable[TableRowKey]
    ) -> dict[TableRowKey, SubmittedRow]:
        """Which of these rows of tables were ordered in that account (store/rows.py)."""
        return self._rows.find(service, profile, keys)

    def save_within_limit(self, job: Job) -> None:
        """Save a job that is sent in the next moment; LimitExceeded, and nothing saved, when that would pass a cap
        which the user hasn't let it pass. What others have sent by now counts, in whichever process."""
        with transaction(self._connection):
            price, is_allowed = self._ledger.reservation(job.id)
            if not is_allowed:
                self._enforce_limit(job.service, [price], Totals())
            self._write(job, "")

    def allow_over_limit(self, job_ids: Iterable[str]) -> None:
        """The user lets these unsent jobs pass the caps."""
        with transaction(self._connection):
            self._ledger.allow_over_limit(job_ids)

    def save(self, job: Job) -> None:
        """The job as it is now; who carries it stays the same."""
        with transaction(self._connection):
            self._write(job, "")

    def get(self, job_id: str) -> Job | None:
        """None where there is no such job, or none that can be read."""
        return next(iter(self.list_where("WHERE id = ?", job_id)), None)

    def unfinished(self, service: str, profile: str) -> list[Job]:
        """The jobs of an account that are no clips, newest first: open ones, and those that came to another end."""
        choice = "WHERE service = ? AND profile = ? AND state <> 'done' ORDER BY created_at DESC, rowid DESC"
        return self.list_where(choice, service, profile)

    def finished_jobs(self, service: str, profile: str) -> list[Job]:
        """The finished jobs of an account to learn from how long such jobs take, oldest first: see ClipStore."""
        return [clip.job for clip in reversed(ClipStore(self._connection).recent_for_learning(service, profile))]

    def queue_order(self, service: str, profile: str) -> list[str]:
        """The IDs of the account's unsent jobs that the user has put in order, the next one first."""
        choice = "WHERE service = ? AND profile = ? ORDER BY place"
        with translate_errors(self._connection):
            rows = self._connection.execute(
                f"SELECT job FROM line CROSS JOIN jobs ON jobs.id = job {choice}", (service, profile)
            )
            return [job_id for (job_id,) in rows]

    def save_queue_order(self, job_ids: Sequence[str]) -> None:
        """These go one after the other, before all that nobody has put in order. What was sent loses its place."""
        marks = ", ".join("?" * len(_PENDING_NAMES))
        with transaction(self._connection):
            self._connection.execute(
                f"DELETE FROM line WHERE (SELECT state FROM jobs WHERE id = job) NOT IN ({marks})", _PENDING_NAMES
            )
            self._connection.executemany(
                "INSERT OR REPLACE INTO line SELECT id, ? FROM jobs WHERE id = ?", list(enumerate(job_ids))
            )

    def delete(self, job_id: str) -> bool:
        """Removes an ended job's card, and says whether it did: an open job stays, and so does a clip (ClipStore).
        Its generation stays claimed.
        """
        ended = [name for name in TERMINAL_STATES if name != Done.name]
        marks = ", ".join("?" * len(ended))
        with transaction(self._connection):
            gone = self._connection.execute(f"DELETE FROM jobs WHERE id = ? AND state IN ({marks})", (job_id, *ended))
            return gone.rowcount > 0

    def claim(self, job: Job) -> bool:
        """Save a job with the generation that was found for it; False, and nothing saved, where that is another's.

        Both at once: a job that doesn't know of its own claim would take its generation for another's.
        """
        with transaction(self._connection):
            self._claim(job.id, job.service, job.generation)
            [holder] = self._connection.execute(
                "SELECT job FROM claims WHERE service = ? AND generation = ?", (job.service, job.generation)
            ).fetchone()
            is_ours = bool(holder == job.id)
            if is_ours:
                self._write(job, "")
        return is_ours

    def unresolved(self, service: str) -> list[Job]:
        """The jobs of a service, of all profiles and processes, whose answer never came or has yet to come."""
        choice = "WHERE service = ? AND state <> 'done' AND state IN ('sending', 'unknown')"  # as the index has it
        return self.list_where(choice, service)

    def claimed_generations(self, service: str) -> frozenset[str]:
        """The generations of a service that some job, of any profile, holds or has held."""
        with translate_errors(self._connection):
            rows = self._connection.execute("SELECT generation FROM claims WHERE service = ?", (service,)).fetchall()
        return frozenset(generation for (generation,) in rows)

    def find_upload(self, service: str, profile: str, content: str) -> str | None:
        """The ID that a picture with that content (SHA-256, hex) has in the account; None if it isn't there."""
        with translate_errors(self._connection):
            row = self._connection.execute(
                "SELECT image FROM uploads WHERE service = ? AND profile = ? AND content = ?",
                (service, profile, content),
            ).fetchone()
        return str(row[0]) if row else None

    def add_upload(self, service: str, profile: str, content: str, image: str, requested_by: str) -> None:
        """That a picture with that content, which is now this image, was brought: by a job, or "" by the form."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT OR REPLACE INTO uploads VALUES (?, ?, ?, ?, ?)",
                (service, profile, content, image, requested_by),
            )

    def forget_uploads(self, job: Job) -> bool:
        """The service refused pictures of the job: none of them is taken to be there any more. Says whether
        somebody else had brought one, so that to bring it anew may help.
        """
        images = list(job.uploads.values())
        marks = ", ".join("?" * len(images))
        choice = f"FROM uploads WHERE service = ? AND profile = ? AND image IN ({marks})"
        with transaction(self._connection):
            brought_by = self._connection.execute(
                f"SELECT job {choice}", (job.service, job.profile, *images)
            ).fetchall()
            self._connection.execute(f"DELETE {choice}", (job.service, job.profile, *images))
        return any(other != job.id for (other,) in brought_by)

    def claim_orphans(
        self, owner: str, service: str, profile: str, origins: Collection[str], is_alive: Callable[[str], bool]
    ) -> list[Job]:
        """Takes over the account's open jobs of these origins that no other living process carries, oldest first.

        Those that owner carries already are among them. is_alive tells whether the process of that name still runs.
        """
        marks = ", ".join("?" * len(TERMINAL_STATES))
        open_ones = f"state <> 'done' AND state NOT IN ({marks})"  # "done" by its name, as the index has it
        choice = f"WHERE service = ? AND profile = ? AND {open_ones} ORDER BY created_at, rowid"
        with transaction(self._connection):
            rows = self._connection.execute(
                f"SELECT id, body, origin, owner FROM jobs {choice}", (service, profile, *TERMINAL_STATES)
            ).fetchall()
            rows = [row for row in rows if row[2] in origins]
            free = {name for name in {row[3] for row in rows} if name == owner or not (name and is_alive(name))}
            jobs = _readable((row[0], row[1]) for row in rows if row[3] in free)
            self._connection.executemany("UPDATE jobs SET owner = ? WHERE id = ?", [(owner, job.id) for job in jobs])
        return jobs

    def _write(self, job: Job, owner: str) -> None:
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
                write_job(job),
            ),
        )
        self._ledger.record(job, self._session, self._terms().user_prices)
        if job.generation:
            # In the same breath as the job itself, so that no other job can take its generation in between.
            self._claim(job.id, job.service, job.generation)
        if isinstance(job.state, Done):
            write_clip(self._connection, job)

    def _add_all(self, jobs: Sequence[Job], owner: str, links: LinksById) -> None:
        for job in jobs:
            meant = links.get(job.id, _NOTHING_ELSE)
            if meant.row:
                self._rows.record(job, meant.row, force=meant.force)
            if meant.replaces:
                self._rows.reassign(meant.replaces, job)
            self._write(job, owner)

    def _enforce_limit(self, service: str, prices: Sequence[Cost | None], waiting: Totals) -> None:
        self._ledger.enforce_limit(self._terms(), service, self._session, prices, waiting)

    def _claim(self, job_id: str, service: str, generation: str) -> None:
        self._connection.execute("INSERT OR IGNORE INTO claims VALUES (?, ?, ?)", (service, generation, job_id))


def _readable(rows: Iterable[tuple[str, str]]) -> list[Job]:
    jobs = []
    for job_id, body in rows:
        try:
            jobs.append(read_job(body))
        except UserError as error:
            log.error("The job %s can't be read and is left as it is. %s", job_id, error)
    return jobs
