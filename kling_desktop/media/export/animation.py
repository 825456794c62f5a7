"""A clip as a moving picture that chats and web pages show by themselves: animated WebP or GIF."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import av
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

from kling_desktop.atomic_file import atomic_path
from kling_desktop.media.export.progress import TaskProgress
from kling_desktop.media.video.decoder import Decoder

WIDTHS = (320, 480, 640, 960)
FRAME_RATES = (8, 12, 15, 24)
"""Pictures a second. A GIF counts in hundredths of a second, so their lengths take turns where it doesn't come out."""
_PALETTE_SAMPLES = 12
"""Frames that the colours of a GIF are chosen from."""
_WEBP = {"quality": "78", "compression_level": "3"}


class AnimationFormat(StrEnum):
    """Named after its suffix."""

    WEBP = "webp"
    GIF = "gif"


@dataclass(frozen=True, slots=True)
class AnimationOptions:
    """width in pixels at most, rate in pictures a second at most; it is never more than the clip has."""

    format: AnimationFormat = AnimationFormat.WEBP
    width: int = 480
    fps: int = 12


def write_animation(clip: Path, to: Path, options: AnimationOptions, progress: TaskProgress | None = None) -> None:
    """Write `film` to `to`, running for ever, in place of what is there; as it was if this fails.

    BadMedia when the film can't be read, OSError when the disk refuses.
    """
    progress = progress or TaskProgress()
    with Decoder(clip) as decoder, atomic_path(to) as part:
        rate = min(Fraction(options.fps), decoder.fps)
        numbers = _frame_numbers(decoder, rate)
        area = (min(options.width, decoder.size[0]), decoder.size[1])
        pictures = _images(decoder, numbers, area, progress)
        if options.format is AnimationFormat.WEBP:
            _write_webp(pictures, part, rate)
        else:
            _write_gif(pictures, part, rate, _palette(decoder, area))
    progress.update(1, 1)


def _frame_numbers(decoder: Decoder, rate: Fraction) -> list[int]:
    """Which frame is shown at each tick."""
    numbers, number = [], 0
    for tick in range(max(1, round(decoder.seconds * rate))):
        at = float((tick + Fraction(1, 4)) / rate)
        while number + 1 < decoder.count and decoder.time_of(number + 1) <= at:
            number += 1
        numbers.append(number)
    return numbers


def _images(
    decoder: Decoder, numbers: list[int], area: tuple[int, int], progress: TaskProgress
) -> Iterator[Image.Image]:
    for done, number in enumerate(numbers):
        progress.update(done, len(numbers))
        yield decoder.frame(number).to_small_image(area)


def _write_webp(pictures: Iterator[Image.Image], part: Path, rate: Fraction) -> None:
    with av.open(str(part.absolute()), "w", format="webp", options={"loop": "0"}) as made:
        stream: VideoStream | None = None
        for number, picture in enumerate(pictures):
            if stream is None:
                stream = made.add_stream("libwebp_anim", rate=rate, options=_WEBP)
                assert isinstance(stream, VideoStream)
                stream.width, stream.height = picture.size
                stream.pix_fmt = "yuv420p"
            frame: VideoFrame = VideoFrame.from_image(picture)  # type: ignore[no-untyped-call] # PyAV leaves it bare
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = number, 1 / rate
            made.mux(stream.encode(frame))
        assert stream is not None
        made.mux(stream.encode(None))


def _write_gif(pictures: Iterator[Image.Image], part: Path, rate: Fraction, colours: Image.Image) -> None:
    # One set of colours for all, or still parts would flicker.
    frames = [picture.quantize(palette=colours, dither=Image.Dither.FLOYDSTEINBERG) for picture in pictures]
    hundredths = [round((number + 1) * 100 / rate) - round(number * 100 / rate) for number in range(len(frames))]
    frames[0].save(
        part,
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=[10 * length for length in hundredths],
        loop=0,
        disposal=1,
    )


def _palette(decoder: Decoder, area: tuple[int, int]) -> Image.Image:
    """The 256 that suit the film as a whole."""
    step = max(1, decoder.count // _PALETTE_SAMPLES)
    half = (area[0] // 2 or 1, area[1])
    small = [decoder.frame(number).to_small_image(half) for number in range(0, decoder.count, step)[:_PALETTE_SAMPLES]]
    sheet = Image.new("RGB", (small[0].width, sum(picture.height for picture in small)))
    at = 0
    for picture in small:
        sheet.paste(picture, (0, at))
        at += picture.height
    return sheet.quantize(256, method=Image.Quantize.MEDIANCUT)
