"""Decodes frames by number: for playing, stepping, scrubbing, posters and frame grabs."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import av
from av.video.frame import VideoFrame
from PIL import Image

from kling_desktop.media.errors import OperationCancelled
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.video.container import damaged_error, open_video, translate_decode_errors, video_stream
from kling_desktop.media.video.display import Display, read_display
from kling_desktop.media.video.frame_index import FrameIndex, build_index
from kling_desktop.media.video.pixels import FrameConverter

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.stream import VideoStream

# Decoded frames are cached for stepping back: 20 of 1920 × 1080.
CACHE_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame: its number from 0, and when it is shown in seconds after the first. Use it on its Decoder's thread."""

    number: int
    seconds: float
    decoded: VideoFrame
    converter: FrameConverter

    def to_pixel_buffer(self, area: tuple[int, int] | None = None) -> PixelBuffer:
        """Return the upright frame for painting, scaled down to fit `area` (width, height in pixels) if given."""
        return self.converter.to_pixel_buffer(self.decoded, area)

    def to_image(self, area: tuple[int, int] | None = None) -> Image.Image:
        """Return the upright frame in RGB at the best quality, for image files."""
        return self.converter.to_image(self.decoded, area)

    def to_small_image(self, area: tuple[int, int]) -> Image.Image:
        """Return the upright frame in RGB, scaled down to fit `area` (width, height in pixels).

        For contact sheets and animations: it is scaled before its colors are converted, which is far faster than
        `to_image`.
        """
        pixels = self.to_pixel_buffer(area)
        size = (pixels.width, pixels.height)
        return Image.frombuffer("RGB", size, bytes(pixels.data), "raw", "BGRX", pixels.stride, 1)


class Decoder:
    """Frame-exact access to a video, by frame number from 0.

    Frames are numbered in the order in which they are shown, by the times in the file. Variable rates, reordered frames
    and rotation make no difference to the caller. Opening reads the whole file once and decodes one frame. Instead of a
    broken frame, the one before it is returned.

    For one thread at a time. Close it, or use it in a `with`.

    Args:
        path: An MP4. BadMedia if it can't be played.
        is_cancelled: Asked between packets. If it returns True, the current call raises OperationCancelled; the decoder
            can be used again afterwards.
        cache_bytes: How much memory decoded frames may take.

    Attributes:
        count: How many frames there are.
        display: How stored frames are shown.
        size: Width and height as shown.
        seconds: The duration.
        fps: The average rate.
        has_sound: Whether there is a sound track.
    """

    def __init__(
        self, path: Path, is_cancelled: Callable[[], bool] = lambda: False, *, cache_bytes: int = CACHE_BYTES
    ) -> None:
        self._path = path
        self._is_cancelled = is_cancelled
        self._converter = FrameConverter(Display())
        self._cache: OrderedDict[int, VideoFrame] = OrderedDict()
        self._decoded: Iterator[VideoFrame] = iter(())
        self._position: int | None = None  # number of the last decoded frame
        self._container = open_video(path)
        try:
            self._stream = video_stream(self._container, path)
            self._index = self._read_index()
            self._numbers = {time: number for number, time in enumerate(self._index.times)}
            self._max_cached = max(1, cache_bytes * 2 // (self._stream.width * self._stream.height * 3))
            self.count, self.seconds, self.fps = len(self._index.times), self._index.seconds, self._index.fps
            self.has_sound = bool(self._container.streams.audio)
            first = self.frame(0).decoded
            self.display = read_display(first, self._stream)
            self._converter, self.size = FrameConverter(self.display), self.display.upright_size(first)
        except BaseException:
            self.close()
            raise

    def time_of(self, number: int) -> float:
        """Return when frame `number` is shown, in seconds after the first."""
        return float((self._index.times[number] - self._index.times[0]) * self._index.tick)

    def frame(self, number: int) -> Frame:
        """Return frame `number`, 0 to count - 1."""
        if not 0 <= number < self.count:
            raise IndexError(f"frame {number} of {self.count}")
        with translate_decode_errors(self._path):
            decoded = self._cache.get(number) or self._decode_forward(number) or self._seek_and_decode(number)
        return Frame(number, self.time_of(number), decoded, self._converter)

    def frames(self, start: int = 0) -> Iterator[Frame]:
        """Yield the frames from `start` to the end."""
        return (self.frame(number) for number in range(start, self.count))

    def close(self) -> None:
        """Close the file."""
        self._decoded = iter(())
        self._cache.clear()
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _read_index(self) -> FrameIndex:
        with translate_decode_errors(self._path):
            index = build_index(self._packets(), self._stream)
        if index is None:
            raise damaged_error(self._path)
        return index

    def _decode_forward(self, number: int) -> VideoFrame | None:
        """Decode forward to frame `number`; None if it lies behind, or a key frame is nearer."""
        position = self._position
        if position is None or number <= position:
            return None
        key_times = self._key_times_before(number)
        return None if key_times and key_times[-1] > self._index.times[position + 1] else self._decode_until(number)

    def _seek_and_decode(self, number: int) -> VideoFrame:
        """Decode frame `number` from the key frame before it, or from an earlier one if the file's index is wrong."""
        for start in (*reversed(self._key_times_before(number)[-3:]), self._index.times[0]):
            self._container.seek(start, stream=self._stream)
            self._decoded, self._position = self._decode_packets(), None
            if decoded := self._decode_until(number):
                return decoded
        raise damaged_error(self._path)

    def _key_times_before(self, number: int) -> tuple[int, ...]:
        return self._index.key_times[: bisect_right(self._index.key_times, self._index.times[number])]

    def _decode_until(self, number: int) -> VideoFrame | None:
        """Decode until frame `number` and return it, or the last frame before it if it is missing."""
        found = None
        for decoded in self._decoded:
            decoded_number = self._numbers.get(decoded.pts) if decoded.pts is not None else None
            if decoded_number is None:
                continue
            self._position = decoded_number
            self._cache[decoded_number] = decoded
            if len(self._cache) > self._max_cached:
                self._cache.popitem(last=False)
            if decoded_number <= number:
                found = decoded
            if decoded_number >= number:
                break
        return found

    def _decode_packets(self) -> Iterator[VideoFrame]:
        for packet in self._packets():
            try:
                yield from packet.decode()
            except av.FFmpegError:
                continue  # one broken packet doesn't end the video

    def _packets(self) -> "Iterator[Packet[VideoStream]]":
        for packet in self._container.demux(self._stream):
            if self._is_cancelled():
                self._position = None
                raise OperationCancelled
            yield packet
