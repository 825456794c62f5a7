"""A frame's number as black and white squares along the bottom edge, for programs that can't read digits.

Twenty squares from the left corner: white, black, the number's sixteen bits (highest first, white is 1), a parity bit
that makes the count of ones even, white. The side of a square is `mark_side(width)`; the first frame has number 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageDraw

SQUARES = 20


def mark_side(width: int) -> int:
    """Return the side in pixels: 40 at 1920, 30 at 1440, 22 at 1080. Even, so that no chroma sample covers two
    squares.
    """
    return width // 96 * 2


def squares(number: int) -> list[bool]:
    """Return white or black for each square, from the left."""
    bits = [bool(number >> place & 1) for place in range(15, -1, -1)]
    return [True, False, *bits, sum(bits) % 2 == 1, True]


def draw_marks(draw: ImageDraw.ImageDraw, side: int, number: int) -> None:
    """Draw the squares from the left corner of a strip that is `side` high."""
    for place, white in enumerate(squares(number)):
        box = (place * side, 0, (place + 1) * side - 1, side - 1)
        draw.rectangle(box, fill=(255, 255, 255) if white else (0, 0, 0))
