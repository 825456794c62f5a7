"""Plays several videos in sync, each in its own view."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from threading import Thread
from time import monotonic

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QStackedLayout, QWidget

from kling_desktop.media.video.synced_player import SyncedPlayer
from kling_desktop.ui.theme import SPACE, Theme
from kling_desktop.ui.viewer.player.frame_clock import FrameClock
from kling_desktop.ui.viewer.player.frame_view import FrameView
from kling_desktop.ui.viewer.player.wipe import Wipe


class SyncedStages(QWidget):
    """Plays the videos at `paths` side by side; two of them also with one wiped over the other.

    `number` is the frame that all show, or that was just requested. Call `shut` before it goes.
    """

    opened = Signal()
    shown = Signal(int)
    playing_changed = Signal(bool)
    has_sound = False
    """Sound is neither played nor compared."""

    def __init__(
        self,
        theme: Theme,
        paths: Sequence[Path],
        clock: Callable[[], float] = monotonic,
        *,
        prove: Callable[[Path], None] | None = None,
    ) -> None:
        super().__init__()
        self._clock = clock
        self._is_open = False
        self._was_playing = False
        self.number = 0
        self._watch = FrameClock(self._look, self)
        self._together = SyncedPlayer(paths, self._watch.tell, prove)
        self.views = [FrameView(theme) for _ in paths]
        self.wipe = Wipe(theme)
        beside = QWidget()
        grid = QGridLayout(beside)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(SPACE.S)
        for nth, screen in enumerate(self.views):
            screen.setAccessibleName(f"Take {nth + 1}")
            screen.mark = str(nth + 1)
            if len(paths) > 2:  # close together, to be compared
                screen.lean = 1.0 if nth < 2 else 0.0
            screen.setMinimumSize(120, 80)
            screen.resized.connect(partial(self._fit, nth))
            grid.addWidget(screen, nth // 2, nth % 2)
        self.wipe.resized.connect(self._fit_wipe)
        self._ways = QStackedLayout(self)
        self._ways.addWidget(beside)
        self._ways.addWidget(self.wipe)

    @property
    def count(self) -> int:
        return self._together.count

    @property
    def fps(self) -> float:
        return self._together.fps

    @property
    def shape(self) -> float:
        """Width over height of the first video."""
        return self.views[0].shape

    @property
    def playing(self) -> bool:
        return self._together.is_playing

    @property
    def missed(self) -> int:
        """How many frames should have been painted and weren't."""
        return self._together.frames_skipped

    def show_wiped(self, wiped: bool) -> None:
        """Show two videos in one view, one wiped over the other, or each in its own."""
        self._ways.setCurrentIndex(1 if wiped else 0)

    def play(self, speed: float = 1.0) -> None:
        self._together.play(speed)
        self._update_playing()

    def pause(self) -> None:
        self._together.pause()
        self._update_playing()

    def seek(self, number: int) -> None:
        if self._is_open:
            self.number = self._together.seek(number)

    def set_loop(self, loop: bool) -> None:
        self._together.set_loop(loop)

    def set_range(self, first: int, last: int) -> None:
        self._together.set_range(first, last)

    def shut(self) -> None:
        """Stop playing. The decoders end on another thread."""
        self._watch.run(False)
        Thread(target=self._together.close, name="shut takes").start()

    def _look(self) -> None:
        due = self._together.due(self._clock())
        for nth, number, picture in due:
            self.number = number
            self.views[nth].show_picture(picture)
            self.wipe.show_picture_of(nth, picture)
        if due and not self._is_open:
            self._is_open = True
            self.opened.emit()
        if due:
            self.shown.emit(self.number)
        for screen, problem in zip(self.views, self._together.problems, strict=True):
            if problem and not screen.problem:
                screen.show_problem(problem)
        self._update_playing()

    def _update_playing(self) -> None:
        if self.playing != self._was_playing:
            self._was_playing = self.playing
            self._watch.run(self.playing)
            self.playing_changed.emit(self.playing)

    def _fit(self, nth: int, width: int, height: int) -> None:
        if self._ways.currentWidget() is not self.wipe:
            self._together.set_area(nth, width, height)

    def _fit_wipe(self, width: int, height: int) -> None:
        if self._ways.currentWidget() is self.wipe:
            for nth in range(len(self.views)):
                self._together.set_area(nth, width, height)
