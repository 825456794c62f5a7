"""The database file: created, migrated, or left alone with an error message."""

import json
import os
import random
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib.resources import files
from pathlib import Path

import pytest

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.store.database import (
    CHECK_INTERVAL,
    MAX_LOG_BYTES,
    DamagedDatabase,
    load_migrations,
    open_connection,
    open_database,
    transaction,
    translate_errors,
    write_clean_marker,
)
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.ledger import Ledger
from kling_desktop.store.library.clip_store import ClipStore
from tests.store.sample_jobs import PROFILE, SERVICE

ROOT = Path(__file__).parents[2]
WORDS = "CREATE TABLE words (word TEXT)"
MEANINGS = "ALTER TABLE words ADD COLUMN meaning TEXT NOT NULL DEFAULT '?'"


def words(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    return connection.execute("SELECT * FROM words").fetchall()


def old_database(path: Path) -> None:
    with closing(open_database(path, [WORDS])) as connection:
        connection.execute("INSERT INTO words VALUES ('fox')")


def test_a_new_database_is_durable_and_enforces_its_constraints(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "new" / "kling.db")) as connection:
        told = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
        assert told == ["wal", 2]
        assert connection.execute("PRAGMA foreign_keys").fetchone() == (1,)
        assert connection.execute("PRAGMA user_version").fetchone() == (len(load_migrations()),)


def test_the_write_ahead_log_shrinks_again_after_a_large_change(tmp_path: Path) -> None:
    path = tmp_path / "kling.db"
    write_ahead_log = path.with_name("kling.db-wal")
    with closing(open_database(path, [WORDS])) as connection, closing(open_connection(path)) as other:
        with transaction(connection):
            connection.executemany("INSERT INTO words VALUES (?)", (("fox" * 7000,) for _ in range(1000)))
        assert write_ahead_log.stat().st_size > 2 * MAX_LOG_BYTES
        for _ in range(2):  # the first starts the log anew
            with transaction(other):
                other.execute("INSERT INTO words VALUES ('owl')")
        assert write_ahead_log.stat().st_size <= MAX_LOG_BYTES


def test_the_migrations_are_numbered_without_a_gap() -> None:
    names = sorted(entry.name for entry in (files("kling_desktop.store") / "migrations").iterdir())
    scripts = [name for name in names if name.endswith(".sql")]
    assert [int(name[:4]) for name in scripts] == list(range(1, len(scripts) + 1))
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.sql", name) for name in scripts)


def test_an_old_database_is_copied_and_then_migrated(tmp_path: Path) -> None:
    path = tmp_path / "kling.db"
    old_database(path)
    with closing(open_database(path, [WORDS, MEANINGS])) as connection:
        assert words(connection) == [("fox", "?")]
    with closing(open_database(tmp_path / "kling.version-1.db", [WORDS])) as copy:
        assert words(copy) == [("fox",)]


def test_a_failed_migration_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "kling.db"
    old_database(path)
    with pytest.raises(UserError):
        open_database(path, [WORDS, f"{MEANINGS}; INSERT INTO nowhere VALUES (1)"])
    with closing(open_database(path, [WORDS])) as connection:
        assert words(connection) == [("fox",)]


def test_a_database_of_a_newer_version_is_refused_and_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "kling.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 1000")
        connection.execute(WORDS)
    before = path.read_bytes()
    with pytest.raises(UserError, match="newer version of Kling Desktop"):
        open_database(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_refused_and_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "kling.db"
    path.write_bytes(b"Dear diary, today I made a film about a fox. " * 200)
    before = path.read_bytes()
    with pytest.raises(UserError, match=r"is damaged\. Nothing in it was changed"):
        open_database(path)
    assert path.read_bytes() == before


def test_a_database_with_a_torn_page_is_refused_and_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "kling.db"
    with closing(open_database(path, [WORDS])) as connection, transaction(connection):
        connection.executemany("INSERT INTO words VALUES (?)", [("fox" * 500,)] * 50)
    torn = bytearray(path.read_bytes())
    torn[4096 * 5 : 4096 * 6] = bytes(range(256)) * 16
    path.write_bytes(torn)
    with pytest.raises(UserError, match="is damaged"):
        open_database(path, [WORDS])
    assert path.read_bytes() == torn


def test_an_unusable_folder_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="can't be used"):
        open_database(tmp_path / "file" / "kling.db")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match="can't be read or written"):
        open_database(tmp_path)


