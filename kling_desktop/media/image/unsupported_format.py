"""Says why a sound image can't be decoded: TIFF and JPEG have variants that few programs read."""

import struct
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from PIL.TiffImagePlugin import COMPRESSION_INFO, ImageFileDirectory_v2

_BITS, _COMPRESSION, _SAMPLE_FORMAT, _SAMPLES = 258, 259, 339, 277
_FLOAT, _COMPLEX = 3, (5, 6)
_MAX_HEAD = 2**20
_FRAME_MARKERS = {
    0xC3: "is a lossless JPEG",
    0xC5: "is a hierarchical JPEG",
    0xC6: "is a hierarchical JPEG",
    0xC7: "is a hierarchical JPEG",
    0xCB: "is a lossless JPEG",
}
_PLAIN_FRAMES = (0xC0, 0xC1, 0xC2, 0xC9, 0xCA)
_ERRORS = (OSError, SyntaxError, ValueError, LookupError, TypeError, EOFError, struct.error)


def unsupported_format(source: Path | BinaryIO) -> str:
    """Return what is unusual about an image that can't be decoded, as the end of a sentence; "" if nothing is known."""
    with suppress(*_ERRORS):
        if isinstance(source, Path):
            with source.open("rb") as file:
                return unsupported_format(file)
        source.seek(0)
        head = source.read(8)
        if head[:4] in (b"II*\0", b"MM\0*"):
            return _tiff_variant(source, head)
        if head[:2] == b"\xff\xd8":
            source.seek(0)
            return _jpeg_variant(source.read(_MAX_HEAD))
    return ""


def _tiff_variant(source: BinaryIO, head: bytes) -> str:
    tags = ImageFileDirectory_v2(head)
    source.seek(tags.next)
    tags.load(source)
    formats, bits = tags.get(_SAMPLE_FORMAT, (1,)), tags.get(_BITS, (1,))
    if _FLOAT in formats:
        return f"stores its colors as {max(bits)}-bit floating-point numbers"
    if any(one in formats for one in _COMPLEX):
        return "stores complex numbers instead of colors"
    if tags.get(_COMPRESSION, 1) not in COMPRESSION_INFO:
        return "is a TIFF with an unusual compression"
    if max(bits) > 16 or tags.get(_SAMPLES, 1) > 4:
        return f"is a TIFF with {tags.get(_SAMPLES, 1)} channels of {max(bits)} bits"
    return ""


def _jpeg_variant(head: bytes) -> str:
    at = 2
    while at + 5 < len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker in _FRAME_MARKERS:
            return _FRAME_MARKERS[marker]
        if marker in _PLAIN_FRAMES:
            return f"is a JPEG of {head[at + 4]} bits per color" if head[at + 4] != 8 else ""
        at += 1 if marker == 0xFF else 2 + int.from_bytes(head[at + 2 : at + 4])
    return ""
