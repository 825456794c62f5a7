import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest

from kling_desktop.store.files.unique_names import move_no_replace, move_no_replace_without_links, move_to_unique_name

Move = Callable[[Path, Path], None]
EACH = 40


def test_a_name_that_is_taken_gets_a_number(tmp_path: Path) -> None:
    for number, name in enumerate(("fox.mp4", "fox 2.mp4", "fox 3.mp4")):
        part = tmp_path / ".part"
        part.write_text(str(number))
        assert move_to_unique_name(part, tmp_path / "fox.mp4").name == name
        assert not part.exists()
    assert [(tmp_path / name).read_text() for name in ("fox.mp4", "fox 2.mp4", "fox 3.mp4")] == ["0", "1", "2"]


def test_a_folder_of_that_name_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "fox.mp4").mkdir()
    (tmp_path / ".part").touch()
    assert move_to_unique_name(tmp_path / ".part", tmp_path / "fox.mp4").name == "fox 2.mp4"


@pytest.mark.parametrize("move", [move_no_replace, move_no_replace_without_links])
def test_two_processes_using_the_same_names_lose_nothing(tmp_path: Path, move: Move) -> None:
    """The second way is for disks without hard links."""
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(2)
    both = [context.Process(target=_name_many, args=(tmp_path, who, move, gate)) for who in "ab"]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [one.exitcode for one in both] == [0, 0]
    content = sorted(path.read_text() for path in tmp_path.iterdir())
    assert content == sorted(f"{who}{number}" for who in "ab" for number in range(EACH))


def _name_many(folder: Path, who: str, move: Move, gate: "multiprocessing.synchronize.Barrier") -> None:
    gate.wait()
    for number in range(EACH):
        part = folder / f".{who}"
        part.write_text(f"{who}{number}")
        move_to_unique_name(part, folder / "fox.mp4", move)
