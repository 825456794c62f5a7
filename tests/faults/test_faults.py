"""Some of what `dev.py faults` does in full: whatever goes wrong, nothing is lost and nothing is paid for twice."""

import asyncio

import pytest

from tests.faults.matrix import Cell, Matrix

DONE = [
    ("DNS gone", "upload"),
    ("connection refused", "create"),
    ("429", "create"),
    ("clock a day behind", "create, taken"),
    ("reset after the request", "create, taken"),
    ("502", "create, taken"),
    ("read-only", "create, taken"),
    ("database corrupt", "create, taken"),
    ("TLS failure", "follow"),
    ("clock a day ahead", "follow"),
    ("reset inside the answer", "download"),
    ("database locked", "save"),
]
IN_DOUBT = [("reset inside the request", "create"), ("html", "create")]


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Cell]:
    cells = asyncio.run(Matrix(tmp_path_factory.mktemp("matrix")).run([*DONE, *IN_DOUBT]))
    return {(cell.fault, cell.phase): cell for cell in cells}


@pytest.mark.parametrize(("fault", "phase"), DONE)
def test_the_clip_arrives_and_is_charged_once(tried: dict[tuple[str, str], Cell], fault: str, phase: str) -> None:
    cell = tried[fault, phase]
    assert cell.struck
    assert (cell.made, cell.whole, cell.end) == (1, 1, "done")


@pytest.mark.parametrize(("fault", "phase"), IN_DOUBT)
def test_an_unknown_outcome_is_asked_about_and_not_repeated(
    tried: dict[tuple[str, str], Cell], fault: str, phase: str
) -> None:
    cell = tried[fault, phase]
    assert cell.struck
    assert (cell.orders, cell.made, cell.end) == (1, 0, "asked")
