"""Several clips, one after the other, as one MP4."""

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
from kling_desktop.media.video.pixels import HD_HEIGHT
from kling_desktop.media.video.probe import clip_problem, probe

if TYPE_CHECKING:
    from av.packet import Packet

_QUALITY = {"crf": "16", "preset": "fast"}
"""As good as the eye tells, for what is cut and encoded again later."""
_TICKS = 90_000


@dataclass(frozen=True, slots=True)
class ConcatResult:
    """exact: every picture is as it was in its clip, none encoded again. silent: there was sound that is left out."""

    is_lossless: bool
    has_dropped_sound: bool


@dataclass(frozen=True, slots=True)
class ConcatTags:
    """settings: for programs, the app itself among them. title and description: for people. No null characters."""

    settings: str
    title: str
    description: str

    @property
    def as_dict(self) -> dict[str, str]:
        return {METADATA_TAG: self.settings, "title": self.title, "description": self.description}


def concat(
    clips: Sequence[Path], to: Path, progress: TaskProgress | None = None, told: ConcatTags | None = None
) -> ConcatResult:
    """Write the clips in this order into one MP4 at `to`, in place of what is there; as it was if this fails. told:
    what it is to tell of itself.

    Clips that are alike are put together as they are. Others take the size and rate of the first: scaled, with bars
    where the shape differs. BadMedia names the clip that can't be read; OSError when the disk refuses.
    """
    progress = progress or TaskProgress()
    alike, sound = _compare(clips)
    with atomic_path(to) as part:
        tags = told.as_dict if told else {}
        alike = alike and _try_copy(clips, part, progress, tags, with_sound=sound is True)
        if not alike:
            _encode(clips, part, progress, tags)
        if why := clip_problem(part, None, None, None):
            raise BadMedia("The clips couldn't be joined.", why)
        if told:
            append_xmp(part, told.settings, told.title, told.description)
    return ConcatResult(is_lossless=alike, has_dropped_sound=sound is not None and not (alike and sound))


def is_lossless(clips: Sequence[Path]) -> bool:
    """Whether `join` would leave every picture as it is; BadMedia as there."""
    return _compare(clips)[0]


def _compare(clips: Sequence[Path]) -> tuple[bool, bool | None]:
    """Whether the pictures need no encoding; and the sound: None without any, True when it is alike in all."""
    pictures, sounds = set(), []
    for clip in clips:
        with open_container(clip) as container:
            film = video_stream(container, clip)
            pictures.add((*_track_format(film), probe(clip).rotation))
            sounds.append(_track_format(container.streams.audio[0]) if container.streams.audio else None)
    if not any(sounds):
        return len(pictures) == 1, None
    return len(pictures) == 1, len(set(sounds)) == 1


def _track_format(stream: Stream) -> tuple[object, ...]:
    """All that one description in the MP4 must say for every packet of a track."""
    codec = stream.codec_context
    traits: tuple[object, ...] = (codec.name, codec.extradata, stream.time_base)
    if isinstance(stream, VideoStream):
        return (*traits, stream.width, stream.height, stream.pix_fmt, stream.average_rate)
    assert isinstance(stream, AudioStream)
    return (*traits, stream.sample_rate, stream.layout.name)


# Alike: as they are


def _try_copy(
    clips: Sequence[Path], part: Path, progress: TaskProgress, tags: Mapping[str, str], *, with_sound: bool
) -> bool:
    """False where they turn out to be odd after all, such as times that run backwards."""
    try:
        _copy_packets(clips, part, progress, tags, with_sound=with_sound)
    except (av.FFmpegError, ValueError) as error:
        if isinstance(error, OSError):
            raise  # the disk's refusal, not the films'
        return False
    return True


