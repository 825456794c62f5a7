"""Checks whether a file can be used as an image."""

import io
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image, PngImagePlugin
from PIL.JpegImagePlugin import JpegImageFile

from kling_desktop.domain.request.frame_fit import MIN_SIDE
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_signatures import AVIF, BMP, GIF, HEIC, JPEG, PNG, TIFF, WEBP, FileType
from kling_desktop.media.file_type import HEAD_BYTES, detect_file_type, detect_type
from kling_desktop.media.image.heic import heic_to_png
from kling_desktop.media.image.orientation import note_orientation, orientation, upright_size
from kling_desktop.media.image.png_chunks import read_notes, without_notes
from kling_desktop.media.image.unsupported_format import unsupported_format

# The only decoders of Pillow that get files from outside.
DECODERS = ("PNG", "JPEG", "WEBP")
ALL_DECODERS = (*DECODERS, "GIF", "TIFF", "BMP", "AVIF", "HEIF")
_AVIF_BRANDS = (b"avif", b"avis")
# Everything that Pillow raises for broken files, including its warning about decompression bombs.
_DECODE_ERRORS = (
    *(OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError, MemoryError, struct.error),
    *(RuntimeError, Image.DecompressionBombError, Warning),
)
# Color profiles count as text for Pillow, and some are larger than it allows.
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 2**20


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """What the service accepts: sides in pixels, `max_aspect` as longer by shorter side, size in bytes."""

    types: tuple[FileType, ...] = (PNG, JPEG, WEBP)
    min_side: int = MIN_SIDE
    max_side: int = 8192
    max_aspect: float = 2.5
    max_bytes: int = 10 * 2**20


# Leonardo's upload accepts png, jpg, jpeg and webp. The minimum side, aspect and bytes are Kling's own limits. The
# maximum side isn't documented: it is where other services stop.
SERVICE_LIMITS = ImageLimits()
# Converted to one of those types before it is sent.
CONVERTIBLE_TYPES = (GIF, TIFF, BMP, AVIF, HEIC)
# More than anybody wants to send. A mistaken drop must not fill memory or disk.
MAX_BYTES = 100 * 2**20
# They take 256 MB when decoded.
MAX_PIXELS = 64_000_000
# A JPEG is scaled while it is decoded, unless it is progressive.
MAX_JPEG_PIXELS = 110_000_000


@dataclass(frozen=True, slots=True)
class ImageInfo:
    """What an image's header says. `width` and `height` are as shown, after the rotation that a camera recorded
    (`is_exif_rotated`). `format` is "png", "jpg" or "webp".
    """

    width: int
    height: int
    format: str
    size_bytes: int
    is_exif_rotated: bool


def read_image_info(path: Path) -> ImageInfo:
    """Return what the header of the image at `path` says. Raises BadMedia if it isn't a PNG, JPEG or WebP."""
    file_type = detect_extension(path)
    with open_image(path, path.name) as image:
        is_rotated = orientation(image) > 1
        width, height = upright_size(image)
        size = path.stat().st_size
    return ImageInfo(width, height, file_type, size, is_rotated)


def detect_extension(path: Path) -> str:
    """Return "png", "jpg" or "webp", detected from the content. Raises BadMedia for anything else."""
    file_type = detect_file_type(path)
    if file_type not in SERVICE_LIMITS.types:
        raise _wrong_type(file_type, path.name)
    return file_type.extension


def check_type(file_type: FileType, name: str, limits: ImageLimits = SERVICE_LIMITS) -> None:
    """Raise BadMedia unless it is an image that can be sent, possibly after a conversion."""
    if file_type not in (*limits.types, *CONVERTIBLE_TYPES):
        raise _wrong_type(file_type, name)


def check_bytes(size: int, name: str) -> None:
    """Raise BadMedia if the file is larger than anybody wants to send."""
    if size > MAX_BYTES:
        raise BadMedia(f"“{name}” is larger than {MAX_BYTES // 2**20} MB.", "Use a smaller version of it.")


def check_sides(size: tuple[int, int], limits: ImageLimits = SERVICE_LIMITS) -> None:
    """Raise BadMedia for sizes that no conversion can help: enlarging an image would only hide what is missing."""
    width, height = size
    if min(size) < limits.min_side:
        raise BadMedia(
            f"Too small: {width} × {height} px.", f"Use an image of at least {limits.min_side} × {limits.min_side}."
        )
    if max(size) > limits.max_aspect * min(size):
        hint = f"Crop it until no side is more than {limits.max_aspect:g} times the other."
        if width > height:
            raise BadMedia(f"Too wide: {width} × {height} px.", hint)
        raise BadMedia(f"Too tall: {width} × {height} px.", hint)


def decode(image: Image.Image) -> None:
    """Decode the image completely to check that it is whole. Of a JPEG only every eighth pixel is kept."""
    image.draft("RGB", (1, 1))
    image.load()


@contextmanager
def open_image(source: Path | BinaryIO, name: str, decoders: tuple[str, ...] = DECODERS) -> Iterator[Image.Image]:
    """Open an image without decoding it yet.

    A JPEG may be too large to be decoded at full size: request less with its `draft` first.

    Args:
        source: The file or its content.
        name: What to call it in error messages.
        decoders: The formats that may be decoded.

    Raises:
        BadMedia: It can't be read, here or in the body.
    """
    try:
        with _open(source, name, decoders) as image:
            is_baseline = image.format == "JPEG" and not image.info.get("progressive")
            if image.width * image.height > (MAX_JPEG_PIXELS if is_baseline else MAX_PIXELS):
                raise _too_many_pixels(name)
            yield image
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels(name) from error
    except _DECODE_ERRORS as error:
        if reason := unsupported_format(source):
            raise BadMedia(f"“{name}” {reason}, which this app can't read.", "Save it as PNG or JPEG.") from error
        raise BadMedia(f"“{name}” is damaged or incomplete.", "Save or download it again.") from error


def _open(source: Path | BinaryIO, name: str, decoders: tuple[str, ...]) -> Image.Image:
    content = io.BytesIO(source.read_bytes()) if isinstance(source, Path) else source
    content.seek(0)
    file_type = detect_type(content.read(HEAD_BYTES))
    content.seek(0)
    if file_type is HEIC and "HEIF" in decoders:
        return Image.open(io.BytesIO(heic_to_png(content.read(), name, MAX_PIXELS)), formats=("PNG",))
    if file_type is PNG and "PNG" in decoders:
        notes = read_notes(content)
        image = Image.open(without_notes(content), formats=("PNG",))
        note_orientation(image, notes.orientation)
        return image
    if file_type is AVIF and "AVIF" in decoders:
        from PIL.AvifImagePlugin import AvifImageFile

        # Decoders go by the brand, and some programs write one that only says that it's an image.
        head, rest = content.read(12), content.read()
        return AvifImageFile(io.BytesIO(head + rest if head[8:] in _AVIF_BRANDS else head[:8] + b"avif" + rest))
    # Opened with its own class: Image.open warns about any large image, and looks for more images inside.
    if file_type is JPEG and "JPEG" in decoders:
        return JpegImageFile(content)
    return Image.open(content, formats=decoders)


def _wrong_type(file_type: FileType, name: str) -> BadMedia:
    return BadMedia(f"“{name}” is {file_type.description}.", file_type.hint)


def _too_many_pixels(name: str) -> BadMedia:
    return BadMedia(f"“{name}” has more than {MAX_PIXELS // 10**6} million pixels.", "Use a smaller version of it.")
