"""kill -9 at any moment: saved jobs are on disk, and those of the dead process are free."""

import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kling_desktop.store.database import open_database
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock
from tests.store.sample_jobs import PROFILE, SERVICE, a_job, one_of_many

ROOT = Path(__file__).parents[3]
Start = Callable[..., "subprocess.Popen[str]"]

SAVE_JOBS = """
import sys
from pathlib import Path
from tests.store.sample_jobs import one_of_many
from kling_desktop.store.database import open_database
from kling_desktop.store.jobs.job_store import JobStore

store = JobStore(open_database(Path(sys.argv[1])))
for number in range(100_000):
    store.add(one_of_many(sys.argv[2], number, sent=False), "dead")
    store.save(one_of_many(sys.argv[2], number, sent=True))
    print(number, flush=True)
"""

CARRY_A_JOB = """
import sys
from pathlib import Path
from tests.store.sample_jobs import a_job
from kling_desktop.store.database import open_database
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock

owner = ProcessLock(Path(sys.argv[2]))
JobStore(open_database(Path(sys.argv[1]))).add(a_job(), owner.name)
print(owner.name, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def start(code: str, *words: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", code, *map(str, words)]
        program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        running.append(program)
        return program

    yield start
    for program in running:
        program.kill()
        program.communicate()


def test_every_save_that_was_acknowledged_survives_a_kill(start: Start, tmp_path: Path) -> None:
    moments = random.Random(7)
    for run in map(str, range(10)):
        program = start(SAVE_JOBS, tmp_path / "kling.db", run)
        assert program.stdout
        told = [program.stdout.readline() for _ in range(moments.randint(1, 40))]
        program.kill()
        told += program.stdout.readlines()
        with closing(open_database(tmp_path / "kling.db")) as connection:
            store = JobStore(connection)
            for number in map(int, told):
                assert store.get(f"{run}-{number}") == one_of_many(run, number, sent=True)


def test_the_jobs_of_a_killed_process_are_taken_over_and_those_of_a_living_one_are_not(
    start: Start, tmp_path: Path
) -> None:
    database, owners = tmp_path / "kling.db", tmp_path / "owners"
    program = start(CARRY_A_JOB, database, owners)
    assert program.stdout
    name = program.stdout.readline().strip()
    me = ProcessLock(owners)
    with closing(open_database(database)) as connection:
        store = JobStore(connection)
        assert me.is_alive(name)
        assert store.claim_orphans(me.name, SERVICE, PROFILE, ["window"], me.is_alive) == []
        program.kill()
        program.wait()
        assert store.claim_orphans(me.name, SERVICE, PROFILE, ["window"], me.is_alive) == [a_job()]
    assert not me.is_alive(name)
    assert [file.stem for file in owners.iterdir()] == [me.name]
    me.close()


def test_a_process_that_quits_releases_its_jobs(tmp_path: Path) -> None:
    first, second = ProcessLock(tmp_path), ProcessLock(tmp_path)
    assert first.name != second.name
    assert second.is_alive(first.name)
    assert first.is_alive(first.name)
    first.close()
    first.close()
    assert not second.is_alive(first.name)
    assert not first.is_alive(first.name)
    assert not second.is_alive("nobody")
    second.close()
    assert list(tmp_path.iterdir()) == []
