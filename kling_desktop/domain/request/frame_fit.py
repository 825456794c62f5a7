"""How an image becomes a frame of another aspect ratio: cropped in the middle, or padded on two sides.

This is the arithmetic; `media/image/frame_fit.py` handles the pixels.
"""

from dataclasses import dataclass
from enum import StrEnum

from kling_desktop.domain.request.models import Size

MIN_SIDE = 300
"""In pixels. Kling takes no image with a shorter side."""
_MAX_RATIO_TERM = 21
"""The largest number in a ratio that people still read as one: 21:9, 4:5."""


class Fit(StrEnum):
    """What to do with a frame whose aspect ratio differs from the video's."""

    CROP = "crop"
    PAD = "pad"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, measured from the upper left corner."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FittedFrame:
    """How to fit an image: the size of the frame, the part of the image to use, and where that part goes in the
    frame.
    """

    size: Size
    crop: Box
    position: Box


def is_same_aspect(one: Size, other: Size) -> bool:
    """Whether two aspect ratios differ by at most one per cent."""
    wide, high = one.width * other.height, other.width * one.height
    return abs(wide - high) * 100 <= abs(high)


def aspect_label(size: Size) -> str:
    """Return the aspect ratio for people: the nearest ratio of small numbers, "4:5", or "3.61:1" if there is none."""
    for high in range(1, _MAX_RATIO_TERM + 1):
        wide = round(size.width * high / size.height)
        if 0 < wide <= _MAX_RATIO_TERM and is_same_aspect(size, Size(wide, high)):
            return f"{wide}:{high}"
    if size.width > size.height:
        return f"{size.width / size.height:.3g}:1"
    return f"1:{size.height / size.width:.3g}"


def fit_frame(image: Size, video: Size, fit: Fit) -> FittedFrame:
    """Fit an image to the aspect ratio of a video.

    The image is never enlarged, and never left larger than the video.
    """
    whole = Box(0, 0, image.width, image.height)
    wider = image.width * video.height > image.height * video.width
    if wider is (fit is Fit.CROP):
        width, height = image.height * video.width / video.height, float(image.height)
    else:
        width, height = float(image.width), image.width * video.height / video.width
    scale = min(1.0, video.width / width)
    size = Size(max(1, round(width * scale)), max(1, round(height * scale)))
    if fit is Fit.CROP:
        part = _centered(Size(max(1, round(width)), max(1, round(height))), image)
        return FittedFrame(size, part, Box(0, 0, size.width, size.height))
    inner = Size(max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return FittedFrame(size, whole, _centered(inner, size))


def _centered(inner: Size, outer: Size) -> Box:
    width, height = min(inner.width, outer.width), min(inner.height, outer.height)
    return Box((outer.width - width) // 2, (outer.height - height) // 2, width, height)
