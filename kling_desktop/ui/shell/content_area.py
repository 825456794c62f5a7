"""The middle of the window: the clips, or one of them large in their place."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from kling_desktop.domain.jobs.job import Job
from kling_desktop.ui.library.panel import LibraryPanel
from kling_desktop.ui.shell.undo_filter import UndoFilter
from kling_desktop.ui.theme import SPACE, Theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kling_desktop.ui.viewer.compare import Compare
    from kling_desktop.ui.viewer.viewer import Viewer

_ROOM_BELOW_LOOK = 96
"""Px from the lower edge of the grid to the picture of the clip that is looked at."""


class ContentArea(QStackedWidget):
    """Of a clip that is shown large it says what the user wants, as the viewer does."""

    changed = Signal()
    """Something else is seen here, or `below_messages` is another."""
    alone_asked = Signal(bool)
    """The clip is to have the whole screen, or no longer."""
    clip_opened = Signal(object, object)
    """A viewer that has come, and the job whose clip it shows."""
    viewer_verb = Signal(str, str)
    frame_chosen = Signal(str, str, int)
    """A job's ID, the slot that is to take a frame of its clip, and the frame's number, 0 first."""
    frame_copied = Signal(str, int)
    """A job's ID and the number of the frame of its clip that is wanted on the clipboard."""
    viewer_culled = Signal(str, object)
    """As LibraryPanel.culled."""
    clip_undo_asked = Signal()
    """Ctrl+Z, while the keyboard is among the clips or in the one that is shown large."""
    neighbour_asked = Signal(int)
    """The clip before (-1) or after (1) the one that is shown large."""
    compare_asked = Signal(object)
    """With which take, is to be offered at this point of the screen."""

    def __init__(self, theme: Theme, library: LibraryPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._library = library
        self._is_looking = False
        self._back_to: Job | None = None
        self.viewer: Viewer | Compare | None = None
        self.shown_alone: Viewer | None = None
        self.addWidget(library)
        library.quick_look_changed.connect(self._note_look)
        UndoFilter(self).undo_requested.connect(self.clip_undo_asked)

    @property
    def below_messages(self) -> tuple[QWidget, int]:
        """What a message stands over, and how many px above its lower edge."""
        if self.viewer is not None:
            return self.viewer.stage, self.viewer.room_below_messages
        if self._is_looking:
            return self._library.grid, _ROOM_BELOW_LOOK
        return self, SPACE.L

    def open_clip(self, job: Job) -> None:
        """Show one clip large, in place of the grid."""
        from kling_desktop.ui.viewer.viewer import Viewer  # the decoder is for the first clip to pay, not the start

        viewer = Viewer(self._theme, job, prove=self._library.prove)
        viewer.verb_chosen.connect(self.viewer_verb)
        viewer.frame_chosen.connect(self.frame_chosen)
        viewer.frame_copied.connect(self.frame_copied)
        viewer.culled.connect(self.viewer_culled)
        viewer.noted.connect(self._library.noted)
        viewer.neighbour_asked.connect(self.neighbour_asked)
        viewer.compare_asked.connect(self.compare_asked)
        was_alone = self._is_alone
        self._show_large(viewer)
        self.shown_alone = viewer
        if was_alone:
            self.alone_asked.emit(True)
        self.clip_opened.emit(viewer, job)

    def compare_clips(self, takes: "Sequence[Job]", back_to: Job | None = None) -> None:
        """Show two to four clips together, in place of the grid, or of the clip that one comes back to."""
        from kling_desktop.ui.viewer.compare import Compare

        self._show_large(Compare(self._theme, takes, prove=self._library.prove))
        self._back_to = back_to

    def close_clip(self) -> None:
        """Back to the grid."""
        if self.viewer is None:
            return
        self.alone_asked.emit(False)
        viewer, self.viewer = self.viewer, None
        self.shown_alone = self._back_to = None
        viewer.shut()
        self.changed.emit()
        self.setCurrentWidget(self._library)
        self.removeWidget(viewer)
        viewer.deleteLater()
        self._library.grid.setFocus(Qt.FocusReason.OtherFocusReason)

    def switch_full_screen(self) -> None:
        """The clip that is shown large on the whole screen, or everything back in its place."""
        self.alone_asked.emit(not self._is_alone)

    @property
    def _is_alone(self) -> bool:
        return self.window().isFullScreen()

    def _show_large(self, viewer: "Viewer | Compare") -> None:
        self.close_clip()
        self.viewer = viewer
        viewer.closed.connect(self._leave_clip)
        viewer.full_screen_asked.connect(self.switch_full_screen)
        self.addWidget(viewer)
        self.setCurrentWidget(viewer)
        viewer.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _leave_clip(self) -> None:
        """One step back: from the full screen, or to the grid."""
        if self._is_alone:
            self.alone_asked.emit(False)
        elif back_to := self._back_to:
            self.open_clip(back_to)
        else:
            self.close_clip()

    def _note_look(self, looking: bool) -> None:
        """A message stands above what is said below the clip that is looked at."""
        self._is_looking = looking
        self.changed.emit()
