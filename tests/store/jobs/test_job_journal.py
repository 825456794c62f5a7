"""What the database loses with its write-ahead log, the journal brings back: what was accepted isn't sent again."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Event
from kling_desktop.domain.jobs.submission import TableRowKey
from kling_desktop.store.database import open_database
from kling_desktop.store.jobs.job_journal import JobJournal, JournalEntry
from kling_desktop.store.jobs.job_store import JobStore, SubmissionLinks
from tests.store.sample_jobs import PROFILE, SERVICE, a_job

ROW = TableRowKey("c0ffee", 1)


def store_in(folder: Path, connection: sqlite3.Connection) -> JobStore:
    return JobStore(connection, journal=JobJournal(folder / "kling.journal.jsonl"))


def accepted(job: Job) -> Job:
    uploading = job.transition(Event.START, job_states.Uploading())
    sending = uploading.transition(Event.SEND, job_states.Sending(), sent_at=5.0)
    return sending.transition(Event.ACCEPT, job_states.Generating("generation-9"))


def delete(wal: Path) -> None:
    wal.unlink()


def cut(wal: Path) -> None:
    wal.write_bytes(wal.read_bytes()[: wal.stat().st_size // 3])


def flip(wal: Path) -> None:
    content = bytearray(wal.read_bytes())
    content[len(content) // 2] ^= 0xFF
    wal.write_bytes(content)


def killed_after(folder: Path, *steps: Callable[[JobStore], object]) -> Path:
    """Run these steps, and return the folder as a kill would leave it, with the write-ahead log."""
    folder.mkdir()
    with closing(open_database(folder / "kling.db")):
        pass  # the file is whole without its log
    left = folder.with_name("left")
    left.mkdir()
    with closing(open_database(folder / "kling.db")) as connection:
        for step in steps:
            step(store_in(folder, connection))
        for file in folder.iterdir():
            (left / file.name).write_bytes(file.read_bytes())
    return left


@pytest.mark.parametrize("damage", [delete, cut, flip])
def test_an_accepted_job_stays_accepted_whatever_happens_to_the_log(
    tmp_path: Path, damage: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    one, two = a_job(), a_job("job-two")
    left = killed_after(
        tmp_path / "home",
        lambda store: store.add_all([one, two], "me", {one.id: SubmissionLinks(ROW)}),
        lambda store: store.save(accepted(one)),
    )
    damage(left / "kling.db-wal")
    with closing(open_database(left / "kling.db")) as connection:
        store = store_in(left, connection)
        assert store.restore_lost() in (1, 2)
        assert "lost its newest changes" in caplog.text
        jobs = {job.id: job for job in store.unfinished(SERVICE, PROFILE)}
        assert jobs == {one.id: accepted(one), two.id: two}
        assert store.claimed_generations(SERVICE) == {"generation-9"}
        assert store.find_submitted_rows(SERVICE, PROFILE, [ROW])[ROW].job_id == one.id
        assert store.restore_lost() == 0
        store.save(replace(two, notice="later"))
    with closing(open_database(left / "kling.db")) as connection:
        assert store_in(left, connection).restore_lost() == 0


def test_a_whole_database_takes_nothing_from_the_journal(tmp_path: Path) -> None:
    left = killed_after(tmp_path / "home", lambda store: store.add(a_job(), "me"))
    with closing(open_database(left / "kling.db")) as connection:
        assert store_in(left, connection).restore_lost() == 0
    assert (tmp_path / "home" / "kling.journal.jsonl").stat().st_mode & 0o077 == 0


def test_a_deleted_job_stays_deleted(tmp_path: Path) -> None:
    cancelled = a_job(state=job_states.Cancelled())
    left = killed_after(
        tmp_path / "home",
        lambda store: store.add(a_job(), "me"),
        lambda store: store.save(cancelled),
        lambda store: store.delete(cancelled.id),
    )
    (left / "kling.db-wal").unlink()
    with closing(open_database(left / "kling.db")) as connection:
        store = store_in(left, connection)
        store.restore_lost()
        assert store.unfinished(SERVICE, PROFILE) == []


def test_a_long_journal_keeps_what_is_unfinished_and_what_is_not_safe_yet(tmp_path: Path) -> None:
    journal = JobJournal(tmp_path / "journal")
    journal.append(1, [JournalEntry("open", "{}", "me", "generating"), JournalEntry("over", "{}", "me", "done")])
    journal.append(2, [JournalEntry("new", "{}", "me", "done"), JournalEntry("gone")])
    journal.compact(1)
    with (tmp_path / "journal").open("ab") as file:
        file.write(b'{"at": 3, "job": "cut')
    assert {entry.job_id for entry in journal.entries_after(0)[1]} == {"open", "new", "gone"}
    journal.compact(2)
    assert [entry.job_id for entry in journal.entries_after(0)[1]] == ["open"]


def test_a_journal_that_cannot_be_written_stops_no_job(tmp_path: Path) -> None:
    with closing(open_database(tmp_path / "kling.db")) as connection:
        JobStore(connection, journal=JobJournal(tmp_path)).add(a_job(), "me")
        assert JobStore(connection).unfinished(SERVICE, PROFILE) == [a_job()]
