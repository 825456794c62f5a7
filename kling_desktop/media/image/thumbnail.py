"""Thumbnails of images."""

from pathlib import Path

from PIL import Image

from kling_desktop.media.image.color_profile import to_8_bits
from kling_desktop.media.image.orientation import upright
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.image.validation import open_image


def thumbnail(path: Path, area: tuple[int, int]) -> PixelBuffer:
    """Return the image at `path`, upright and scaled down to fit `area` (width, height in pixels).

    Takes a tenth of a second for a large photo: keep it off the UI thread.

    Raises:
        BadMedia: It can't be read.
    """
    with open_image(path, path.name) as image:
        # A square, since the image may still have to be rotated.
        side = max(area)
        image.draft("RGB", (side, side))
        small = to_8_bits(upright(image))
        small.thumbnail(area, reducing_gap=2.0)
        return PixelBuffer(small.width, small.height, small.width * 4, _bgra(small), has_alpha=small.mode == "RGBA")


def _bgra(image: Image.Image) -> bytes:
    return image.tobytes("raw", "BGRA" if image.mode == "RGBA" else "BGRX")
