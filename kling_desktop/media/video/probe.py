"""Is this file the video it should be?"""

from collections import deque
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.video.container import damaged_error, open_container, video_stream
from kling_desktop.media.video.frame_index import build_index
from kling_desktop.media.video.pixels import rotation_of, upright_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from av.packet import Packet

# Clips asked for as 5 s come as 5.04 s or so; half a second short of the end is a loss somebody would see.
TOLERANCE_SECONDS = 0.5
# Decoding all of a clip with a single key frame would take more than a second.
MAX_TAIL_PACKETS = 24
# What was cut off the beginning by the file's own list is needed to decode the first frame that is shown.
MAX_LEAD_PACKETS = 64


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What is in a video file. `width` and `height` are pixels as shown, after turning by `rotation` degrees clockwise.

    `fps` is the average rate, `codec` the short name of the video's encoding ("h264").
    """

    width: int
    height: int
    seconds: float
    frames: int
    fps: Fraction
    has_audio: bool
    codec: str
    rotation: int


def probe(path: Path) -> VideoInfo:
    """What the video at `path` is, from all its packets and its first frame; BadMedia when it isn't a playable MP4."""
    with open_container(path) as container:
        stream = video_stream(container, path)
        seen = _PacketScan()
        index = build_index(seen.scan(container, stream), stream)
        first = next(iter(_decode(stream, seen.first)), None)
        if index is None or first is None:
            raise damaged_error(path)
        return VideoInfo(
            *upright_size(first),
            seconds=index.seconds,
            frames=len(index.times),
            fps=index.fps,
            has_audio=bool(container.streams.audio),
            codec=stream.codec_context.name,
            rotation=rotation_of(first),
        )


def clip_problem(path: Path, width: int | None, height: int | None, seconds: float | None) -> str:
    """What is wrong with a downloaded clip, as a sentence; "" when it is whole, playable and as expected.

    Every packet is read to the end of the file, the first and the last frame are decoded. None: anything will do.
    """
    try:
        with open_container(path) as container:
            return _find_problem(container, path, (width, height), seconds)
    except BadMedia as bad:
        return str(bad)


@dataclass(slots=True)
class _PacketScan:
    """What is kept of a film's packets while all go by once: a long film must not lie in the memory as a whole."""

    first: "list[Packet[VideoStream]]" = field(default_factory=list)
    key: "list[Packet[VideoStream]]" = field(default_factory=list)
    tail: "deque[Packet[VideoStream]]" = field(default_factory=lambda: deque(maxlen=MAX_TAIL_PACKETS))
    count: int = 0
    end: int | None = None
    is_corrupt: bool = False
    has_holes: bool = False

    def scan(self, container: InputContainer, stream: VideoStream) -> "Iterator[Packet[VideoStream]]":
        length_bytes = _length_bytes(stream)
        for packet in container.demux(stream):
            if not packet.size or packet.pts is None:
                continue
            self.count += 1
            self.is_corrupt = self.is_corrupt or packet.is_corrupt
            self.has_holes = self.has_holes or not _has_whole_units(memoryview(packet), length_bytes)
            if not packet.is_discard:
                self.end = packet.pts if self.end is None else max(self.end, packet.pts)
            if all(earlier.is_discard for earlier in self.first) and len(self.first) < MAX_LEAD_PACKETS:
                self.first = [*self.first, packet]
            if packet.is_keyframe or not self.key:
                self.key = [packet]
                self.tail.clear()
            else:
                self.tail.append(packet)
            yield packet

    def is_truncated(self, stream: VideoStream) -> bool:
        """Does the file end before all the frames that its header promises?"""
        return self.count < stream.frames or self.is_corrupt

    def first_and_last(self, stream: VideoStream) -> tuple[VideoFrame | None, VideoFrame | None]:
        """The first frame and the last one, each None when it doesn't decode."""
        # Between a far key frame and the end the pictures may go wrong, the reading of the last packets may not.
        frames = _decode(stream, [*self.key, *self.tail])
        last = next((frame for frame in frames if frame.pts == self.end), None)
        return next(iter(_decode(stream, self.first) if self.key != self.first else frames), None), last


def _length_bytes(stream: VideoStream) -> int:
    """In how many bytes each part of a packet tells its length (ISO/IEC 14496-15); 0 for codecs that do otherwise."""
    record, place = stream.codec_context.extradata or b"", {"h264": 4, "hevc": 21}.get(stream.codec_context.name)
    return (record[place] & 3) + 1 if place and len(record) > place and record[0] == 1 else 0


def _has_whole_units(packet: memoryview, length_bytes: int) -> bool:
    """Do the parts fill the packet exactly? Where a download left a hole they don't."""
    at = 0
    while length_bytes and at < len(packet):
        length = int.from_bytes(packet[at : at + length_bytes])
        if not length:
            return False
        at += length_bytes + length
    return not length_bytes or at == len(packet)


def _decode(stream: VideoStream, packets: "Iterable[Packet[VideoStream]]") -> list[VideoFrame]:
    stream.codec_context.flush_buffers()
    frames = [frame for packet in packets for frame in stream.decode(packet)]
    return frames + stream.decode(None)


def _find_problem(
    container: InputContainer, path: Path, size: tuple[int | None, int | None], seconds: float | None
) -> str:
    stream = video_stream(container, path)
    seen = _PacketScan()
    index = build_index(seen.scan(container, stream), stream)
    if index is None or seen.is_truncated(stream):
        return f"“{path.name}” is incomplete: it ends too early. Download it again."
    if seen.has_holes:
        return str(damaged_error(path))
    first, last = seen.first_and_last(stream)
    if first is None or last is None:
        return str(damaged_error(path))
    for side, wanted, got in zip(("wide", "high"), size, upright_size(first), strict=True):
        if wanted is not None and wanted != got:
            return (
                f"“{path.name}” is {got} pixels {side} instead of {wanted}. Keep it if it fits, or generate it again."
            )
    if seconds is not None and abs(index.seconds - seconds) > TOLERANCE_SECONDS:
        lasts = f"{index.seconds:.1f} s instead of {seconds:g} s"
        return f"“{path.name}” lasts {lasts}. Download it again, or keep it if it works for you."
    return ""
