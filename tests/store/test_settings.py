"""Settings are a file that people can read and repair."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from kling_desktop.store.settings import Settings, SettingsFile

SET = Settings("dark", 0.0, "/films", "{date}", "AdnQywAD", (360, 700))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def test_settings_are_read_back_unchanged(path: Path) -> None:
    assert SettingsFile(path).read() == Settings()
    SettingsFile(path).write(SET)
    assert SettingsFile(path).read() == SET
    assert '\n  "theme": "dark",\n' in path.read_text()
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


def test_settings_of_a_newer_version_are_kept(path: Path) -> None:
    file = SettingsFile(path)
    file.write(SET)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"mood": {"of": "the day"}}))
    file.write(Settings(theme="light"))
    assert file.read() == Settings(theme="light")
    assert json.loads(path.read_text())["mood"] == {"of": "the day"}


@pytest.mark.parametrize(
    "odd",
    [
        {"theme": "pink"},
        {"theme": ["dark"]},
        {"hold_seconds": -1},
        {"hold_seconds": True},
        {"hold_seconds": float("nan")},
        {"hold_seconds": 1e9},
        {"clips_folder": 5},
        {"splitter": "wide"},
        {"splitter": [1, None]},
        {"geometry": None},
    ],
)
def test_an_invalid_setting_takes_its_default(path: Path, odd: dict[str, Any]) -> None:
    path.parent.mkdir()
    sound: dict[str, Any] = {"clips_folder": "/clips", "theme": "dark"}
    path.write_text(json.dumps(sound | odd))
    assert SettingsFile(path).read() == Settings(**{key: value for key, value in sound.items() if key not in odd})


@pytest.mark.parametrize("broken", [b"", b'{"theme": "da', b"[]", b"\xff\xfe\x00", b"[" * 100_000])
def test_a_broken_settings_file_is_renamed(path: Path, broken: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path.parent.mkdir()
    for number in (1, 2):
        path.write_bytes(broken)
        with caplog.at_level(logging.ERROR):
            assert SettingsFile(path).read() == Settings()
        aside = path.with_name(f"settings.broken-{number}.json")
        assert aside.read_bytes() == broken
        assert str(aside) in caplog.text
    caplog.clear()
    SettingsFile(path).write(SET)
    assert SettingsFile(path).read() == SET
