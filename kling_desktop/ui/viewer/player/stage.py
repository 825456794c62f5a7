"""Plays one video: each frame is painted when it is due."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from time import monotonic

from PySide6.QtCore import Signal

from kling_desktop.media.video.player import Playback
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.viewer.player.frame_clock import FrameClock
from kling_desktop.ui.viewer.player.frame_view import FrameView


class Stage(FrameView):
    """Plays the video at `path`. Call `shut` before it goes.

    `fps` and `count` are 0 until `opened`. `number` is the frame that is shown or was just requested. prove is called
    on the decoder's thread before the file is opened; BadMedia from it says why it isn't.
    """

    opened = Signal()
    """The first frame is shown; count and fps are known."""
    shown = Signal(int)
    """The number of the frame that is shown, 0 first."""
    playing_changed = Signal(bool)
    failed = Signal(str)
    """It can't be played: why, and what to do."""

    def __init__(
        self,
        theme: Theme,
        path: Path,
        clock: Callable[[], float] = monotonic,
        *,
        prove: Callable[[Path], None] | None = None,
    ) -> None:
        super().__init__(theme)
        self._clock = clock
        self._path = path
        self._is_open = False
        self._was_playing = False
        self.number = 0
        self.setAccessibleName("The clip")
        self._watch = FrameClock(self._look, self)
        self._playback = Playback(path, self._watch.tell, self.area, verify=prove)
        self.resized.connect(self._playback.set_area)

    @property
    def count(self) -> int:
        return self._playback.count

    @property
    def fps(self) -> float:
        return self._playback.fps

    @property
    def has_sound(self) -> bool:
        """Whether there is a sound track, which isn't played."""
        return self._playback.has_sound

    @property
    def playing(self) -> bool:
        return self._playback.is_playing

    @property
    def missed(self) -> int:
        """How many frames should have been painted and weren't."""
        return self._playback.frames_skipped

    def play(self, speed: float = 1.0) -> None:
        """Play from here, backwards if speed is negative."""
        if self._is_open:
            self._playback.play(speed=speed)
            self._update_playing()

    def pause(self) -> None:
        self._playback.pause()
        self._update_playing()

    def seek(self, number: int) -> None:
        """Show that frame, or the nearest there is."""
        if self._is_open:
            self.number = self._playback.seek(number)

    def set_loop(self, loop: bool) -> None:
        self._playback.set_loop(loop)

    def set_range(self, first: int, last: int) -> None:
        """Play only those frames, both included."""
        self._playback.set_range(first, last)

    def shut(self) -> None:
        """Stop playing. The decoder ends on another thread."""
        self._watch.run(False)
        Thread(target=self._playback.close, name=f"shut {self._path.name}").start()

    def _look(self) -> None:
        """Show the frame that is due, if it is another one."""
        due = self._playback.due(self._clock())
        if due is not None:
            self.number, picture = due
            self.show_picture(picture)
            if not self._is_open:
                self._is_open = True
                self.opened.emit()
            self.shown.emit(self.number)
        if self._playback.problem and not self.problem:
            self.show_problem(self._playback.problem)
            self.failed.emit(self.problem)
        self._update_playing()

    def _update_playing(self) -> None:
        playing = self._playback.is_playing and not self.problem
        if playing != self._was_playing:
            self._was_playing = playing
            self._watch.run(playing)
            self.playing_changed.emit(playing)
