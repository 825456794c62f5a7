"""Exports a clip as an animated WebP or GIF, which chats and web pages play by themselves."""

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
"""Frames per second. A GIF counts in hundredths of a second, so its frames alternate between two durations."""
_PALETTE_SAMPLES = 12
"""How many frames of a clip a GIF's palette is chosen from."""
_WEBP = {"quality": "78", "compression_level": "3"}


class AnimationFormat(StrEnum):
    """The value is the file's suffix."""

    WEBP = "webp"
    GIF = "gif"


@dataclass(frozen=True, slots=True)
class AnimationOptions:
    """How to export. Neither is exceeded: `width` in pixels, `fps`. A smaller or slower clip stays as it is."""

    format: AnimationFormat = AnimationFormat.WEBP
    width: int = 480
    fps: int = 12


def write_animation(clip: Path, to: Path, options: AnimationOptions, progress: TaskProgress | None = None) -> None:
    """Write a clip as an animation that loops forever.

    Args:
        clip: The MP4.
        to: Replaced if it exists, unchanged if this fails.
        options: Format, width and rate.
        progress: Gets the progress, and can cancel.

    Raises:
        BadMedia: The clip can't be read.
        OSError: The animation can't be written.
        OperationCancelled: `progress` cancelled it.
    """
    progress = progress or TaskProgress()
    with Decoder(clip) as decoder, atomic_path(to) as part:
        rate = min(Fraction(options.fps), decoder.fps)
        numbers = _frame_numbers(decoder, rate)
        area = (min(options.width, decoder.size[0]), decoder.size[1])
        images = _images(decoder, numbers, area, progress)
        if options.format is AnimationFormat.WEBP:
            _write_webp(images, part, rate)
        else:
            _write_gif(images, part, rate, _palette(decoder, area))
    progress.update(1, 1)


def _frame_numbers(decoder: Decoder, rate: Fraction) -> list[int]:
    """Return which frame is shown at each tick."""
    numbers, number = [], 0
    for tick in range(max(1, round(decoder.seconds * rate))):
        time = float((tick + Fraction(1, 4)) / rate)
        while number + 1 < decoder.count and decoder.time_of(number + 1) <= time:
            number += 1
        numbers.append(number)
    return numbers


def _images(
    decoder: Decoder, numbers: list[int], area: tuple[int, int], progress: TaskProgress
) -> Iterator[Image.Image]:
    for done, number in enumerate(numbers):
        progress.update(done, len(numbers))
        yield decoder.frame(number).to_small_image(area)


def _write_webp(images: Iterator[Image.Image], part: Path, rate: Fraction) -> None:
    with av.open(str(part.absolute()), "w", format="webp", options={"loop": "0"}) as container:
        stream: VideoStream | None = None
        for number, image in enumerate(images):
            if stream is None:
                stream = container.add_stream("libwebp_anim", rate=rate, options=_WEBP)
                assert isinstance(stream, VideoStream)
                stream.width, stream.height = image.size
                stream.pix_fmt = "yuv420p"
            frame: VideoFrame = VideoFrame.from_image(image)  # type: ignore[no-untyped-call] # PyAV leaves it bare
            frame = frame.reformat(format="yuv420p")
            frame.pts, frame.time_base = number, 1 / rate
            container.mux(stream.encode(frame))
        assert stream is not None
        container.mux(stream.encode(None))


def _write_gif(images: Iterator[Image.Image], part: Path, rate: Fraction, palette: Image.Image) -> None:
    # One palette for all frames, or still areas would flicker.
    frames = [image.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG) for image in images]
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
    """Return the 256 colors that suit the whole clip best."""
    step = max(1, decoder.count // _PALETTE_SAMPLES)
    half = (area[0] // 2 or 1, area[1])
    small = [decoder.frame(number).to_small_image(half) for number in range(0, decoder.count, step)[:_PALETTE_SAMPLES]]
    sheet = Image.new("RGB", (small[0].width, sum(image.height for image in small)))
    top = 0
    for image in small:
        sheet.paste(image, (0, top))
        top += image.height
    return sheet.quantize(256, method=Image.Quantize.MEDIANCUT)
