"""Make a picture of any kind into one that the service takes, and say what was done."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

from kling_desktop.media.file_type import BMP, GIF, HEAD_BYTES, PNG, TIFF, FileType, detect_type
from kling_desktop.media.image.color_profile import profile_name, to_srgb
from kling_desktop.media.image.pixel_buffer import fit_within
from kling_desktop.media.image.validation import (
    ALL_DECODERS,
    CONVERTIBLE_TYPES,
    SERVICE_LIMITS,
    ImageLimits,
    check_sides,
    check_type,
    decode,
    open_image,
    orientation,
    upright_size,
)

MAX_UNCHANGED_BYTES = 64 * 2**20
"""An image larger than that is made smaller before it goes into an exported preset."""
# More than twice what a video shows, and within half of whatever is longer than most_side.
_SCALED_SIDE = 4000
_SMALLER_SIDES = (2880, 2048, 1440)
_QUALITY = 92
# Above that, a photograph without loss is slow to write and larger than the service takes.
_MAX_LOSSLESS_PIXELS = 4_000_000
_PNG_DEPTH_OFFSET = 24


@dataclass(frozen=True, slots=True)
class PreparedImage:
    """The content of a file that the service takes. `note` says what was done to it, "" when it is as it came."""

    content: bytes
    note: str = ""


def prepare_image(content: bytes, name: str, limits: ImageLimits = SERVICE_LIMITS) -> PreparedImage:
    """`content` as it is when the service takes it so, otherwise converted, turned upright and scaled as it needs.

    BadMedia, calling it `name`, when it is no whole picture, or too small or too long for any conversion to help.
    Takes up to some seconds for the largest pictures: not for the thread that paints.
    """
    kind = detect_type(content[:HEAD_BYTES])
    check_type(kind, name, limits)
    with open_image(io.BytesIO(content), name, ALL_DECODERS) as picture:
        size = upright_size(picture)
        check_sides(size, limits)
        sources = list(_conversion_reasons(picture, content, kind))
        turned = orientation(picture) > 1
        too_large = max(size) > limits.max_side or len(content) > limits.max_bytes
        if not sources and not turned and not too_large:
            decode(picture)
            return PreparedImage(content)
        if too_large:
            picture.draft("RGB", fit_within(picture.size, (_SCALED_SIDE, _SCALED_SIDE)))
            # Loaded at once: thumbnail() would ask for a draft of its own.
            picture.load()
            picture.thumbnail((_SCALED_SIDE, _SCALED_SIDE), reducing_gap=3.0)
        made = to_srgb(ImageOps.exif_transpose(picture))
    lossless = kind in (PNG, GIF, BMP, TIFF)
    made, written = _encode(made, lossless, limits)
    notes = []
    if sources:
        notes.append(f"converted from {_listed(sources)}")
    if turned:
        notes.append("turned upright")
    if made.size != size:
        notes.append(f"scaled from {size[0]:,} × {size[1]:,} to {made.width:,} × {made.height:,}")
    elif too_large:
        notes.append(f"compressed from {len(content) / 2**20:.1f} to {len(written) / 2**20:.1f} MB")
    note = ", ".join(notes)
    return PreparedImage(written, note[:1].upper() + note[1:])


def pack_image(content: bytes, name: str) -> tuple[bytes, str]:
    """Return an image as it goes into an exported preset, and the extension for its file.

    It is unchanged if the service takes its type, and prepared otherwise.

    Raises:
        BadMedia: `content` isn't an image.
    """
    file_type = detect_type(content[:HEAD_BYTES])
    if file_type not in SERVICE_LIMITS.types or len(content) > MAX_UNCHANGED_BYTES:
        content = prepare_image(content, name).content
        file_type = detect_type(content[:HEAD_BYTES])
    return content, file_type.extension


def _conversion_reasons(picture: Image.Image, content: bytes, kind: FileType) -> Iterator[str]:
    """What of the picture the service may not understand, in words that follow "converted from"."""
    if kind in CONVERTIBLE_TYPES:
        yield kind.extension.upper().replace("TIF", "TIFF")
    if getattr(picture, "is_animated", False):
        yield "an animation (its first frame)"
    if picture.mode.startswith("I") or (kind is PNG and content[_PNG_DEPTH_OFFSET] == 16):
        yield "16-bit colours"
    elif picture.mode in ("CMYK", "YCCK", "LAB"):
        yield picture.mode
    elif picture.mode in ("P", "PA") and picture.has_transparency_data:
        yield "palette colours"
    elif picture.mode not in ("1", "L", "P", "RGB", "RGBA"):
        yield "unusual colours"
    if profile := profile_name(picture):
        yield profile


def _encode(picture: Image.Image, lossless: bool, limits: ImageLimits) -> tuple[Image.Image, bytes]:
    """The picture as a file within the limit, scaled down as little as that needs."""
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    longest = max(picture.size)
    for side in (longest, *(side for side in _SMALLER_SIDES if side < longest)):
        picture.thumbnail((side, side), reducing_gap=3.0)
        formats = ["PNG"] if picture.mode == "RGBA" else ["JPEG"]
        if lossless and formats == ["JPEG"] and picture.width * picture.height <= _MAX_LOSSLESS_PIXELS:
            formats.insert(0, "PNG")
        for format in formats:
            file = io.BytesIO()
            picture.save(file, format, quality=_QUALITY, icc_profile=None)
            if file.tell() <= limits.max_bytes:
                return picture, file.getvalue()
    raise AssertionError("no picture of the last of these sides takes more than the limit")


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
