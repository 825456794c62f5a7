"""Part files of a killed process are deleted at a later start; everything else in the user's folder stays."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kling_desktop.atomic_file import part_file
from kling_desktop.store.files.partial_files import PartialFiles

WRITE_A_FILE = """
import sys, time
from pathlib import Path
from kling_desktop.atomic_file import atomic_path, part_file
from kling_desktop.store.files.partial_files import PartialFiles
folder = Path(sys.argv[2])
with PartialFiles(Path(sys.argv[1])).track(folder, time.time()), part_file(folder / "joined.mp4") as part:
    part.write_text("half")
    with atomic_path(part) as inner:
        inner.write_text("a quarter")
        print("writing", flush=True)
        time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "clips"
    folder.mkdir()
    return folder


@pytest.fixture
def after_kill(tmp_path: Path, folder: Path) -> PartialFiles:
    """The list after a process was killed while it wrote a clip."""
    command = [sys.executable, "-c", WRITE_A_FILE, str(tmp_path / "half done.json"), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        process.kill()
    return PartialFiles(tmp_path / "half done.json")


def test_only_the_part_files_of_the_killed_process_are_deleted(
    after_kill: PartialFiles, folder: Path, tmp_path: Path
) -> None:
    assert len(list(folder.iterdir())) == 2
    old = folder / ".of another program.01234567.part"
    old.write_text("older than the killed process")
    os.utime(old, (time.time() - 3600,) * 2)
    others = [folder / name for name in (".job.part", "clip.mp4", ".x.1234567.part", "x.12345678.part")]
    for file in others:
        file.write_text("the user's")
    assert len(after_kill.delete_abandoned()) == 2
    assert set(folder.iterdir()) == {old, *others}
    assert json.loads((tmp_path / "half done.json").read_text()) == []
    assert after_kill.delete_abandoned() == ()


def test_a_folder_that_is_offline_is_cleaned_up_later(after_kill: PartialFiles, folder: Path) -> None:
    offline = folder.rename(folder.with_name("unplugged"))
    assert after_kill.delete_abandoned() == ()
    offline.rename(folder)
    assert len(after_kill.delete_abandoned()) == 2


def test_files_that_this_process_is_writing_stay(tmp_path: Path, folder: Path) -> None:
    partial_files = PartialFiles(tmp_path / "half done.json")
    with partial_files.track(folder, time.time()), part_file(folder / "joined.mp4") as part:
        part.write_text("half")
        assert partial_files.delete_abandoned() == ()
        assert part.exists()
    assert json.loads((tmp_path / "half done.json").read_text()) == []


def test_an_untrackable_folder_is_no_error_and_malformed_entries_are_dropped(tmp_path: Path, folder: Path) -> None:
    with PartialFiles(tmp_path / "half done.json").track(folder / "\udcff", time.time()):
        pass
    malformed = [3, {}, {"folder": 3}, {"folder": str(folder)}, {"folder": str(folder), "since": "now"}]
    (tmp_path / "half done.json").write_text(json.dumps(malformed))
    assert PartialFiles(tmp_path / "half done.json").delete_abandoned() == ()
    assert json.loads((tmp_path / "half done.json").read_text()) == []
