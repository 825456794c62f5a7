"""What is connected for a session ends with it, whatever becomes of the senders."""

import gc
import weakref

import psygnal
import shiboken6
from PySide6.QtCore import QObject, Signal
from pytestqt.qtbot import QtBot

from kling_desktop.controllers.connections import Connections


class QtSender(QObject):
    changed = Signal(int)


class Sender:
    changed = psygnal.Signal(int)


class Listener:
    def __init__(self, connections: Connections, sender: QtSender | Sender, heard: list[int]) -> None:
        self._heard = heard
        connections.on(sender.changed, self._hear)

    def _hear(self, number: int) -> None:
        self._heard.append(number)


def test_a_slot_is_called_until_the_connections_are_closed(qtbot: QtBot) -> None:
    connections, heard = Connections(), list[int]()
    senders = (QtSender(), Sender())
    for sender in senders:
        connections.on(sender.changed, heard.append)
        sender.changed.emit(1)
    connections.close()
    for sender in senders:
        sender.changed.emit(2)
    assert heard == [1, 1]


def test_a_controller_that_nobody_names_lives_as_long_as_its_connections(qtbot: QtBot) -> None:
    connections, heard = Connections(), list[int]()
    senders = (QtSender(), Sender())
    listeners = [weakref.ref(Listener(connections, sender, heard)) for sender in senders]
    gc.collect()
    for sender in senders:
        sender.changed.emit(1)
    assert heard == [1, 1]
    connections.close()
    gc.collect()
    assert [listener() for listener in listeners] == [None, None]


def test_a_sender_that_is_gone_is_no_trouble(qtbot: QtBot) -> None:
    connections, sender = Connections(), QtSender()
    connections.on(sender.changed, lambda _number: None)
    shiboken6.delete(sender)
    connections.close()


def test_everything_is_undone_in_reverse_order_and_only_once() -> None:
    connections, undone = Connections(), list[str]()
    connections.on_close(lambda: undone.append("first"))
    connections.on_close(lambda: undone.append("second"))
    connections.close()
    connections.close()
    assert undone == ["second", "first"]
