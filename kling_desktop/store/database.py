"""Opens the SQLite database, checks it and migrates it."""

import json
import logging
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path

from filelock import FileLock, Timeout

from kling_desktop.atomic_file import atomic_path, sync_folder, write_atomic
from kling_desktop.domain.errors import UserError, os_error_reason

CHECK_INTERVAL = 7 * 86_400.0  # seconds
MAX_LOG_BYTES = 8 * 2**20
"""How large the write-ahead log stays at most once its changes are in the database, after a large import, say."""
LOCK_TIMEOUT = 10.0  # seconds to wait for another process's transaction
log = logging.getLogger(__name__)

_HINT = "Check that you can write there, and that the disk has space."
_ACCESS_CODES = (
    *(sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN),
    *(sqlite3.SQLITE_NOLFS, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT),
    *(sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISUSE),
)
"""Everything else that is no lack of room or time means that the content can't be right: a schema that lacks a table, a
text that is too long, or what SQLite itself calls corrupt.
"""


_seen_damaged: set[Path] = set()
"""The files in which this process has met damage: the next start has to check them."""


class DamagedDatabase(UserError):
    """The file holds something else than what the app has written."""


def open_database(path: Path, migrations: Sequence[str] | None = None) -> sqlite3.Connection:
    """Open the database, and create or migrate it if necessary.

    Commits are on disk when they return. Only one thread may use the connection at a time.

    Args:
        path: The file.
        migrations: SQL scripts that lead from version 0 upwards; the app's own by default.

    Raises:
        UserError: It is damaged, too new or can't be accessed.
    """
    steps = load_migrations() if migrations is None else migrations
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Two programs may start at once: one creates or migrates the file, the other waits.
        with FileLock(path.with_name(f"{path.name}.lock"), timeout=3 * LOCK_TIMEOUT):
            _keep_private(path)
            connection = sqlite3.connect(path, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False)
            try:
                _prepare(connection, path, steps)
            except BaseException:
                connection.close()
                raise
    except Timeout as error:
        raise UserError(
            f"Another program is using {path}.", "Close other windows of Kling Desktop and start it again."
        ) from error
    except OSError as error:
        raise UserError(f"The folder {path.parent} can't be used: {os_error_reason(error)}.", _HINT) from error
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise _user_error(error, path) from error
    return connection


