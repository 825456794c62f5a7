"""Which of these is the job whose answer never came?"""

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.ui.queue.outcome_choices import Candidate, UnknownJob
from kling_desktop.ui.queue.outcome_dialog import OutcomeDialog
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button, IconButton

SENT = datetime(2026, 11, 25, 14, 3, 20, tzinfo=UTC)
GREEN = PixelBuffer(160, 90, 640, bytes((60, 140, 40, 255)) * (160 * 90))
CHOICES = [
    Candidate("one", "COMPLETE", SENT.replace(second=22), GREEN),
    Candidate("two", "PENDING", SENT.replace(minute=2, second=50)),
]


def opened(theme: Theme, around: QWidget) -> tuple[OutcomeDialog, list[object]]:
    dialog = OutcomeDialog(theme, around, UnknownJob("A fox in the snow", SENT.timestamp(), CHOICES))
    said: list[object] = []
    dialog.candidate_chosen.connect(said.append)
    dialog.send_again_requested.connect(lambda: said.append("again"))
    dialog.forget_requested.connect(lambda: said.append("forget"))
    dialog.open()
    return dialog, said


def press(qtbot: QtBot, dialog: OutcomeDialog, text: str, nth: int = 0) -> None:
    buttons = [button for button in dialog.findChildren(Button) if button.text() == text]
    qtbot.mouseClick(buttons[nth], Qt.MouseButton.LeftButton)


def test_each_candidate_shows_its_image_and_time(qtbot: QtBot, theme: Theme, around: QWidget) -> None:
    dialog, _ = opened(theme, around)
    texts = [text.text() for text in dialog.findChildren(QLabel)]
    assert "2 seconds after yours" in texts
    assert "30 seconds before yours" in texts
    assert {"Finished", "Still generating", "No picture yet"} <= set(texts)
    assert sum(not text.pixmap().isNull() for text in dialog.findChildren(QLabel)) == 1
    assert any("may cost twice" in text for text in texts)


def test_only_the_chosen_candidate_is_reported(qtbot: QtBot, theme: Theme, around: QWidget) -> None:
    dialog, said = opened(theme, around)
    press(qtbot, dialog, "This one", 1)
    assert said == ["two"]
    assert not dialog.isVisible()


def test_none_of_them_asks_whether_to_send_again(qtbot: QtBot, theme: Theme, around: QWidget) -> None:
    dialog, said = opened(theme, around)
    press(qtbot, dialog, "None: send again…")
    assert said == ["again"]


def test_none_of_them_also_asks_whether_to_forget_it(qtbot: QtBot, theme: Theme, around: QWidget) -> None:
    dialog, said = opened(theme, around)
    press(qtbot, dialog, "None: forget it…")
    assert said == ["forget"]
    assert not dialog.isVisible()


def test_a_stray_key_press_decides_nothing(qtbot: QtBot, theme: Theme, around: QWidget) -> None:
    dialog, said = opened(theme, around)
    focused = dialog.focusWidget()
    assert isinstance(focused, Button)
    assert focused.text() == "Decide later"
    qtbot.keyClick(focused, Qt.Key.Key_Return)
    assert said == []


def test_deciding_later_emits_nothing(qtbot: QtBot, theme: Theme, around: QWidget) -> None:
    dialog, said = opened(theme, around)
    press(qtbot, dialog, "Decide later")
    assert said == []


def test_several_jobs_are_asked_about_one_after_the_other_in_one_dialog(
    qtbot: QtBot, theme: Theme, around: QWidget
) -> None:
    dialog, said = opened(theme, around)
    dialog.step_requested.connect(said.append)
    QTest.keyClick(dialog, Qt.Key.Key_PageDown)
    assert said == [], "there is no other"
    dialog.show_job(UnknownJob("A hare", SENT.timestamp(), CHOICES[1:], 2, 3))
    shown = [text.text() for text in dialog.findChildren(QLabel) if text.isVisible()]
    assert "2 of 3" in shown
    assert any("A hare" in text for text in shown)
    assert not any("A fox" in text for text in shown)
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
        QTest.keyClick(dialog, key)
    for name in ("Next job", "Previous job"):
        [button] = [one for one in dialog.findChildren(IconButton) if one.accessibleName() == name]
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    press(qtbot, dialog, "This one", -1)
    assert said == [1, -1, 1, -1, "two"]
    assert dialog.isVisible()
    focused = dialog.focusWidget()
    assert isinstance(focused, Button)
    assert focused.text() == "Decide later"


def test_many_candidates_are_scrolled(qtbot: QtBot, theme: Theme, around: QWidget) -> None:
    many = [Candidate(str(number), "COMPLETE", SENT, GREEN) for number in range(9)]
    dialog = OutcomeDialog(theme, around, UnknownJob("A fox in the snow", SENT.timestamp(), many))
    said: list[object] = []
    dialog.candidate_chosen.connect(said.append)
    dialog.open()
    assert dialog.height() < 700
    last = [button for button in dialog.findChildren(Button) if button.text() == "This one"][-1]
    for _ in ("the way to close it", *many):  # from above to below, beginning at the foot
        QTest.keyClick(dialog.focusWidget() or dialog, Qt.Key.Key_Tab)
    assert dialog.focusWidget() is last
    assert last.visibleRegion().boundingRect().height() == last.height()
    QTest.keyClick(last, Qt.Key.Key_Space)
    assert said == ["8"]
