"""When is each frame of a video shown? Told by its packets, since headers of odd files are wrong."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from av.video.stream import VideoStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from av.packet import Packet


@dataclass(frozen=True, slots=True)
class FrameIndex:
    """`times` of the frames and of the key frames among them (`keys`), each in order, and of the `end`, in ticks.

    A tick lasts `tick` seconds. `fps` is the average.
    """

    times: tuple[int, ...]
    key_times: tuple[int, ...]
    end: int
    tick: Fraction
    fps: Fraction

    @property
    def seconds(self) -> float:
        """From the first frame to the end of the last."""
        return float((self.end - self.times[0]) * self.tick)


def build_index(packets: "Iterable[Packet[VideoStream]]", stream: VideoStream) -> FrameIndex | None:
    """The index of the frames in `packets`, which may come in any order; None when there are none."""
    times, keys, end = set(), set(), 0
    for packet in packets:
        if packet.pts is None or not packet.size:
            continue
        if packet.is_keyframe:
            keys.add(packet.pts)
        if not packet.is_discard:
            times.add(packet.pts)
            end = max(end, packet.pts + (packet.duration or 1))
    if not times or stream.time_base is None:
        return None
    told, measured = stream.average_rate, len(times) / ((end - min(times)) * stream.time_base)
    # The header's 24000/1001 is better than a measured 23.98, unless it contradicts the frames.
    fps = told if told and abs(told - measured) < measured / 100 else measured.limit_denominator(1001)
    return FrameIndex(tuple(sorted(times)), tuple(sorted(keys or times)), end, stream.time_base, fps)


def is_truncated(packets: "Sequence[Packet[Any]]", stream: VideoStream) -> bool:
    """Does the file end before all the frames that its header promises?"""
    return len(packets) < stream.frames or any(packet.is_corrupt for packet in packets)
