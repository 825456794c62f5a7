"""Can this file be used as an image?"""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from kling_desktop.domain.request.frame_fit import MIN_SIDE
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_type import (
    AVIF,
    BMP,
    GIF,
    HEAD_BYTES,
    HEIC,
    JPEG,
    PNG,
    TIFF,
    WEBP,
    FileType,
    detect_file_type,
    detect_type,
)
from kling_desktop.media.image.heic import heic_to_png

# Only these parts of Pillow ever see a file from outside.
DECODERS = ("PNG", "JPEG", "WEBP")
ALL_DECODERS = (*DECODERS, "GIF", "TIFF", "BMP", "AVIF", "HEIF")
# What Pillow is seen to raise for broken files, its warning of a decompression bomb included.
_DECODE_ERRORS = (
    *(OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError, MemoryError, struct.error),
    *(RuntimeError, Image.DecompressionBombError, Warning),
)
_ORIENTATION = 0x0112
_SIDEWAYS = (5, 6, 7, 8)


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What the service takes: sides in pixels, `aspect` the longer side by the shorter, size in bytes."""

    types: tuple[FileType, ...] = (PNG, JPEG, WEBP)
    min_side: int = MIN_SIDE
    max_side: int = 8192
    max_aspect: float = 2.5
    max_bytes: int = 10 * 2**20


# Leonardo's upload takes png, jpg, jpeg and webp; the least side, aspect and bytes are Kling's own limits. The most
# side is nowhere told: it is what other services stop at.
SERVICE_LIMITS = ImageLimits()
# What is made into one of those kinds before it is sent.
CONVERTIBLE_TYPES = (GIF, TIFF, BMP, AVIF, HEIC)
# More than anybody means to send; a mistaken drop must not fill memory or disk.
MAX_BYTES = 100 * 2**20
# Decoded, these take 256 MB.
MAX_PIXELS = 64_000_000
# A JPEG is scaled while it is decoded, unless it comes in several passes.
MAX_JPEG_PIXELS = 110_000_000


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """A picture as its header tells. `width` and `height` are as shown, after the turn that a camera noted
    (`exif_rotated`). `format` is "png", "jpg" or "webp".
    """

    width: int
    height: int
    format: str
    size_bytes: int
    is_exif_rotated: bool


def read_image_info(path: Path) -> ImageInfo:
    """What the picture at `path` is, from its header; BadMedia when it isn't a PNG, JPEG or WebP."""
    kind = detect_extension(path)
    with open_image(path, path.name) as picture:
        turned = orientation(picture)
        width, height = upright_size(picture)
        size = path.stat().st_size
    return ImageInfo(width, height, kind, size, turned > 1)


def image_problem(path: Path, limits: ImageLimits = SERVICE_LIMITS) -> str:
    """Why the file at `path` can't be used as an image, as a sentence; "" when it can, perhaps after a conversion.

    Decodes it whole.
    """
    try:
        check_type(detect_file_type(path), path.name, limits)
        check_bytes(path.stat().st_size, path.name)
        with open_image(path, path.name, ALL_DECODERS) as picture:
            check_sides(upright_size(picture), limits)
            decode(picture)
    except BadMedia as bad:
        return str(bad)
    return ""


def detect_extension(path: Path) -> str:
    """The extension "png", "jpg" or "webp", told from the content; BadMedia for anything else."""
    kind = detect_file_type(path)
    if kind not in SERVICE_LIMITS.types:
        raise _wrong_type(kind, path.name)
    return kind.extension


def check_type(kind: FileType, name: str, limits: ImageLimits = SERVICE_LIMITS) -> None:
    """BadMedia for what is no picture that can be sent, or be made into one."""
    if kind not in (*limits.types, *CONVERTIBLE_TYPES):
        raise _wrong_type(kind, name)


def check_bytes(size: int, name: str) -> None:
    """BadMedia for more than anybody means to send."""
    if size > MAX_BYTES:
        raise BadMedia(f"“{name}” is larger than {MAX_BYTES // 2**20} MB.", "Use a smaller version of it.")


def check_sides(size: tuple[int, int], limits: ImageLimits = SERVICE_LIMITS) -> None:
    """BadMedia for a picture of `size` that no conversion can mend: scaled up it would only hide what is missing."""
    (width, height), told = size, f"{size[0]} × {size[1]} px"
    if min(size) < limits.min_side:
        raise BadMedia(f"Too small: {told}.", f"Use a picture of at least {limits.min_side} × {limits.min_side}.")
    if max(size) > limits.max_aspect * min(size):
        shape = "wide" if width > height else "tall"
        most = f"{limits.max_aspect:g} times the other"
        raise BadMedia(f"Too {shape}: {told}.", f"Crop it until no side is more than {most}.")


def decode(picture: Image.Image) -> None:
    """Read the picture to its end, to see that it is whole; of a JPEG only every eighth pixel is kept."""
    picture.draft("RGB", (1, 1))
    picture.load()


def upright_size(picture: Image.Image) -> tuple[int, int]:
    """Width and height as shown, after the turn that a camera noted."""
    width, height = picture.size
    # Of a TIFF Pillow gives the size as shown already.
    sideways = picture.format != "TIFF" and orientation(picture) in _SIDEWAYS
    return (height, width) if sideways else (width, height)


def orientation(picture: Image.Image) -> int:
    """How a camera was held (EXIF, 1 to 8); 1 when the note is missing or unreadable."""
    if picture.format == "PNG" and "exif" not in picture.info:
        # To look for a note at the end Pillow would decode all of it, and hide from later readers what is broken.
        return 1
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except _DECODE_ERRORS:
        return 1


@contextmanager
def open_image(source: Path | BinaryIO, name: str, decoders: tuple[str, ...] = DECODERS) -> Iterator[Image.Image]:
    """The picture in `source`, not yet decoded. BadMedia, calling it `name`, when it can't be read here or later.

    A JPEG may be too large to be decoded at full size: ask for less by its `draft` first.
    """
    try:
        with _open(source, name, decoders) as picture:
            in_one_pass = picture.format == "JPEG" and not picture.info.get("progressive")
            if picture.width * picture.height > (MAX_JPEG_PIXELS if in_one_pass else MAX_PIXELS):
                raise _too_many_pixels(name)
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(name) from error
    except _DECODE_ERRORS as error:
        raise BadMedia(f"“{name}” is damaged or incomplete.", "Save or download it again.") from error


def _open(source: Path | BinaryIO, name: str, decoders: tuple[str, ...]) -> Image.Image:
    if isinstance(source, Path):
        with source.open("rb") as file:
            head = file.read(HEAD_BYTES)
    else:
        head = source.read(HEAD_BYTES)
        source.seek(0)
    kind = detect_type(head)
    if kind is HEIC and "HEIF" in decoders:
        content = source.read_bytes() if isinstance(source, Path) else source.read()
        return Image.open(io.BytesIO(heic_to_png(content, name, MAX_PIXELS)), formats=("PNG",))
    # Opened by its own class: Pillow's general door warns of any large picture, and looks for further ones inside.
    if kind is JPEG and "JPEG" in decoders:
        return JpegImageFile(source)
    return Image.open(source, formats=decoders)


def _wrong_type(kind: FileType, name: str) -> BadMedia:
    return BadMedia(f"“{name}” is {kind.description}.", "Use a PNG, JPEG or WebP image.")


def _too_many_pixels(name: str) -> BadMedia:
    return BadMedia(f"“{name}” has more than {MAX_PIXELS // 10**6} million pixels.", "Use a smaller version of it.")
