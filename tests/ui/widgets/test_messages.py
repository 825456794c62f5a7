"""Messages, meters and marks."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.ui.theme import DARK, LIGHT, Theme, Tone
from kling_desktop.ui.widgets import LinkButton, Message, MessageBar, Meter, StatusDot, Tag, label

InWindow = Callable[..., QWidget]


@pytest.fixture
def bar(theme: Theme, in_window: InWindow) -> MessageBar:
    return MessageBar(theme, in_window())


def runs(bar: MessageBar) -> bool:
    """Whether the message's time is running out."""
    return any(clock.isActive() for clock in bar.findChildren(QTimer))


def test_messages_are_shown_one_after_the_other(bar: MessageBar, qtbot: QtBot) -> None:
    first, second = Message("One", seconds=0), Message("Two", Tone.ODD, seconds=0)
    bar.post(first)
    bar.post(second)
    assert bar.message == first
    assert bar.isVisible()
    bar.dismiss()
    assert bar.message == second
    with qtbot.waitSignal(bar.emptied):
        bar.dismiss()
    assert not bar.isVisible()


def test_a_new_problem_is_shown_before_older_notes_and_after_older_problems(bar: MessageBar) -> None:
    note, later = Message("2 jobs wait", seconds=0), Message("Copied", Tone.OK, seconds=0)
    disk, network = (Message(text, Tone.BAD, seconds=0) for text in ("The disk is full", "No network"))
    for message in (note, later, disk, network, disk):
        bar.post(message)
    shown = []
    while bar.message:
        shown.append(bar.message)
        bar.dismiss()
    assert shown == [disk, network, note, later]


def test_a_problem_does_not_take_the_place_of_a_note_under_the_pointer(bar: MessageBar) -> None:
    note = Message("2 jobs wait", action="Send now", act=lambda: None, seconds=0)
    problem = Message("No network", Tone.BAD, seconds=0)
    bar.post(note)
    bar.findChild(LinkButton).setFocus()  # type: ignore[union-attr]
    bar.post(problem)
    assert bar.message is note
    bar.dismiss()
    assert bar.message is problem


def test_messages_are_withdrawn_with_the_object_of_their_action(bar: MessageBar) -> None:
    acted: list[str] = []
    news = Message("The key is stored", seconds=0)
    for message in (Message("Removed", action="Undo", act=lambda: acted.append("undo"), seconds=0), news):
        bar.post(message)
    bar.drop_actions()
    assert bar.message == news
    assert acted == []


def test_outdated_messages_are_withdrawn_shown_or_queued(bar: MessageBar) -> None:
    said: list[Message] = []
    bar.posted.connect(said.append)
    shown, waits, last = (Message(text, seconds=0) for text in ("5 jobs wait", "No network", "The key is stored"))
    for message in (shown, waits, last):
        bar.post(message)
    bar.withdraw(waits)
    bar.withdraw(shown)
    assert bar.message is last
    assert said == [shown, waits, last]


def test_the_same_message_is_shown_once(bar: MessageBar) -> None:
    for _ in range(3):
        bar.post(Message("No network", Tone.BAD, seconds=0))
    bar.dismiss()
    assert bar.message is None


def test_a_message_disappears_by_itself(bar: MessageBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.emptied):
        bar.post(Message("Copied", seconds=0.01))


def test_a_message_stays_while_the_pointer_is_on_it(bar: MessageBar, qtbot: QtBot) -> None:
    bar.post(Message("Copied", seconds=0.01))
    middle = QPointF(bar.rect().center())
    QApplication.sendEvent(bar, QEnterEvent(middle, middle, middle))
    assert not runs(bar)
    with qtbot.waitSignal(bar.emptied):
        QApplication.sendEvent(bar, QEvent(QEvent.Type.Leave))


def test_the_action_is_one_click_and_closes_the_message(bar: MessageBar, qtbot: QtBot) -> None:
    done: list[str] = []
    bar.post(Message("Deleted", Tone.OK, "Undo", lambda: done.append("undone"), seconds=0))
    action = bar.findChild(LinkButton)
    assert isinstance(action, LinkButton)
    assert action.text() == "Undo"
    QTest.mouseClick(action, Qt.MouseButton.LeftButton)
    assert done == ["undone"]
    assert not bar.isVisible()


def test_a_double_click_or_held_key_does_not_act_on_the_next_message(bar: MessageBar) -> None:
    acted: list[str] = []
    for name in ("put it back", "send all"):
        bar.post(Message("What to do?", action="Do it", act=partial(acted.append, name), seconds=0))
    action = bar.findChildren(LinkButton)[0]
    for half in (QTest.mouseClick, QTest.mouseDClick, QTest.mouseRelease):
        half(action, Qt.MouseButton.LeftButton)
    assert acted == ["put it back"]
    bar.post(Message("And then?", action="Do it", act=partial(acted.append, "send again"), seconds=0))
    action.setFocus(Qt.FocusReason.TabFocusReason)
    for repeats in (False, True, True):
        key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", repeats)
        QApplication.sendEvent(action, key)
    assert acted == ["put it back", "send all"]


