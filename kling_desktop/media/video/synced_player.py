"""Several films played by one clock, so that their frames can be compared."""

from collections.abc import Callable, Sequence
from pathlib import Path

from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.video.player import Playback


class SyncedPlayer:
    """Plays the films at `paths` in step for somebody who paints them. All show the same frame number, at the rate
    of the first one.

    The painter calls `due(now)` at each tick of its own clock. Where one film isn't decoded in time the clock waits for
    it, and where the painter comes late all of them leave out the same frames. What is longer than the shortest one
    isn't played. `on_frame` and `prove` as Playback's.
    """

    def __init__(
        self, paths: Sequence[Path], on_frame: Callable[[], None], verify: Callable[[Path], None] | None = None
    ) -> None:
        self._players = [Playback(path, on_frame, verify=verify) for path in paths]
        self._is_open = False
        self._time = 0.0  # of the common clock, which stands still while a film is waited for
        self._last_tick = 0.0
        self._awaited_seeks = frozenset(range(len(paths)))

    @property
    def count(self) -> int:
        """Frames that all of them have; 0 until all are open."""
        return min(film.count for film in self._players)

    @property
    def fps(self) -> float:
        return self._players[0].fps

    @property
    def is_playing(self) -> bool:
        return any(film.is_playing for film in self._players)

    @property
    def frames_skipped(self) -> int:
        """Frames that should have been painted and weren't, of the film that lost most."""
        return max(film.frames_skipped for film in self._players)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why each can't be played, "" for those that can."""
        return tuple(film.problem for film in self._players)

    def play(self, speed: float = 1.0) -> None:
        """Play on from here; backwards when `speed` < 0."""
        if self._is_open:
            for film in self._players:
                film.play(speed=speed)

    def pause(self) -> None:
        for film in self._players:
            film.pause()

    def seek(self, number: int) -> int:
        """Show frame `number` of all of them at once (the nearest there is, which is the answer)."""
        self._awaited_seeks = frozenset(range(len(self._players)))
        return min([film.seek(max(0, min(number, self.count - 1))) for film in self._players])

    def set_loop(self, loop: bool) -> None:
        for film in self._players:
            film.set_loop(loop)

    def set_range(self, first: int, last: int) -> None:
        """Play only the frames from `first` to `last`."""
        for film in self._players:
            film.set_range(first, min(last, self.count - 1))

    def set_area(self, nth: int, width: int, height: int) -> None:
        """Make the pictures of one film fit `width` × `height` pixels of the screen."""
        self._players[nth].set_area(width, height)

    def due(self, now: float) -> list[tuple[int, int, PixelBuffer]]:
        """(which film, frame number, picture) of each that shows another frame from `now` on."""
        if not self._is_open and not self._check_open():
            return []
        since, self._last_tick = max(0.0, now - self._last_tick), now
        if self.is_playing:
            # No further than all of them are decoded, or one would skip what another still has to show.
            until = min(film.ready_until for film in self._players)
            if until < self._time:
                return []
            self._time = min(self._time + since, until)
        elif self._awaited_seeks:
            if not all(self._players[nth].has_sought_frame for nth in self._awaited_seeks):
                return []
            self._awaited_seeks = frozenset()
        shown = ((nth, film.due(self._time)) for nth, film in enumerate(self._players))
        return [(nth, *due) for nth, due in shown if due]

    def close(self) -> None:
        for film in self._players:
            film.close()

    def _check_open(self) -> bool:
        """Whether all are open, and cut to the same length."""
        if self.count:
            self._is_open = True
            for film in self._players[1:]:
                film.follow_timing_of(self._players[0])
            self.set_range(0, self.count - 1)
        return self._is_open
