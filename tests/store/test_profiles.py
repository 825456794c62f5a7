"""The file with the profiles' names."""

import json
from pathlib import Path

import pytest

from kling_desktop.store.profiles import ProfileFile, Profiles


def test_profiles_are_kept_with_what_a_newer_version_wrote(tmp_path: Path) -> None:
    path = tmp_path / "profiles.json"
    path.write_text('{"colors": {"work": "red"}, "names": {"default": 5, "work": "Work"}}')
    file = ProfileFile(path)
    assert file.read() == Profiles("default", {"work": "Work"})
    file.write(Profiles("work", {"work": "Löwe"}))
    assert json.loads(path.read_bytes()) == {"colors": {"work": "red"}, "last": "work", "names": {"work": "Löwe"}}
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"[]", b"{", b"\xff\xfe\x00", b""])
def test_a_file_that_cant_be_read_is_said_and_kept(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "profiles.json"
    path.write_bytes(content)
    file = ProfileFile(path)
    assert file.read() == Profiles()
    assert "can't be read" in file.problem
    file.write(Profiles("work", {"work": "Work"}))
    assert ProfileFile(path).read() == Profiles("work", {"work": "Work"})
    assert (tmp_path / "profiles.broken-1.json").read_bytes() == content
