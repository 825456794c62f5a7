"""The form is restored as it was left."""

import logging
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.atomic_file import write_atomic
from kling_desktop.domain.request.draft import Draft, LocalImage, Placeholder
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.undo_history import UndoHistory
from kling_desktop.services.composer.composer import Composer
from kling_desktop.store.composer.drafts import DraftFile
from tests.domain.draft_strategies import drafts

DRAFT = Draft(
    prompt="A fox in the snow",
    start_frame=(LocalImage("/media/fox.png"),),
    parked=frozenset({Slot.START_FRAME}),
    seed=Placeholder("<YOUR_SEED>"),
)


def test_the_form_is_restored_as_it_was_left(tmp_path: Path) -> None:
    file = DraftFile(tmp_path / "drafts" / "last.json")
    assert file.load() is None
    file.save(DRAFT)
    assert file.load() == (DRAFT, UndoHistory())
    assert [path.name for path in (tmp_path / "drafts").iterdir()] == ["last.json"]


@pytest.mark.parametrize("broken", [b"", b'{"prompt": "A fo', b"[]", b"\xff", b'{"prompt": 3}'])
def test_a_broken_draft_file_is_renamed(tmp_path: Path, broken: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "last.json"
    path.write_bytes(broken)
    with caplog.at_level(logging.ERROR):
        assert DraftFile(path).load() is None
    assert "kept as" in caplog.text
    caplog.clear()
    assert (tmp_path / "last.broken-1.json").read_bytes() == broken
    assert DraftFile(path).load() is None


def test_a_failed_write_leaves_the_old_draft(tmp_path: Path) -> None:
    file = DraftFile(tmp_path / "last.json")
    file.save(DRAFT)
    (tmp_path / "last.json").rename(tmp_path / "drafts.json")
    (tmp_path / "last.json").mkdir()
    with pytest.raises(OSError, match="directory"):
        file.save(Draft(prompt="a hare"))
    assert DraftFile(tmp_path / "drafts.json").load() == (DRAFT, UndoHistory())


@pytest.mark.parametrize("odd", [object(), b"bytes", [10**5000], {"deep": [object()]}, {1: 2}])
def test_a_value_that_no_file_can_hold_keeps_nothing_else_from_being_saved(tmp_path: Path, odd: object) -> None:
    file = DraftFile(tmp_path / "last.json")
    step = replace(DRAFT, extra={"odd": odd}, extra_parameters={"lone": "\ud83c", "n": 1.5})
    history = UndoHistory((step, replace(DRAFT, prompt="A hare")), ())
    assert file.save(step, history) == ("odd",)
    kept = replace(step, extra={})
    assert file.load() == (kept, UndoHistory((kept, replace(DRAFT, prompt="A hare")), ()))


def test_a_draft_with_a_number_of_any_length_is_saved(tmp_path: Path) -> None:
    file = DraftFile(tmp_path / "last.json")
    assert file.save(replace(DRAFT, seed=10**5000)) == ("seed",)
    assert file.load() == (replace(DRAFT, seed=None), UndoHistory())


@given(st.lists(drafts(), max_size=8), st.integers(0, 8))
def test_undo_and_redo_are_restored(steps: list[Draft], undone: int) -> None:
    composer = Composer()
    for draft in steps:
        composer.replace(draft)
    for _ in range(undone):
        composer.undo()
    with TemporaryDirectory() as folder:
        file = DraftFile(Path(folder) / "draft.json")
        file.save(composer.draft, composer.history)
        assert file.load() == (composer.draft, composer.history)


def test_hundreds_of_undo_steps_with_long_prompts_make_a_small_file(tmp_path: Path) -> None:
    history = UndoHistory()
    for number in range(400):
        history = history.push(
            Draft(prompt="A fox in the snow. " * 70 + "!" * (number % 50), duration=5 + 5 * (number % 2))
        )
    file = DraftFile(tmp_path / "draft.json")
    file.save(DRAFT, history)
    loaded = file.load()
    assert loaded is not None
    assert loaded[1].past == history.past[-250:]
    assert (tmp_path / "draft.json").stat().st_size < 500_000


def test_a_draft_with_an_unreadable_history_is_still_loaded(tmp_path: Path) -> None:
    path = tmp_path / "draft.json"
    path.write_text('{"prompt": "A fox", "history": {"past": [{"prompt": 3}], "future": []}}')
    assert DraftFile(path).load() == (Draft(prompt="A fox"), UndoHistory())
    path.write_text('{"prompt": "A fox"}')  # as the first version wrote it
    assert DraftFile(path).load() == (Draft(prompt="A fox"), UndoHistory())


def test_a_folder_in_the_file_s_place_is_reported_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="taken"):
        write_atomic(tmp_path / "taken", b"text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_the_cursor_is_restored_with_the_draft(tmp_path: Path) -> None:
    file = DraftFile(tmp_path / "draft.json")
    file.save(Draft(prompt="A fox"), UndoHistory(), (2, 5))
    again = DraftFile(tmp_path / "draft.json")
    assert again.load() == (Draft(prompt="A fox"), UndoHistory())
    assert again.cursor == (2, 5)
    (tmp_path / "draft.json").write_text((tmp_path / "draft.json").read_text().replace('"cursor"', '"other"'))
    assert again.load() == (Draft(prompt="A fox"), UndoHistory())
    assert again.cursor == (0, 0)
