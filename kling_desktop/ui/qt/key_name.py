"""A pressed key by its name, as the tables of shortcuts write it."""

from typing import Final

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

_DIGITS: Final = frozenset("0123456789")
_DIGIT_MODIFIERS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


def key_name(event: QKeyEvent) -> str:
    """ "Shift+X", "Enter", "Ctrl+C" for every key that copies; a digit also where it needs Shift on this keyboard."""
    if event.matches(QKeySequence.StandardKey.Copy):
        return "Ctrl+C"
    if event.text() in _DIGITS and not event.modifiers() & ~_DIGIT_MODIFIERS:
        return event.text()
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    name = QKeySequence(QKeyCombination(held, Qt.Key(event.key()))).toString()
    return name.replace("Return", "Enter")
