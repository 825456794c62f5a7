"""The shortcuts of the presets, which work before the presets are loaded."""

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class PresetShortcuts(QObject):
    """Ctrl+P opens the list, Ctrl+S saves, Ctrl+Shift+S saves under a new name, Ctrl+1 to Ctrl+9 load pinned
    presets; in the whole `window`.
    """

    list_requested = Signal()
    save_requested = Signal()
    save_as_requested = Signal()
    pinned_requested = Signal(int)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        keys = {
            "Ctrl+P": self.list_requested.emit,
            "Ctrl+S": self.save_requested.emit,
            "Ctrl+Shift+S": self.save_as_requested.emit,
        }
        keys |= {f"Ctrl+{number}": partial(self.pinned_requested.emit, number) for number in range(1, 10)}
        for key, ask in keys.items():
            shortcut = QShortcut(QKeySequence(key), window)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(ask)
