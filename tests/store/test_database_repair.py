"""A damaged database is kept, and a new one holds what could be read in it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.store.database import DamagedDatabase, open_database
from kling_desktop.store.database_repair import repair_database
from kling_desktop.store.folders import Folders
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock
from kling_desktop.store.library.clip_store import ClipStore
from tests.store.sample_jobs import PROFILE, SERVICE, a_job, one_of_many


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """With a database of 40 open jobs and a rated clip."""
    folders = Folders.under(tmp_path)
    folders.ensure()
    with closing(open_database(folders.database)) as connection:
        store = JobStore(connection)
        store.add_all([one_of_many("run", number, sent=True) for number in range(40)], "me")
        store.add(a_job("clip", state=Done("generation-clip", "image", "/clips/fox.mp4", "")), "me")
        connection.execute("UPDATE clips SET rating = 4")
    return folders


def test_what_can_be_read_is_taken_over(folders: Folders) -> None:
    torn = bytearray(folders.database.read_bytes())
    with closing(sqlite3.connect(folders.database)) as connection:
        body = connection.execute("SELECT body FROM jobs WHERE id = 'run-20'").fetchone()[0].encode()
    at = torn.index(body) // 4096 * 4096
    torn[at : at + 4096] = bytes(range(256)) * 16
    folders.database.write_bytes(torn)
    with pytest.raises(DamagedDatabase):
        open_database(folders.database)
    repaired = repair_database(folders)
    assert repaired.kept.read_bytes() == torn
    assert 30 < repaired.jobs < 41
    with closing(open_database(folders.database)) as connection:
        store, clips = JobStore(connection), ClipStore(connection)
        assert len(store.unfinished(SERVICE, PROFILE)) == repaired.jobs - 1
        assert len(store.claimed_generations(SERVICE)) == 41
        clips.create_missing_clips()
        [clip] = clips.get_clips(clips.search.find(SERVICE, PROFILE, ClipQuery(text="fox")).numbers)
        assert clip.rating == 4
    assert [path.name for path in folders.data.glob(".repair-*")] == []


def test_what_was_never_a_database_is_kept_and_replaced(folders: Folders) -> None:
    folders.database.write_bytes(b"Dear diary, today I made a film about a fox. " * 200)
    assert repair_database(folders).jobs == 0
    folders.database.write_bytes(b"")
    assert repair_database(folders).kept.name == "kling.broken-2.db"
    open_database(folders.database).close()


def test_a_database_in_use_is_left_alone(folders: Folders) -> None:
    lock = ProcessLock(folders.process_locks)
    before = folders.database.read_bytes()
    with pytest.raises(UserError, match="another Kling Desktop uses it"):
        repair_database(folders)
    lock.close()
    assert folders.database.read_bytes() == before
