"""A line for each time that jobs were saved, in a file beside the database.

A database in WAL mode forgets its newest changes if the write-ahead log is damaged or deleted, and a job that was
accepted would look as if it had never been sent. The journal is read at the start and puts such jobs back.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from kling_desktop.atomic_file import write_atomic
from kling_desktop.domain.jobs.job_states import TERMINAL, Generating, Sending, Unknown
from kling_desktop.domain.jobs.submission import TableRowKey
from kling_desktop.file_sync import sync_file

_LOCK_TIMEOUT = 10.0  # seconds to wait for another window
MAX_BYTES = 4_000_000
"""How long the journal may get before what is safe in the database is dropped."""
_PAID = frozenset({Sending.name, Unknown.name, Generating.name})
"""The states in which a job may have been paid for, and nothing else says so."""
_ENDED = frozenset(state.name for state in TERMINAL)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A job as it was saved.

    Attributes:
        job_id: Its ID.
        body: As in the database; "" if the job was deleted.
        owner: The process that runs it.
        state: The name of its state.
        row_key: The table row that it is for.
    """

    job_id: str
    body: str = ""
    owner: str = ""
    state: str = ""
    row_key: TableRowKey | None = None

    @property
    def is_over(self) -> bool:
        return not self.body or self.state in _ENDED


class JobJournal:
    """The file. Blocking; several processes may write to it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, position: int, entries: Iterable[JournalEntry]) -> int:
        """Write what was saved with a transaction, and return the size of the file.

        What money depends on is on disk at the end. The rest outlives a kill at once, and a power failure soon. A
        journal that can't be written is logged: the database has the jobs all the same.
        """
        entries = tuple(entries)
        lines = "".join(f"{json.dumps(_line(position, entry))}\n" for entry in entries).encode()
        try:
            with self._lock():
                handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                try:
                    os.write(handle, lines)
                    if any(entry.state in _PAID for entry in entries):
                        sync_file(handle)
                    return os.fstat(handle).st_size
                finally:
                    os.close(handle)
        except (OSError, Timeout) as error:
            log.info("the journal of the jobs can't be written: %s", error)
            return 0

    def entries_after(self, position: int) -> tuple[int, tuple[JournalEntry, ...]]:
        """Return the newest position, and the newest entry of each job that was saved after this one."""
        newest, entries = position, dict[str, JournalEntry]()
        for at, entry in self._read():
            if at > position:
                newest = max(newest, at)
                before = entries.get(entry.job_id, entry)
                owner, row_key = entry.owner or before.owner, entry.row_key or before.row_key
                entries[entry.job_id] = replace(entry, owner=owner, row_key=row_key)
        return newest, tuple(entries.values())

    def compact(self, position: int) -> None:
        """Drop what the database has for certain: all up to this position but the newest lines of unfinished jobs."""
        try:
            with self._lock():
                newest = {entry.job_id: (at, entry) for at, entry in self._read()}
                kept = [pair for pair in newest.values() if pair[0] > position or not pair[1].is_over]
                write_atomic(self._path, "".join(f"{json.dumps(_line(*pair))}\n" for pair in kept))
        except (OSError, Timeout) as error:
            log.info("the journal of the jobs can't be shortened: %s", error)

    def _lock(self) -> FileLock:
        return FileLock(self._path.with_name(f"{self._path.name}.lock"), timeout=_LOCK_TIMEOUT)

    def _read(self) -> Iterator[tuple[int, JournalEntry]]:
        """Yield all lines that can be read. The last one may have been cut off."""
        try:
            content = self._path.read_bytes()
        except OSError as error:
            if not isinstance(error, FileNotFoundError):
                log.error("the journal of the jobs can't be read: %s", error)
            return
        for line in content.splitlines():
            try:
                yield _entry(json.loads(line))
            except (ValueError, TypeError, KeyError, RecursionError):
                continue


def _line(position: int, entry: JournalEntry) -> Mapping[str, Any]:
    values = {"at": position, "job": entry.job_id, "state": entry.state, "owner": entry.owner, "body": entry.body}
    return {**values, "row": list(entry.row_key)} if entry.row_key else values


def _entry(line: Any) -> tuple[int, JournalEntry]:
    content, number = line.get("row") or ("", 0)
    row_key = TableRowKey(str(content), int(number)) if content else None
    job_id, body, owner, state = (str(line[name]) for name in ("job", "body", "owner", "state"))
    return int(line["at"]), JournalEntry(job_id, body, owner, state, row_key)
