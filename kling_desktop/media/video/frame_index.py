"""Finds out when each frame of a video is shown, from its packets, since the headers of some files are wrong."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from av.video.stream import VideoStream

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av.packet import Packet


@dataclass(frozen=True, slots=True)
class FrameIndex:
    """The times of a video's frames, in ticks.

    Args:
        times: Of all frames, in order.
        key_times: Of the key frames, in order.
        end: Of the end of the last frame.
        tick: Seconds per tick.
        fps: The average rate.
    """

    times: tuple[int, ...]
    key_times: tuple[int, ...]
    end: int
    tick: Fraction
    fps: Fraction

    @property
    def seconds(self) -> float:
        """The duration, from the first frame to the end of the last."""
        return float((self.end - self.times[0]) * self.tick)


def build_index(packets: "Iterable[Packet[VideoStream]]", stream: VideoStream) -> FrameIndex | None:
    """Build the index from packets in any order; None if there are none."""
    times, key_times, end = set(), set(), 0
    for packet in packets:
        if packet.pts is None or not packet.size:
            continue
        if packet.is_keyframe:
            key_times.add(packet.pts)
        if not packet.is_discard:
            times.add(packet.pts)
            end = max(end, packet.pts + (packet.duration or 1))
    if not times or stream.time_base is None:
        return None
    announced, measured = stream.average_rate, len(times) / ((end - min(times)) * stream.time_base)
    # The header's 24000/1001 is better than a measured 23.98, unless it contradicts the frames.
    fps = announced if announced and abs(announced - measured) < measured / 100 else measured.limit_denominator(1001)
    return FrameIndex(tuple(sorted(times)), tuple(sorted(key_times or times)), end, stream.time_base, fps)
