"""What the window writes: the database, settings, the draft and presets, and where they are."""

import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.contract.golden import GOLDEN, assert_golden, normalize, shape
from tests.contract.program import Program, files_below

REQUEST = Path(__file__).parent / "requests" / "start frame.json"


def visit(program: Program, *words: str, draft: str = "") -> None:
    """Open the window with the sandbox. Close it once it is connected and the draft's file holds this text."""
    started = [program.data / "kling.db", program.config / "presets.json", program.data / "sandbox" / "generations"]
    file = program.data / "drafts" / "draft.json"

    def is_ready() -> bool:
        return all(path.exists() for path in started) and (not draft or (file.exists() and draft in file.read_text()))

    program.visit("--sandbox", *words, until=is_ready)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """A home where the window was opened once, with a request."""
    program = Program(tmp_path_factory.mktemp("fresh"))
    shutil.copy(REQUEST, program.home / "request.json")
    visit(program, "request.json", draft='"known": false')  # looked up: the sandbox doesn't know the image
    return program


def schema(database: Path) -> str:
    """All statements of the schema, without comments and line breaks."""
    with closing(sqlite3.connect(database)) as connection:
        # The statements behind a full-text index depend on SQLite's version.
        choice = "WHERE name NOT LIKE 'clip\\_words\\_%' ESCAPE '\\' ORDER BY type, name"
        rows = connection.execute(f"SELECT type, name, sql FROM sqlite_master {choice}").fetchall()
        pragmas = [
            (name, *connection.execute(f"PRAGMA {name}").fetchone()) for name in ("user_version", "journal_mode")
        ]
    objects = (f"{kind} {name}: {plain_sql(sql or 'made by SQLite')}" for kind, name, sql in rows)
    return "\n".join([*(f"PRAGMA {name} = {value}" for name, value in pragmas), *objects]) + "\n"


def plain_sql(sql: str) -> str:
    return " ".join(re.sub(r"--[^\n]*", "", sql).split())


def test_the_schema_of_a_new_database(fresh: Program) -> None:
    assert_golden("schema.txt", schema(fresh.data / "kling.db"))


def test_the_settings_file_of_a_new_home(fresh: Program) -> None:
    settings = json.loads((fresh.config / "settings.json").read_text())
    # These depend on the screen.
    chance = {key: shape(settings[key]) for key in ("geometry", "splitter", "heights")}
    assert_golden("settings/defaults.json", settings | chance)


def test_settings_are_read_and_written_unchanged(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.config.mkdir(parents=True)
    shutil.copy(GOLDEN / "settings" / "each_key_set.json", program.config / "settings.json")
    before = json.loads((program.config / "settings.json").read_text())
    defaults = json.loads((GOLDEN / "settings" / "defaults.json").read_text())
    assert all(before[key] != default for key, default in defaults.items())
    visit(program)
    after = json.loads((program.config / "settings.json").read_text())
    assert after.pop("geometry"), "depends on the screen"
    del before["geometry"]
    assert after == before


def test_the_draft_of_a_request(fresh: Program) -> None:
    draft = json.loads((fresh.data / "drafts" / "draft.json").read_text())
    assert_golden("draft.json", draft)


def test_the_index_of_presets(fresh: Program) -> None:
    index = json.loads((fresh.config / "presets.json").read_text())
    assert_golden("presets/index.json", index)


def test_the_starter_presets_have_the_same_shape(fresh: Program) -> None:
    presets = [json.loads(path.read_text()) for path in sorted((fresh.config / "presets").glob("*.preset.json"))]
    assert_golden("presets/starters.json", sorted(map(shape, presets), key=json.dumps))


def test_the_folders_of_a_new_home(fresh: Program) -> None:
    names = [re.sub(r"presets/[^./][^/]*\.preset\.json$", "presets/*.preset.json", name) for name in paths(fresh)]
    assert_golden("folders/window.json", list(dict.fromkeys(names)))


def paths(program: Program) -> Iterator[str]:
    for name in files_below(program.home):
        if name not in ("window.txt", "request.json"):
            yield normalize(name)


def test_what_holds_drafts_jobs_and_charges_is_private(fresh: Program) -> None:
    names = ("*.db", "*.db-*", "*.jsonl", "*.json", "*.log")
    own = [file for name in names for kind in ("data", "config", "state") for file in (fresh.home / kind).rglob(name)]
    files = [file for file in own if "sandbox" not in file.parts]
    assert {file.name for file in files} >= {"kling.db", "draft.json", "settings.json", "kling-desktop.log"}
    assert [str(file) for file in files if file.stat().st_mode & 0o077] == []
