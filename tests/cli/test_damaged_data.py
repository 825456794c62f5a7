"""Damaged data of the app: told, never paid for twice, and never an exit code that says all is well."""

import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.app_cli import AppCli, SandboxServer

POLL = ("--poll", "0.1", "--json")


def killed_when(cli: AppCli, service: SandboxServer, state: str) -> Path:
    """Kill a render once its job is in this state, and return the database."""
    words = ("--api", service.base, *POLL, "--out", "clips", cli.write("a.json", prompt=f"Killed when {state}"))
    with cli.with_key().start("render", *words) as running:
        running.until(lambda event: event["state"] == state)
        running.end(signal.SIGKILL)
    return cli.home / "data" / "kling-desktop" / "kling.db"


@pytest.mark.parametrize("damage", ["deleted", "flipped"])
def test_a_damaged_log_sends_nothing_twice_and_is_told(cli: AppCli, service: SandboxServer, damage: str) -> None:
    database = killed_when(cli, service, "generating")
    wal = database.with_name("kling.db-wal")
    content = bytearray(wal.read_bytes())
    if damage == "deleted":
        wal.unlink()
    else:
        content[4200] ^= 0xFF  # within the first of its pages
        wal.write_bytes(content)
    resumed = cli.with_key().run("resume", "--api", service.base, *POLL)
    assert service.accepted == 1
    assert [end["state"] for end in resumed.ends] == ["done"]
    assert resumed.code == 1
    assert "1 job is restored" in resumed.err
    again = cli.with_key().run("resume", "--api", service.base, *POLL)
    assert (again.code, again.err, service.accepted) == (0, "", 1)


def test_a_job_that_cannot_be_read_is_counted(cli: AppCli, service: SandboxServer) -> None:
    database = killed_when(cli, service, "generating")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE jobs SET body = substr(body, 5)")
    resumed = cli.with_key().run("resume", "--api", service.base, *POLL)
    assert (resumed.code, resumed.out, service.accepted) == (1, "", 1)
    assert "1 job in the database is damaged" in resumed.err


def test_a_damaged_database_is_told_alike(cli: AppCli, service: SandboxServer) -> None:
    database = cli.home / "data" / "kling-desktop" / "kling.db"
    database.parent.mkdir(parents=True)
    database.write_bytes(b"SQLite format 3\0" + b"\xd6\x99" * 4096)
    for words in (("resume",), ("render", cli.write("a.json")), ("render", "--dry-run", "a.json")):
        result = cli.with_key().run(*words, "--api", service.base, *POLL)
        assert (result.code, result.out, service.accepted) == (2, "", 0)
        assert "kling.db is damaged" in result.err
