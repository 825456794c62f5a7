"""The right to be the one window of a folder."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from kling_desktop.main import UNANSWERED
from kling_desktop.ui.shell.single_instance import SingleInstance
from kling_desktop.ui.shell.startup_error_dialog import StartupErrorDialog
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button


def test_an_instance_that_does_not_answer_times_out(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.claim_or_forward((), {}) is True
    assert second.claim_or_forward((), {}, patience=0.2) is None
    first.release()
    assert second.claim_or_forward((), {}, patience=0.2) is True
    second.release()


def test_a_deeply_nested_folder_has_one_window_too(qtbot: QtBot, tmp_path: Path) -> None:
    deep = tmp_path / ("folder" * 20)
    first = SingleInstance(deep)
    assert first.claim_or_forward((), {}) is True
    assert first.listen()
    first.close()
    first.release()


def test_a_window_opens_even_if_its_folder_is_not_writable(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert SingleInstance(tmp_path / "file" / "data").claim_or_forward((), {}) is True


def test_a_window_that_does_not_answer_is_reported_with_advice(qtbot: QtBot, theme: Theme) -> None:
    dialog = StartupErrorDialog(theme, *UNANSWERED)
    qtbot.addWidget(dialog)
    dialog.open()
    assert [text.text() for text in dialog.findChildren(QLabel)] == list(UNANSWERED)
    with qtbot.waitSignal(dialog.accepted):
        qtbot.mouseClick(dialog.findChild(Button), Qt.MouseButton.LeftButton)
