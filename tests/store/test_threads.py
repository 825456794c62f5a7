"""Work on a thread is never left to itself."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from threading import Event

import pytest

from kling_desktop.store.threads import DatabaseThread, WorkerThreads


@pytest.fixture
async def threads() -> AsyncIterator[WorkerThreads]:
    threads = WorkerThreads("a test")
    yield threads
    await threads.close()


async def test_a_cancelled_caller_leaves_only_when_the_thread_has_ended(threads: WorkerThreads) -> None:
    began, may_end = Event(), Event()

    def slow() -> None:
        began.set()
        may_end.wait(10)
        raise OSError("nobody is there to hear it")

    task = asyncio.create_task(threads.run_uncancellable(slow))
    await asyncio.to_thread(began.wait, 10)
    for _ in range(3):
        task.cancel()
        await asyncio.wait({task}, timeout=0.01)
        assert not task.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_results_and_errors_come_back(threads: WorkerThreads) -> None:
    for run in (threads.run, threads.run_uncancellable):
        assert await run("a-b".split, "-") == ["a", "b"]
        with pytest.raises(FileNotFoundError):
            await run(open, "/nowhere/at all")


async def test_closing_a_database_thread_waits_for_the_last_call_and_closes_the_connection(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "a.db", check_same_thread=False, isolation_level=None)
    database = DatabaseThread(connection, "a test")
    await database.run(connection.execute, "CREATE TABLE notes (text)")
    writing = asyncio.ensure_future(database.run(connection.execute, "INSERT INTO notes VALUES ('kept')"))
    await asyncio.sleep(0)
    await database.close()
    await writing
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT * FROM notes")
    with pytest.raises(RuntimeError):
        database.run_blocking(len, "closed")
