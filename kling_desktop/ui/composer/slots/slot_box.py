"""One place of the form: its slot frame, with keyboard, menu and drops."""

from collections.abc import Callable

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from kling_desktop.domain.request.draft import MEDIA_KINDS
from kling_desktop.ui.composer.media_input.media_input import MediaInput
from kling_desktop.ui.composer.media_input.place import Place
from kling_desktop.ui.composer.slots.slot_state import RETRY
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import DropAnswer, SlotFrame
from kling_desktop.ui.widgets.paint import BESIDE_POINTER, cover

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
_GHOST = QSize(56, 35)
_LARGEST = 270


class SlotBox(SlotFrame):
    """Passes everything to the media input. Emits `change_requested(place, typed)` when the user wants to fill or
    change it, `upload_requested` to retry a failed upload, `drag_started` and `drag_ended` around a drag of its media,
    `focus_left(place)` after a key moved the media there, and `preview_requested`.
    """

    change_requested = Signal(object, str)
    copy_requested = Signal()
    upload_requested = Signal()
    preview_requested = Signal()
    drag_started = Signal(QMimeData)
    drag_ended = Signal()
    focus_left = Signal(object)

    def __init__(
        self, theme: Theme, place: Place, intake: MediaInput, *, mini: bool, parent: QWidget | None = None
    ) -> None:
        icon = "plus" if place.takes_images else "film"
        super().__init__(theme, place.name, lambda data: intake.drop_answer(place, data), icon=icon, parent=parent)
        self.place = place
        self._mini = mini
        self._is_lifted = self._is_large = False
        # Slots shrink before the form has to scroll.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._intake = intake
        self.dropped.connect(lambda data: intake.insert_data(place, data))
        self.pasted.connect(lambda data: intake.insert_data(place, data))
        self.drag_requested.connect(self._lift)
        self.tag_clicked.connect(self._press_tag)
        self.refused.connect(lambda sentence: intake.reject(place.slot, sentence))
        self.remove_requested.connect(lambda: intake.remove(place))
        self.activated.connect(lambda: self.change_requested.emit(place, ""))

    def paste(self) -> None:
        """Paste, as Ctrl+V does."""
        data: QMimeData = QGuiApplication.clipboard().mimeData()
        self._give(data, self.pasted.emit)

    def _give(self, data: QMimeData, given: Callable[[QMimeData], None]) -> bool:
        taken = super()._give(data, given)
        if not taken:
            self._intake.keep_rejected(self.place, data)
        return taken

    def be_large(self, on: bool) -> None:
        """Show as much of a 16:9 picture as the width of the form allows."""
        if on != self._is_large:
            self._is_large = on
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        if self._is_large:
            return QSize(376, min(_LARGEST, max(111, round(self.width() * 9 / 16))))
        more = self._theme.px(44) - 44  # for words of several lines
        return QSize(68, 68 + more // 3) if self._mini else QSize(178, 111 + more // 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._is_large and event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        more = self._theme.px(44) - 44
        return QSize(48, 56 + more // 3) if self._mini else QSize(120, 76 + more)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in _STEPS:
            self.start_drag(_STEPS[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Space and not event.modifiers() and self.view.picture is not None:
            self.preview_requested.emit()
        elif event.matches(QKeySequence.StandardKey.Copy):
            self.copy_requested.emit()
        elif is_typing(event):
            self.change_requested.emit(self.place, event.text())
        else:
            super().keyPressEvent(event)

    def _press_tag(self) -> None:
        if self.view.tag == RETRY:
            self.upload_requested.emit()
        elif self.view.tag in MEDIA_KINDS:
            self._intake.switch_kind(self.place)
        else:
            self.change_requested.emit(self.place, "")

    def start_drag(self, step: int) -> None:
        """Move the media one place to the left (-1) or right (1)."""
        beside = self.place.beside(step)
        if not self._intake.is_filled(self.place) or beside is None:
            return
        is_end = beside.slot is self.place.slot and not self._intake.is_filled(beside)
        if not is_end and self._intake.move(self.place, beside):
            self.focus_left.emit(beside)

    def _lift(self) -> None:
        if not self._intake.is_filled(self.place):  # media that is still being imported can't be moved
            return
        data = self._intake.drag_data(self.place)
        drag = QDrag(self)
        drag.setMimeData(data)
        if self.view.picture is not None:
            ghost = cover(self.view.picture, _GHOST, self.devicePixelRatioF())
            drag.setPixmap(ghost)
            drag.setHotSpot(-BESIDE_POINTER)
        self._is_lifted = True
        self.drag_started.emit(data)
        drag.exec(Qt.DropAction.CopyAction)  # no other way; started by the mouse outside any task, so the loop goes on
        self._is_lifted = False
        self.drag_ended.emit()

    def show_answer(self, answer: DropAnswer | None) -> None:
        # The dragged media is still in this slot.
        super().show_answer(None if self._is_lifted else answer)

    def dragMoveEvent(self, event: QDropEvent) -> None:
        # Accepted even where it will be rejected: only a drop that arrives can be answered with the reason.
        event.acceptProposedAction()


def is_typing(event: QKeyEvent) -> bool:
    """Whether the key types a character."""
    held = event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
    return not held and event.text().isprintable() and bool(event.text().strip())