def test_a_message_stays_while_focused_and_escape_closes_it(bar: MessageBar, qtbot: QtBot) -> None:
    bar.post(Message("Deleted", Tone.OK, "Undo", lambda: None, seconds=60))
    action = bar.findChild(LinkButton)
    assert isinstance(action, LinkButton)
    action.setFocus()
    assert not runs(bar)
    action.clearFocus()
    assert runs(bar)
    QTest.keyClick(action, Qt.Key.Key_Escape)
    assert not bar.isVisible()


def test_an_immediate_message_interrupts_and_the_other_returns_after_it(bar: MessageBar) -> None:
    news, question = Message("No network", Tone.BAD, seconds=0), Message("Send it again?", Tone.ODD, "Send", seconds=0)
    bar.post(news)
    bar.show_now(question)
    assert bar.message == question
    bar.dismiss()
    assert bar.message == news


def test_a_second_immediate_message_replaces_the_first(bar: MessageBar) -> None:
    bar.show_now(Message("About the fox", seconds=0))
    bar.show_now(Message("About the kite", seconds=0))
    bar.dismiss()
    assert bar.message is None


def test_an_immediate_message_does_not_bring_back_an_expired_one(bar: MessageBar) -> None:
    bar.post(Message("Copied"))
    bar.show_now(Message("Send it again?", seconds=0))
    assert not runs(bar)
    bar.dismiss()
    assert bar.message is None


def test_a_message_follows_the_widget_it_floats_over(theme: Theme, in_window: InWindow) -> None:
    left, right = QWidget(), QWidget()
    window = in_window(left, right)
    bar = MessageBar(theme, window, over=left)
    bar.post(Message("Copied", seconds=0))
    assert bar.geometry().bottom() + 1 == left.geometry().bottom() + 1 - 16
    bar.float_over(right, 4)
    right.setGeometry(20, 180, 360, 110)
    assert bar.geometry().center().x() == pytest.approx(200, abs=1)
    assert bar.geometry().bottom() + 1 == 290 - 4


def test_the_heading_is_above_the_text_and_the_quote_below(bar: MessageBar) -> None:
    bar.post(Message("It was refused.", Tone.BAD, seconds=0, word="Refused · not charged", caption="Leonardo said: no"))
    heading = next(led for led in bar.findChildren(StatusDot) if led.isVisible())
    words, caption = [part for part in bar.findChildren(QLabel) if part.isVisible() and not isinstance(part, StatusDot)]
    assert (heading.text(), words.text(), caption.text()) == (
        "Refused · not charged",
        "It was refused.",
        "Leonardo said: no",
    )
    assert heading.geometry().bottom() < words.geometry().top() <= caption.geometry().top() - words.height()


def test_in_a_narrow_window_the_heading_is_above(theme: Theme, in_window: InWindow) -> None:
    window = in_window(width=900)
    bar = MessageBar(theme, window)
    bar.post(Message("Sending again may cost twice. " * 3, Tone.ODD, "Send again", seconds=0))

    def places() -> tuple[QRect, QRect]:
        [led] = [led for led in bar.findChildren(StatusDot) if led.isVisible()]
        [words] = [part for part in bar.findChildren(QLabel) if part.isVisible() and part is not led]
        return led.geometry(), words.geometry()

    led, words = places()
    assert led.right() < words.left()
    assert abs(led.center().y() - words.top()) < 12, "beside the first line"
    window.resize(400, 300)
    QApplication.processEvents()
    led, words = places()
    assert led.bottom() < words.top()


def test_a_long_message_stays_inside_the_window(bar: MessageBar) -> None:
    bar.post(Message("The service refused the clip because " + "the prompt says something it does not like " * 6))
    window = bar.parentWidget()
    assert window is not None
    assert window.rect().contains(bar.geometry())
    window.resize(320, 300)
    assert window.rect().contains(bar.geometry())


def test_a_meter_shows_its_share_in_its_tone(theme: Theme, in_window: InWindow) -> None:
    meter = Meter(theme, "Elapsed")
    in_window(meter)
    meter.show_share(0.5)
    assert meter.accessibleDescription() == "50%"
    image = meter.grab().toImage()
    assert image.pixelColor(meter.width() // 4, 1) == DARK.busy
    assert image.pixelColor(meter.width() * 3 // 4, 1) == DARK.line
    meter.show_share(7, Tone.BAD)
    assert meter.grab().toImage().pixelColor(meter.width() * 3 // 4, 1) == DARK.bad


def test_a_status_is_a_dot_and_a_word(theme: Theme, in_window: InWindow) -> None:
    led = StatusDot(theme, Tone.BUSY, "Generating")
    in_window(led)
    assert led.grab().toImage().pixelColor(4, led.height() // 2) == DARK.busy
    led.show_state(Tone.OK, "Done")
    assert led.text() == "Done"
    assert led.grab().toImage().pixelColor(4, led.height() // 2) == DARK.ok


def test_the_sandbox_mark_stands_out_in_both_schemes(theme: Theme, in_window: InWindow) -> None:
    mark = Tag(theme, "SANDBOX", loud=True)
    in_window(mark)
    assert mark.grab().toImage().pixelColor(4, 3) == DARK.odd
    theme.force("light")
    QApplication.processEvents()
    assert mark.grab().toImage().pixelColor(4, 3) == LIGHT.odd


def test_text_from_outside_is_never_markup(theme: Theme, in_window: InWindow) -> None:
    words = label("<b>not bold</b>", "secondary")
    in_window(words)
    assert words.textFormat() == Qt.TextFormat.PlainText
