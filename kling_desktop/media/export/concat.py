"""Joins several clips into one MP4."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.reformatter import Colorspace
from av.video.stream import VideoStream
from PIL import Image

from kling_desktop.atomic_file import atomic_path
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.export.progress import TaskProgress
from kling_desktop.media.metadata.clip_metadata import METADATA_TAG
from kling_desktop.media.metadata.xmp import append_xmp
from kling_desktop.media.video.container import open_container, video_stream
from kling_desktop.media.video.decoder import Decoder
from kling_desktop.media.video.display import Display
from kling_desktop.media.video.pixels import HD_HEIGHT
from kling_desktop.media.video.probe import clip_problem

if TYPE_CHECKING:
    from av.packet import Packet

_QUALITY = {"crf": "16", "preset": "fast"}
"""Visually lossless, for clips that are edited and encoded again later."""
_TICKS = 90_000


@dataclass(frozen=True, slots=True)
class ConcatResult:
    """is_lossless: no frame was encoded again. has_dropped_sound: some clips had sound, but the result has none."""

    is_lossless: bool
    has_dropped_sound: bool


@dataclass(frozen=True, slots=True)
class ConcatTags:
    """What the MP4 says about itself: `settings` for programs, the app among them, the rest for people. No null
    characters.
    """

    settings: str
    title: str
    description: str

    @property
    def as_dict(self) -> dict[str, str]:
        return {METADATA_TAG: self.settings, "title": self.title, "description": self.description}


def concat(
    clips: Sequence[Path], to: Path, progress: TaskProgress | None = None, info: ConcatTags | None = None
) -> ConcatResult:
    """Join clips into one MP4.

    Clips of the same format are joined without encoding them again. Otherwise all take the size and rate of the first:
    scaled, with black bars if the aspect ratio differs.

    Args:
        clips: MP4s, in this order.
        to: Replaced if it exists, unchanged if this fails.
        progress: Gets the progress, and can cancel.
        info: What the MP4 says about itself.

    Raises:
        BadMedia: A clip can't be read; the message names it.
        OSError: The MP4 can't be written.
        OperationCancelled: `progress` cancelled it.
    """
    progress = progress or TaskProgress()
    is_lossless, sound = _compare(clips)
    with atomic_path(to) as part:
        tags = info.as_dict if info else {}
        is_lossless = is_lossless and _try_copy(clips, part, progress, tags, with_sound=sound is True)
        if not is_lossless:
            _encode(clips, part, progress, tags)
        if problem := clip_problem(part, None, None, None):
            raise BadMedia("The clips couldn't be joined.", problem)
        if info:
            append_xmp(part, info.settings, info.title, info.description)
    return ConcatResult(is_lossless, has_dropped_sound=sound is not None and not (is_lossless and sound))


def can_join_lossless(clips: Sequence[Path]) -> bool:
    """Whether `concat` would join these clips without encoding them again. Raises BadMedia like `concat`."""
    return _compare(clips)[0]


def _compare(clips: Sequence[Path]) -> tuple[bool, bool | None]:
    """Compare the formats of clips.

    Returns:
        Whether the video needs no encoding, and whether the sound is the same in all; None if no clip has sound.
    """
    videos, sounds = set(), []
    for clip in clips:
        with open_container(clip) as container:
            video = video_stream(container, clip)
            videos.add((*_track_format(video), _read_display(clip)))
            sounds.append(_track_format(container.streams.audio[0]) if container.streams.audio else None)
    if not any(sounds):
        return len(videos) == 1, None
    return len(videos) == 1, len(set(sounds)) == 1


def _read_display(clip: Path) -> Display:
    with Decoder(clip) as decoder:
        return decoder.display


def _track_format(stream: Stream) -> tuple[object, ...]:
    """Return what must be the same for all packets of a track, since the MP4 describes the track once."""
    codec = stream.codec_context
    fields: tuple[object, ...] = (codec.name, codec.extradata, stream.time_base)
    if isinstance(stream, VideoStream):
        return (*fields, stream.width, stream.height, stream.pix_fmt, stream.average_rate)
    assert isinstance(stream, AudioStream)
    return (*fields, stream.sample_rate, stream.layout.name)


# The same format: copied


def _try_copy(
    clips: Sequence[Path], part: Path, progress: TaskProgress, tags: Mapping[str, str], *, with_sound: bool
) -> bool:
    """Return False if the clips turn out not to fit after all, for example because their times run backwards."""
    try:
        _copy_packets(clips, part, progress, tags, with_sound=with_sound)
    except (av.FFmpegError, ValueError) as error:
        if isinstance(error, OSError):
            raise  # the disk is at fault, not the clips
        return False
    return True


def _copy_packets(
    clips: Sequence[Path], part: Path, progress: TaskProgress, tags: Mapping[str, str], *, with_sound: bool
) -> None:
    with open_container(clips[0]) as first:
        video = video_stream(first, clips[0])
        clock = video.time_base or Fraction(1, _TICKS)
        options = {"movflags": "+faststart", "video_track_timescale": str(clock.denominator)}
        with av.open(str(part.absolute()), "w", format="mp4", options=options) as copy:
            copy.metadata.update(tags)
            tracks: list[Stream] = [copy.add_stream_from_template(video)]
            if with_sound:
                tracks.append(copy.add_stream_from_template(first.streams.audio[0]))
            end = Fraction(0)
            for number, clip in enumerate(clips):
                progress.update(number, len(clips))
                with open_container(clip) as source:
                    end = _append(copy, tracks, clip, source, end)
    progress.update(1, 1)


def _append(
    copy: OutputContainer, tracks: Sequence[Stream], clip: Path, source: InputContainer, at: Fraction
) -> Fraction:
    """Append a clip's packets from a time on, in seconds; return when it ends."""
    video = video_stream(source, clip)
    wanted: list[Stream] = [video, *(source.streams.audio[: len(tracks) - 1])]
    packets = [
        _TimedPacket(packet, packet.pts) for packet in source.demux(wanted) if packet.size and packet.pts is not None
    ]
    frames = [timed for timed in packets if timed.packet.stream is video]
    if any(timed.packet.is_discard for timed in frames):
        raise ValueError("frames before the start of the edit list would become visible")
    start = min(timed.start for timed in frames)
    shift = at - start
    end = shift + max(timed.end for timed in frames)
    for timed in packets:
        packet, is_sound = timed.packet, timed.packet.stream is not video
        if is_sound and shift + timed.end > end:
            continue  # the next clip's sound starts here
        ticks = round(shift / packet.time_base)
        packet.pts = timed.pts + ticks
        packet.dts = None if packet.dts is None else packet.dts + ticks
        packet.stream = tracks[1 if is_sound else 0]
        copy.mux(packet)
    return end


