"""A home folder from 2a0dd0b opens with every job, clip, review, preset, draft and sum as it was written."""

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.contract import opened
from tests.contract.golden import GOLDEN, assert_golden
from tests.contract.old_home import EXPORTED_PRESETS, unpack
from tests.contract.program import Program, events_by_job, files_below


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Only read. A test that runs the program in it unpacks its own."""
    return unpack(tmp_path_factory.mktemp("old"))


def in_home(value: Any, home: Path) -> Any:
    """The value with its paths as golden files have them."""
    return json.loads(json.dumps(value).replace(str(home), "<home>"))


def rows_of(home: Path, select: str) -> list[Any]:
    with closing(sqlite3.connect(home / "data" / "kling-desktop" / "kling.db")) as connection:
        return connection.execute(select).fetchall()


def test_each_job_is_written_back_unchanged(home: Path) -> None:
    written = {job_id: json.loads(body) for job_id, body in rows_of(home, "SELECT id, body FROM jobs")}
    assert len(written) == 28
    assert opened.read_jobs(home) == written


def test_the_database_holds_the_same(home: Path) -> None:
    assert_golden("old_home/database.json", in_home(opened.read_database(home), home))


def test_the_limits_are_the_same(home: Path) -> None:
    assert_golden("old_home/limits.json", opened.read_limits(home))


def test_each_file_is_written_back_unchanged(home: Path, tmp_path: Path) -> None:
    opened.write_again(home, tmp_path)
    names = [name for name in files_below(tmp_path) if not name.endswith("/")]
    assert_golden("old_home/files.json", [name for name in names if not Path(name).name.startswith(".")])
    for name in names:
        assert (tmp_path / name).read_bytes() == (home / name).read_bytes(), name


def test_exported_presets_are_the_same(home: Path, tmp_path: Path) -> None:
    opened.export_presets(home, tmp_path / "presets.klingpresets")
    with zipfile.ZipFile(tmp_path / "presets.klingpresets") as now, zipfile.ZipFile(EXPORTED_PRESETS) as before:
        contents = {name: before.read(name) for name in before.namelist()}
        assert {name: now.read(name) for name in now.namelist()} == contents
    presets = [json.loads(content) for name, content in contents.items() if name.endswith(".preset.json")]
    assert opened.read_exported_presets(EXPORTED_PRESETS) == presets


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("theme", ["system", "dark", "light"]),
        ("text_size", [0, 90, 200]),
        ("motion", ["system", "reduced"]),
        ("clip_sort", ["newest", "oldest", "rating", "length", "price"]),
        ("clip_group", ["none", "day", "preset"]),
        ("clip_size", [0, 5]),
        ("money_unit", ["DOLLARS", "CREDITS"]),
        ("hold_seconds", [0.0, 60.0]),
        ("hidden", [["form"], ["below", "form"]]),
    ],
)
def test_each_value_of_a_setting_is_understood(key: str, values: list[Any], tmp_path: Path) -> None:
    everything = json.loads((GOLDEN / "settings" / "each_key_set.json").read_text())
    for value in values:
        file = tmp_path / "settings.json"
        file.write_text(json.dumps(everything | {key: value}, indent=2) + "\n")
        opened.write_settings_again(file)
        assert json.loads(file.read_text()) == everything | {key: value}


def test_clips_and_presets_are_requests(home: Path) -> None:
    clips = sorted(str(path) for name in ("It turns", "@image1 in") for path in (home / "Videos").rglob(f"*{name}*"))
    presets = sorted(str(path) for path in (home / "config").rglob("*.preset.json"))
    result = Program(home).run("check", "--json", *clips, *presets)
    told = {
        line["file"]: [line["ok"], [one["control"] for one in line["problems"]], line["request"]]
        for line in result.lines
    }
    assert_golden("old_home/requests.json", in_home({"exit code": result.code, "files": told}, home))


def test_resume_and_the_window_pick_up_where_it_was_left(tmp_path: Path) -> None:
    home = unpack(tmp_path)
    program = Program(home)
    resumed = program.run("resume", "--sandbox", "--json", "--poll", "0.1")
    states = {job: [line["state"] for line in lines] for job, lines in events_by_job(resumed.lines).items()}
    assert_golden("old_home/resumed.json", {"exit code": resumed.code, "states": states})

    def is_made() -> bool:
        [made] = rows_of(home, "SELECT state FROM jobs WHERE body LIKE '%One that is being made%'")
        [staged] = rows_of(home, "SELECT count(*) FROM clips WHERE binned_at IS NOT NULL")
        return bool(made == ("done",) and staged == (0,))

    program.visit("--sandbox", until=is_made)
    choice = "SELECT state, json_extract(body, '$.draft.prompt') FROM jobs ORDER BY created_at, jobs.rowid"
    assert_golden("old_home/after_a_visit.json", rows_of(home, choice))
    back = list((home / "Videos").rglob("*A cat, take 2*"))
    assert [path.parent.name for path in back] == ["Sandbox"], "an interrupted deletion is undone"
