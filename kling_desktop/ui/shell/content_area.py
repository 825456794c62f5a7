"""The content area of the window: the library, or the viewer in its place."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QStackedWidget, QWidget

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.text import shorten
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.theme import SPACE, Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.ui.viewer.compare import CompareView
    from kling_desktop.ui.viewer.viewer import Viewer


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


_TITLE = 48
"""Characters of a prompt that name a clip."""
_ROOM_BELOW_LOOK = 96
"""Px from the bottom of the grid to the picture of the quick look."""


class ContentArea(QStackedWidget):
    """The library, with a viewer or a comparison in its place when one is opened."""

    changed = Signal()
    """Something else is shown, or `below_messages` is another."""
    full_screen_requested = Signal(bool)
    """The clip should take the whole screen, or no longer."""
    clip_opened = Signal(object)
    """The Viewer that was opened."""
    undo_requested = Signal()
    """Ctrl+Z, while the focus is in the library or the viewer."""

    def __init__(self, theme: Theme, library: LibraryPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._library = library
        self._is_looking = False
        self._back_to: Job | None = None
        self.viewer: Viewer | CompareView | None = None
        self.title = ""
        """What is open instead of the library."""
        self.shown_alone: Viewer | None = None
        self.addWidget(library)
        library.quick_look_changed.connect(self._note_look)
        UndoFilter(self).undo_requested.connect(self.undo_requested)

    @property
    def below_messages(self) -> tuple[QWidget, int]:
        """The widget that messages float over, and how many px above its bottom edge."""
        if self.viewer is not None:
            return self.viewer.stage, self.viewer.room_below_messages
        if self._is_looking:
            return self._library.grid, _ROOM_BELOW_LOOK
        return self, SPACE.L

    def open_clip(self, job: Job) -> None:
        """Show one clip in the viewer, instead of the grid."""
        from kling_desktop.ui.viewer.viewer import Viewer  # loads the decoder, which not every start needs

        viewer = Viewer(self._theme, job, prove=self._library.prove)
        was_alone = self._is_alone
        self._show_large(viewer, shorten(" ".join(job.draft.prompt.split()), _TITLE) or "Clip")
        self.shown_alone = viewer
        if was_alone:
            self.full_screen_requested.emit(True)
        self.clip_opened.emit(viewer)

    def compare_clips(self, takes: "Sequence[Job]", back_to: Job | None = None) -> None:
        """Show two to four clips side by side, instead of the grid or of the clip to return to."""
        from kling_desktop.ui.viewer.compare import CompareView

        self._show_large(CompareView(self._theme, takes, prove=self._library.prove), "Compare clips")
        self._back_to = back_to

    def open_notes(self, clips: "Sequence[int]", *, at_tags: bool) -> None:
        """Let the user write notes or tags of the clips of those numbers: in the viewer, or beside their card."""
        if self.shown_alone is not None:
            self.shown_alone.open_notes(at_tags=at_tags)
        else:
            self._library.open_notes(clips, at_tags=at_tags)

    def close_clip(self) -> None:
        """Go back to the grid."""
        if self.viewer is None:
            return
        self.full_screen_requested.emit(False)
        viewer, self.viewer = self.viewer, None
        self.shown_alone = self._back_to = None
        self.title = ""
        viewer.shut()
        self.changed.emit()
        self.setCurrentWidget(self._library)
        self.removeWidget(viewer)
        viewer.deleteLater()
        self._library.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def switch_full_screen(self) -> None:
        """Show the clip in full screen, or leave full screen."""
        self.full_screen_requested.emit(not self._is_alone)

    @property
    def _is_alone(self) -> bool:
        return self.window().isFullScreen()

    def _show_large(self, viewer: "Viewer | CompareView", title: str) -> None:
        self.close_clip()
        self.viewer = viewer
        self.title = title
        viewer.close_requested.connect(self._leave_clip)
        viewer.full_screen_requested.connect(self.switch_full_screen)
        self.addWidget(viewer)
        self.setCurrentWidget(viewer)
        viewer.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _leave_clip(self) -> None:
        """Go one step back: from full screen, or to the grid."""
        if self._is_alone:
            self.full_screen_requested.emit(False)
        elif back_to := self._back_to:
            self.open_clip(back_to)
        else:
            self.close_clip()

    def _note_look(self, looking: bool) -> None:
        """Messages float above the caption of the quick look."""
        self._is_looking = looking
        self.changed.emit()
