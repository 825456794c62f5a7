"""What is removed while a message is shown comes back with the same button."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.controllers.undo_message import UndoMessage
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import Message, MessageBar


@pytest.fixture
def messages(qtbot: QtBot, theme: Theme) -> MessageBar:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(600, 400)
    host.show()
    return MessageBar(theme, host)


def shown(messages: MessageBar) -> str:
    return messages.message.text if messages.message else ""


def test_items_join_the_message_that_is_shown(messages: MessageBar) -> None:
    restored: list[tuple[str, ...]] = []
    undo = UndoMessage[str](messages, lambda items: f"{', '.join(items)} removed.", restored.append)
    undo.add("a", sentence="Only a.")
    assert shown(messages) == "Only a."
    undo.add("b", "c", sentence="Only b and c.")
    assert shown(messages) == "a, b, c removed."
    messages.act()
    assert restored == [("a", "b", "c")]


def test_items_removed_after_the_message_start_a_new_one(messages: MessageBar) -> None:
    restored: list[tuple[str, ...]] = []
    undo = UndoMessage[str](messages, lambda items: f"{', '.join(items)} removed.", restored.append)
    undo.add("a")
    messages.show_now(Message("Something else."))
    undo.add("b")
    assert shown(messages) == "b removed."
    messages.act()
    assert restored == [("b",)]
