"""A small picture of a picture."""

from pathlib import Path

from PIL import Image, ImageOps

from kling_desktop.media.image.color_profile import to_8_bits
from kling_desktop.media.image.pixel_buffer import PixelBuffer
from kling_desktop.media.image.validation import open_image


def thumbnail(path: Path, area: tuple[int, int]) -> PixelBuffer:
    """The picture at `path`, upright, scaled down to fit `area` (width, height in pixels).

    BadMedia when it can't be read. Takes a tenth of a second for a large photograph: not for the thread that paints.
    """
    with open_image(path, path.name) as picture:
        # A square, since the picture may still have to be turned.
        side = max(area)
        picture.draft("RGB", (side, side))
        upright = ImageOps.exif_transpose(picture)
        small = to_8_bits(upright)
        small.thumbnail(area, reducing_gap=2.0)
        return PixelBuffer(small.width, small.height, small.width * 4, _bgra(small), has_alpha=small.mode == "RGBA")


def _bgra(picture: Image.Image) -> bytes:
    return picture.tobytes("raw", "BGRA" if picture.mode == "RGBA" else "BGRX")
