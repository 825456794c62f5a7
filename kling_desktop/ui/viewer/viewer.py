"""One clip, large: it plays, stops on any frame, and can be reused, reviewed and exported."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.jobs.actions import (
    Action,
    ActionPlace,
    ActionRequest,
    ExportAction,
    Pane,
    ReviewAction,
    key_bindings,
    offered_at,
)
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip
from kling_desktop.ui.library.grid.clip_drag import drag_clips
from kling_desktop.ui.qt.key_name import key_name
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.viewer.details.details import ClipDetails
from kling_desktop.ui.viewer.details.side_panel import NARROW, WIDTH
from kling_desktop.ui.viewer.player.player_view import PlayerView
from kling_desktop.ui.viewer.player.stage import Stage
from kling_desktop.ui.viewer.player.transport_bar import TransportBar

_WIDE_ENOUGH = 900
_DRAGGED = 256
_NEIGHBORS = {
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_Down: 1,
}
_KEYS = key_bindings(Pane.VIEWER)
_FRAME_ACTIONS = {ExportAction.COPY_FRAME, *offered_at(ActionPlace.FRAME_MENU)}
"""They are for the frame on the screen."""


class Viewer(PlayerView):
    """Shows the clip of a finished job.

    Keys: those of the player and of `ACTIONS`; Page Up or ↑ and Page Down or ↓ for the previous and the next clip; F11
    full screen; Esc closes.
    """

    action_requested = Signal(object)
    """An ActionRequest for this clip."""
    neighbor_requested = Signal(int)
    """The clip before (-1) or after (1) this one."""
    compare_requested = Signal(object)
    """A menu of clips to compare this one with is wanted, at that point of the screen."""

    def __init__(
        self, theme: Theme, job: Job, parent: QWidget | None = None, *, prove: Callable[[Path], None] | None = None
    ) -> None:
        path = Path(job.state.file if isinstance(job.state, Done) else "")
        stage, details = Stage(theme, path, prove=prove), ClipDetails(theme, job)
        super().__init__(theme, stage, TransportBar(theme), details, path, parent)
        self._job = job
        self._number: int | None = None
        self.setAccessibleName(f"Clip: {job.draft.prompt.strip() or 'without a prompt'}")
        self.stage = stage
        self.details = details
        self.stage.failed.connect(lambda _: self._controls.set_enabled(False))
        self.stage.double_clicked.connect(self.full_screen_requested)
        self.stage.drag_started.connect(lambda: drag_clips(self, theme, [job], self.stage.scaled_image(_DRAGGED)))
        self.transport.frame_action_requested.connect(self._request)
        self.transport.compare.clicked.connect(self._request_compare)
        self.details.action_requested.connect(self._send_request)
        self.details.back.clicked.connect(self.close_requested)
        self.details.previous.clicked.connect(lambda: self.neighbor_requested.emit(-1))
        self.details.next.clicked.connect(lambda: self.neighbor_requested.emit(1))
        self.details.notes.closed.connect(self.setFocus)

    @property
    def job(self) -> Job:
        return self._job

    def show_clip(self, clip: Clip) -> None:
        """Show its review, once it is known and whenever it changes."""
        self._number = clip.number
        self.details.show_clip(clip)

    def shut(self) -> None:
        if not self._is_shut:
            self.details.notes.save()
        super().shut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.details.setFixedWidth(WIDTH if self.width() >= _WIDE_ENOUGH else NARROW)

    def open_notes(self, *, at_tags: bool) -> None:
        """Give the keyboard to the notes or the tags."""
        notes = self.details.notes
        notes.focus_tags() if at_tags else notes.focus_notes()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = key_name(event)
        if self.details.notes.is_writing:
            # A key that the field doesn't use is no shortcut either.
            event.accept()
        elif key == "Esc":
            self.close_requested.emit()
        elif key in _KEYS:
            for action, value in _KEYS[key]:
                self._request(action, value)
        elif step := _NEIGHBORS.get(Qt.Key(event.key())):
            self.neighbor_requested.emit(step)
        elif not self._controls.handle_key(event):
            super().keyPressEvent(event)

    def _opened(self) -> None:
        super()._opened()
        if self.stage.has_sound:
            self.details.show_sound()

    def _request_compare(self) -> None:
        self.compare_requested.emit(self.transport.compare.mapToGlobal(QPoint(0, 0)))

    def _request(self, action: Action, value: int = 0) -> None:
        """A review is for the clip's number in the library, which is known a moment after it is shown."""
        if not isinstance(action, ReviewAction):
            self._send_request(ActionRequest(action, (self._job.id,), value=value))
        elif self._number is not None:
            self._send_request(ActionRequest(action, clips=(self._number,), value=value))

    def _send_request(self, request: ActionRequest) -> None:
        if request.action in _FRAME_ACTIONS:
            self._controls.pause()
            request = replace(request, value=self.stage.number)
        self.action_requested.emit(request)
