"""Generate: once a press, and never a dead end."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QScrollArea, QWidget

from kling_desktop.domain.request.draft import UPLOADED, Draft, LocalImage, Placeholder, StoredMedia
from kling_desktop.ui.composer.media_input.place import START, VIDEO, Place
from kling_desktop.ui.presets.preset_bar import PresetBar
from kling_desktop.ui.theme import Theme
from tests.ui.composer.conftest import IMAGE_ID, FormDriver

Open = Callable[..., FormDriver]
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def ready(open_form: Open) -> FormDriver:
    """A form with nothing in the way."""
    return open_form(Draft(prompt="a cat"))


def _orders(form: FormDriver) -> list[None]:
    orders: list[None] = []
    form.panel.generate_bar.generate_requested.connect(lambda: orders.append(None))
    return orders


def _held(widget: QWidget, key: Qt.Key, held: Qt.KeyboardModifier, repeats: int) -> None:
    QTest.keyPress(widget, key, held)
    for _ in range(repeats):
        again = QKeyEvent(QEvent.Type.KeyPress, key, held, "\r", autorep=True)
        QApplication.sendEvent(widget, again)
    QTest.keyRelease(widget, key, held)


def test_ctrl_enter_generates_from_anywhere_in_the_form(ready: FormDriver) -> None:
    orders = _orders(ready)
    ready.press(Qt.Key.Key_Return, CTRL)
    assert len(orders) == 1
    ready.box(START).setFocus()
    ready.press(Qt.Key.Key_Enter, CTRL)
    assert len(orders) == 2
    assert ready.composer.draft.prompt == "a cat"


def test_ctrl_enter_in_a_note_submits_nothing(ready: FormDriver, in_window: Open) -> None:
    orders = _orders(ready)
    note = QPlainTextEdit()
    in_window(ready.panel, note)
    note.setFocus()
    ready.press(Qt.Key.Key_Return, CTRL)
    assert orders == []
    ready.prompt.setFocus()
    ready.press(Qt.Key.Key_Return, CTRL)
    assert len(orders) == 1
    ready.panel.setParent(None)


def test_holding_ctrl_enter_submits_once(ready: FormDriver) -> None:
    orders = _orders(ready)
    ready.prompt.setFocus()
    _held(ready.prompt, Qt.Key.Key_Return, CTRL, 20)
    assert len(orders) == 1


def test_holding_ctrl_shift_enter_submits_once_to_the_front_of_the_queue(ready: FormDriver) -> None:
    orders, first = _orders(ready), list[None]()
    ready.panel.generate_bar.generate_first_requested.connect(lambda: first.append(None))
    ready.prompt.setFocus()
    _held(ready.prompt, Qt.Key.Key_Return, CTRL | Qt.KeyboardModifier.ShiftModifier, 20)
    assert (len(first), len(orders)) == (1, 0)
    assert ready.composer.draft.prompt == "a cat"


def test_holding_enter_on_the_button_submits_once(ready: FormDriver) -> None:
    orders = _orders(ready)
    ready.generate.setFocus()
    _held(ready.generate, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, 20)
    assert len(orders) == 1


def test_a_double_click_submits_once(ready: FormDriver) -> None:
    orders = _orders(ready)
    QTest.mouseClick(ready.generate, Qt.MouseButton.LeftButton)
    # Qt hands over the second press as this event alone.
    QTest.mouseDClick(ready.generate, Qt.MouseButton.LeftButton)
    assert len(orders) == 1


def test_two_clicks_submit_twice(ready: FormDriver) -> None:
    orders = _orders(ready)
    ready.click(ready.generate)
    ready.click(ready.generate)
    assert len(orders) == 2


def test_a_blocked_generate_says_why_and_leads_there(form: FormDriver) -> None:
    orders = _orders(form)
    assert form.generate.text() == "Write a prompt"
    form.box(START).setFocus()
    form.click(form.generate)
    assert form.prompt.hasFocus()
    form.press(Qt.Key.Key_Return, CTRL)
    assert orders == []


@pytest.mark.parametrize("place", [START, VIDEO])
def test_a_slot_with_a_problem_gets_the_focus(open_form: Open, place: Place) -> None:
    form = open_form(Draft(prompt="x").with_media(place.slot, (Placeholder("<YOUR_ID>"),)))
    form.click(form.generate)
    assert form.box(place).hasFocus()


def test_without_a_key_generate_leads_to_the_key(open_form: Open) -> None:
    form = open_form(Draft(prompt="x"), obstacle="Enter an API key first")
    assert form.generate.text() == "Enter an API key first"
    with form.qtbot.waitSignal(form.panel.key_requested):
        form.click(form.generate)
    form.composer.send_blocker = ""
    assert form.generate.text() == "Generate"


def test_tab_reaches_everything_from_top_to_bottom(open_form: Open) -> None:
    form = open_form(Draft(prompt="x", start_frame=(StoredMedia(IMAGE_ID, UPLOADED),)))
    reached: list[QWidget] = []
    form.generate.setFocus()
    while True:
        form.press(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert focused is not None
        if focused in reached:
            break
        reached.append(focused)
    names = [widget.accessibleName() or getattr(widget, "text", lambda: "")() for widget in reached]
    assert names == [
        "Generation type",
        "Start frame",
        "End frame",
        "Use references instead",
        "Reference 1",
        "Reference 2",
        "Reference 3",
        "Reference 4",
        "Video to edit",
        "Prompt",
        "Aspect",
        "Duration",
        "Takes  ×1",
        "Seed  any",
        "More settings",
        "Model: Kling O1",
        "Generate",
    ]


@pytest.mark.parametrize("height", [626, 826])
def test_the_form_fits_without_scrolling(open_form: Open, height: int) -> None:
    form = open_form(Draft(prompt="x", start_frame=(StoredMedia(IMAGE_ID, UPLOADED, 100, 200),)), height=height)
    output_bottom = form.generate.mapTo(form.panel, form.generate.rect().bottomLeft()).y()
    assert output_bottom < height
    assert form.panel.findChildren(QScrollArea)[0].verticalScrollBar().maximum() == 0


def test_the_form_fits_the_smallest_window_with_a_preset_and_frame_fit(
    open_form: Open, theme: Theme, picture: Callable[..., Path]
) -> None:
    square = LocalImage(str(picture("square.png", 900, 900)), "square.png", "", 900, 900)
    form = open_form(Draft(prompt="x", start_frame=(square,)), height=626)
    form.panel.show_above(PresetBar(theme))
    QApplication.processEvents()
    assert form.panel.findChildren(QScrollArea)[0].verticalScrollBar().maximum() == 0


@pytest.mark.parametrize("width", [360, 520])
def test_the_form_is_never_wider_than_its_pane(open_form: Open, width: int) -> None:
    form = open_form(Draft(prompt="x", start_frame=(StoredMedia(IMAGE_ID, UPLOADED),)))
    form.panel.resize(width, 826)
    QApplication.processEvents()
    page = form.panel.findChildren(QScrollArea)[0].widget()
    assert page is not None
    assert page.width() == width
