"""Buttons, chips and rows of choices, by key and by mouse."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLineEdit, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import (
    AspectTiles,
    Button,
    Chip,
    IconButton,
    LinkButton,
    Option,
    PrimaryButton,
    Segmented,
    Tile,
)

InWindow = Callable[..., QWidget]
LEFT = Qt.MouseButton.LeftButton


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_and_space_press_every_kind_of_button(
    theme: Theme, qtbot: QtBot, in_window: InWindow, key: Qt.Key
) -> None:
    buttons = (Button(theme, "Undo"), IconButton(theme, "play", "Play"), LinkButton(theme, "Crop"), Chip(theme, "1:1"))
    in_window(*buttons)
    for button in buttons:
        button.setFocus()
        with qtbot.waitSignal(button.clicked):
            QTest.keyClick(button, key)


def test_enter_on_a_disabled_button_does_nothing(theme: Theme, qtbot: QtBot, in_window: InWindow) -> None:
    button = Button(theme, "Undo")
    button.setEnabled(False)
    in_window(button)
    with qtbot.assertNotEmitted(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Return)
        QTest.mouseClick(button, LEFT)


def test_a_click_on_a_button_does_not_take_the_focus(theme: Theme, qtbot: QtBot, in_window: InWindow) -> None:
    field, button = QLineEdit(), Button(theme, "Undo")
    in_window(field, button)
    field.setFocus()
    QTest.mouseClick(button, LEFT)
    assert field.hasFocus()


def test_generate_works_or_says_why_not(theme: Theme, qtbot: QtBot, in_window: InWindow) -> None:
    button = PrimaryButton(theme, "Generate", "Ctrl ⏎")
    in_window(button)
    assert button.height() == 44
    with qtbot.waitSignal(button.triggered), qtbot.assertNotEmitted(button.reason_clicked):
        QTest.mouseClick(button, LEFT)
    button.show_blocked("Write a prompt first")
    assert button.is_blocked
    assert button.text() == "Write a prompt first"
    with qtbot.waitSignal(button.reason_clicked), qtbot.assertNotEmitted(button.triggered):
        QTest.mouseClick(button, LEFT)
    button.show_ready("Generate 3 takes", "Ctrl ⏎")
    with qtbot.waitSignal(button.triggered):
        QTest.keyClick(button, Qt.Key.Key_Return)


def test_an_icon_button_has_a_tooltip_and_a_name(theme: Theme, in_window: InWindow) -> None:
    button = IconButton(theme, "play", "Play", shortcut="Space")
    in_window(button)
    assert (button.accessibleName(), button.toolTip()) == ("Play", "Play (Space)")
    button.show_icon("pause", "Pause")
    assert (button.accessibleName(), button.toolTip()) == ("Pause", "Pause")


def test_a_chip_stays_on_until_it_is_pressed_again(theme: Theme, qtbot: QtBot, in_window: InWindow) -> None:
    chip = Chip(theme, "16:9")
    in_window(chip)
    QTest.mouseClick(chip, LEFT)
    assert chip.isChecked()
    QTest.mouseClick(chip, LEFT)
    assert not chip.isChecked()


@pytest.fixture
def ways(theme: Theme, in_window: InWindow) -> Segmented:
    row = Segmented(
        theme,
        "Way",
        [Option("text", "Text"), Option("end", "Start + end", False, "Add a start frame first"), Option("ref", "Refs")],
    )
    in_window(row)
    row.chosen.connect(row.show_chosen)
    row.show_chosen("text")
    return row


def test_arrow_keys_skip_blocked_choices(ways: Segmented, qtbot: QtBot) -> None:
    ways.setFocus()
    with qtbot.waitSignal(ways.chosen, check_params_cb=lambda value: value == "ref"):
        QTest.keyClick(ways, Qt.Key.Key_Right)
    with qtbot.assertNotEmitted(ways.chosen):
        QTest.keyClick(ways, Qt.Key.Key_Right)
    QTest.keyClick(ways, Qt.Key.Key_Home)
    assert ways.value == "text"
    QTest.keyClick(ways, Qt.Key.Key_End)
    QTest.keyClick(ways, Qt.Key.Key_Left)
    assert ways.value == "text"


def test_a_click_chooses(ways: Segmented, qtbot: QtBot) -> None:
    with qtbot.waitSignal(ways.chosen):
        QTest.mouseClick(ways.cell("ref"), LEFT)
    assert ways.value == "ref"
    assert ways.cell("ref").isChecked()
    assert not ways.cell("text").isChecked()


def test_a_click_on_a_blocked_choice_says_why_at_once(ways: Segmented, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(ways.chosen):
        QTest.mouseClick(ways.cell("end"), LEFT)
    assert QToolTip.text() == "Add a start frame first"
    assert ways.value == "text"
    QToolTip.hideText()


def test_a_blocked_choice_is_enabled_when_the_form_says_so(ways: Segmented, qtbot: QtBot) -> None:
    ways.show_options([Option("text", "Text"), Option("end", "Start + end"), Option("ref", "Refs")])
    QTest.keyClick(ways, Qt.Key.Key_Right)
    assert ways.value == "end"


def test_a_click_only_requests_a_choice_and_the_form_decides(theme: Theme, qtbot: QtBot, in_window: InWindow) -> None:
    lengths = Segmented(theme, "Duration", [Option(5, "5 s"), Option(10, "10 s")])
    in_window(lengths)
    lengths.show_chosen(5)
    QTest.mouseClick(lengths.cell(10), LEFT)
    assert lengths.value == 5


def test_aspect_ratios_are_chosen_by_arrow_key_and_click(theme: Theme, qtbot: QtBot, in_window: InWindow) -> None:
    tiles = AspectTiles(
        theme,
        "Aspect",
        [
            Tile("wide", "16:9", caption="1920×1080", width=16, height=9),
            Tile("square", "1:1", caption="1440×1440"),
            Tile("tall", "9:16", caption="1080×1920", width=9, height=16),
        ],
    )
    in_window(tiles)
    tiles.chosen.connect(tiles.show_chosen)
    tiles.show_chosen("wide")
    tiles.setFocus()
    QTest.keyClick(tiles, Qt.Key.Key_Right)
    assert tiles.cell("square").isChecked()
    QTest.mouseClick(tiles.cell("tall"), LEFT)
    assert tiles.cell("tall").isChecked()
    assert tiles.cell("tall").accessibleName() == "9:16, 1080×1920"


def test_nothing_is_cut_at_the_width_of_the_composer(theme: Theme, in_window: InWindow) -> None:
    words = ("Text", "Start", "Start + end", "References", "Edit video")
    row = Segmented(theme, "Way", [Option(word, word) for word in words])
    in_window(row, width=376 + 32)
    assert row.width() == 376
    for word in words:
        assert row.cell(word).width() >= row.cell(word).sizeHint().width()


def test_enter_presses_the_default_button_from_anywhere_in_its_dialog(qtbot: QtBot, theme: Theme) -> None:
    dialog, pressed = QDialog(), list[str]()
    field, cancel, done = QLineEdit(), Button(theme, "Cancel"), PrimaryButton(theme, "Save")
    column = QVBoxLayout(dialog)
    for part in (field, cancel, done):
        column.addWidget(part)
    cancel.clicked.connect(lambda: pressed.append("cancel"))
    done.clicked.connect(lambda: pressed.append("save"))
    done.be_default_of(dialog)
    qtbot.addWidget(dialog)
    dialog.show()
    for part, expected in ((field, "save"), (done, "save"), (cancel, "cancel")):
        part.setFocus()
        qtbot.keyClick(part, Qt.Key.Key_Return)
        assert pressed == [expected]
        pressed.clear()
    done.setEnabled(False)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert not pressed
    assert dialog.isVisible()


def test_a_name_with_an_and_sign_makes_no_shortcut(qtbot: QtBot, theme: Theme) -> None:
    button = Button(theme, "R&D")
    qtbot.addWidget(button)
    assert (button.text(), button.shortcut().isEmpty()) == ("R&D", True)
