"""What other programs have written into the database, such as a `render` while the window is open."""

from collections.abc import Callable

from kling_desktop.domain.jobs.job import Job
from kling_desktop.store.database import translate_errors
from kling_desktop.store.jobs.job_store import TERMINAL_STATES, JobStore

_NEWEST = 200
"""More clips than other programs finish between two checks."""


class ForeignJobStore:
    """The jobs of one account that other processes run, on the connection of a JobStore."""

    def __init__(self, store: JobStore, owner: str, service: str, profile: str) -> None:
        self._store = store
        self._connection = store.connection
        self._account_and_owner = (service, profile, owner)

    def version(self) -> int:
        """Return a number that changes whenever another process has written something. It costs next to nothing."""
        with translate_errors(self._connection):
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def unfinished(self) -> list[Job]:
        """Return those without a clip, oldest first."""
        where = "WHERE service = ? AND profile = ? AND state <> 'done' AND owner <> ? ORDER BY created_at, rowid"
        return self._store.list_where(where, *self._account_and_owner)

    def orphaned(self, is_alive: Callable[[str], bool]) -> list[str]:
        """Return the IDs of the open ones whose process has ended."""
        marks = ", ".join("?" * len(TERMINAL_STATES))
        with translate_errors(self._connection):
            rows = self._connection.execute(
                "SELECT id, owner FROM jobs WHERE service = ? AND profile = ? AND state <> 'done' AND owner <> ?"
                f" AND state NOT IN ({marks})",
                (*self._account_and_owner, *TERMINAL_STATES),
            ).fetchall()
        dead = {owner for owner in {owner for _, owner in rows} if not is_alive(owner)}
        return [job_id for job_id, owner in rows if owner in dead]

    def newest_clips(self) -> list[str]:
        """Return the IDs of those among the latest clips that another program has finished."""
        latest = f"SELECT job FROM clips ORDER BY number DESC LIMIT {_NEWEST}"
        with translate_errors(self._connection):
            rows = self._connection.execute(
                "SELECT id FROM jobs WHERE service = ? AND profile = ? AND owner NOT IN ('', ?)"
                f" AND id IN ({latest}) ORDER BY created_at, rowid",
                self._account_and_owner,
            ).fetchall()
        return [job_id for (job_id,) in rows]
