"""Rules of the house that no linter knows."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def lines_with(pattern: str, *folders: str) -> list[str]:
    """path: line, for every line of code that holds the pattern."""
    found = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for folder in folders
        for path in sorted((ROOT / folder).rglob("*.py"))
        if path != Path(__file__)
        for line in path.read_text(encoding="utf-8").splitlines()
        if found.search(line)
    ]


def test_no_dialog_or_menu_runs_a_loop_of_its_own() -> None:
    # Under qasync other tasks would lose their wake-ups. A drag has no other way.
    assert [line for line in lines_with(r"\.exec\(", "kling_desktop") if "drag.exec(" not in line] == []


def test_nothing_is_mocked() -> None:
    assert lines_with(r"unittest\.mock|import mock|pytest_mock|\bmocker\b", "tests", "kling_desktop") == []


def test_no_test_is_skipped() -> None:
    assert lines_with(r"mark\.(skip|xfail)|pytest\.skip\(", "tests") == []
