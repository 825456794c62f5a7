"""Ctrl+Z in the library undoes there; everywhere else it undoes in the form."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

_UNDO = QKeySequence("Ctrl+Z")


class UndoFilter(QObject):
    """Emits `undo_requested` while the focus is in `place`, unless a text field there uses the key itself."""

    undo_requested = Signal()

    def __init__(self, place: QWidget) -> None:
        super().__init__(place)
        place.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or not _is_undo(event):
            return False
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # so that it arrives as a key, and not in the form as its shortcut
            return True
        if event.type() == QEvent.Type.KeyPress:
            event.accept()
            if not event.isAutoRepeat():
                self.undo_requested.emit()
            return True
        return False


def _is_undo(event: QKeyEvent) -> bool:
    return QKeySequence(event.keyCombination()) == _UNDO
