"""The review of the clip that is shown: stars and flags in one line, tags and notes below."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kling_desktop.domain.jobs.actions import ACTIONS, ActionRequest, ReviewAction
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.review import NotesEdit, changed_tags, format_tags, parse_tags
from kling_desktop.ui.qt import widget_state
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import IconButton, StarRating
from kling_desktop.ui.widgets.note_fields import NotesField, TagsField, is_leave_key

_NOTES_HEIGHT = 52


class ReviewBar(QWidget):
    """Stars, pick and reject."""

    action_requested = Signal(object)
    """An ActionRequest for the clip that is shown."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._clip: Clip | None = None
        self.stars = StarRating(theme)
        self.pick = _flag_button(theme, ReviewAction.PICK)
        self.reject = _flag_button(theme, ReviewAction.REJECT)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(SPACE.XS)
        line.addWidget(self.stars)
        line.addStretch()
        line.addWidget(self.pick)
        line.addWidget(self.reject)
        self.stars.rated.connect(lambda stars: self._request(ReviewAction.RATE, stars))
        self.pick.clicked.connect(lambda: self._request(ReviewAction.PICK))
        self.reject.clicked.connect(lambda: self._request(ReviewAction.REJECT))
        self.setEnabled(False)

    def show_clip(self, clip: Clip) -> None:
        self._clip = clip
        self.setEnabled(True)
        self.stars.show_rating(clip.rating)
        widget_state.show_checked(self.pick, clip.flag is Flag.PICK)
        widget_state.show_checked(self.reject, clip.flag is Flag.REJECT)

    def _request(self, action: ReviewAction, value: int = 0) -> None:
        if self._clip:
            self.action_requested.emit(ActionRequest(action, clips=(self._clip.number,), value=value))


def _flag_button(theme: Theme, action: ReviewAction) -> IconButton:
    spec = ACTIONS[action]
    return IconButton(theme, spec.icon, spec.label, shortcut=spec.key, side=24, plain=True, checkable=True)


class NotesEditor(QWidget):
    """Tags and notes. They are saved when a field is left and, while notes are written, at each pause."""

    notes_edited = Signal(object)
    """A NotesEdit."""
    closed = Signal()
    """Esc: the keyboard should go back to the viewer."""

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
        self.notes.pause_elapsed.connect(self.save)
        self.tags.returnPressed.connect(self.closed)
        self.setEnabled(False)

    def focus_tags(self) -> None:
        self.tags.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_notes(self) -> None:
        self.notes.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def is_writing(self) -> bool:
        return self.tags.hasFocus() or self.notes.hasFocus()

    def show_clip(self, clip: Clip) -> None:
        """Show what is saved; a field that is being edited stays as it is."""
        self._clip = clip
        self.setEnabled(True)
        if not self.tags.hasFocus():
            widget_state.show_text(self.tags, format_tags(clip.tags))
        if not self.notes.hasFocus() and self.notes.toPlainText() != clip.notes:
            self.notes.setPlainText(clip.notes)

    def save(self) -> None:
        """Save what has been written since the last time."""
        self.notes.expect_no_rest()
        if self._clip is None:
            return
        added, removed = changed_tags(self._clip.tags, parse_tags(self.tags.text()))
        text = self.notes.toPlainText()
        notes = None if text == self._clip.notes else text
        if added or removed or notes is not None:
            self.notes_edited.emit(NotesEdit((self._clip.number,), notes, added, removed))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFocusEvent) and event.type() == QEvent.Type.FocusOut:
            self.save()
        elif isinstance(event, QKeyEvent) and is_leave_key(event):
            if event.type() == QEvent.Type.KeyPress:
                self.closed.emit()
            event.accept()  # before it is a shortcut: elsewhere Ctrl+Enter generates
            return event.type() != QEvent.Type.KeyRelease
        return False
