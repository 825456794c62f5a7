"""Jobs survive, and each belongs to one process."""

import json
import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job_states import Cancelled, Done, Failed, Generating, Sending, Unknown, Uploading
from kling_desktop.store.database import open_database
from kling_desktop.store.jobs.job_store import JobStore
from tests.store.sample_jobs import PROFILE, SERVICE, a_job

ME, ANOTHER, A_DEAD_ONE = "me", "another", "a dead one"


def alive(name: str) -> bool:
    assert name, "nobody is no process to ask after"
    return name in (ME, ANOTHER)


def test_a_saved_job_survives_a_restart(store: JobStore, tmp_path: Path) -> None:
    job = a_job()
    store.add(job, ME)
    store.save(moved := a_job(state=Uploading()))
    with closing(open_database(tmp_path / "kling.db")) as later:
        assert JobStore(later).get(job.id) == moved
        assert JobStore(later).get("job-2") is None


def test_the_jobs_of_an_account_come_newest_first(store: JobStore) -> None:
    old, new, twin = (a_job(name, created_at=at) for name, at in (("old", 1.0), ("new", 3.0), ("twin", 3.0)))
    for job in (old, new, twin, a_job("other", profile="home"), a_job("else", service="http://127.0.0.1:1/api/rest")):
        store.add(job, ME)
    assert store.unfinished(SERVICE, PROFILE) == [twin, new, old]
    store.save(old)
    assert store.unfinished(SERVICE, PROFILE) == [twin, new, old]


def test_an_unreadable_job_is_kept_and_logged_and_stops_nothing(
    store: JobStore, connection: sqlite3.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("torn", "whole"):
        store.add(a_job(name), A_DEAD_ONE)
    connection.execute("UPDATE jobs SET body = substr(body, 1, 50) WHERE id = 'torn'")
    with caplog.at_level(logging.ERROR):
        assert store.unfinished(SERVICE, PROFILE) == [a_job("whole")]
        assert store.get("torn") is None
        assert store.claim_orphans(ME, SERVICE, PROFILE, ["window"], alive) == [a_job("whole")]
    assert {(record.levelname, "The job torn can't be read" in record.message) for record in caplog.records} == {
        ("ERROR", True)
    }
    assert connection.execute("SELECT owner FROM jobs WHERE id = 'torn'").fetchone() == (A_DEAD_ONE,)
    caplog.clear()


def test_a_generation_belongs_to_one_job(store: JobStore) -> None:
    for name in ("job-1", "job-2"):
        store.add(a_job(name, state=Unknown()), ME)
    found = Generating("generation-1")
    assert store.claim(a_job("job-1", state=found))
    assert store.claim(a_job("job-1", state=found))
    assert not store.claim(a_job("job-2", state=found))
    assert [store.get(name) for name in ("job-1", "job-2")] == [
        a_job("job-1", state=found),
        a_job("job-2", state=Unknown()),
    ]
    assert store.claim(a_job("job-3", service="http://127.0.0.1:1/api/rest", state=found))
    assert store.claimed_generations(SERVICE) == {"generation-1"}


def test_a_generation_is_claimed_when_its_job_is_saved(store: JobStore) -> None:
    store.add(a_job(state=Sending()), ME)
    store.save(a_job(state=Generating("generation-1")))
    assert store.claimed_generations(SERVICE) == {"generation-1"}
    assert not store.claim(a_job("job-2", state=Generating("generation-1")))


def test_removing_an_ended_job_leaves_its_generation_claimed(store: JobStore) -> None:
    store.add(a_job(state=Failed("generation-1", "It failed.")), ME)
    assert store.delete("job-1")
    assert store.unfinished(SERVICE, PROFILE) == []
    assert store.claimed_generations(SERVICE) == {"generation-1"}
    assert not store.delete("job-1")


def test_a_running_job_can_not_be_deleted(store: JobStore) -> None:
    store.add(a_job(state=Generating("generation-1")), ME)
    assert not store.delete("job-1")
    assert store.get("job-1")


def test_the_jobs_of_a_dead_process_are_taken_over_once(store: JobStore) -> None:
    dead, mine, theirs, nobodys = (a_job(name, created_at=at) for at, name in enumerate(("dead", "mine", "its", "no")))
    for job, owner in ((dead, A_DEAD_ONE), (mine, ME), (theirs, ANOTHER)):
        store.add(job, owner)
    store.save(nobodys)
    assert store.claim_orphans(ME, SERVICE, PROFILE, ["window"], alive) == [dead, mine, nobodys]
    assert store.claim_orphans(ANOTHER, SERVICE, PROFILE, ["window"], alive) == [theirs]


def test_only_open_jobs_of_the_account_and_given_origins_are_taken_over(store: JobStore) -> None:
    render = a_job("render", submitted_from="render")
    ended = [a_job("done", state=Done("g", "i", "f")), a_job("cancelled", state=Cancelled())]
    for job in (render, *ended, a_job("home", profile="home"), a_job("window")):
        store.add(job, A_DEAD_ONE)
    assert store.claim_orphans(ME, SERVICE, PROFILE, ["render"], alive) == [render]
    assert store.claim_orphans(ME, SERVICE, PROFILE, ["render", "window"], alive) == [render, a_job("window")]


def test_saving_a_job_leaves_it_with_its_owner(store: JobStore) -> None:
    store.add(a_job(), ANOTHER)
    store.save(a_job(state=Uploading()))
    assert store.claim_orphans(ME, SERVICE, PROFILE, ["window"], alive) == []


def test_a_failed_save_leaves_the_job_as_it_was(store: JobStore, connection: sqlite3.Connection) -> None:
    store.add(a_job(), ME)
    connection.execute("PRAGMA query_only = ON")
    with pytest.raises(UserError):
        store.save(a_job(state=Generating("generation-1")))
    connection.execute("PRAGMA query_only = OFF")
    assert store.get("job-1") == a_job()
    assert store.claimed_generations(SERVICE) == frozenset()


def test_a_row_is_readable_json(store: JobStore, connection: sqlite3.Connection) -> None:
    store.add(a_job(), ME)
    [body] = connection.execute("SELECT body FROM jobs").fetchone()
    assert json.loads(body)["draft"]["prompt"] == "A fox in the snow"
