"""Settings are a file that people can read and repair."""

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kling_desktop.domain.jobs.job import Cost
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
        {"text_size": 89},
        {"text_size": 201},
        {"text_size": True},
        {"motion": "wild"},
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


BROKEN = [b"", b'{"day_cap": "10", "theme": "da', b"[]", b"\xff\xfe\x00", b"[" * 100_000]
LIMITS = [{"day_cap": "ten"}, {"session_cap": [5]}, {"day_cap": "10", "money_unit": "gold"}, {"day_cap": "1,000"}]


@pytest.mark.parametrize("broken", [*BROKEN, *(json.dumps(limits).encode() for limits in LIMITS)])
def test_limits_that_cannot_be_read_are_unknown_on_every_start_until_they_are_set_again(
    path: Path, broken: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path.parent.mkdir()
    path.write_bytes(broken)
    for _ in range(2):
        file = SettingsFile(path)
        settings = file.read()
        assert settings.limits_unknown
        assert settings.spending_limits
        assert "set the limits again" in file.problem
        assert path.read_bytes() == broken, "only reading changes nothing"
    SettingsFile(path).write(replace(settings, theme="light"))
    assert path.with_name("settings.broken-1.json").read_bytes() == broken
    again = SettingsFile(path)
    assert again.read().limits_unknown
    assert again.problem
    again.write(replace(again.read(), day_cap="5", limits_unknown=False))
    healed = SettingsFile(path)
    assert healed.read().spending_limits.day == Cost(Decimal(5), "DOLLARS")
    assert not healed.read().limits_unknown
    assert healed.problem == ""
    assert [file.name for file in sorted(path.parent.iterdir())] == ["settings.broken-1.json", "settings.json"]
    assert "limits_unknown" not in json.loads(path.read_text())
