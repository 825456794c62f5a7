"""`check --json`: keys, controls and request bodies. Messages may be reworded, so they only have to exist."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.contract.golden import assert_golden
from tests.contract.program import Program, Result

REQUESTS = Path(__file__).parent / "requests"
FILES = sorted(path.name for path in REQUESTS.iterdir() if path.suffix not in {".png"})
ID = "1f197fd2-30f6-11f0-9d2c-5a2e3c1b7a10"


@pytest.fixture
def program(tmp_path: Path) -> Program:
    shutil.copytree(REQUESTS, tmp_path / "home")
    return Program(tmp_path / "home")


def without_messages(result: Result) -> dict[str, Any]:
    lines = result.lines
    for line in lines:
        for kind in ("problems", "warnings"):
            for note in line[kind]:
                assert isinstance(note["message"], str)
                assert note["message"]
                note["message"] = "…"
    return {"exit code": result.code, "lines": lines}


def test_each_kind_of_file(program: Program) -> None:
    assert_golden("check/files.json", without_messages(program.run("check", "--json", *FILES, "missing.json")))


def test_controls_set_by_option(program: Program) -> None:
    values = {
        "prompt": "A fox",
        "duration": "10",
        "size": "16:9",
        "start_frame": ID,
        "end_frame": f"GENERATED:{ID}",
        "public": "true",
        "seed": "7",
        "mode": "RESOLUTION_1080",
        "prompt_enhance": "OFF",
        "quantity": "1",
        "model": "kling-video-o-1",
    }
    words = [word for control, value in values.items() for word in ("--set", f"{control}={value}")]
    assert_golden("check/set.json", without_messages(program.run("check", "--json", *words, "text.json")))
    more = ("--set", f"image_reference={ID}", "--set", f"video_reference_base={ID}")
    assert_golden("check/set_references.json", without_messages(program.run("check", "--json", *more, "text.json")))


def test_blanks_of_a_preset_set_by_option(program: Program) -> None:
    words = ("--set", "subject=fox", "--set", "place=the snow", "blanks.preset.json")
    assert_golden("check/blanks.json", without_messages(program.run("check", "--json", *words)))


def test_problems_without_anything_unreadable_end_with_1(program: Program) -> None:
    result = program.run("check", "--json", "text.json", "too long.json")
    assert (result.code, [line["ok"] for line in result.lines]) == (1, [True, False])
