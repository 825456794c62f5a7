"""What a killed app leaves half done in a folder of the user's goes at a later start, and nothing else does."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kling_desktop.store.files.atomic import part_beside
from kling_desktop.store.files.partial_files import PartialFiles

MAKING = """
import sys, time
from pathlib import Path
from kling_desktop.media.atomic import written_beside
from kling_desktop.store.files.atomic import part_beside
from kling_desktop.store.files.partial_files import PartialFiles
folder = Path(sys.argv[2])
with PartialFiles(Path(sys.argv[1])).track(folder, time.time()):
    part = part_beside(folder / "joined.mp4")
    part.write_text("half")
    with written_beside(part) as inner:
        inner.write_text("a quarter")
        print("making", flush=True)
        time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "films"
    made.mkdir()
    return made


@pytest.fixture
def killed(tmp_path: Path, folder: Path) -> PartialFiles:
    """What is remembered after a process was killed in the middle of making a film."""
    command = [sys.executable, "-c", MAKING, str(tmp_path / "half done.json"), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "making\n"
        process.kill()
    return PartialFiles(tmp_path / "half done.json")


def test_what_a_killed_process_left_is_removed_and_what_is_anybody_else_s_stays(
    killed: PartialFiles, folder: Path, tmp_path: Path
) -> None:
    assert len(list(folder.iterdir())) == 2
    old = part_beside(folder / "of another program")
    old.write_text("older than that")
    os.utime(old, (time.time() - 3600,) * 2)
    others = [folder / name for name in (".job.part", "film.mp4", ".x.1234567.part", "x.12345678.part")]
    for file in others:
        file.write_text("the user's")
    assert len(killed.delete_abandoned()) == 2
    assert set(folder.iterdir()) == {old, *others}
    assert json.loads((tmp_path / "half done.json").read_text()) == []
    assert killed.delete_abandoned() == ()


def test_a_folder_that_is_not_there_is_looked_into_another_time(killed: PartialFiles, folder: Path) -> None:
    away = folder.rename(folder.with_name("unplugged"))
    assert killed.delete_abandoned() == ()
    away.rename(folder)
    assert len(killed.delete_abandoned()) == 2


def test_what_this_process_is_making_stays(tmp_path: Path, folder: Path) -> None:
    half_done = PartialFiles(tmp_path / "half done.json")
    with half_done.track(folder, time.time()):
        part = part_beside(folder / "joined.mp4")
        part.write_text("half")
        assert half_done.delete_abandoned() == ()
        assert part.exists()
    assert json.loads((tmp_path / "half done.json").read_text()) == []


def test_what_can_not_be_remembered_is_made_all_the_same_and_what_makes_no_sense_is_forgotten(
    tmp_path: Path, folder: Path
) -> None:
    with PartialFiles(tmp_path / "half done.json").track(folder / "\udcff", time.time()):
        pass
    odd = [3, {}, {"folder": 3}, {"folder": str(folder)}, {"folder": str(folder), "since": "now"}]
    (tmp_path / "half done.json").write_text(json.dumps(odd))
    assert PartialFiles(tmp_path / "half done.json").delete_abandoned() == ()
    assert json.loads((tmp_path / "half done.json").read_text()) == []
