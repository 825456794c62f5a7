"""Which of these is the job whose answer never came?"""

from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.media.picture import Picture
from kling_desktop.ui.choose_dialog import Choice, ChooseDialog
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Button

SENT = datetime(2026, 11, 25, 14, 3, 20, tzinfo=UTC)
GREEN = Picture(160, 90, 640, bytes((60, 140, 40, 255)) * (160 * 90))
CHOICES = [
    Choice("one", "COMPLETE", SENT.replace(second=22), GREEN),
    Choice("two", "PENDING", SENT.replace(minute=2, second=50)),
]


@pytest.fixture
def behind(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


def opened(theme: Theme, behind: QWidget) -> tuple[ChooseDialog, list[object]]:
    dialog = ChooseDialog(theme, behind, "A fox in the snow", SENT.timestamp(), CHOICES)
    said: list[object] = []
    dialog.chosen.connect(said.append)
    dialog.send_again.connect(lambda: said.append("again"))
    dialog.forget.connect(lambda: said.append("forget"))
    dialog.open()
    return dialog, said


def press(qtbot: QtBot, dialog: ChooseDialog, text: str, nth: int = 0) -> None:
    buttons = [button for button in dialog.findChildren(Button) if button.text() == text]
    qtbot.mouseClick(buttons[nth], Qt.MouseButton.LeftButton)


def test_each_is_told_by_its_picture_and_its_time(qtbot: QtBot, theme: Theme, behind: QWidget) -> None:
    dialog, _ = opened(theme, behind)
    texts = [text.text() for text in dialog.findChildren(QLabel)]
    assert "2 seconds after yours" in texts
    assert "30 seconds before yours" in texts
    assert {"Finished", "Still being made", "No picture yet"} <= set(texts)
    assert sum(not text.pixmap().isNull() for text in dialog.findChildren(QLabel)) == 1
    assert any("may cost twice" in text for text in texts)


def test_the_chosen_one_is_told_and_nothing_else(qtbot: QtBot, theme: Theme, behind: QWidget) -> None:
    dialog, said = opened(theme, behind)
    press(qtbot, dialog, "This one", 1)
    assert said == ["two"]
    assert not dialog.isVisible()


def test_none_of_them_leads_to_the_question_whether_to_send_again(qtbot: QtBot, theme: Theme, behind: QWidget) -> None:
    dialog, said = opened(theme, behind)
    press(qtbot, dialog, "None: send again…")
    assert said == ["again"]


def test_none_of_them_leads_as_well_to_the_question_whether_to_forget_it(
    qtbot: QtBot, theme: Theme, behind: QWidget
) -> None:
    dialog, said = opened(theme, behind)
    press(qtbot, dialog, "None: forget it…")
    assert said == ["forget"]
    assert not dialog.isVisible()


def test_a_key_that_was_meant_for_something_else_decides_nothing(qtbot: QtBot, theme: Theme, behind: QWidget) -> None:
    dialog, said = opened(theme, behind)
    focused = dialog.focusWidget()
    assert isinstance(focused, Button)
    assert focused.text() == "Decide later"
    qtbot.keyClick(focused, Qt.Key.Key_Return)
    assert said == []


def test_deciding_later_says_nothing(qtbot: QtBot, theme: Theme, behind: QWidget) -> None:
    dialog, said = opened(theme, behind)
    press(qtbot, dialog, "Decide later")
    assert said == []
