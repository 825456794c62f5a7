"""Can this file be used as an image?"""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from kling_desktop.media.errors import BadMedia
from kling_desktop.media.kinds import JPEG, PNG, WEBP, Kind, kind_of_file

# Only these parts of Pillow ever see a file from outside.
DECODERS = ("PNG", "JPEG", "WEBP")
# What Pillow is seen to raise for broken files, its warning of a decompression bomb included.
_UNREADABLE = (
    *(OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError, MemoryError, struct.error),
    *(Image.DecompressionBombError, Warning),
)
_ORIENTATION = 0x0112
_SIDEWAYS = (5, 6, 7, 8)


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What the service takes: sides in pixels, `aspect` the longer side by the shorter, size in bytes."""

    kinds: tuple[Kind, ...] = (PNG, JPEG, WEBP)
    least_side: int = 300
    most_aspect: float = 2.5
    most_bytes: int = 10 * 2**20


# Leonardo's upload takes png, jpg, jpeg and webp; sides, aspect and bytes are Kling's own limits.
SERVICE_LIMITS = PictureLimits()
# Decoded, these take 256 MB.
MOST_PIXELS = 64_000_000


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """A picture as its header tells. `width` and `height` are as shown, after the turn that a camera noted
    (`exif_rotated`). `format` is "png", "jpg" or "webp".
    """

    width: int
    height: int
    format: str
    bytes: int
    exif_rotated: bool


def look_at(path: Path) -> PictureFacts:
    """What the picture at `path` is, from its header; BadMedia when it isn't a PNG, JPEG or WebP."""
    kind = extension(path)
    with opened_picture(path, path.name) as picture:
        orientation = _orientation(picture)
        width, height = picture.size
        size = path.stat().st_size
    if orientation in _SIDEWAYS:
        width, height = height, width
    return PictureFacts(width, height, kind, size, orientation > 1)


def why_not(path: Path, limits: PictureLimits = SERVICE_LIMITS) -> str:
    """Why the file at `path` can't be used as an image, as a sentence; "" when it can. Decodes it whole."""
    try:
        facts = look_at(path)
        if refusal := _against(facts, limits):
            return refusal
        with opened_picture(path, path.name) as picture:
            picture.load()
    except BadMedia as bad:
        return str(bad)
    return ""


def extension(path: Path) -> str:
    """The extension "png", "jpg" or "webp", told from the content; BadMedia for anything else."""
    kind = kind_of_file(path)
    if kind not in SERVICE_LIMITS.kinds:
        raise BadMedia(f"“{path.name}” is {kind.words}.", "Use a PNG, JPEG or WebP picture.")
    return kind.extension


@contextmanager
def opened_picture(source: Path | BinaryIO, name: str, decoders: tuple[str, ...] = DECODERS) -> Iterator[Image.Image]:
    """The picture in `source`, not yet decoded. BadMedia, calling it `name`, when it can't be read here or later."""
    try:
        with Image.open(source, formats=decoders) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise _enormous(name)
            yield picture
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _enormous(name) from error
    except _UNREADABLE as error:
        raise BadMedia(f"“{name}” is damaged or not whole.", "Save or download it again.") from error


def _enormous(name: str) -> BadMedia:
    return BadMedia(f"“{name}” has more than {MOST_PIXELS // 10**6} million pixels.", "Use a smaller version of it.")


def _orientation(picture: Image.Image) -> int:
    """How a camera was held (EXIF, 1 to 8); 1 when the note is missing or unreadable."""
    try:
        return int(picture.getexif().get(_ORIENTATION, 1))
    except _UNREADABLE:
        return 1


def _against(facts: PictureFacts, limits: PictureLimits) -> str:
    size = f"{facts.width} × {facts.height} px"
    if min(facts.width, facts.height) < limits.least_side:
        return f"Too small: {size}. Use a picture of at least {limits.least_side} × {limits.least_side}."
    if facts.bytes > limits.most_bytes:
        most = limits.most_bytes / 2**20
        return f"Too large: {facts.bytes / 2**20:.1f} MB. Use a picture of at most {most:g} MB."
    if max(facts.width, facts.height) > limits.most_aspect * min(facts.width, facts.height):
        shape = "wide" if facts.width > facts.height else "tall"
        return f"Too {shape}: {size}. Crop it until no side is more than {limits.most_aspect:g} times the other."
    return ""
