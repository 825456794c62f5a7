"""Staging, restoring and trashing files, with the trash that Linux desktops share."""

from pathlib import Path

import pytest

from kling_desktop.domain.errors import UserError
from kling_desktop.store.library.trash import STAGING_FOLDER, FileTrash
from tests.support.system_trash import own_trash


@pytest.fixture
def system_bin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return own_trash(tmp_path / "home", monkeypatch)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    file = tmp_path / "clips/Fox, take 1.mp4"
    file.parent.mkdir()
    file.write_bytes(b"a fox")
    return file


def test_a_staged_file_is_restored_unchanged(clip: Path) -> None:
    trash = FileTrash()
    trash.stage(clip, "j1")
    assert not clip.exists()
    assert (clip.parent / STAGING_FOLDER / "j1" / clip.name).read_bytes() == b"a fox"
    assert trash.restore(clip, "j1") == clip
    assert clip.read_bytes() == b"a fox"
    assert [entry.name for entry in clip.parent.iterdir()] == [clip.name]


def test_two_files_of_the_same_name_are_kept_apart(clip: Path) -> None:
    trash = FileTrash()
    trash.stage(clip, "j1")
    clip.write_bytes(b"another")
    trash.stage(clip, "j2")
    assert trash.restore(clip, "j1").read_bytes() == b"a fox"
    back = trash.restore(clip, "j2")
    assert back.name == "Fox, take 1 2.mp4"
    assert back.read_bytes() == b"another"


def test_the_system_trash_gets_the_file_and_its_original_path(clip: Path, system_bin: Path) -> None:
    trash = FileTrash()
    trash.stage(clip, "j1")
    trash.discard(clip, "j1")
    assert (system_bin / "files" / clip.name).read_bytes() == b"a fox"
    info = (system_bin / "info" / f"{clip.name}.trashinfo").read_text()
    assert "clips/Fox%2C%20take%201.mp4" in info
    assert STAGING_FOLDER not in info
    assert list(clip.parent.iterdir()) == []
    trash.discard(clip, "j1")  # a second time changes nothing


def test_another_file_in_the_old_place_is_never_trashed(clip: Path, system_bin: Path) -> None:
    trash = FileTrash()
    trash.stage(clip, "j1")
    trash.restore(clip, "j1")
    trash.discard(clip, "j1")
    assert clip.read_bytes() == b"a fox"
    assert not system_bin.exists()


def test_a_missing_file_is_no_problem(tmp_path: Path) -> None:
    gone = tmp_path / "gone.mp4"
    trash = FileTrash()
    trash.stage(gone, "j1")
    trash.discard(gone, "j1")
    assert trash.restore(gone, "j1") == gone


def test_a_failing_system_trash_leaves_the_file_in_place(clip: Path) -> None:
    def refuse(_: Path) -> None:
        raise OSError(13, "Permission denied")

    trash = FileTrash(refuse)
    trash.stage(clip, "j1")
    with pytest.raises(UserError, match=r"Fox, take 1\.mp4 can't be moved to the trash: you don't have permission"):
        trash.discard(clip, "j1")
    assert clip.read_bytes() == b"a fox"


def test_an_unwritable_folder_keeps_its_files(tmp_path: Path) -> None:
    file = tmp_path / "clips" / "fox.mp4"
    file.parent.mkdir()
    file.write_bytes(b"a fox")
    (file.parent / STAGING_FOLDER).write_bytes(b"in the way")
    with pytest.raises(UserError, match=r"fox\.mp4 can't be moved"):
        FileTrash().stage(file, "j1")
    assert file.exists()
