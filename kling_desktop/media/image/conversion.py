"""Converts any image to one that the service accepts, and says what was changed."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from kling_desktop.domain.text import list_and
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.file_signatures import BMP, GIF, PNG, TIFF, FileType
from kling_desktop.media.file_type import HEAD_BYTES, detect_file_type, detect_type, read_error
from kling_desktop.media.image.color_profile import profile_name, to_srgb
from kling_desktop.media.image.orientation import orientation, upright, upright_size
from kling_desktop.media.image.pixel_buffer import fit_within
from kling_desktop.media.image.png_chunks import read_notes, without_notes
from kling_desktop.media.image.transparency import filled, has_transparency
from kling_desktop.media.image.validation import (
    ALL_DECODERS,
    CONVERTIBLE_TYPES,
    SERVICE_LIMITS,
    ImageLimits,
    check_bytes,
    check_sides,
    check_type,
    decode,
    open_image,
)

MAX_UNCHANGED_BYTES = 64 * 2**20
"""A larger image is made smaller before it goes into an exported preset."""
# More than twice what a video shows. With the longest aspect ratio allowed, it stays within half of max_side.
_SCALED_SIDE = 4000
_SMALLER_SIDES = (2880, 2048, 1440)
_QUALITY = 92
# Larger photos saved without loss are slow to write and exceed the service's limit.
_MAX_LOSSLESS_PIXELS = 4_000_000
_PNG_DEPTH_OFFSET = 24
_NOTES_LEFT_OUT = "Long texts inside it left out"


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """The content of an image file that the service accepts. `note` says what was changed, "" if nothing was."""

    content: bytes
    note: str = ""


def prepare_image(content: bytes, name: str, limits: ImageLimits = SERVICE_LIMITS) -> PreparedImage:
    """Convert, rotate and scale an image as far as the service requires.

    Takes up to a few seconds for the largest images: keep it off the UI thread.

    Args:
        content: The file.
        name: What to call it in error messages.
        limits: What the service accepts.

    Raises:
        BadMedia: It isn't a complete image, or it is too small or too long to be converted.
    """
    file_type = detect_type(content[:HEAD_BYTES])
    check_type(file_type, name, limits)
    with open_image(io.BytesIO(content), name, ALL_DECODERS) as image:
        size = upright_size(image)
        check_sides(size, limits)
        reasons = list(_conversion_reasons(image, content, file_type))
        is_rotated = orientation(image) > 1
        is_too_large = max(size) > limits.max_side or len(content) > limits.max_bytes
        has_long_notes = file_type is PNG and read_notes(io.BytesIO(content)).has_long_notes
        if not reasons and not is_rotated and not is_too_large:
            decode(image)
            if not has_transparency(image, name):
                if not has_long_notes:
                    return PreparedImage(content)
                return PreparedImage(without_notes(io.BytesIO(content)).read(), _NOTES_LEFT_OUT)
        if is_too_large:
            image.draft("RGB", fit_within(image.size, (_SCALED_SIDE, _SCALED_SIDE)))
            # Loaded first: thumbnail() would request a draft of its own.
            image.load()
            image.thumbnail((_SCALED_SIDE, _SCALED_SIDE), reducing_gap=3.0)
        converted = to_srgb(upright(image))
        ground = ""
        if has_transparency(converted, name):
            converted, ground = filled(converted)
    is_lossless = file_type in (PNG, GIF, BMP, TIFF)
    converted, encoded = _encode(converted, is_lossless, limits)
    notes = []
    if reasons:
        notes.append(f"Converted from {list_and(reasons)}")
    if is_rotated:
        notes.append("Rotated upright")
    if ground:
        notes.append(f"Transparent areas filled with {ground}")
    if has_long_notes:
        notes.append(_NOTES_LEFT_OUT)
    if converted.size != size:
        notes.append(f"Scaled from {size[0]:,} × {size[1]:,} to {converted.width:,} × {converted.height:,}")
    elif is_too_large:
        before, after = len(content) / 2**20, len(encoded) / 2**20
        notes.append(f"Compressed from {before:.1f} to {after:.1f} MB")
    return PreparedImage(encoded, " · ".join(notes))


@dataclass(frozen=True, slots=True)
class ImageCheck:
    """Whether a file can be used as an image.

    Attributes:
        problem: Why it can't be used, as a sentence; "" if it can.
        note: What would be changed before it is sent; "" if nothing.
    """

    problem: str = ""
    note: str = ""


def check_image(path: Path, limits: ImageLimits = SERVICE_LIMITS) -> ImageCheck:
    """Find out whether a file can be used as an image, by preparing it. Blocks as long as `prepare_image`."""
    try:
        check_type(detect_file_type(path), path.name, limits)
        check_bytes(path.stat().st_size, path.name)
        return ImageCheck(note=prepare_image(path.read_bytes(), path.name, limits).note)
    except OSError as error:
        return ImageCheck(str(read_error(path.name, error)))
    except BadMedia as bad:
        return ImageCheck(str(bad))


def pack_image(content: bytes, name: str) -> tuple[bytes, str]:
    """Return an image as it goes into an exported preset, and the extension for its file.

    It is unchanged if the service accepts its type, and prepared otherwise.

    Raises:
        BadMedia: `content` isn't an image.
    """
    file_type = detect_type(content[:HEAD_BYTES])
    if file_type not in SERVICE_LIMITS.types or len(content) > MAX_UNCHANGED_BYTES:
        content = prepare_image(content, name).content
        file_type = detect_type(content[:HEAD_BYTES])
    return content, file_type.extension


def _conversion_reasons(image: Image.Image, content: bytes, file_type: FileType) -> Iterator[str]:
    """Yield what the service may not understand about the image, in words that follow "Converted from"."""
    if file_type in CONVERTIBLE_TYPES:
        yield file_type.extension.upper().replace("TIF", "TIFF")
    if getattr(image, "is_animated", False):
        yield "several pages (the first)" if file_type is TIFF else "an animation (its first frame)"
    if image.mode == "F":
        yield "floating-point colors"
    elif image.mode.startswith("I") or (file_type is PNG and content[_PNG_DEPTH_OFFSET] == 16):
        yield "32-bit colors" if image.mode == "I" and file_type is TIFF else "16-bit colors"
    elif image.mode in ("CMYK", "YCCK", "LAB"):
        yield image.mode
    elif image.mode not in ("1", "L", "LA", "P", "PA", "RGB", "RGBA"):
        yield "an unusual color format"
    if profile := profile_name(image):
        yield profile


def _encode(image: Image.Image, is_lossless: bool, limits: ImageLimits) -> tuple[Image.Image, bytes]:
    """Encode the image within the limit, scaled down as little as necessary."""
    longest = max(image.size)
    for side in (longest, *(side for side in _SMALLER_SIDES if side < longest)):
        image.thumbnail((side, side), reducing_gap=3.0)
        formats = ["JPEG"]
        if is_lossless and image.width * image.height <= _MAX_LOSSLESS_PIXELS:
            formats.insert(0, "PNG")
        for format in formats:
            file = io.BytesIO()
            image.save(file, format, quality=_QUALITY, icc_profile=None)
            if file.tell() <= limits.max_bytes:
                return image, file.getvalue()
    raise AssertionError("an image of the smallest of these sizes never exceeds the limit")
