"""What is in a file of presets is looked at before it is taken in."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.presets.conflicts import ConflictChoice
from kling_desktop.domain.presets.preset import Preset, PresetPart, from_draft
from kling_desktop.domain.request.draft import Draft
from kling_desktop.ui.presets.import_dialog import PresetImportDialog
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Segmented


def preset(name: str) -> Preset:
    return from_draft(Draft(prompt=f"About {name}"), name, name, frozenset(PresetPart))


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


def opened(theme: Theme, window: QWidget, coming: list[Preset], known: list[Preset]) -> PresetImportDialog:
    dialog = PresetImportDialog(theme, window, coming, known, ["“cat.png” isn't in the file."])
    dialog.open()
    return dialog


def test_each_conflict_is_named_and_resolved(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(theme, window, [preset("Noir"), preset("Rain"), preset("Sun")], [preset("Noir"), preset("Rain")])
    words = [one.text() for one in dialog.findChildren(QLabel)]
    assert "2 of them already exist here. Choose what to do with them." in words
    assert "“cat.png” isn't in the file." in words
    for_all, noir, rain = dialog.findChildren(Segmented)
    qtbot.mouseClick(for_all.cell(ConflictChoice.SKIP), Qt.MouseButton.LeftButton)
    assert (noir.value, rain.value) == (ConflictChoice.SKIP, ConflictChoice.SKIP)
    qtbot.mouseClick(noir.cell(ConflictChoice.REPLACE), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(dialog.import_requested) as taken:
        qtbot.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    assert taken.args == [{"Noir": ConflictChoice.REPLACE, "Rain": ConflictChoice.SKIP}]


def test_nothing_is_imported_without_confirmation(theme: Theme, window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(theme, window, [preset("Noir")], [])
    assert not dialog.findChildren(Segmented)
    with qtbot.assertNotEmitted(dialog.import_requested):
        qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_hundreds_of_presets_open_at_once(theme: Theme, window: QWidget) -> None:
    many = [preset(f"No {n}") for n in range(500)]
    dialog = opened(theme, window, many, many)
    assert "and 440 more" in [one.text() for one in dialog.findChildren(QLabel)]
    dialog.reject()
