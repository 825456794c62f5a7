"""Pixels ready for painting."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PixelBuffer:
    """A picture of `width` × `height` pixels, `stride` bytes a row, four bytes a pixel: blue, green, red, alpha.

    On the processors this app runs on that is QImage's Format_RGB32, or Format_ARGB32 when `alpha`. QImage takes `data`
    without copying it, so keep the Picture for as long as such an image lives. Rows may be padded: trust `stride`.
    """

    width: int
    height: int
    stride: int
    data: bytes | memoryview
    has_alpha: bool = False


def fit_within(size: tuple[int, int], area: tuple[int, int]) -> tuple[int, int]:
    """The largest (width, height) of the shape of `size` inside `area`, never larger than `size`, at least 1 × 1."""
    width, height = size
    scale = min(1.0, area[0] / width, area[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))
