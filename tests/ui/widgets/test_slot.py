"""A media slot, by mouse, key, drop and paste."""

from collections.abc import Callable
from itertools import product

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.ui.theme import DARK, Theme
from kling_desktop.ui.widgets import DropAnswer, SlotFrame, SlotState, SlotView
from tests.support.drag_events import send_drag, send_drag_leave, send_drop

InWindow = Callable[..., QWidget]
LEFT = Qt.MouseButton.LeftButton
SIZES = [(68, 68), (86, 86), (180, 110), (216, 135)]


def accepts(data: QMimeData) -> DropAnswer:
    """Ids, in these tests, begin with "id"."""
    if data.text().startswith("id"):
        return DropAnswer(True, "Use as start frame")
    return DropAnswer(False, "That is no image")


@pytest.fixture
def slot(theme: Theme, in_window: InWindow) -> SlotFrame:
    frame = SlotFrame(theme, "Start frame", accepts, icon="image")
    in_window(QLineEdit(), frame)
    return frame


def green(width: int = 320, height: int = 200) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.green)
    return image


def text(words: str) -> QMimeData:
    data = QMimeData()
    data.setText(words)
    return data


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_and_space_open_a_slot(slot: SlotFrame, qtbot: QtBot, key: Qt.Key) -> None:
    slot.setFocus()
    with qtbot.waitSignal(slot.activated):
        QTest.keyClick(slot, key)


def test_a_click_opens_a_slot(slot: SlotFrame, qtbot: QtBot) -> None:
    with qtbot.waitSignal(slot.activated):
        QTest.mouseClick(slot, LEFT)


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_empties_a_filled_slot(slot: SlotFrame, qtbot: QtBot, key: Qt.Key) -> None:
    with qtbot.assertNotEmitted(slot.remove_requested):
        QTest.keyClick(slot, key)
    slot.show_view(SlotView(SlotState.FILLED, picture=green(), removable=True))
    with qtbot.waitSignal(slot.remove_requested):
        QTest.keyClick(slot, key)


def test_the_remove_button_shows_while_the_slot_has_the_focus(slot: SlotFrame, qtbot: QtBot) -> None:
    cross = slot.findChild(QAbstractButton)
    assert isinstance(cross, QAbstractButton)
    slot.show_view(SlotView(SlotState.FILLED, picture=green(), removable=True))
    assert not cross.isVisible()
    slot.setFocus()
    assert cross.isVisible()
    assert cross.accessibleName() == "Remove start frame"
    with qtbot.waitSignal(slot.remove_requested), qtbot.assertNotEmitted(slot.activated):
        QTest.mouseClick(cross, LEFT)
    slot.show_view(SlotView(SlotState.EMPTY))
    assert not cross.isVisible()


def test_accepted_data_can_be_dropped(slot: SlotFrame, qtbot: QtBot) -> None:
    received: list[str] = []
    slot.dropped.connect(lambda data: received.append(data.text()))
    data = text("id-1")
    assert send_drag(slot, data)
    assert send_drop(slot, data).isAccepted()
    assert received == ["id-1"]


def test_other_data_is_refused_with_a_reason(slot: SlotFrame, qtbot: QtBot) -> None:
    data = text("a poem")
    send_drag(slot, data)
    with qtbot.waitSignal(slot.refused) as refusal, qtbot.assertNotEmitted(slot.dropped):
        assert not send_drop(slot, data).isAccepted()
    assert refusal.args == ["That is no image"]


def test_the_drop_hint_disappears_when_the_drag_leaves(slot: SlotFrame) -> None:
    slot.show_view(SlotView(SlotState.EMPTY, "Drop an image"))
    before = slot.grab().toImage()
    data = text("id-1")
    send_drag(slot, data)
    assert slot.grab().toImage() != before
    send_drag_leave(slot)
    assert slot.grab().toImage() == before


def test_after_a_drag_has_left_the_slot_shows_the_window_wide_hint_again(slot: SlotFrame) -> None:
    slot.show_answer(DropAnswer(True, "Drop here for the start frame"))
    offered = slot.grab().toImage()
    data = text("id-1")
    send_drag(slot, data)
    assert slot.grab().toImage() != offered
    send_drag_leave(slot)
    assert slot.grab().toImage() == offered


def test_an_id_can_be_pasted(slot: SlotFrame, qtbot: QtBot) -> None:
    received: list[str] = []
    slot.pasted.connect(lambda data: received.append(data.text()))
    QGuiApplication.clipboard().setText("id-2")
    slot.setFocus()
    QTest.keyClick(slot, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert received == ["id-2"]
    QGuiApplication.clipboard().setText("a poem")
    with qtbot.waitSignal(slot.refused):
        QTest.keyClick(slot, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert received == ["id-2"]


def test_a_right_click_requests_a_menu(slot: SlotFrame, qtbot: QtBot) -> None:
    with qtbot.waitSignal(slot.menu_requested):
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), slot.mapToGlobal(QPoint(5, 5)))
        QApplication.sendEvent(slot, event)


@pytest.mark.parametrize("state", list(SlotState))
def test_every_state_can_be_drawn_at_every_size(slot: SlotFrame, state: SlotState) -> None:
    for size, picture in product(SIZES, (None, green(), green(1, 4000), green(4000, 1))):
        slot.setFixedSize(*size)
        slot.show_view(SlotView(state, "Some words", picture, "1920 × 1080", "UPLOADED", "1", 62, removable=True))
        assert not slot.grab().isNull()


def test_the_image_fills_the_frame_and_parked_ones_lose_their_color(slot: SlotFrame) -> None:
    slot.setFixedSize(180, 110)
    slot.show_view(SlotView(SlotState.FILLED, picture=green(4000, 1000)))
    assert slot.grab().toImage().pixelColor(90, 55).name() == "#00ff00"
    slot.show_view(SlotView(SlotState.PARKED, picture=green()))
    parked = slot.grab().toImage().pixelColor(90, 55)
    assert parked.saturationF() < 0.6
    assert parked.green() < 128


def test_a_problem_has_a_colored_border(slot: SlotFrame) -> None:
    slot.setFixedSize(180, 110)
    slot.show_view(SlotView(SlotState.PROBLEM, "Too small: 240 × 180", green()))
    assert slot.grab().toImage().pixelColor(90, 0) == DARK.bad
    assert "Too small" in slot.accessibleDescription()


def test_a_mini_slot_shows_in_its_tooltip_what_has_no_room(slot: SlotFrame) -> None:
    slot.show_view(SlotView(SlotState.SHUT, "Not with frames"))
    assert slot.toolTip() == "Start frame: Not with frames"


def test_a_slot_keeps_its_shape(theme: Theme) -> None:
    assert SlotFrame(theme, "Start frame", accepts).heightForWidth(160) == 100
    assert SlotFrame(theme, "Reference", accepts, aspect=1).heightForWidth(86) == 86


def test_the_remove_button_hides_when_the_pointer_leaves(slot: SlotFrame) -> None:
    slot.show_view(SlotView(SlotState.FILLED, picture=green(), removable=True))
    QApplication.sendEvent(slot, QEvent(QEvent.Type.Leave))
    cross = slot.findChild(QAbstractButton)
    assert isinstance(cross, QAbstractButton)
    assert not cross.isVisible()
