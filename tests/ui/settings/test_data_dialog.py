"""The dialog about back-ups and data."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.ui.settings.data_dialog import DataDialog, FolderUse
from kling_desktop.ui.theme import Theme


def test_it_names_what_stays_and_asks_for_what_is_clicked(qtbot: QtBot, theme: Theme) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.resize(900, 700)
    places = [FolderUse("Clips", Path("/videos/Kling Desktop"), "1.2 GB"), FolderUse("Logs", Path("/logs"), "0.1 MB")]
    dialog = DataDialog(theme, parent, places, "Run “sudo apt remove kling-desktop”.")
    asked: list[object] = []
    dialog.backup_requested.connect(lambda with_clips: asked.append(("back up", with_clips)))
    dialog.restore_requested.connect(lambda: asked.append("restore"))
    dialog.key_removal_requested.connect(lambda: asked.append("remove"))
    dialog.open()

    said = " ".join(text.text() for text in dialog.findChildren(QLabel))
    assert "/videos/Kling Desktop\n1.2 GB" in said
    assert "sudo apt remove" in said
    for button in (dialog.back_up, dialog.restore, dialog.remove_keys):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog.clips.chosen.emit(True)
    qtbot.mouseClick(dialog.back_up, Qt.MouseButton.LeftButton)
    assert asked == [("back up", False), "restore", "remove", ("back up", True)]
    dialog.show_verdict("Your keys are removed from the keyring.")
    assert dialog.verdict.isVisible()
    dialog.reject()
