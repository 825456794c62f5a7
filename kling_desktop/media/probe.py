"""Is this file the video it should be?"""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.opening import damaged, opened, video_stream
from kling_desktop.media.pixels import clockwise, upright_size

if TYPE_CHECKING:
    from av.packet import Packet

# Clips asked for as 5 s come as 5.04 s or so; half a second short of the end is a loss somebody would see.
TOLERANCE_SECONDS = 0.5
# Decoding all of a clip with a single key frame would take more than a second.
MOST_TAIL_PACKETS = 24


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """What is in a video file. `width` and `height` are pixels as shown, after turning by `rotation` degrees clockwise.

    `frames` and `fps` are as the file's header tells, None when it doesn't.
    """

    width: int
    height: int
    seconds: float
    frames: int | None
    fps: Fraction | None
    has_audio: bool
    codec: str
    rotation: int


def probe(path: Path) -> VideoFacts:
    """Header and first frame of the video at `path`; BadMedia when it isn't a playable MP4."""
    with opened(path) as container:
        stream = video_stream(container, path)
        first = next(iter(container.decode(stream)), None)
        if first is None:
            raise damaged(path)
        return _facts(container, stream, first)


def check_clip(path: Path, width: int | None, height: int | None, seconds: float | None) -> str:
    """What is wrong with a downloaded clip, as a sentence; "" when it is whole, playable and as expected.

    Every packet is read to the end of the file, the first and the last frame are decoded. None: anything will do.
    """
    try:
        with opened(path) as container:
            return _what_is_wrong(container, path, (width, height), seconds)
    except BadMedia as bad:
        return str(bad)


def _ends(stream: VideoStream, packets: "list[Packet[VideoStream]]") -> tuple[VideoFrame | None, VideoFrame | None]:
    """The first frame and the last one, each None when it doesn't decode."""
    key = max((n for n, packet in enumerate(packets) if packet.is_keyframe), default=0)
    # Between a far key frame and the end the pictures may go wrong, the reading of the last packets may not.
    frames = _decoded(stream, [packets[key], *packets[max(key + 1, len(packets) - MOST_TAIL_PACKETS) :]])
    end = max(packet.pts or 0 for packet in packets if not packet.is_discard)
    last = next((frame for frame in frames if frame.pts == end), None)
    return next(iter(_decoded(stream, packets[:1]) if key else frames), None), last


def _decoded(stream: VideoStream, packets: "list[Packet[VideoStream]]") -> list[VideoFrame]:
    stream.codec_context.flush_buffers()
    frames = [frame for packet in packets for frame in stream.decode(packet)]
    return frames + stream.decode(None)


def _facts(container: InputContainer, stream: VideoStream, first: VideoFrame) -> VideoFacts:
    assert stream.time_base is not None
    told = stream.duration * stream.time_base if stream.duration else Fraction(container.duration or 0, av.time_base)
    return VideoFacts(
        *upright_size(first),
        seconds=float(told),
        frames=stream.frames or None,
        fps=stream.average_rate or stream.guessed_rate,
        has_audio=bool(container.streams.audio),
        codec=stream.codec_context.name,
        rotation=clockwise(first),
    )


def _what_is_wrong(
    container: InputContainer, path: Path, size: tuple[int | None, int | None], seconds: float | None
) -> str:
    stream = video_stream(container, path)
    assert stream.time_base is not None
    packets = [packet for packet in container.demux(stream) if packet.size and packet.pts is not None]
    if not packets or any(packet.is_corrupt for packet in packets) or len(packets) < stream.frames:
        return f"“{path.name}” is not whole: it ends too early. Download it again."
    first, last = _ends(stream, packets)
    if first is None or last is None:
        return str(damaged(path))
    facts = _facts(container, stream, first)
    for side, wanted, got in (("wide", size[0], facts.width), ("high", size[1], facts.height)):
        if wanted is not None and wanted != got:
            return (
                f"“{path.name}” is {got} pixels {side} instead of {wanted}. Keep it if it suits, or ask for it again."
            )
    shown = [packet for packet in packets if not packet.is_discard]
    end = max((packet.pts or 0) + (packet.duration or 0) for packet in shown)
    lasts = float((end - min(packet.pts or 0 for packet in shown)) * stream.time_base)
    if seconds is not None and abs(lasts - seconds) > TOLERANCE_SECONDS:
        return f"“{path.name}” lasts {lasts:.1f} s instead of {seconds:g} s. Download it again, or keep it if it suits."
    return ""