def _copy_packets(
    clips: Sequence[Path], part: Path, progress: TaskProgress, tags: Mapping[str, str], *, with_sound: bool
) -> None:
    with open_container(clips[0]) as first:
        film = video_stream(first, clips[0])
        clock = film.time_base or Fraction(1, _TICKS)
        options = {"movflags": "+faststart", "video_track_timescale": str(clock.denominator)}
        with av.open(str(part.absolute()), "w", format="mp4", options=options) as copy:
            copy.metadata.update(tags)
            tracks: list[Stream] = [copy.add_stream_from_template(film)]
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
    """Put a clip's packets in from that second on; returns the second at which it ends."""
    film = video_stream(source, clip)
    wanted: list[Stream] = [film, *(source.streams.audio[: len(tracks) - 1])]
    packets = [
        _TimedPacket(packet, packet.pts) for packet in source.demux(wanted) if packet.size and packet.pts is not None
    ]
    pictures = [timed for timed in packets if timed.packet.stream is film]
    if any(timed.packet.is_discard for timed in pictures):
        raise ValueError("what is cut off by the file's own list would be seen")
    begin = min(timed.start for timed in pictures)
    shift = at - begin
    end = shift + max(timed.end for timed in pictures)
    for timed in packets:
        packet, is_sound = timed.packet, timed.packet.stream is not film
        if is_sound and shift + timed.end > end:
            continue  # the next clip's sound begins here
        ticks = round(shift / packet.time_base)
        packet.pts = timed.pts + ticks
        packet.dts = None if packet.dts is None else packet.dts + ticks
        packet.stream = tracks[1 if is_sound else 0]
        copy.mux(packet)
    return end


@dataclass(frozen=True, slots=True)
class _TimedPacket:
    """A packet and when it is shown, in its track's ticks."""

    packet: "Packet[Stream]"
    pts: int

    @property
    def start(self) -> Fraction:
        return self.pts * self.packet.time_base

    @property
    def end(self) -> Fraction:
        return (self.pts + (self.packet.duration or 1)) * self.packet.time_base


# Unlike: all in the size and at the rate of the first


def _encode(clips: Sequence[Path], part: Path, progress: TaskProgress, tags: Mapping[str, str]) -> None:
    with Decoder(clips[0]) as first:
        size, rate = _even_size(first.size), first.fps
    whole = sum(_frame_count(clip, rate) for clip in clips)
    matrix = Colorspace.ITU709 if size[1] >= HD_HEIGHT else Colorspace.ITU601
    with av.open(str(part.absolute()), "w", format="mp4", options={"movflags": "+faststart"}) as made:
        made.metadata.update(tags)
        stream = made.add_stream("libx264", rate=rate, options=_QUALITY)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        number = 0
        for clip in clips:
            for picture in _images(clip, size, rate):
                progress.update(number, whole)
                frame: VideoFrame = VideoFrame.from_image(picture)  # type: ignore[no-untyped-call] # PyAV leaves it bare
                frame = frame.reformat(format="yuv420p", dst_colorspace=matrix)
                frame.pts, frame.time_base = number, 1 / rate
                made.mux(stream.encode(frame))
                number += 1
        made.mux(stream.encode(None))
    progress.update(1, 1)


def _frame_count(clip: Path, rate: Fraction) -> int:
    with Decoder(clip) as decoder:
        return max(1, round(decoder.seconds * rate))


def _images(clip: Path, size: tuple[int, int], rate: Fraction) -> Iterator[Image.Image]:
    """The clip at that rate and in that size, each frame shown for as long as before, or nearly so."""
    with Decoder(clip) as decoder:
        shown, picture = -1, Image.new("RGB", size)
        for tick in range(max(1, round(decoder.seconds * rate))):
            at = float(tick / rate) + 0.25 / float(rate)  # not on the edge between two frames
            number = max(0, shown)
            while number + 1 < decoder.count and decoder.time_of(number + 1) <= at:
                number += 1
            if number != shown:
                shown, picture = number, _on_canvas(decoder.frame(number).to_image(), size)
            yield picture


def _on_canvas(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    scale = min(size[0] / picture.width, size[1] / picture.height)
    inner = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    if picture.size != inner:
        picture = picture.resize(inner, Image.Resampling.LANCZOS)
    if inner == size:
        return picture
    canvas = Image.new("RGB", size)
    canvas.paste(picture, ((size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2))
    return canvas


def _even_size(size: tuple[int, int]) -> tuple[int, int]:
    """4:2:0 halves both sides."""
    return size[0] // 2 * 2 or 2, size[1] // 2 * 2 or 2
