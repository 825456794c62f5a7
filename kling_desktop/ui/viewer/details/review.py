"""What the user thinks of the clip that is shown: stars and marks in one line, tags and notes below."""

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.tags import changed_tags, format_tags, parse_tags
from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import IconButton, StarRating
from kling_desktop.ui.widgets.note_fields import NotesField, TagsField, is_leave_key

_NOTES_HEIGHT = 52


class Verdict(QWidget):
    """Stars, pick and reject. `judged(deed)`: one of `ui/library/cull_keys`."""

    judged = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.stars = StarRating(theme)
        self.pick = IconButton(theme, "flag", "Pick", shortcut="P", side=24, plain=True, checkable=True)
        self.reject = IconButton(theme, "close", "Reject", shortcut="X", side=24, plain=True, checkable=True)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE.XS)
        line.addWidget(self.stars)
        line.addStretch()
        line.addWidget(self.pick)
        line.addWidget(self.reject)
        self.stars.rated.connect(lambda stars: self.judged.emit(f"rate_{stars}"))
        self.pick.clicked.connect(lambda: self.judged.emit("pick"))
        self.reject.clicked.connect(lambda: self.judged.emit("reject"))
        self.setEnabled(False)

    def show_clip(self, clip: Clip) -> None:
        self.setEnabled(True)
        self.stars.show_rating(clip.rating)
        widget_state.show_checked(self.pick, clip.flag is Flag.PICK)
        widget_state.show_checked(self.reject, clip.flag is Flag.REJECT)


class Notes(QWidget):
    """Tags and notes. `noted(notes or None, added tags, tags taken away)` once a field is left, or the hand rests while
    it writes notes; `left` at Esc.
    """

    noted = Signal(object, object, object)
    left = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._clip: Clip | None = None
        self.tags = TagsField()
        self.tags.setToolTip("Tags (T)")
        self.notes = NotesField(_NOTES_HEIGHT)
        self.notes.setToolTip("Notes (N)")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE.S)
        for part in (self.tags, self.notes):
            column.addWidget(part)
        for field in (self.tags, self.notes):
            field.installEventFilter(self)
        self.notes.pause_elapsed.connect(self.keep)
        self.tags.returnPressed.connect(self.left)
        self.setEnabled(False)

    @property
    def is_writing(self) -> bool:
        return self.tags.hasFocus() or self.notes.hasFocus()

    def show_clip(self, clip: Clip) -> None:
        """What is kept; what is being written stays."""
        self._clip = clip
        self.setEnabled(True)
        if not self.tags.hasFocus():
            widget_state.show_text(self.tags, format_tags(clip.tags))
        if not self.notes.hasFocus() and self.notes.toPlainText() != clip.notes:
            self.notes.setPlainText(clip.notes)

    def keep(self) -> None:
        """What has been written since."""
        self.notes.expect_no_rest()
        if self._clip is None:
            return
        added, taken = changed_tags(self._clip.tags, parse_tags(self.tags.text()))
        text = self.notes.toPlainText()
        notes = None if text == self._clip.notes else text
        if added or taken or notes is not None:
            self.noted.emit(notes, added, taken)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            self.keep()
        elif isinstance(event, QKeyEvent) and is_leave_key(event):
            if event.type() == QEvent.Type.KeyPress:
                self.left.emit()
            event.accept()  # before it is anybody's shortcut: Ctrl+Enter orders elsewhere
            return event.type() != QEvent.Type.KeyRelease
        return False
