"""The preset line, the list and the sheet that saves, with real keys and clicks."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.domain.presets.preset import Preset, PresetPart, from_draft
from kling_desktop.domain.request.draft import Draft
from kling_desktop.ui.presets.list_popup import PresetAction, PresetListPopup
from kling_desktop.ui.presets.preset_bar import PresetBar
from kling_desktop.ui.presets.preset_model import PresetRole
from kling_desktop.ui.presets.save_popup import PresetSavePopup
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Chip
from tests.support.drag_events import send_drag, send_drop

NAMES = ("Noir close-ups", "Slow push-in", "Product, turntable", "Énorme", "雨の夜", "🦊 fox")
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


def preset(name: str) -> Preset:
    return from_draft(Draft(prompt=f"About {name}"), name, name, frozenset(PresetPart))


PRESETS = tuple(preset(name) for name in NAMES)


@pytest.fixture
def host(theme: Theme, qtbot: QtBot) -> QWidget:
    """A form with a preset line at its top."""
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(PresetBar(theme))
    column.addStretch()
    window.resize(400, 600)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    return window


@pytest.fixture
def line(host: QWidget) -> PresetBar:
    return host.findChildren(PresetBar)[0]


@pytest.fixture
def sheet(theme: Theme, line: PresetBar, host: QWidget) -> PresetListPopup:
    made = PresetListPopup(theme, line, host, lambda _preset: None)
    made.show_presets(PRESETS, {NAMES[1]: 1}, NAMES[2])
    made.open_at(NAMES[0])
    QApplication.processEvents()
    return made


def press(key: Qt.Key | str, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    if isinstance(key, str):
        QTest.keyClicks(focused, key)
    else:
        QTest.keyClick(focused, key, held)


def shown(sheet: PresetListPopup) -> list[str]:
    model = sheet.list.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_the_bar_names_the_preset_and_its_changes(line: PresetBar) -> None:
    assert line.box.text() == "No preset"
    line.show_preset("Noir", ())
    assert line.box.text() == "Noir"
    assert not line.revert.isVisible()
    line.show_preset("Noir", ("length", "seed"))
    assert "length, seed" in line.box.toolTip()
    assert line.revert.isVisible()
    assert line.update_it.isVisible()


def test_typing_filters_and_enter_loads(sheet: PresetListPopup, qtbot: QtBot) -> None:
    press("enor")
    assert shown(sheet) == ["Énorme"]
    with qtbot.waitSignal(sheet.load_requested) as loaded:
        press(Qt.Key.Key_Return)
    assert loaded.args == ["Énorme"]
    assert not sheet.isVisible()


def test_arrow_keys_move_and_escape_clears_then_closes(sheet: PresetListPopup, qtbot: QtBot) -> None:
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Down)
    press(Qt.Key.Key_Up)
    with qtbot.waitSignal(sheet.load_requested) as loaded:
        press(Qt.Key.Key_Return)
    assert loaded.args == [NAMES[1]]
    sheet.open_at("")
    press("zzz")
    assert shown(sheet) == []
    press(Qt.Key.Key_Escape)
    assert shown(sheet) == list(NAMES)
    press(Qt.Key.Key_Escape)
    assert not sheet.isVisible()


@pytest.mark.parametrize(
    ("key", "held", "what"),
    [
        (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier, PresetAction.RENAME),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, PresetAction.DELETE),
        (Qt.Key.Key_D, CTRL, PresetAction.DUPLICATE),
    ],
)
def test_keys_request_changes(
    sheet: PresetListPopup, qtbot: QtBot, key: Qt.Key, held: Qt.KeyboardModifier, what: PresetAction
) -> None:
    with qtbot.waitSignal(sheet.action_requested) as wanted:
        press(key, held)
    assert wanted.args == [NAMES[0], what]


def test_alt_and_arrows_reorder_presets_unless_filtered(sheet: PresetListPopup, qtbot: QtBot) -> None:
    with qtbot.waitSignal(sheet.move_requested) as moved:
        press(Qt.Key.Key_Down, ALT)
    assert moved.args == [NAMES[0], 1]
    press("o")
    with qtbot.assertNotEmitted(sheet.move_requested):
        press(Qt.Key.Key_Down, ALT)


def test_a_click_loads(sheet: PresetListPopup, qtbot: QtBot) -> None:
    place = sheet.list.visualRect(sheet.list.model().index(2, 0)).center()
    with qtbot.waitSignal(sheet.load_requested) as loaded:
        qtbot.mouseClick(sheet.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert loaded.args == [NAMES[2]]


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_the_menu_offers_everything_and_exports_what_is_shown(sheet: PresetListPopup, qtbot: QtBot) -> None:
    press("o")
    found = shown(sheet)
    place = sheet.list.visualRect(sheet.list.model().index(0, 0)).center()
    at = sheet.list.viewport().mapTo(sheet, place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, sheet.mapToGlobal(at))
    QApplication.sendEvent(sheet, event)
    menu = next(one for one in sheet.findChildren(QMenu) if one.isVisible())
    offered = {action.text().split("\t")[0]: action for action in menu.actions()}
    assert {"Load", "Rename…", "Tags…", "Duplicate", "Move up", "Pin to a key", "Export…", "Delete"} <= set(offered)
    with qtbot.waitSignal(sheet.export_requested) as exported:
        offered[f"Export these {len(found)}…"].trigger()
    assert list(exported.args[0]) == found
    menu.close()


def test_the_list_keeps_its_position_when_it_changes(sheet: PresetListPopup, qtbot: QtBot) -> None:
    press(Qt.Key.Key_Down)
    sheet.show_presets((preset("New"), *PRESETS), {}, "")
    with qtbot.waitSignal(sheet.load_requested) as loaded:
        press(Qt.Key.Key_Return)
    assert loaded.args == [NAMES[1]]


def test_two_thousand_presets_are_painted_and_filtered(sheet: PresetListPopup) -> None:
    many = tuple(replace(preset(f"{NAMES[n % 6]} {n}"), id=str(n)) for n in range(2000))
    sheet.show_presets(many, {}, "")
    press("noir 120")
    assert shown(sheet)[0] == "Noir close-ups 120"


@pytest.fixture
def save(theme: Theme, line: PresetBar, host: QWidget) -> PresetSavePopup:
    return PresetSavePopup(theme, line, host)


def why_not(name: str) -> str:
    return "There is one of that name." if name == "Noir" else "" if name else "Give it a name."


Taken = list[tuple[str, frozenset[PresetPart]]]


def ask(save: PresetSavePopup, name: str, parts: frozenset[PresetPart]) -> Taken:
    taken: Taken = []
    save.ask_name("Keep the form", name, lambda name, parts: taken.append((name, parts)), why_not, parts)
    return taken


def test_a_form_is_saved_under_a_name_with_the_chosen_parts(save: PresetSavePopup, qtbot: QtBot) -> None:
    taken = ask(save, "", frozenset({PresetPart.PROMPT, PresetPart.SETTINGS}))
    press("Rain ")
    media = next(chip for chip in save.findChildren(Chip) if chip.text() == "Media")
    qtbot.mouseClick(media, Qt.MouseButton.LeftButton)
    press(Qt.Key.Key_Return)
    assert taken == [("Rain", frozenset(PresetPart))]
    assert not save.isVisible()


def test_a_taken_or_missing_name_is_reported_at_the_field(save: PresetSavePopup) -> None:
    taken = ask(save, "", frozenset({PresetPart.PROMPT}))
    field = save.findChildren(QLineEdit)[0]
    press(Qt.Key.Key_Return)
    assert field.accessibleDescription() == "Give it a name."
    press("Noir")
    press(Qt.Key.Key_Return)
    assert field.accessibleDescription() == "There is one of that name."
    press(" 2")
    assert field.accessibleDescription() == ""
    assert taken == []
    press(Qt.Key.Key_Return)
    assert taken == [("Noir 2", frozenset({PresetPart.PROMPT}))]


def test_an_empty_preset_is_not_saved(save: PresetSavePopup) -> None:
    taken = ask(save, "Empty", frozenset())
    press(Qt.Key.Key_Return)
    assert save.findChildren(QLineEdit)[0].accessibleDescription() == "Choose what to include."
    assert taken == []


def test_enter_confirms_and_escape_cancels(save: PresetSavePopup, qtbot: QtBot) -> None:
    save.ask_confirmation("Save over?", ("Changes: length",))
    with qtbot.waitSignal(save.confirmed):
        press(Qt.Key.Key_Return)
    save.ask_confirmation("Save over?", ("Changes: length",))
    with qtbot.assertNotEmitted(save.confirmed):
        press(Qt.Key.Key_Escape)
    assert not save.isVisible()


def test_a_popup_closes_when_it_loses_the_focus(
    sheet: PresetListPopup, host: QWidget, qtbot: QtBot, in_window: Callable[..., QWidget]
) -> None:
    other = QLineEdit(host)
    other.show()
    other.setFocus()
    assert not sheet.isVisible()


def drag(sheet: PresetListPopup, row: int, to: QPoint) -> None:
    """A row let go of at a point of the list."""
    view = sheet.list
    data = view.model().mimeData([view.model().index(row, 0)])
    send_drag(view.viewport(), data, to, Qt.DropAction.MoveAction)
    send_drop(view.viewport(), data, to, Qt.DropAction.MoveAction)


def test_a_row_can_be_dragged_between_two_others(sheet: PresetListPopup, qtbot: QtBot) -> None:
    moved: list[tuple[str, int]] = []
    sheet.move_requested.connect(lambda name, to: moved.append((name, to)))
    model = sheet.list.model()
    first, third = (sheet.list.visualRect(model.index(row, 0)) for row in (0, 2))
    one = model.index(0, 0).data(PresetRole.PRESET).id
    last = model.index(2, 0).data(PresetRole.PRESET).id
    drag(sheet, 0, third.bottomLeft() + QPoint(20, -1))
    drag(sheet, 2, first.topLeft() + QPoint(20, 1))
    assert moved == [(one, 2), (last, 0)]
    # Back where it was, nothing happens; and among those that were found there is no order to change.
    drag(sheet, 0, first.topLeft() + QPoint(20, 1))
    drag(sheet, 0, first.bottomLeft() + QPoint(20, -1))
    assert len(moved) == 2
    QTest.keyClicks(sheet.findChildren(QLineEdit)[0], "n")
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsDragEnabled
