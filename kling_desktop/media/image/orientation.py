"""How a camera was held when it took an image, wherever the file notes it: EXIF, or else XMP."""

import re
import struct

from PIL import Image

_ORIENTATION = 0x0112
_UPRIGHT = 1
_SIDEWAYS = (5, 6, 7, 8)
_XMP = re.compile(rb"tiff:Orientation(?:\s*=\s*[\"']|\s*>)\s*(\d+)\s*[\"'<]")
_EXIF_HEADER = b"Exif\0\0"
_KEY = "noted_orientation"
"""Where an opened image keeps what was found outside of what Pillow reads."""
_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_EXIF_ERRORS = (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError, struct.error)


def orientation(image: Image.Image) -> int:
    """Return how the camera was held (1 to 8); 1 if that isn't noted, can't be read, or makes no sense."""
    if _KEY in image.info:
        return _valid(image.info[_KEY]) or _UPRIGHT
    try:
        exif = image.getexif()
    except _EXIF_ERRORS:
        return _UPRIGHT
    return _valid(exif.get(_ORIENTATION)) or _UPRIGHT


def note_orientation(image: Image.Image, found: int) -> None:
    """Record the orientation of an image whose decoder doesn't tell it."""
    image.info[_KEY] = found


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Return width and height as shown."""
    width, height = image.size
    # Pillow already returns the size of a TIFF as shown.
    sideways = image.format != "TIFF" and orientation(image) in _SIDEWAYS
    return (height, width) if sideways else (width, height)


def upright(image: Image.Image) -> Image.Image:
    """Return the image as shown."""
    if image.format == "TIFF":
        image.load()  # which rotates it
        return image
    transpose = _TRANSPOSE.get(orientation(image))
    if transpose is None:
        return image
    rotated = image.transpose(transpose)
    rotated.info.pop(_KEY, None)
    rotated.info.pop("exif", None)
    return rotated


def orientation_in_exif(exif: bytes) -> int:
    """Return the orientation in an EXIF block, with or without its header; 0 if there is none."""
    start = exif.find(_EXIF_HEADER, 0, 32)
    if start < 0 and exif[:2] not in (b"II", b"MM"):
        return 0
    block = Image.Exif()
    try:
        block.load(_EXIF_HEADER + exif[start + len(_EXIF_HEADER) if start >= 0 else 0 :])
        return _valid(block.get(_ORIENTATION))
    except _EXIF_ERRORS:
        return 0


def orientation_in_xmp(xmp: bytes) -> int:
    """Return the orientation in an XMP packet, 0 if there is none."""
    found = _XMP.search(xmp)
    return _valid(int(found[1][:9])) if found else 0


def _valid(value: object) -> int:
    number = value[0] if isinstance(value, tuple) and len(value) == 1 else value
    return number if isinstance(number, int) and 1 <= number <= 8 else 0
