"""Pixels ready to be painted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PixelBuffer:
    """An image of `width` × `height` pixels with four bytes each: blue, green, red, alpha.

    On the processors that the app runs on this is QImage's Format_RGB32, or Format_ARGB32 if `has_alpha`. QImage uses
    `data` without copying it, so keep the buffer as long as the image. A row takes `stride` bytes and may be padded.
    """

    width: int
    height: int
    stride: int
    data: bytes | memoryview
    has_alpha: bool = False


def fit_within(size: tuple[int, int], area: tuple[int, int]) -> tuple[int, int]:
    """Return `size` scaled to fit inside `area` with the same shape; never larger than `size`, at least 1 × 1."""
    width, height = size
    scale = min(1.0, area[0] / width, area[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))
