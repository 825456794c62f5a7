"""Checks that a video file is what it should be."""

from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.mp4_boxes import is_complete_file
from kling_desktop.media.video.container import damaged_error, open_container, video_stream
from kling_desktop.media.video.display import read_display
from kling_desktop.media.video.frame_index import FrameIndex, build_index

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from av.packet import Packet

# Clips requested with 5 s last 5.04 s or so. A clip that is half a second short has lost something visible.
TOLERANCE_SECONDS = 0.5
# Decoding a whole clip with a single key frame would take more than a second.
MAX_TAIL_PACKETS = 24
# Frames cut off the beginning by an edit list are needed to decode the first frame shown.
MAX_LEAD_PACKETS = 64


@dataclass(frozen=True, slots=True)
class VideoInfo:
    """What is in a video file.

    Args:
        width: In pixels as shown: upright, and with square pixels.
        height: Likewise.
        seconds: The duration.
        frames: How many there are.
        fps: The average rate.
        has_audio: Whether there is a sound track.
        codec: Short name of the video codec: "h264".
        rotation: Degrees clockwise from the stored to the shown frame.
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
    """Return what a video is, from all its packets and its first frame. Raises BadMedia if it isn't a playable MP4."""
    with open_container(path) as container:
        stream = video_stream(container, path)
        scan = _PacketScan()
        index = build_index(scan.scan(container, stream), stream)
        first = next(iter(_decode(stream, scan.first)), None)
        if index is None or first is None:
            raise damaged_error(path)
        display = read_display(first, stream)
        return VideoInfo(
            *display.upright_size(first),
            seconds=index.seconds,
            frames=len(index.times),
            fps=index.fps,
            has_audio=bool(container.streams.audio),
            codec=stream.codec_context.codec.canonical_name,
            rotation=display.rotation,
        )


def clip_problem(path: Path, width: int | None, height: int | None, seconds: float | None) -> str:
    """Return what is wrong with a downloaded clip, as a sentence; "" if it is complete, playable and as expected.

    Every packet is read; the first and the last frame are decoded. None stands for any size or duration.
    """
    try:
        with open_container(path) as container:
            return _find_problem(container, path, (width, height), seconds)
    except BadMedia as bad:
        return str(bad)


def is_incomplete(path: Path) -> bool:
    """Whether a video ends before all that its header announces. Raises BadMedia if it isn't one."""
    with open_container(path) as container:
        stream = video_stream(container, path)
        scan = _PacketScan()
        index = build_index(scan.scan(container, stream), stream)
    return index is None or (scan.is_truncated(stream) and not is_complete_file(path))


@dataclass(slots=True)
class _PacketScan:
    """What is kept of a video's packets while they go by: a long video must not be in memory as a whole."""

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
        """Whether the file ends before all the frames that its header announces."""
        return self.count < stream.frames or self.is_corrupt

    def first_and_last(self, stream: VideoStream) -> tuple[VideoFrame | None, VideoFrame | None]:
        """Return the first and the last frame, each None if it can't be decoded."""
        # With a distant key frame the pixels may be wrong, but it still shows whether the last packets can be decoded.
        frames = _decode(stream, [*self.key, *self.tail])
        last = next((frame for frame in frames if frame.pts == self.end), None)
        return next(iter(_decode(stream, self.first) if self.key != self.first else frames), None), last


def _length_bytes(stream: VideoStream) -> int:
    """Return in how many bytes each unit of a packet states its length (ISO/IEC 14496-15); 0 for other codecs."""
    record, offset = stream.codec_context.extradata or b"", {"h264": 4, "hevc": 21}.get(stream.codec_context.name)
    return (record[offset] & 3) + 1 if offset and len(record) > offset and record[0] == 1 else 0


def _has_whole_units(packet: memoryview, length_bytes: int) -> bool:
    """Whether the units fill the packet exactly. If a download left a hole, they don't."""
    end = 0
    while length_bytes and end < len(packet):
        length = int.from_bytes(packet[end : end + length_bytes])
        if not length:
            return False
        end += length_bytes + length
    return not length_bytes or end == len(packet)


def _decode(stream: VideoStream, packets: "Iterable[Packet[VideoStream]]") -> list[VideoFrame]:
    """Return the frames that can be decoded from these packets, up to the first that can't."""
    stream.codec_context.flush_buffers()
    frames = []
    with suppress(av.FFmpegError):
        for packet in packets:
            frames += stream.decode(packet)
        frames += stream.decode(None)
    return frames


def _decode_completely(path: Path, index: FrameIndex) -> VideoFrame | None:
    """Decode a whole video, and return its first frame; None if any frame is missing or damaged."""
    first, missing, last = None, set(index.times), None
    with open_container(path) as container:
        stream = video_stream(container, path)
        stream.codec_context.options = {"err_detect": "explode"}
        stream.codec_context.thread_type = "AUTO"
        for frame in container.decode(stream):
            if frame.is_corrupt or frame.pts is None:
                return None
            first, last = first or frame, frame.pts
            missing.discard(frame.pts)
    # Frames before the first key frame can't be decoded if the video was cut there.
    is_whole = last == index.times[-1] and all(time < index.key_times[0] for time in missing)
    return first if is_whole else None


def _find_problem(
    container: InputContainer, path: Path, size: tuple[int | None, int | None], seconds: float | None
) -> str:
    stream = video_stream(container, path)
    scan = _PacketScan()
    index = build_index(scan.scan(container, stream), stream)
    if index is None or (scan.is_truncated(stream) and not is_complete_file(path)):
        return f"“{path.name}” is incomplete: it ends too early. Download it again."
    first, last = (None, None) if scan.has_holes else scan.first_and_last(stream)
    # Codecs other than H.264 don't decode a frame whose predecessors are missing, so more has to be decoded.
    if first is None or last is None:
        first = _decode_completely(path, index)
    if first is None:
        return str(damaged_error(path))
    width, height = read_display(first, stream).upright_size(first)
    hint = "Keep it if it suits you, or generate it again."
    if size[0] is not None and size[0] != width:
        return f"“{path.name}” is {width} pixels wide instead of {size[0]}. {hint}"
    if size[1] is not None and size[1] != height:
        return f"“{path.name}” is {height} pixels high instead of {size[1]}. {hint}"
    if seconds is not None and abs(index.seconds - seconds) > TOLERANCE_SECONDS:
        return (
            f"“{path.name}” lasts {index.seconds:.1f} s instead of {seconds:g} s. "
            "Download it again, or keep it if it suits you."
        )
    return ""