@dataclass(frozen=True, slots=True)
class _TimedPacket:
    """A packet and its presentation time in ticks of its track."""

    packet: "Packet[Stream]"
    pts: int

    @property
    def start(self) -> Fraction:
        return self.pts * self.packet.time_base

    @property
    def end(self) -> Fraction:
        return (self.pts + (self.packet.duration or 1)) * self.packet.time_base


# Different formats: encoded in the size and at the rate of the first


def _encode(clips: Sequence[Path], part: Path, progress: TaskProgress, tags: Mapping[str, str]) -> None:
    with Decoder(clips[0]) as first:
        size, rate = _even_size(first.size), first.fps
    total = sum(_frame_count(clip, rate) for clip in clips)
    matrix = Colorspace.ITU709 if size[1] >= HD_HEIGHT else Colorspace.ITU601
    with av.open(str(part.absolute()), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        container.metadata.update(tags)
        stream = container.add_stream("libx264", rate=rate, options=_QUALITY)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        number = 0
        for clip in clips:
            for image in _images(clip, size, rate):
                progress.update(number, total)
                frame: VideoFrame = VideoFrame.from_image(image)  # type: ignore[no-untyped-call] # PyAV leaves it bare
                frame = frame.reformat(format="yuv420p", dst_colorspace=matrix)
                frame.pts, frame.time_base = number, 1 / rate
                container.mux(stream.encode(frame))
                number += 1
        container.mux(stream.encode(None))
    progress.update(1, 1)


def _frame_count(clip: Path, rate: Fraction) -> int:
    with Decoder(clip) as decoder:
        return max(1, round(decoder.seconds * rate))


def _images(clip: Path, size: tuple[int, int], rate: Fraction) -> Iterator[Image.Image]:
    """Yield the clip's frames in that size and at that rate, each shown as long as before, to within one tick."""
    with Decoder(clip) as decoder:
        shown, image = -1, Image.new("RGB", size)
        for tick in range(max(1, round(decoder.seconds * rate))):
            time = float(tick / rate) + 0.25 / float(rate)  # not exactly between two frames
            number = max(0, shown)
            while number + 1 < decoder.count and decoder.time_of(number + 1) <= time:
                number += 1
            if number != shown:
                shown, image = number, _on_canvas(decoder.frame(number).to_image(), size)
            yield image


def _on_canvas(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    scale = min(size[0] / image.width, size[1] / image.height)
    inner = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    if image.size != inner:
        image = image.resize(inner, Image.Resampling.LANCZOS)
    if inner == size:
        return image
    canvas = Image.new("RGB", size)
    canvas.paste(image, ((size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2))
    return canvas


def _even_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the next smaller even size: 4:2:0 halves both sides."""
    return size[0] // 2 * 2 or 2, size[1] // 2 * 2 or 2
