"""Snippets on disk."""

from pathlib import Path

from kling_desktop.domain.request.snippets import Snippet
from kling_desktop.store.composer.snippets import SnippetFile

ONE, TWO = Snippet("One", "one fox"), Snippet("Two", "zwei\n🦊")


def test_two_windows_keep_each_other_s_changes(tmp_path: Path) -> None:
    mine, theirs = SnippetFile(tmp_path / "snippets.json"), SnippetFile(tmp_path / "snippets.json")
    assert mine.read() == ()
    assert mine.add(ONE) == (ONE,)
    assert theirs.add(TWO) == (ONE, TWO)
    assert mine.remove(ONE) == (TWO,)
    assert "🦊" in (tmp_path / "snippets.json").read_text()


def test_unknown_items_are_kept_and_a_broken_file_is_renamed(tmp_path: Path) -> None:
    path = tmp_path / "snippets.json"
    path.write_text('[{"name": "One", "text": "one fox", "mood": 1}, 7, {"name": 3, "text": "x"}]')
    file = SnippetFile(path)
    assert file.read() == (ONE,)
    file.add(TWO)
    assert '"mood": 1' in path.read_text()
    assert "7," in path.read_text()
    path.write_text("{broken")
    assert file.read() == ()
    assert file.add(TWO) == (TWO,)
    assert [one.read_text() for one in tmp_path.glob("*broken*")] == ["{broken"]
