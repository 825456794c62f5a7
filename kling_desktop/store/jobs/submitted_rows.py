"""Which rows of tables were ordered, so that none is sent twice."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.submission import TableRowKey
from kling_desktop.store.database import translate_errors


@dataclass(frozen=True, slots=True)
class SubmittedRow:
    """What became of a row: its job, when it was ordered, and whether it waits here, unsent, to go on."""

    job_id: str
    submitted_at: float
    is_pending: bool


class SubmittedRows:
    """What changes them is called within a transaction of the caller's, the one that saves the job."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, service: str, profile: str, keys: Iterable[TableRowKey]) -> dict[TableRowKey, SubmittedRow]:
        """Those that were ordered. One that was refused, refunded or taken back before it was sent was not."""
        found = {}
        with translate_errors(self._connection):
            for key in keys:
                row = self._connection.execute(
                    "SELECT rows_ordered.job, rows_ordered.at, min(charges.state = 'reserved')"
                    " FROM rows_ordered JOIN charges ON charges.job = rows_ordered.job"
                    " WHERE rows_ordered.service = ? AND rows_ordered.profile = ?"
                    " AND content = ? AND rows_ordered.number = ? AND charges.state <> 'refunded'",
                    (service, profile, *key),
                ).fetchone()
                if row and row[0] is not None:
                    found[key] = SubmittedRow(row[0], row[1], bool(row[2]))
        return found

    def reassign(self, before: str, to: Job) -> None:
        """The row that the one job was ordered for is now the other's of the same account, made in its place."""
        self._connection.execute(
            "UPDATE rows_ordered SET job = ?, at = ? WHERE job = ? AND service = ? AND profile = ?",
            (to.id, to.created_at, before, to.service, to.profile),
        )

    def record(self, job: Job, key: TableRowKey, *, force: bool) -> None:
        """That this job is for that row; UserError where another one is, unless it is to be made again."""
        if not force and self.find(job.service, job.profile, [key]):
            raise UserError(
                "A row of this table has just been ordered by another window or `render`.", "Look at the table again."
            )
        self._connection.execute(
            "INSERT OR REPLACE INTO rows_ordered VALUES (?, ?, ?, ?, ?, ?)",
            (job.service, job.profile, *key, job.id, job.created_at),
        )
