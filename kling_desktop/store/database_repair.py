"""Makes a new database of what can still be read in a damaged one, which is kept."""

import logging
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.store.database import LOCK_TIMEOUT, open_database, transaction
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.process_lock import running_processes

_PARTS = ("", "-wal", "-shm")
"""The endings of the files of a database."""
_MADE_ANEW = frozenset({"clips_to_make", "clip_order", "journal"})
_DAMAGE = (sqlite3.Error, UnicodeDecodeError, MemoryError)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RepairResult:
    """Where the damaged file is now, and how many jobs and clips were taken over from it."""

    kept: Path
    jobs: int


def repair_database(folders: Folders) -> RepairResult:
    """Set a damaged database aside and make a new one of what can be read in it. Blocking.

    Raises:
        UserError: Another process uses it, or the folder can't be written to. The damaged file is where it was, or
            beside it under its new name.
    """
    path = folders.database
    if running_processes(folders.process_locks):
        hint = "Wait for `kling-desktop render` to end, or stop it, and try again."
        raise UserError("The database can't be repaired while another Kling Desktop uses it.", hint)
    try:
        with FileLock(path.with_name(f"{path.name}.lock"), timeout=3 * LOCK_TIMEOUT):
            kept = _set_aside(path)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".repair-") as place:
            copy = Path(place) / path.name  # reading a database writes beside it
            for part in _PARTS:
                with suppress(FileNotFoundError):
                    shutil.copyfile(f"{kept}{part}", f"{copy}{part}")
            with closing(open_database(path)) as new:
                return RepairResult(kept, _take_over(copy, new))
    except OSError as error:
        hint = "Check that you can write to its folder and that the disk has free space."
        raise UserError(f"The database can't be repaired: {os_error_reason(error)}.", hint) from error


def _set_aside(path: Path) -> Path:
    number = 1
    while (kept := path.with_name(f"{path.stem}.broken-{number}{path.suffix}")).exists():
        number += 1
    for part in reversed(_PARTS):  # the database last: until then it is the one that is opened
        with suppress(FileNotFoundError):
            Path(f"{path}{part}").rename(f"{kept}{part}")
    return kept


def _take_over(damaged: Path, new: sqlite3.Connection) -> int:
    """Copy each row that can be read, and return how many jobs there are now."""
    new.execute("PRAGMA foreign_keys = OFF")
    with closing(sqlite3.connect(damaged, isolation_level=None)) as old:
        for table, columns in _tables(new):
            with transaction(new):
                _copy(old, new, table, columns)
    new.execute("PRAGMA foreign_keys = ON")
    with transaction(new):  # the next start makes their clips, with what is searched for
        new.execute("INSERT OR IGNORE INTO clips_to_make SELECT id FROM jobs WHERE state = 'done'")
    [jobs] = new.execute("SELECT count(*) FROM jobs").fetchone()
    return int(jobs)


def _tables(connection: sqlite3.Connection) -> list[tuple[str, list[str]]]:
    """Return the tables with rows of their own, with their columns."""
    rows = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'").fetchall()
    virtual = tuple(f"{name}_" for name, sql in rows if "VIRTUAL" in sql)
    names = [name for name, sql in rows if "VIRTUAL" not in sql and not name.startswith((*virtual, "sqlite_"))]
    return [
        (name, [column[1] for column in connection.execute(f"PRAGMA table_info({name})")])
        for name in names
        if name not in _MADE_ANEW
    ]


def _copy(old: sqlite3.Connection, new: sqlite3.Connection, table: str, columns: Sequence[str]) -> None:
    try:
        known = {row[1] for row in old.execute(f"PRAGMA table_info({table})")}
    except _DAMAGE:
        return
    if not known:
        return
    names = ", ".join(column for column in columns if column in known)
    marks = ", ".join("?" for column in columns if column in known)
    for row in _rows(old, f"SELECT {names} FROM {table}"):
        with suppress(sqlite3.IntegrityError):  # a value that no version has written
            new.execute(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", row)


def _rows(old: sqlite3.Connection, select: str) -> Iterator[tuple[object, ...]]:
    """Yield what can be read from the start, then what can be read from the end: damage lies in between."""
    for order in ("", " ORDER BY rowid DESC", " ORDER BY 1, 2", " ORDER BY 1 DESC, 2 DESC"):
        try:
            yield from old.execute(f"{select}{order}")
        except _DAMAGE as error:
            log.info("a table can't be read to its end: %s", type(error).__name__)
        else:
            return
