"""Notes and tags of the selected clips, edited beside them."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.review import NotesEdit, changed_tags, common_tags, format_tags, parse_tags
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.widgets import CardFrame, label
from kling_desktop.ui.widgets.note_fields import NotesField, TagsField, is_leave_key

_WIDTH = 320
_NOTES_HEIGHT = 96


class NotesPopup(CardFrame):
    """Saves what was written however it is left: with Esc, Ctrl+Enter, Enter in the tags, a click elsewhere or the end
    of the app. Notes are also saved at each pause in typing.
    """

    notes_edited = Signal(object)
    """A NotesEdit."""
    closed = Signal()
    """The keyboard should go back to where it came from."""

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(theme, floating=True, parent=host)
        self._host = host
        self._clips: tuple[int, ...] = ()
        self._before: tuple[str, ...] = ()
        self._notes_before: str | None = None
        self._heading = label("", "strong")
        self.tags = TagsField()
        self.notes = NotesField(_NOTES_HEIGHT)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(SPACE.M, SPACE.M, SPACE.M, SPACE.M)
        column.setSpacing(SPACE.S)
        for part in (self._heading, self.tags, self.notes, label("Esc saves and closes", "caption")):
            column.addWidget(part)
        self.notes.pause_elapsed.connect(self._save)
        self.tags.returnPressed.connect(self.close_sheet)
        for field in (self.tags, self.notes):
            field.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_moved)
        self.hide()

    def open_beside(self, place: QRect, numbers: Sequence[int], clips: Sequence[Clip], *, at_tags: bool) -> None:
        """Show those of `clips`, which are the loaded ones of `numbers`, beside the card at `place` of the host."""
        self._clips = tuple(numbers)
        alone = clips[0] if len(numbers) == 1 and clips else None
        self._before = common_tags([clip.tags for clip in clips])
        self._notes_before = alone.notes if alone else None
        self._heading.setText("Notes and tags" if alone else f"Tags of {len(numbers):,} clips")
        self.tags.setText(format_tags(self._before))
        self.notes.setPlainText(alone.notes if alone else "")
        self.notes.setVisible(alone is not None)
        self._move_beside(place)
        self.show()
        self.raise_()
        field = self.tags if at_tags or alone is None else self.notes
        field.setFocus(Qt.FocusReason.PopupFocusReason)

    def close_sheet(self) -> None:
        """Save what was written and give the keyboard back."""
        self._end()
        self.closed.emit()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or not is_leave_key(event) or event.type() == QEvent.Type.KeyRelease:
            return False
        if event.type() == QEvent.Type.KeyPress:
            self.close_sheet()
        event.accept()  # before it is a shortcut: elsewhere Ctrl+Enter generates
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Typing here doesn't reach the grid below.
        event.accept()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange and not self.isEnabled() and self.isVisible():
            self._end()  # the app is closing

    def _end(self) -> None:
        self._save()
        self._clips = ()
        self.hide()

    def _save(self) -> None:
        """Save what has been written since the last time."""
        self.notes.expect_no_rest()
        tags = parse_tags(self.tags.text())
        added, removed = changed_tags(self._before, tags)
        text = self.notes.toPlainText()
        notes = None if self._notes_before is None or text == self._notes_before else text
        if self._clips and (added or removed or notes is not None):
            self.notes_edited.emit(NotesEdit(self._clips, notes, added, removed))
        self._before, self._notes_before = tags, None if self._notes_before is None else text

    def _focus_moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        if self.isVisible() and new is not None and new is not self and not self.isAncestorOf(new):
            self._end()

    def _move_beside(self, place: QRect) -> None:
        self._column.activate()
        width = min(_WIDTH, self._host.width() - 2 * SPACE.L)
        self.resize(width, self._column.sizeHint().height())
        left = max(SPACE.L, min(place.left(), self._host.width() - width - SPACE.L))
        top = place.bottom() + SPACE.S
        if top + self.height() > self._host.height() - SPACE.S:
            top = place.top() - self.height() - SPACE.S
        if top < SPACE.S:
            top = min(place.center().y(), self._host.height() - self.height() - SPACE.S)
        self.move(QPoint(left, max(SPACE.S, top)))