def test_a_full_disk_is_explained_and_loses_nothing(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "kling.db", [WORDS])) as connection:
        connection.execute("INSERT INTO words VALUES ('fox')")
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(UserError, match="is full"), transaction(connection):
            connection.execute("INSERT INTO words VALUES (?)", ("x" * 100_000,))
        assert words(connection) == [("fox",)]
        assert not connection.in_transaction


def test_several_programs_can_create_the_database_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from kling_desktop.store.database import open_database;"
        "sys.stdin.readline(); open_database(Path(sys.argv[1])).close()"
    )
    programs = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, tmp_path / "kling.db"],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(3)
    ]
    assert [program.communicate("go\n", timeout=30)[1] for program in programs] == [""] * 3
    assert [program.returncode for program in programs] == [0] * 3


@pytest.mark.parametrize("dump", sorted((Path(__file__).parent / "databases").iterdir()), ids=lambda dump: dump.stem)
def test_the_database_of_each_earlier_version_still_opens(dump: Path, tmp_path: Path) -> None:
    path = tmp_path / "kling.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(dump.read_text(encoding="utf-8"))
    with closing(open_database(path)) as connection:
        jobs = JobStore(connection).unfinished(SERVICE, PROFILE)
        assert [job.state.name for job in jobs] == ["generating", "waiting"]
        clips = ClipStore(connection)
        clips.create_missing_clips()
        [clip] = clips.get_clips(clips.search.find(SERVICE, PROFILE, ClipQuery()).numbers)
        assert clip.job.state.name == "done"
        assert JobStore(connection).claimed_generations(SERVICE) == {"generation-2", "generation-3"}
        version = int(dump.stem.removeprefix("version-"))
        assert JobStore(connection).queue_order(SERVICE, PROFILE) == (["job-1"] if version >= 3 else [])


def damaged(path: Path) -> None:
    """Tear a page without a trace in the file's size and times."""
    before = path.stat()
    torn = bytearray(path.read_bytes())
    torn[4096 * 5 : 4096 * 6] = bytes(range(256)) * 16
    path.write_bytes(torn)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_a_clean_database_is_checked_again_once_a_week(tmp_path: Path) -> None:
    path, note = tmp_path / "kling.db", tmp_path / "kling.db.in-order"
    with closing(open_database(path, [WORDS])) as connection, transaction(connection):
        connection.executemany("INSERT INTO words VALUES (?)", [("fox" * 500,)] * 50)
    write_clean_marker(path)
    damaged(path)
    open_database(path, [WORDS]).close()
    size, changed, checked = json.loads(note.read_text())
    note.write_text(json.dumps([size, changed, checked - CHECK_INTERVAL]))
    with pytest.raises(UserError, match="is damaged"):
        open_database(path, [WORDS])
    assert not note.exists()


def test_a_database_written_by_another_program_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "kling.db"
    with closing(open_database(path, [WORDS])) as connection, transaction(connection):
        connection.executemany("INSERT INTO words VALUES (?)", [("fox" * 500,)] * 50)
        write_clean_marker(path)
    assert not (tmp_path / "kling.db.in-order").exists()
    write_clean_marker(path)
    damaged(path)
    os.utime(path)
    with pytest.raises(UserError, match="is damaged"):
        open_database(path, [WORDS])


def test_whatever_a_disk_does_to_the_file_is_called_damage(tmp_path: Path) -> None:
    path = tmp_path / "kling.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((Path(__file__).parent / "databases" / "version-11.sql").read_text(encoding="utf-8"))
    whole, opened = path.read_bytes(), 0
    for seed in range(60):
        at, damage = random.Random(seed).randrange(len(whole)), random.Random(seed).randbytes(800)
        path.write_bytes(whole[:at] + damage + whole[at + 800 :] if seed % 3 else whole[:at])
        for leftover in tmp_path.glob("kling.*-*"):
            leftover.unlink()
        try:
            with closing(open_database(path)) as connection:
                JobStore(connection).count_unreadable(SERVICE, PROFILE)
                ledger = Ledger(connection)
                ledger.charges(SERVICE)
                ledger.prices(SERVICE, PROFILE)
                opened += 1
        except DamagedDatabase:
            continue
    assert opened < 40


def test_text_that_is_not_utf_8_is_damage(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "kling.db")) as connection:
        connection.execute("INSERT INTO claims VALUES (CAST(x'd6d6' AS TEXT), 'g', 'j')")
        with pytest.raises(DamagedDatabase), translate_errors(connection):
            connection.execute("SELECT * FROM claims").fetchall()
    write_clean_marker(tmp_path / "kling.db")
    assert not (tmp_path / "kling.db.in-order").exists(), "the next start checks it"
