"""The form comes back as it was left."""

import logging
from pathlib import Path

import pytest

from kling_desktop.domain.draft import Draft, LocalImage, Placeholder
from kling_desktop.domain.model import Slot
from kling_desktop.store.atomic import write_whole
from kling_desktop.store.drafts import DraftFile

DRAFT = Draft(
    prompt="A fox in the snow",
    start_frame=(LocalImage("/media/fox.png"),),
    parked=frozenset({Slot.START_FRAME}),
    seed=Placeholder("<YOUR_SEED>"),
)


def test_the_form_comes_back_as_it_was_left(tmp_path: Path) -> None:
    file = DraftFile(tmp_path / "drafts" / "last.json")
    assert file.load() is None
    file.save(DRAFT)
    assert file.load() == DRAFT
    assert [path.name for path in (tmp_path / "drafts").iterdir()] == ["last.json"]


@pytest.mark.parametrize("broken", [b"", b'{"prompt": "A fo', b"[]", b"\xff", b'{"prompt": 3}'])
def test_a_broken_draft_is_kept_aside(tmp_path: Path, broken: bytes, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "last.json"
    path.write_bytes(broken)
    with caplog.at_level(logging.ERROR):
        assert DraftFile(path).load() is None
    assert "kept as" in caplog.text
    caplog.clear()
    assert (tmp_path / "last.broken-1.json").read_bytes() == broken
    assert DraftFile(path).load() is None


def test_a_draft_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    file = DraftFile(tmp_path / "last.json")
    file.save(DRAFT)
    with pytest.raises((TypeError, ValueError)):
        file.save(Draft(extra={"odd": object()}))
    assert file.load() == DRAFT


def test_a_file_whose_place_is_taken_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "taken" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="taken"):
        write_whole(tmp_path / "taken", b"text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]
