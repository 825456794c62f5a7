"""Playback: decodes frames ahead on a thread of its own, and hands them out when they are due."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from threading import Condition, Thread

from kling_desktop.media.errors import BadMedia, OperationCancelled
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.video.decoder import Decoder

# A quarter of a second at 24 fps; 22 MB at 1280 × 720.
FRAMES_AHEAD = 6
# Shorter than anyone can see, longer than the rounding error of a sum of floats.
DUE_TOLERANCE = 1e-4
CLOSING_SECONDS = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class _PlayRequest:
    """What was requested last: frame `start` and, when playing, those after it (before it if `speed` < 0)."""

    start: int
    speed: float


@dataclass(frozen=True, slots=True)
class _ReadyFrame:
    """A frame that waits to be shown, `at` seconds after the first one of its request."""

    number: int
    at: float
    pixels: PixelBuffer


class Playback:
    """Plays a video for a caller that paints it. Every method returns at once (close: within a second).

    The caller calls `due(now)` at each tick of its own clock and paints what it returns.

    Args:
        path: An MP4.
        on_frame: Called on the decoder's thread when a sought frame is ready (the first one after opening included) or
            `problem` is set. It may only notify the painter's thread.
        area: The size of the screen area in pixels.
        loop: Whether playing continues at the other end.
        frames_ahead: How many frames are decoded ahead.
        verify: Called on the decoder's thread before the file is opened; raises BadMedia to prevent that.

    Attributes:
        count: How many frames there are. This and the next three are 0 until the video is open.
        fps: The average rate.
        size: Width and height.
        seconds: The duration.
        timestamps: When each frame is shown, in seconds after the first, and when the last one ends.
        has_sound: Whether there is a sound track. It isn't played.
        position: The number of the frame returned last.
        is_playing: Whether it is playing.
        problem: Why it can't be played, as a sentence; "" if it can.
        frames_skipped: Frames that were skipped because nobody asked in time.
        frames_late: Frames that weren't decoded when they were due. They are waited for, not skipped.
    """

    def __init__(
        self,
        path: Path,
        on_frame: Callable[[], None],
        area: tuple[int, int] | None = None,
        *,
        loop: bool = True,
        frames_ahead: int = FRAMES_AHEAD,
        verify: Callable[[Path], None] | None = None,
    ) -> None:
        self.count = 0
        self.fps = 0.0
        self.size = (0, 0)
        self.seconds = 0.0
        self.timestamps: Sequence[float] = ()
        self.has_sound = False
        self.position = 0
        self.is_playing = False
        self.problem = ""
        self.frames_skipped = 0
        self.frames_late = 0
        self._path = path
        self._verify = verify
        self._on_frame = on_frame
        self._area = area
        self._loop = loop
        self._frames_ahead = frames_ahead
        self._changed = Condition()  # guards everything below; any thread may call the methods
        self._closing = False
        self._request = _PlayRequest(0, 1.0)
        self._decoded_count = 0  # decoded frames of this request
        self._range = (0, 0)  # the first and last frame that are played
        self._ready: deque[_ReadyFrame] = deque()
        self._started_at: float | None = None  # when the first frame of this request was due, by the painter's clock
        self._starved_at: float | None = None  # when a frame was due but not decoded
        # The frame that playing leaps away from, until the one it leaps to is shown.
        self._leap_origin: int | None = None
        self._thread = Thread(target=self._run, name=f"decode {path.name}", daemon=False)
        self._thread.start()

    def play(self, start: int | None = None, speed: float = 1.0) -> None:
        """Play from frame `start`, or continue (from the beginning if at the end); backwards if `speed` < 0."""
        with self._changed:
            first, last = self._range
            if start is not None:
                self._leap_origin = None
            elif self._at_an_end(speed) or not first <= self._current_frame() <= last:
                self._leap_origin = self._current_frame() if self._leap_origin is None else self._leap_origin
                start = first if speed > 0 else last
            if start is not None or speed != self._request.speed:
                self._request_frames(self._current_frame() if start is None else start, speed)
            self.is_playing = True
            self._started_at = self._starved_at = None
            self._changed.notify_all()

    def pause(self) -> None:
        """Stop at the frame that is shown."""
        with self._changed:
            self.is_playing = False
            if self._leap_origin is not None:  # the frame it leapt to isn't shown yet
                self._request_frames(self._leap_origin, self._request.speed)
                self._leap_origin = None

    def seek(self, number: int) -> int:
        """Show frame `number`, and continue from it if playing. Returns the nearest existing frame, which is shown."""
        with self._changed:
            if self.is_playing:
                number = max(self._range[0], min(number, self._range[1]))
            self._leap_origin = None
            self._request_frames(number, self._request.speed)
            return self._request.start

    def set_area(self, width: int, height: int) -> None:
        """Scale frames to fit `width` × `height` pixels of the screen, from the current frame on."""
        with self._changed:
            if self._area != (width, height):
                self._area = (width, height)
                self._request_frames(self._current_frame(), self._request.speed)

    def set_loop(self, loop: bool) -> None:
        """Set whether playing continues at the other end; otherwise it pauses there."""
        with self._changed:
            self._loop = loop
            self._request_frames(self._current_frame(), self._request.speed)

    def set_range(self, first: int, last: int) -> None:
        """Play only the frames from `first` to `last`. Any other frame can still be sought."""
        with self._changed:
            self._range = max(0, first), min(last, self.count - 1)
            current = self._current_frame()
            nearest = max(first, min(current, last))
            if self.is_playing and nearest != current:
                self._leap_origin = current if self._leap_origin is None else self._leap_origin
            self._request_frames(nearest if self.is_playing else current, self._request.speed)

    def follow_timing_of(self, other: "Playback") -> None:
        """Show each frame when the other video shows the frame with its number, and only as many frames as that one
        has.
        """
        with self._changed:
            self.timestamps = other.timestamps
            self._range = (0, min(self.count, other.count) - 1)
            self._request_frames(self._current_frame(), self._request.speed)

    @property
    def ready_until(self) -> float:
        """When the last frame decoded so far is due, by the painter's clock.

        Infinity if no frame is awaited, minus infinity while the next one isn't decoded.
        """
        with self._changed:
            if not self.is_playing or (self._ready and self._started_at is None):
                return inf
            if not self._ready:
                return -inf if self._frame_number(self._decoded_count) is not None else inf
            return (self._started_at or 0.0) + self._ready[-1].at

    @property
    def has_sought_frame(self) -> bool:
        """Whether the frame that was sought is ready to be shown."""
        with self._changed:
            return bool(self._ready) and self._ready[0].at == 0

    def due(self, now: float) -> tuple[int, PixelBuffer] | None:
        """Return the frame to show from `now` on (seconds of any steady clock), or None if the one shown stays."""
        with self._changed:
            if not self._ready:
                self._starved_at = now if self.is_playing else None
                return None
            next_frame = self._ready[0]
            if not self.is_playing:
                return self._hand_out() if next_frame.at == 0 else None
            is_late = (
                self._started_at is not None
                and self._starved_at is not None
                and self._starved_at - self._started_at >= next_frame.at
            )
            if self._started_at is None or is_late:
                self._started_at = now - next_frame.at
                self.frames_late += is_late
            self._starved_at = None
            played = now - self._started_at + DUE_TOLERANCE
            if next_frame.at > played:
                return None
            while len(self._ready) > 1 and self._ready[1].at <= played:
                self._ready.popleft()
                self.frames_skipped += 1
            return self._hand_out()

    def close(self) -> None:
        """Stop the decoder's thread; no frame comes after that. Not from within `on_frame`. May be called twice."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(CLOSING_SECONDS)

    def _hand_out(self) -> tuple[int, PixelBuffer]:
        ready = self._ready.popleft()
        self.position, self._leap_origin = ready.number, None
        if not self._ready and self._frame_number(self._decoded_count) is None:
            self.is_playing = False
        self._changed.notify_all()
        return ready.number, ready.pixels

    def _request_frames(self, start: int, speed: float) -> None:
        self._request = _PlayRequest(max(0, min(start, self.count - 1) if self.count else start), speed)
        self._decoded_count = 0
        self._ready.clear()
        self._started_at = self._starved_at = None
        self._changed.notify_all()

    def _current_frame(self) -> int:
        """Return the frame that is shown, or the one sought if it hasn't been shown yet."""
        shown = self._decoded_count > 0 and not (self._ready and self._ready[0].at == 0)
        return self.position if shown else self._request.start

    def _at_an_end(self, speed: float) -> bool:
        return not self._loop and self._current_frame() == self._range[1 if speed > 0 else 0]

    def _frame_number(self, nth: int) -> int | None:
        """Return the number of the `nth` frame of this request; None past an end that isn't looped over."""
        if nth == 0:
            return self._request.start
        rounds, number = self._lap_and_frame(nth)
        return None if rounds and not self._loop else number

    def _lap_and_frame(self, nth: int) -> tuple[int, int]:
        """Return how often the range was completed before the `nth` frame of this request, and that frame's number."""
        first, last = self._range
        start, step = self._request.start, nth if self._request.speed > 0 else -nth
        if not first <= start <= last:  # sought outside the range: only that frame is shown
            return 0, start
        rounds, place = divmod(start - first + step, last - first + 1)
        return rounds, first + place

    def _offset_seconds(self, nth: int) -> float:
        """Return when this request shows its `nth` frame, in seconds after its first."""
        first, last = self._range
        rounds, number = self._lap_and_frame(nth)
        lap = self.timestamps[last + 1] - self.timestamps[first]
        shown = rounds * lap + self.timestamps[number] - self.timestamps[self._request.start]
        return abs(shown / self._request.speed)

    def _run(self) -> None:
        request: _PlayRequest | None = None
        try:
            if self._verify:
                self._verify(self._path)
            with Decoder(
                self._path, lambda: self._closing or (request is not None and request is not self._request)
            ) as decoder:
                self._on_opened(decoder)
                while (request := self._wait_for_request()) is not None:
                    self._decode_next(request, decoder)
        except OperationCancelled:
            return  # closed while it was being opened
        except BadMedia as bad:
            self.problem = str(bad)
            self._on_frame()

    def _on_opened(self, decoder: Decoder) -> None:
        with self._changed:
            self.count, self.size, self.seconds = decoder.count, decoder.size, decoder.seconds
            self.timestamps = (*map(decoder.time_of, range(decoder.count)), decoder.seconds)
            self.fps, self.has_sound = float(decoder.fps), decoder.has_sound
            self._range = (0, decoder.count - 1)
            self._request_frames(self._request.start, self._request.speed)

    def _wait_for_request(self) -> _PlayRequest | None:
        """Wait until a frame is needed, and return the request it is for; None when closing."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._decoded_count == 0 or self._needs_frames())
            return None if self._closing else self._request

    def _needs_frames(self) -> bool:
        return (
            self.is_playing
            and len(self._ready) < self._frames_ahead
            and self._frame_number(self._decoded_count) is not None
        )

    def _decode_next(self, request: _PlayRequest, decoder: Decoder) -> None:
        """Decode the next frame of a request, unless another request comes in the meantime."""
        with self._changed:
            number = self._frame_number(self._decoded_count) if request is self._request else None
            area = self._area
        if number is None:
            return
        try:
            pixels = decoder.frame(number).to_pixel_buffer(area)
        except OperationCancelled:
            return
        with self._changed:
            if request is not self._request:
                return
            is_sought = self._decoded_count == 0
            self._ready.append(_ReadyFrame(number, self._offset_seconds(self._decoded_count), pixels))
            self._decoded_count += 1
        if is_sought:
            self._on_frame()
