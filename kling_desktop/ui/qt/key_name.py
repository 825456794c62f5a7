"""A pressed key by its name, as the tables of shortcuts write it."""

import sys
from typing import Final

from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

_DIGITS: Final = frozenset("0123456789")
_DIGIT_MODIFIERS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier

_MAC_KEYS: Final = {"Ctrl": "⌘", "Shift": "⇧", "Alt": "⌥", "Meta": "⌃", "Enter": "↩", "Del": "⌫", "Backspace": "⌫"}


def key_name(event: QKeyEvent) -> str:
    """ "Shift+X", "Enter", "Ctrl+C" for every key that copies; a digit also where it needs Shift on this keyboard."""
    if event.matches(QKeySequence.StandardKey.Copy):
        return "Ctrl+C"
    if event.text() in _DIGITS and not event.modifiers() & ~_DIGIT_MODIFIERS:
        return event.text()
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    name = QKeySequence(QKeyCombination(held, Qt.Key(event.key()))).toString()
    return name.replace("Return", "Enter")


def native_keys(keys: str) -> tuple[str, ...]:
    """The keys of a shortcut as this system writes them: "Ctrl", "Shift", "Z" are ⌘, ⇧ and Z on a Mac."""
    parts = (*keys[:-2].split("+"), "+") if keys.endswith("++") else tuple(keys.split("+"))
    return tuple(_MAC_KEYS.get(part, part) for part in parts) if sys.platform == "darwin" else parts


def native_shortcut(keys: str) -> str:
    """The same in one text, for tooltips."""
    return "".join(native_keys(keys)) if sys.platform == "darwin" else keys
