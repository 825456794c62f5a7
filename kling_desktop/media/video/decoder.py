"""Which picture is frame n? The one decoder behind playing, stepping, scrubbing, posters and grabbed frames."""

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
from kling_desktop.media.video.frame_index import FrameIndex, build_index
from kling_desktop.media.video.pixels import FrameConverter, upright_size

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.stream import VideoStream

# Decoded frames that are kept for stepping back: 20 of 1920 × 1080.
CACHE_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: its number from 0 and when it is shown, in seconds from the first. Belongs to its Decoder's thread."""

    number: int
    seconds: float
    decoded: VideoFrame
    converter: FrameConverter

    def to_pixel_buffer(self, area: tuple[int, int] | None = None) -> PixelBuffer:
        """The upright frame for painting, scaled down to fit `area` (width, height in pixels) when given."""
        return self.converter.to_pixel_buffer(self.decoded, area)

    def to_image(self, area: tuple[int, int] | None = None) -> Image.Image:
        """The upright frame in RGB, as exact as the file has it, for writing it to a picture file."""
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
    """Frame-exact access to the video at `path`, by frame number from 0.

    Frames are numbered in the order they are shown, by the times in the file, so that variable rates, frames stored out
    of order and rotation are all the same to the caller. Opening reads the file once to its end and decodes one frame;
    BadMedia when it can't be played. A frame that is broken inside a file is answered with the one before it.

    `abandoned` is asked between packets: when it says True, what is under way raises Abandoned, and the decoder can be
    asked again. Belongs to one thread at a time. Close it, or use it in a `with`.

    `count` frames of `size` (width, height, upright), lasting `seconds`, at `fps` on average. `has_sound`: is
    there a sound track?
    """

    def __init__(
        self, path: Path, is_cancelled: Callable[[], bool] = lambda: False, *, cache_bytes: int = CACHE_BYTES
    ) -> None:
        self._path = path
        self._is_cancelled = is_cancelled
        self._converter = FrameConverter()
        self._cache: OrderedDict[int, VideoFrame] = OrderedDict()
        self._decoded: Iterator[VideoFrame] = iter(())
        self._position: int | None = None  # number of the last frame that came
        self._container = open_video(path)
        try:
            self._stream = video_stream(self._container, path)
            self._index = self._read_index()
            self._numbers = {time: number for number, time in enumerate(self._index.times)}
            self._max_cached = max(1, cache_bytes * 2 // (self._stream.width * self._stream.height * 3))
            self.count, self.seconds, self.fps = len(self._index.times), self._index.seconds, self._index.fps
            self.has_sound = bool(self._container.streams.audio)
            self.size = upright_size(self.frame(0).decoded)
        except BaseException:
            self.close()
            raise

    def time_of(self, number: int) -> float:
        """When frame `number` is shown, in seconds from the first."""
        return float((self._index.times[number] - self._index.times[0]) * self._index.tick)

    def frame(self, number: int) -> Frame:
        """Frame `number`, 0 to count - 1."""
        if not 0 <= number < self.count:
            raise IndexError(f"frame {number} of {self.count}")
        with translate_decode_errors(self._path):
            decoded = self._cache.get(number) or self._decode_forward(number) or self._seek_and_decode(number)
        return Frame(number, self.time_of(number), decoded, self._converter)

    def frames(self, start: int = 0) -> Iterator[Frame]:
        """The frames from `start` to the end."""
        return (self.frame(number) for number in range(start, self.count))

    def close(self) -> None:
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
        """Frame `number` by decoding on from here, unless it lies behind or a key frame is nearer."""
        here = self._position
        if here is None or number <= here:
            return None
        key = self._key_times_before(number)
        return None if key and key[-1] > self._index.times[here + 1] else self._decode_until(number)

    def _seek_and_decode(self, number: int) -> VideoFrame:
        """Frame `number` from the key frame before it, or from an earlier one when the file's index misleads."""
        for start in (*reversed(self._key_times_before(number)[-3:]), self._index.times[0]):
            self._container.seek(start, stream=self._stream)
            self._decoded, self._position = self._decode_packets(), None
            if decoded := self._decode_until(number):
                return decoded
        raise damaged_error(self._path)

    def _key_times_before(self, number: int) -> tuple[int, ...]:
        return self._index.key_times[: bisect_right(self._index.key_times, self._index.times[number])]

    def _decode_until(self, number: int) -> VideoFrame | None:
        """Decode on until frame `number` is reached; the last frame met on the way that isn't after it."""
        met = None
        for decoded in self._decoded:
            at = self._numbers.get(decoded.pts) if decoded.pts is not None else None
            if at is None:
                continue
            self._position = at
            self._cache[at] = decoded
            if len(self._cache) > self._max_cached:
                self._cache.popitem(last=False)
            if at <= number:
                met = decoded
            if at >= number:
                break
        return met

    def _decode_packets(self) -> Iterator[VideoFrame]:
        for packet in self._packets():
            try:
                yield from packet.decode()
            except av.FFmpegError:
                continue  # one broken packet doesn't end a film

    def _packets(self) -> "Iterator[Packet[VideoStream]]":
        for packet in self._container.demux(self._stream):
            if self._is_cancelled():
                self._position = None
                raise OperationCancelled
            yield packet