def open_connection(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open another connection to a database that `open_database` has migrated, for another thread.

    Its commits are atomic, but a power failure may undo the latest ones.
    """
    try:
        connection = sqlite3.connect(path, timeout=LOCK_TIMEOUT, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA journal_size_limit = {MAX_LOG_BYTES}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA query_only = {int(read_only)}")
    except sqlite3.Error as error:
        raise _user_error(error, path) from error
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the body as one transaction, with no other writer. It is on disk at the end; UserError says why it failed."""
    with translate_errors(connection):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextmanager
def translate_values(connection: sqlite3.Connection) -> Iterator[None]:
    """As `translate_errors`, and for reading alone: a value that the app has never written is damage, too."""
    try:
        with translate_errors(connection):
            yield
    except (LookupError, ArithmeticError, TypeError, ValueError) as error:
        raise _damaged(_path_of(connection)) from error


@contextmanager
def translate_errors(connection: sqlite3.Connection) -> Iterator[None]:
    """Turn the database's own errors into UserError. Text that isn't UTF-8 any more is one of them."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise _user_error(error, _path_of(connection)) from error


def write_clean_marker(path: Path) -> None:
    """Record that a closed database was found undamaged.

    Until another program writes to the file, the next start skips the check, which takes long with many clips. Once a
    week it is checked anyway.
    """
    with suppress(OSError, sqlite3.Error):  # then the next start checks it
        if path in _seen_damaged:
            _marker_path(path).unlink(missing_ok=True)
            return
        if _has_unmerged_changes(path):
            return  # another program has it open and may still write
        checked = _read_marker(path)[2] or time.time()
        write_atomic(_marker_path(path), json.dumps([*_fingerprint(path), checked]))


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Read everything in the body from the same snapshot."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")


def load_migrations() -> list[str]:
    """Return the app's numbered migrations in order: the first leads from version 0 to 1."""
    folder = files("kling_desktop.store") / "migrations"
    scripts = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return [script.read_text(encoding="utf-8") for script in scripts]


def _prepare(connection: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    # Nothing may be written before we know that the file is undamaged and of a version that this app understands.
    version = _version(connection)
    if version > len(migrations):
        raise UserError(
            f"{path} was written by a newer version of Kling Desktop.", "Start that version, or update this one."
        )
    if not _is_clean(path):
        _marker_path(path).unlink(missing_ok=True)
        [result] = connection.execute("PRAGMA quick_check(1)").fetchone()
        if result != "ok":
            raise sqlite3.DatabaseError(result)
    if 0 < version < len(migrations):
        _back_up(connection, path.with_name(f"{path.stem}.version-{version}{path.suffix}"))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {MAX_LOG_BYTES}")
    for number in range(version + 1, len(migrations) + 1):
        _migrate(connection, number, migrations[number - 1])
    if version == 0:
        # SQLite syncs the file's content, but not its name or a new folder.
        sync_folder(path.parent)
        sync_folder(path.parent.parent)
    connection.execute("PRAGMA foreign_keys = ON")


def _keep_private(path: Path) -> None:
    """Let only the owner read the file; SQLite gives those beside it the same permissions."""
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    for file in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        with suppress(OSError):  # a disk that knows no permissions, or no such file
            file.chmod(0o600)


def _is_clean(path: Path) -> bool:
    size, modified, checked = _read_marker(path)
    is_fresh = 0 <= time.time() - checked < CHECK_INTERVAL
    return is_fresh and not _has_unmerged_changes(path) and (size, modified) == _fingerprint(path)


def _fingerprint(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _has_unmerged_changes(path: Path) -> bool:
    """Whether the write-ahead log holds changes that aren't in the file yet, as after a crash."""
    write_ahead_log = path.with_name(f"{path.name}-wal")
    return write_ahead_log.exists() and write_ahead_log.stat().st_size > 0


def _marker_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.in-order")


def _read_marker(path: Path) -> tuple[int, int, float]:
    """Return size and modification time when the database was last clean, and when it was last checked; 0 if
    unknown.
    """
    try:
        size, modified, checked = json.loads(_marker_path(path).read_bytes())
        return int(size), int(modified), float(checked)
    except (OSError, ValueError, TypeError):
        return 0, 0, 0.0


def _migrate(connection: sqlite3.Connection, number: int, script: str) -> None:
    try:
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}\n;PRAGMA user_version = {number};\nCOMMIT;")
    except sqlite3.Error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _back_up(connection: sqlite3.Connection, target: Path) -> None:
    with atomic_path(target) as part:
        _keep_private(part)
        with closing(sqlite3.connect(part)) as copy:
            connection.backup(copy)
    sync_folder(target.parent)


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _path_of(connection: sqlite3.Connection) -> Path:
    return Path(connection.execute("PRAGMA database_list").fetchone()[2])


def _user_error(error: sqlite3.Error | UnicodeDecodeError, path: Path) -> UserError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return UserError(f"The disk of {path} is full.", "Free some space and try again.")
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return UserError(f"Another program is using {path}.", "Close other windows of Kling Desktop and try again.")
    log.info("The database has an error of type %s, code %d", type(error).__name__, code)
    if code in _ACCESS_CODES:
        return UserError(f"{path} can't be read or written.", _HINT)
    return _damaged(path)


def _damaged(path: Path) -> DamagedDatabase:
    _seen_damaged.add(path)
    return DamagedDatabase(
        f"The file {path} is damaged. Nothing in it was changed.",
        "Restore a copy from your backup, or repair it in the window of Kling Desktop.",
    )
