"""A file has its old content or its new content, never a part of it."""

import stat
from pathlib import Path

import pytest

from kling_desktop.atomic_file import PART_NAME, atomic_path, part_file, write_atomic


def test_write_atomic_creates_folders_and_replaces_the_content(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "settings.json"
    write_atomic(path, "one")
    write_atomic(path, "two")
    assert path.read_text() == "two"
    assert list(path.parent.iterdir()) == [path]


def test_write_atomic_writes_for_the_owner_alone(tmp_path: Path) -> None:
    write_atomic(tmp_path / "settings.json", "private")
    assert stat.S_IMODE((tmp_path / "settings.json").stat().st_mode) == 0o600


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        _write_half(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["clip.mp4", ".hidden", "x" * 250, "…" * 80])
def test_part_files_are_recognized_by_their_name_however_long_the_file_s_is(tmp_path: Path, name: str) -> None:
    with part_file(tmp_path / name) as part:
        part.write_text("half")
        assert PART_NAME.fullmatch(part.name)
        assert part.parent == tmp_path
    assert not part.exists()


def _write_half(path: Path) -> None:
    with atomic_path(path) as part:
        part.write_text("half", encoding="utf-8")
        "\udcff".encode()
