"""What a new user is asked before anything else."""

from pathlib import Path

from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.store.keychain import SILENT
from kling_desktop.ui.settings.folder_picker import FolderPicker
from kling_desktop.ui.settings.key_dialog import KeyDialog
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button, PrimaryButton


def test_the_clips_folder_is_chosen_at_the_first_run(
    qtbot: QtBot, theme: Theme, around: QWidget, tmp_path: Path
) -> None:
    usual, other = tmp_path / "Videos" / "Kling Desktop", tmp_path / "Work"
    other.mkdir()
    dialog = KeyDialog(theme, around, first_run=True, offers_sandbox=True, folder=usual)
    dialog.open()
    chosen: list[str] = []
    dialog.folder_chosen.connect(chosen.append)
    [line] = dialog.findChildren(FolderPicker)
    assert line.folder == usual
    assert any("$0.755 for 5 seconds or $1.51 for 10" in said.text() for said in dialog.findChildren(QLabel))
    next(button for button in line.findChildren(Button) if button.text() == "Choose…").click()
    [asking] = line.findChildren(QFileDialog)
    asking.fileSelected.emit(str(other))
    asking.done(1)
    assert (chosen, line.folder) == ([str(other)], other)
    dialog.reject()


def test_later_only_the_key_is_asked_for(qtbot: QtBot, theme: Theme, around: QWidget, tmp_path: Path) -> None:
    dialog = KeyDialog(theme, around, first_run=False, offers_sandbox=True, folder=tmp_path)
    dialog.open()
    assert not dialog.findChildren(FolderPicker)
    dialog.reject()


def test_no_text_of_the_first_run_is_cut_on_a_small_screen(
    qtbot: QtBot, theme: Theme, around: QWidget, tmp_path: Path
) -> None:
    dialog = KeyDialog(theme, around, first_run=True, offers_sandbox=True, folder=tmp_path)
    dialog.open()
    dialog.show_keeping(SILENT * 3)
    dialog.show_verdict("Leonardo.AI doesn't know this key. Copy it once more and paste it whole. " * 3, may_keep=False)
    qtbot.waitExposed(dialog)
    QApplication.processEvents()
    said = [words for words in dialog.findChildren(QLabel) if words.isVisible() and words.text()]
    assert [words.text() for words in said if words.height() < words.heightForWidth(words.width())] == []
    keep = next(button for button in dialog.findChildren(PrimaryButton))
    assert keep.height() >= keep.sizeHint().height()
    assert dialog.height() <= dialog.screen().availableGeometry().height()
    dialog.reject()
