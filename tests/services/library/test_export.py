"""Copies with names from a template."""

import os
from pathlib import Path

import pytest

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.media.errors import OperationCancelled
from kling_desktop.media.export.progress import TaskProgress
from kling_desktop.services.library.export import export_clips
from tests.services.job_harness import FOX


@pytest.fixture
def jobs(tmp_path: Path) -> list[Job]:
    made = []
    for number in range(3):
        file = tmp_path / f"{number}.mp4"
        file.write_text(f"film {number}")
        os.utime(file, (1_700_000_000, 1_700_000_000))
        state = Done(f"g{number}", "i", str(file))
        made.append(Job(f"job{number}", "s", "p", "window", "/", FOX, 1_800_000_000.0 + number, state, seed=7))
    return made


def test_copies_are_named_by_the_template(jobs: list[Job], tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "A fox 7.mp4").write_text("the user's")
    exported = export_clips(jobs, folder, "{prompt:5} {seed}")
    assert [file.name for file in exported.files] == ["A fox 7 2.mp4", "A fox 7 3.mp4", "A fox 7 4.mp4"]
    assert [file.read_text() for file in exported.files] == ["film 0", "film 1", "film 2"]
    assert (folder / "A fox 7.mp4").read_text() == "the user's"
    assert exported.files[0].stat().st_mtime == 1_700_000_000
    assert len(list(folder.iterdir())) == 4


def test_a_missing_file_is_reported_and_the_others_are_copied(jobs: list[Job], tmp_path: Path) -> None:
    (tmp_path / "1.mp4").unlink()
    told: list[float] = []
    exported = export_clips(jobs, tmp_path, "{job}", TaskProgress(told.append))
    assert [file.name for file in exported.files] == ["job0.mp4", "job2.mp4"]
    assert exported.missing == (tmp_path / "1.mp4",)
    assert (told[0], told[-1]) == (0, 1)


def test_a_read_only_folder_is_an_error_and_nothing_is_left_behind(jobs: list[Job], tmp_path: Path) -> None:
    with pytest.raises(OSError, match="gone"):
        export_clips(jobs, tmp_path / "gone", "")


def test_a_cancelled_export_keeps_what_was_copied(jobs: list[Job], tmp_path: Path) -> None:
    told: list[float] = []
    with pytest.raises(OperationCancelled):
        export_clips(jobs, tmp_path, "{job}", TaskProgress(told.append, lambda: len(told) > 1))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["0.mp4", "1.mp4", "2.mp4", "job0.mp4", "job1.mp4"]
