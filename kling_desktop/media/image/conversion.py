"""Make a picture of any kind into one that the service takes, and say what was done."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image, ImageOps

from kling_desktop.media.file_type import BMP, GIF, HEAD_BYTES, PNG, TIFF, Kind, kind_of
from kling_desktop.media.image.color_profile import in_srgb, profile_name
from kling_desktop.media.image.pixel_buffer import fitted
from kling_desktop.media.image.validation import (
    ALL_DECODERS,
    CONVERTED,
    SERVICE_LIMITS,
    PictureLimits,
    check_kind,
    check_sides,
    decode,
    opened_picture,
    orientation,
    upright_size,
)

# More than twice what a video shows, and within half of whatever is longer than most_side.
_SCALED_SIDE = 4000
_SMALLER_SIDES = (2880, 2048, 1440)
_QUALITY = 92
# Above that, a photograph without loss is slow to write and larger than the service takes.
_MOST_LOSSLESS_PIXELS = 4_000_000
_DEPTH_AT = 24


@dataclass(frozen=True, slots=True)
class Sendable:
    """The content of a file that the service takes. `note` says what was done to it, "" when it is as it came."""

    content: bytes
    note: str = ""


def sendable(content: bytes, name: str, limits: PictureLimits = SERVICE_LIMITS) -> Sendable:
    """`content` as it is when the service takes it so, otherwise converted, turned upright and scaled as it needs.

    BadMedia, calling it `name`, when it is no whole picture, or too small or too long for any conversion to help.
    Takes up to some seconds for the largest pictures: not for the thread that paints.
    """
    kind = kind_of(content[:HEAD_BYTES])
    check_kind(kind, name, limits)
    with opened_picture(io.BytesIO(content), name, ALL_DECODERS) as picture:
        size = upright_size(picture)
        check_sides(size, limits)
        sources = list(_sources(picture, content, kind))
        turned = orientation(picture) > 1
        too_large = max(size) > limits.most_side or len(content) > limits.most_bytes
        if not sources and not turned and not too_large:
            decode(picture)
            return Sendable(content)
        if too_large:
            picture.draft("RGB", fitted(picture.size, (_SCALED_SIDE, _SCALED_SIDE)))
            # Loaded at once: thumbnail() would ask for a draft of its own.
            picture.load()
            picture.thumbnail((_SCALED_SIDE, _SCALED_SIDE), reducing_gap=3.0)
        made = in_srgb(ImageOps.exif_transpose(picture))
    lossless = kind in (PNG, GIF, BMP, TIFF)
    made, written = _encoded(made, lossless, limits)
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
    return Sendable(written, note[:1].upper() + note[1:])


def _sources(picture: Image.Image, content: bytes, kind: Kind) -> Iterator[str]:
    """What of the picture the service may not understand, in words that follow "converted from"."""
    if kind in CONVERTED:
        yield kind.extension.upper().replace("TIF", "TIFF")
    if getattr(picture, "is_animated", False):
        yield "an animation (its first picture)"
    if picture.mode.startswith("I") or (kind is PNG and content[_DEPTH_AT] == 16):
        yield "16-bit colours"
    elif picture.mode in ("CMYK", "YCCK", "LAB"):
        yield picture.mode
    elif picture.mode in ("P", "PA") and picture.has_transparency_data:
        yield "palette colours"
    elif picture.mode not in ("1", "L", "P", "RGB", "RGBA"):
        yield "unusual colours"
    if profile := profile_name(picture):
        yield profile


def _encoded(picture: Image.Image, lossless: bool, limits: PictureLimits) -> tuple[Image.Image, bytes]:
    """The picture as a file within the limit, scaled down as little as that needs."""
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    longest = max(picture.size)
    for side in (longest, *(side for side in _SMALLER_SIDES if side < longest)):
        picture.thumbnail((side, side), reducing_gap=3.0)
        formats = ["PNG"] if picture.mode == "RGBA" else ["JPEG"]
        if lossless and formats == ["JPEG"] and picture.width * picture.height <= _MOST_LOSSLESS_PIXELS:
            formats.insert(0, "PNG")
        for format in formats:
            file = io.BytesIO()
            picture.save(file, format, quality=_QUALITY, icc_profile=None)
            if file.tell() <= limits.most_bytes:
                return picture, file.getvalue()
    raise AssertionError("no picture of the last of these sides takes more than the limit")


def _listed(words: list[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
