"""Keys pressed by the names that the tables of shortcuts give them."""

from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget


def press_key(widget: QWidget, key: str) -> None:
    """Press a key such as "Shift+X" on a widget."""
    QTest.keySequence(widget, QKeySequence(key))
