"""Which table rows were submitted, so that none is sent twice."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.submission import TableRowKey
from kling_desktop.store.database import translate_errors


@dataclass(frozen=True, slots=True)
class SubmittedRow:
    """What became of a row: its job, when it was submitted, and whether it is still pending."""

    job_id: str
    submitted_at: float
    is_pending: bool


class SubmittedRows:
    """Submitted rows in the database. Methods that change them run in the transaction that saves the job."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def find(self, service: str, profile: str, keys: Iterable[TableRowKey]) -> dict[TableRowKey, SubmittedRow]:
        """Return those that were submitted, except when the job was refused, refunded, or cancelled before sending."""
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
        """Link the row of one job to the job that replaces it, in the same account."""
        self._connection.execute(
            "UPDATE rows_ordered SET job = ?, at = ? WHERE job = ? AND service = ? AND profile = ?",
            (to.id, to.created_at, before, to.service, to.profile),
        )

    def record(self, job: Job, key: TableRowKey, *, force: bool) -> None:
        """Link a job to its row.

        Raises:
            UserError: The row was submitted already, and `force` isn't set.
        """
        if not force and self.find(job.service, job.profile, [key]):
            raise UserError(
                "A row of this table was just submitted by another window or `render`.", "Open the table again."
            )
        self._connection.execute(
            "INSERT OR REPLACE INTO rows_ordered VALUES (?, ?, ?, ?, ?, ?)",
            (job.service, job.profile, *key, job.id, job.created_at),
        )
