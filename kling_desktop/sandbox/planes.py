"""A frame as an encoder needs it: brightness, and two colors at half the size.

Painting into these planes directly instead of converting each whole image makes a clip fast: most of a frame is the
same as in the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import av
from PIL import Image

Box = tuple[int, int, int, int]

# Video levels don't use the whole range: 16-235 for brightness, 16-240 for color (BT.601, like Pillow's YCbCr).
_LUMA = [round(16 + value * 219 / 255) for value in range(256)]
_CHROMA = [round(128 + (value - 128) * 224 / 255) for value in range(256)]


@dataclass(frozen=True, slots=True)
class Planes:
    """Three grayscale images: Y at full size, U and V at half. Sides and boxes are even."""

    luma: Image.Image
    blue: Image.Image
    red: Image.Image

    @classmethod
    def of(cls, picture: Image.Image) -> Self:
        luma, blue, red = picture.convert("YCbCr").split()
        return cls(luma.point(_LUMA), blue.reduce(2).point(_CHROMA), red.reduce(2).point(_CHROMA))

    def copy(self) -> Planes:
        return Planes(self.luma.copy(), self.blue.copy(), self.red.copy())

    def blended(self, other: Planes, share: float) -> Planes:
        """Return this frame fading into another one; `share` is the other's, 0 to 1."""
        pairs = ((self.luma, other.luma), (self.blue, other.blue), (self.red, other.red))
        return Planes(*(Image.blend(mine, theirs, share) for mine, theirs in pairs))

    def paste(self, picture: Image.Image, box: Box) -> None:
        patch = Planes.of(picture)
        half = (box[0] // 2, box[1] // 2)
        self.luma.paste(patch.luma, box[:2])
        self.blue.paste(patch.blue, half)
        self.red.paste(patch.red, half)

    def frame(self) -> av.VideoFrame:
        frame = av.VideoFrame(self.luma.width, self.luma.height, "yuv420p")
        for plane, picture in zip(frame.planes, (self.luma, self.blue, self.red), strict=True):
            # An encoder's lines may be longer than the image's.
            padded = picture if plane.line_size == picture.width else _widened(picture, plane.line_size)
            plane.update(padded.tobytes())
        return frame


def _widened(picture: Image.Image, width: int) -> Image.Image:
    wide = Image.new("L", (width, picture.height))
    wide.paste(picture, (0, 0))
    return wide
