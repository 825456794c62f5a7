import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kling_desktop.store.jobs.job_store import JobStore
from tests.support.databases import open_test_database


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_test_database(tmp_path / "kling.db")) as connection:
        yield connection


@pytest.fixture
def store(connection: sqlite3.Connection) -> JobStore:
    return JobStore(connection)
