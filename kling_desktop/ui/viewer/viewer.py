"""One clip, large: it plays, stops on any frame, and leads on to the next request."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip
from kling_desktop.ui.export.export_actions import Deed
from kling_desktop.ui.library.grid.clip_drag import drag_clips
from kling_desktop.ui.library.grid.review_keys import DEEDS, pressed
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.viewer.details.details import GO_ON, HAND_ON, Details
from kling_desktop.ui.viewer.details.side_panel import NARROW, WIDTH
from kling_desktop.ui.viewer.player.playback_keys import keys_of
from kling_desktop.ui.viewer.player.player_view import PlayingView
from kling_desktop.ui.viewer.player.stage import Stage
from kling_desktop.ui.viewer.player.transport_bar import Transport

_WIDE_ENOUGH = 900
_DRAGGED = 256
_NEIGHBOURS = {
    Qt.Key.Key_PageUp: -1,
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_PageDown: 1,
    Qt.Key.Key_Down: 1,
}
_VERB_KEYS = {key: verb for row in (*GO_ON, *HAND_ON) for _, verb, key in row if key}


class Viewer(PlayingView):
    """Shows the clip of a job that is done.

    Keys: those of Controls and on the side; those that judge clips in the library, Del too; Page Up or ↑ and Page Down
    or ↓ for the clip before and after; F11 full screen; Esc closes.
    """

    verb_chosen = Signal(str, str)
    """A job's ID and one of the verbs on the side."""
    frame_chosen = Signal(str, str, int)
    """A job's ID, the slot that is to take a frame of its clip, and the frame's number, 0 first."""
    frame_copied = Signal(str, int)
    """A job's ID and the number of the frame on the screen."""
    culled = Signal(str, object)
    """What is to be done to the clip, a deed of `cull_keys`, and its number as the only one."""
    noted = Signal(object, object, object, object)
    """Its number as the only one, its notes (None: as they are), tags that were added, and tags taken away."""
    neighbour_asked = Signal(int)
    """The clip before (-1) or after (1) this one."""
    compare_asked = Signal(object)
    """Where the takes to compare it with can be offered: a point on the screen."""

    def __init__(
        self, theme: Theme, job: Job, parent: QWidget | None = None, *, prove: Callable[[Path], None] | None = None
    ) -> None:
        path = Path(job.state.file if isinstance(job.state, Done) else "")
        stage, details = Stage(theme, path, prove=prove), Details(theme, job)
        super().__init__(theme, stage, Transport(theme), details, path, parent)
        self._job = job
        self._number: int | None = None
        self.setAccessibleName(f"Clip: {job.draft.prompt.strip() or 'without a prompt'}")
        self.stage = stage
        self.details = details
        self.stage.broke.connect(lambda _: self._controls.allow(False))
        self.transport.slot_chosen.connect(self._use_frame)
        self.stage.double_clicked.connect(self.full_screen_asked)
        self.stage.pulled.connect(lambda: drag_clips(self, theme, [job], self.stage.small(_DRAGGED)))
        self.details.verb_chosen.connect(self._choose)
        self.details.back.connect(self.closed)
        self.details.neighbour_asked.connect(self.neighbour_asked)
        self.details.verdict.judged.connect(self._judge)
        self.details.notes.noted.connect(self._note)
        self.details.notes.left.connect(self.setFocus)
        self.transport.compare.clicked.connect(self._ask_to_compare)

    @property
    def job(self) -> Job:
        return self._job

    def show_clip(self, clip: Clip) -> None:
        """What is thought of it, once that is known and whenever it changes."""
        self._number = clip.number
        self.details.show_clip(clip)

    def shut(self) -> None:
        if not self._is_shut:
            self.details.notes.keep()
        super().shut()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.details.setFixedWidth(WIDTH if self.width() >= _WIDE_ENOUGH else NARROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.details.notes.is_writing:
            # What the field has no use for is no shortcut all the same.
            event.accept()
        elif event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif verb := _VERB_KEYS.get(keys_of(event)):
            self._choose(verb)
        elif step := _NEIGHBOURS.get(Qt.Key(event.key())):
            self.neighbour_asked.emit(step)
        elif (deed := DEEDS.get(pressed(event))) and deed != "clear_rejects":
            self._judge(deed)
        elif not self._controls.take(event):
            super().keyPressEvent(event)

    def _opened(self) -> None:
        super()._opened()
        if self.stage.has_sound:
            self.details.tell_of_sound()

    def _judge(self, deed: str) -> None:
        if deed in ("notes", "tags"):
            notes = self.details.notes
            (notes.notes if deed == "notes" else notes.tags).setFocus(Qt.FocusReason.ShortcutFocusReason)
        elif self._number is not None:
            self.culled.emit(deed, (self._number,))

    def _note(self, notes: str | None, added: object, taken: object) -> None:
        if self._number is not None:
            self.noted.emit((self._number,), notes, added, taken)

    def _ask_to_compare(self) -> None:
        self.compare_asked.emit(self.transport.compare.mapToGlobal(QPoint(0, 0)))

    def _use_frame(self, slot: str) -> None:
        self._controls.pause()
        self.frame_chosen.emit(self._job.id, slot, self.stage.number)

    def _choose(self, verb: str) -> None:
        if verb == Deed.COPY_FRAME:
            self._controls.pause()
            self.frame_copied.emit(self._job.id, self.stage.number)
            return
        self.verb_chosen.emit(self._job.id, verb)
