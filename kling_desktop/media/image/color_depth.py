"""Brings pixel values of any range to 8 bits, without turning a picture black."""

import math

from PIL import Image

_DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")
_WHITE = 255
_DEPTHS = (255.0, 1023.0, 4095.0, 16_383.0, 65_535.0)
_SAMPLE = (256, 256)
_HIGHLIGHTS = 0.005
"""The share of pixels that may be brighter than white in a picture of a wide range."""
_LOOKS_BLACK = 16


def is_deep(image: Image.Image) -> bool:
    """Whether its gray values have more than 8 bits."""
    return image.mode in _DEEP


def to_8_bit_gray(image: Image.Image) -> Image.Image:
    """Convert deep grays to "L". White is what the values' range says; nothing that can be seen becomes black."""
    lowest, highest, bright = _range(image)
    is_integer_16 = image.mode.startswith("I;16")
    white = _DEPTHS[-1] if is_integer_16 else _white_level(highest, bright, is_float=image.mode == "F")
    if highest * _WHITE / white < _LOOKS_BLACK and highest > lowest:
        white = highest  # a picture of 12 bits in 16, for example, which would look black
    scale = _WHITE / white
    return image.convert("F").point(lambda value: value * scale + 0.5).convert("L")


def _white_level(highest: float, bright: float, *, is_float: bool) -> float:
    """Return which value is white: 1 for usual floats, 255 or 65,535 for whole numbers, less of what glares."""
    if is_float and bright <= 1:
        return 1.0
    if is_float and bright <= _LOOKS_BLACK:
        return bright  # a picture of a wide range: its few highlights are cut off
    return next((depth for depth in _DEPTHS if highest <= depth), max(bright, 1.0))


def _range(image: Image.Image) -> tuple[float, float, float]:
    """Return the lowest and the highest value, and the one that few exceed. Infinite values don't count."""
    small = image if image.width * image.height <= _SAMPLE[0] * _SAMPLE[1] else image.resize(_SAMPLE, 0)
    values = sorted(value for value in _values(small) if math.isfinite(value))
    if not values:
        return 0.0, 1.0, 1.0
    extremes = [float(one) for one in image.getextrema() if isinstance(one, int | float) and math.isfinite(one)]
    bright = values[min(len(values) - 1, int(len(values) * (1 - _HIGHLIGHTS)))]
    return min([values[0], *extremes]), max([values[-1], *extremes]), bright


def _values(image: Image.Image) -> list[float]:
    data = image.convert("F").tobytes()
    return list(memoryview(data).cast("f"))
