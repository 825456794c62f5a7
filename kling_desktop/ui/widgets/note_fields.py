"""The fields for notes and tags, beside a card and in the viewer."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from kling_desktop.ui.qt.widget_state import leave_files_to_window

_LONGEST_LINE = 2_000
_RESTS_MS = 500


class TagsField(QLineEdit):
    def __init__(self) -> None:
        super().__init__()
        self.setPlaceholderText("Tags, separated by commas")
        self.setAccessibleName("Tags, separated by commas")
        self.setMaxLength(_LONGEST_LINE)
        leave_files_to_window(self)


class NotesField(QPlainTextEdit):
    """Emits `pause_elapsed` after a pause in typing: the text is saved then, whatever happens to the app."""

    pause_elapsed = Signal()

    def __init__(self, height: int) -> None:
        super().__init__()
        self.setPlaceholderText("Notes")
        self.setAccessibleName("Notes")
        self.setTabChangesFocus(True)
        leave_files_to_window(self)
        self.setFixedHeight(height)
        self._rest = QTimer(self, singleShot=True)
        self._rest.setInterval(_RESTS_MS)
        self._rest.timeout.connect(self.pause_elapsed)
        self.textChanged.connect(self._rest.start)

    def expect_no_rest(self) -> None:
        """Everything is saved already."""
        self._rest.stop()


def is_leave_key(event: QKeyEvent) -> bool:
    """Whether a key ends editing: Esc, or Ctrl+Enter."""
    enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    return event.key() == Qt.Key.Key_Escape or (enter and event.modifiers() == Qt.KeyboardModifier.ControlModifier)
