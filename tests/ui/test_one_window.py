"""The right to be the one window of a folder."""

from pathlib import Path

from pytestqt.qtbot import QtBot

from kling_desktop.ui.one_window import OneWindow


def test_one_that_does_not_answer_is_given_up_after_a_while(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = OneWindow(tmp_path), OneWindow(tmp_path)
    assert first.take_or_hand_over((), {}) is True
    assert second.take_or_hand_over((), {}, patience=0.2) is None
    first.let_go()
    assert second.take_or_hand_over((), {}, patience=0.2) is True
    second.let_go()


def test_a_folder_deep_down_has_one_window_too(qtbot: QtBot, tmp_path: Path) -> None:
    deep = tmp_path / ("folder" * 20)
    first = OneWindow(deep)
    assert first.take_or_hand_over((), {}) is True
    assert first.listen()
    first.close()
    first.let_go()


def test_a_folder_that_can_t_be_written_keeps_no_window_from_opening(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert OneWindow(tmp_path / "file" / "data").take_or_hand_over((), {}) is True
