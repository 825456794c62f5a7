"""Reads a PNG's chunks without decoding it: leaves out what isn't needed to show it, and finds its orientation.

Decoders give up on notes that are long once unpacked, and see what follows the pixels too late.
"""

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from kling_desktop.media.image.orientation import orientation_in_exif, orientation_in_xmp

_SIGNATURE_BYTES = 8
_OVERHEAD = 12
"""Of a chunk: its length, type and checksum."""
_MAX_CHUNKS = 200_000
_NEEDED = frozenset({b"tRNS", b"iCCP", b"sRGB", b"gAMA", b"cHRM", b"cICP", b"acTL", b"fcTL", b"fdAT"})
_TEXTS = (b"tEXt", b"zTXt", b"iTXt")
_MAX_NOTE = 2**20
"""Longer notes are no camera's. Services may refuse a PNG with one."""
_MAX_NOTES = 4 * 2**20
_MAX_UNPACKED = 64 * 2**20
_XMP = b"XML:com.adobe.xmp"
_PROFILES = (b"Raw profile type exif", b"Raw profile type APP1", b"Raw profile type xmp")
"""Where ImageMagick puts EXIF and XMP: in hexadecimal digits, after a name and a length."""


@dataclass(frozen=True, slots=True)
class PngNotes:
    """What a PNG says besides its pixels.

    Attributes:
        orientation: How the camera was held (1 to 8), 0 if it isn't noted.
        has_long_notes: Whether there is so much text in it that other programs may refuse it.
    """

    orientation: int = 0
    has_long_notes: bool = False


@dataclass(frozen=True, slots=True)
class _Chunk:
    kind: bytes
    offset: int
    length: int

    @property
    def is_needed(self) -> bool:
        """Whether decoders must have it. The type of an optional chunk starts with a small letter."""
        return not self.kind[:1].islower() or self.kind in _NEEDED


def read_notes(file: BinaryIO) -> PngNotes:
    """Return what is noted in a PNG, wherever in the file. Its end may be missing."""
    found, total, is_long = 0, 0, False
    for chunk in _chunks(file):
        if chunk.kind == b"eXIf":
            found = found or orientation_in_exif(_content(file, chunk, 2**16))
        elif chunk.kind in _TEXTS:
            content = _content(file, chunk, 2 * _MAX_NOTE)
            # Many small notes can unpack to gigabytes: once there is too much text, only what counts is read.
            if total > (_MAX_UNPACKED if content.startswith((_XMP, *_PROFILES)) else _MAX_NOTES):
                continue
            keyword, text = _unpack(chunk.kind, content)
            total += len(text)
            is_long = is_long or chunk.length > _MAX_NOTE or len(text) > _MAX_NOTE or total > _MAX_NOTES
            if keyword == _XMP:
                found = found or orientation_in_xmp(text)
            elif keyword in _PROFILES:
                profile = _from_hex(text)
                found = found or orientation_in_exif(profile) or orientation_in_xmp(profile)
    return PngNotes(found, is_long)


def without_notes(file: BinaryIO) -> BinaryIO:
    """Return the PNG without its optional chunks; `file` itself if it has none, or isn't whole."""
    chunks = list(_chunks(file))
    file.seek(0)
    if not chunks or chunks[-1].kind != b"IEND" or all(chunk.is_needed for chunk in chunks):
        return file
    slim = io.BytesIO(file.read(_SIGNATURE_BYTES))
    slim.seek(0, io.SEEK_END)
    for chunk in chunks:
        if chunk.is_needed:
            file.seek(chunk.offset)
            slim.write(file.read(chunk.length + _OVERHEAD))
    slim.seek(0)
    return slim


def _chunks(file: BinaryIO) -> Iterator[_Chunk]:
    """Yield the chunks that are completely there."""
    end = file.seek(0, io.SEEK_END)
    offset = _SIGNATURE_BYTES
    for _ in range(_MAX_CHUNKS):
        file.seek(offset)
        header = file.read(8)
        length = int.from_bytes(header[:4])
        if len(header) < 8 or offset + length + _OVERHEAD > end:
            return
        yield _Chunk(header[4:], offset, length)
        if header[4:] == b"IEND":
            return
        offset += length + _OVERHEAD


def _content(file: BinaryIO, chunk: _Chunk, limit: int) -> bytes:
    file.seek(chunk.offset + 8)
    return file.read(min(chunk.length, limit))


def _unpack(kind: bytes, content: bytes) -> tuple[bytes, bytes]:
    """Return the keyword of a note and its text, which is cut when it is too long."""
    keyword, _, rest = content.partition(b"\0")
    if kind == b"tEXt":
        return keyword, rest
    if kind == b"zTXt":
        return keyword, _inflate(rest[1:])
    is_packed, rest = rest[:1] == b"\1", rest[2:]
    text = rest.split(b"\0", 2)[-1]  # after the language and the translated keyword
    return keyword, _inflate(text) if is_packed else text


def _inflate(packed: bytes) -> bytes:
    with suppress(zlib.error):
        return zlib.decompressobj().decompress(packed, _MAX_NOTE + 1)
    return b""


def _from_hex(text: bytes) -> bytes:
    digits = b"".join(text.split(b"\n")[3:]) if text.startswith(b"\n") else text
    with suppress(ValueError):
        return bytes.fromhex(re.sub(rb"\s", b"", digits).decode("ascii", "replace"))
    return b""
