"""One dialog at a time, and none once its owner has ended."""

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from kling_desktop.controllers.connections import Connections
from kling_desktop.controllers.dialog_slot import DialogSlot


def deleted(dialog: QDialog) -> bool:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    return not shiboken6.isValid(dialog)


def test_a_dialog_is_open_until_it_is_finished(qtbot: QtBot) -> None:
    slot = DialogSlot[QDialog](Connections())
    dialog = QDialog()
    slot.open(dialog)
    assert slot.dialog is dialog
    dialog.accept()
    assert not slot.is_open
    assert deleted(dialog)


def test_the_next_dialog_takes_the_place_of_the_one_before(qtbot: QtBot) -> None:
    slot = DialogSlot[QDialog](Connections())
    first, second = QDialog(), QDialog()
    slot.open(first)
    slot.open(second)
    assert slot.dialog is second
    assert deleted(first)
    slot.close()
    assert deleted(second)


def test_once_the_owner_has_ended_nothing_is_asked_any_more(qtbot: QtBot) -> None:
    connections = Connections()
    slot = DialogSlot[QDialog](connections)
    rejected: list[int] = []
    first, late = QDialog(), QDialog()
    first.finished.connect(rejected.append)
    slot.open(first)
    connections.close()
    assert rejected == [QDialog.DialogCode.Rejected.value]
    slot.open(late)
    assert not slot.is_open
    assert deleted(late)
