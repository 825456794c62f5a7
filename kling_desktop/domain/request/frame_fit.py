"""How a picture of one shape becomes a frame of another: cropped in the middle, or padded on two sides.

Arithmetic alone; the pixels are media/fitting's.
"""

from dataclasses import dataclass
from enum import StrEnum

from kling_desktop.domain.request.models import Size

MIN_SIDE = 300
"""Pixels. Kling takes no image with a shorter side."""
_PLAIN = 21
"""Greatest number of a ratio that people still read as one: 21:9, 4:5."""


class Fit(StrEnum):
    """What the user chose to do with a frame of another shape than the video."""

    CROP = "crop"
    PAD = "pad"


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels, counted from the upper left corner."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class FittedFrame:
    """A frame that was fitted: its own `size`, the `part` of the picture that is used, and `at` where it then lies."""

    size: Size
    crop: Box
    position: Box


def is_same_aspect(one: Size, other: Size) -> bool:
    """Within one per cent of the same aspect ratio."""
    wide, high = one.width * other.height, other.width * one.height
    return abs(wide - high) * 100 <= abs(high)


def aspect_label(size: Size) -> str:
    """The shape in words: "4:5"; the nearest ratio of small numbers, or "3.61:1" where there is none."""
    for high in range(1, _PLAIN + 1):
        wide = round(size.width * high / size.height)
        if 0 < wide <= _PLAIN and is_same_aspect(size, Size(wide, high)):
            return f"{wide}:{high}"
    if size.width > size.height:
        return f"{size.width / size.height:.3g}:1"
    return f"1:{size.height / size.width:.3g}"


def fit_frame(picture: Size, video: Size, fit: Fit) -> FittedFrame:
    """`picture` in the shape of `video`: no pixel is made up, and none is kept that the video could not show."""
    whole = Box(0, 0, picture.width, picture.height)
    wider = picture.width * video.height > picture.height * video.width
    if wider is (fit is Fit.CROP):
        width, height = picture.height * video.width / video.height, float(picture.height)
    else:
        width, height = float(picture.width), picture.width * video.height / video.width
    scale = min(1.0, video.width / width)
    size = Size(max(1, round(width * scale)), max(1, round(height * scale)))
    if fit is Fit.CROP:
        part = _centered(Size(max(1, round(width)), max(1, round(height))), picture)
        return FittedFrame(size, part, Box(0, 0, size.width, size.height))
    inner = Size(max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return FittedFrame(size, whole, _centered(inner, size))


def _centered(inner: Size, outer: Size) -> Box:
    width, height = min(inner.width, outer.width), min(inner.height, outer.height)
    return Box((outer.width - width) // 2, (outer.height - height) // 2, width, height)
