"""Earlier prompts, brought back with ↑ in an empty editor."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor

from kling_desktop.ui.widgets import PromptEdit

_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class PromptHistory(QObject):
    """↑ goes back, ↓ goes forward and out again; after any other key the prompt is the user's own.

    `earlier` returns the prompts, newest first; `write` puts one into the form.
    """

    def __init__(self, edit: PromptEdit, earlier: Callable[[], Sequence[str]], write: Callable[[str], None]) -> None:
        super().__init__(edit)
        self._edit = edit
        self._earlier = earlier
        self._write = write
        self._prompts: tuple[str, ...] = ()
        self._at = -1
        edit.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        step = _STEPS.get(Qt.Key(event.key())) if not _is_held(event) else None
        if step is None or not self._is_browsing(step):
            self._at = -1
            return False
        self._at = min(self._at + step, len(self._prompts) - 1)
        self._write(self._prompts[self._at] if self._at >= 0 else "")
        self._edit.moveCursor(QTextCursor.MoveOperation.End)
        return True

    def _is_browsing(self, step: int) -> bool:
        if self._at < 0 and step > 0 and not self._edit.text():
            self._prompts = tuple(dict.fromkeys(prompt for prompt in self._earlier() if prompt.strip()))
            return bool(self._prompts)
        return self._at >= 0 and self._edit.text() == self._prompts[self._at]


def _is_held(event: QKeyEvent) -> bool:
    return bool(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)
