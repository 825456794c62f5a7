"""Plays several videos in sync, so that their frames can be compared."""

from collections.abc import Callable, Sequence
from pathlib import Path

from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.video.player import Playback


class SyncedPlayer:
    """Plays several videos in sync for a caller that paints them. All show the same frame number at the rate of the
    first.

    The caller calls `due(now)` at each tick of its own clock. If a video isn't decoded in time, the clock waits for it;
    if the caller is late, all videos skip the same frames. Only as many frames as the shortest video has are played.

    Args:
        paths: MP4s.
        on_frame: See `Playback`.
        verify: See `Playback`.
    """

    def __init__(
        self, paths: Sequence[Path], on_frame: Callable[[], None], verify: Callable[[Path], None] | None = None
    ) -> None:
        self._players = [Playback(path, on_frame, verify=verify) for path in paths]
        self._is_open = False
        self._time = 0.0  # of the shared clock, which stops while a video is waited for
        self._last_tick = 0.0
        self._awaited_seeks = frozenset(range(len(paths)))

    @property
    def count(self) -> int:
        """How many frames all of them have; 0 until all are open."""
        return min(player.count for player in self._players)

    @property
    def fps(self) -> float:
        return self._players[0].fps

    @property
    def is_playing(self) -> bool:
        return any(player.is_playing for player in self._players)

    @property
    def frames_skipped(self) -> int:
        """Frames that should have been painted and weren't, of the video that lost most."""
        return max(player.frames_skipped for player in self._players)

    @property
    def problems(self) -> tuple[str, ...]:
        """Why each can't be played, "" for those that can."""
        return tuple(player.problem for player in self._players)

    def play(self, speed: float = 1.0) -> None:
        """Continue playing; backwards if `speed` < 0."""
        if self._is_open:
            for player in self._players:
                player.play(speed=speed)

    def pause(self) -> None:
        for player in self._players:
            player.pause()

    def seek(self, number: int) -> int:
        """Show frame `number` of all videos at once. Returns the nearest existing frame, which is shown."""
        self._awaited_seeks = frozenset(range(len(self._players)))
        return min([player.seek(max(0, min(number, self.count - 1))) for player in self._players])

    def set_loop(self, loop: bool) -> None:
        for player in self._players:
            player.set_loop(loop)

    def set_range(self, first: int, last: int) -> None:
        """Play only the frames from `first` to `last`."""
        for player in self._players:
            player.set_range(first, min(last, self.count - 1))

    def set_area(self, index: int, width: int, height: int) -> None:
        """Scale the frames of one video to fit `width` × `height` pixels of the screen."""
        self._players[index].set_area(width, height)

    def due(self, now: float) -> list[tuple[int, int, PixelBuffer]]:
        """Return (index of the video, frame number, pixels) for each that shows another frame from `now` on."""
        if not self._is_open and not self._check_open():
            return []
        since, self._last_tick = max(0.0, now - self._last_tick), now
        if self.is_playing:
            # Only as far as all are decoded, or one would skip frames that another still has to show.
            until = min(player.ready_until for player in self._players)
            if until < self._time:
                return []
            self._time = min(self._time + since, until)
        elif self._awaited_seeks:
            if not all(self._players[index].has_sought_frame for index in self._awaited_seeks):
                return []
            self._awaited_seeks = frozenset()
        shown = ((index, player.due(self._time)) for index, player in enumerate(self._players))
        return [(index, *due) for index, due in shown if due]

    def close(self) -> None:
        for player in self._players:
            player.close()

    def _check_open(self) -> bool:
        """Whether all are open. Then they are cut to the same length."""
        if self.count:
            self._is_open = True
            for player in self._players[1:]:
                player.follow_timing_of(self._players[0])
            self.set_range(0, self.count - 1)
        return self._is_open
