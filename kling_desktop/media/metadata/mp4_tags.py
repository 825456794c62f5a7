"""Writes tags into an MP4 by changing its boxes alone: no packet is moved to another place in its order, or touched.

Going through a muxer would interleave the tracks anew, and drop what the muxer doesn't know.
"""

import io
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from kling_desktop.media.metadata.xmp import NAMESPACE, XMP_BOX
from kling_desktop.media.mp4_boxes import (
    MAX_INDEX_BYTES,
    Mp4Box,
    NotBoxes,
    extended_type,
    find_boxes,
    meta_content,
    read_boxes,
)

_ITEMS = {"comment": b"\xa9cmt", "title": b"\xa9nam", "description": b"desc"}
_HANDLER = b"\0" * 8 + b"mdirappl" + b"\0" * 9
_UTF8 = b"\0\0\0\1\0\0\0\0"
_EPOCH_1904 = 2_082_844_800
_HAS_BASE_OFFSET = 1
_MAX_SHORT = 2**32 - 1
_CHUNK = 2**20
_FRAGMENTS = frozenset({b"tfhd", b"tfra"})
_INDEXES = frozenset({b"stco", b"co64"})


class Unwritable(Exception):
    """Tags can't be written into this MP4 without breaking what points into it."""


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of the new file: bytes of the old one from `start` up to `end`, or new ones in their place."""

    start: int
    end: int
    content: bytes | None = None

    @property
    def size(self) -> int:
        return self.end - self.start if self.content is None else len(self.content)


def write_tags(path: Path, to: Path, tags: Mapping[str, str], created_at: datetime | None = None) -> None:
    """Copy an MP4 with these tags: comment, title, description. Its index comes first, so that it can be streamed.

    Args:
        path: The MP4.
        to: The copy.
        tags: Replaced if they are there already; others stay.
        created_at: The time in its header, unless it has one.

    Raises:
        Unwritable: It can't be done.
        OSError: The copy can't be written.
    """
    try:
        with path.open("rb") as source:
            pieces = _plan(source, tags, created_at)
            with to.open("wb") as copy:
                for piece in pieces:
                    _copy(source, piece, copy)
            with to.open("r+b") as copy:
                _move_fragment_offsets(copy, _mover(pieces))
    except (NotBoxes, RecursionError, struct.error) as error:
        raise Unwritable from error


def _plan(source: BinaryIO, tags: Mapping[str, str], created_at: datetime | None) -> list[_Piece]:
    boxes = [box for box in read_boxes(source) if not _is_own_xmp(source, box)]
    index = next((box for box in boxes if box.kind == b"moov"), None)
    if index is None or index.end - index.start > MAX_INDEX_BYTES or boxes[0].kind not in (b"ftyp", b"moov", b"wide"):
        raise Unwritable
    before = {box.kind for box in boxes if box.start < index.start}
    if b"sidx" in before or any(True for _ in find_boxes(source, frozenset({b"saio", b"iloc"}))):
        raise Unwritable  # they count bytes from or to places that move
    source.seek(index.content)
    content = _with_tags(source.read(index.end - index.content), tags, created_at)
    pieces = [_piece(source, box) for box in boxes if box is not index]
    # The first file type stays in front. An index behind the media moves there; fragments are behind it already.
    at = sum(box.start < index.start for box in boxes)
    if before & {b"mdat"}:
        at = 1 if boxes[0].kind == b"ftyp" else 0
    size = len(content) + 8
    if size > _MAX_SHORT:
        raise Unwritable
    pieces.insert(at, _Piece(index.start, index.end, _box(b"moov", content)))
    moved = _mover(pieces)
    pieces[at] = _Piece(index.start, index.end, _box(b"moov", _move_index_offsets(content, moved)))
    return pieces


def _piece(source: BinaryIO, box: Mp4Box) -> _Piece:
    if not box.is_open:
        return _Piece(box.start, box.end)
    # A box that lasts to the end would swallow what is appended.
    if box.end - box.start > min(_MAX_SHORT, MAX_INDEX_BYTES):
        raise Unwritable
    source.seek(box.content)
    return _Piece(box.start, box.end, _box(box.kind, source.read(box.end - box.content)))


def _is_own_xmp(source: BinaryIO, box: Mp4Box) -> bool:
    """Whether it is the XMP of an earlier time."""
    if box.kind != b"uuid" or extended_type(source, box) != XMP_BOX or box.end - box.start > MAX_INDEX_BYTES:
        return False
    source.seek(box.content)
    return NAMESPACE.encode() in source.read(box.end - box.content)


def _copy(source: BinaryIO, piece: _Piece, copy: BinaryIO) -> None:
    if piece.content is not None:
        copy.write(piece.content)
        return
    source.seek(piece.start)
    left = piece.end - piece.start
    while left > 0:
        chunk = source.read(min(_CHUNK, left))
        if not chunk:
            raise Unwritable
        copy.write(chunk)
        left -= len(chunk)


def _mover(pieces: Iterable[_Piece]) -> Callable[[int], int]:
    """Return a function that says where a place of the old file is in the new one."""
    moves, position = [], 0
    for piece in pieces:
        moves.append((piece.start, piece.end, position))
        position += piece.size

    def move(offset: int) -> int:
        for start, end, new_start in moves:
            if start <= offset < end:
                return new_start + offset - start
        return offset

    return move


# The index


def _with_tags(moov: bytes, tags: Mapping[str, str], created_at: datetime | None) -> bytes:
    """Return the content of a moov box with the tags in it."""
    file = io.BytesIO(moov)
    parts, has_user_data = [], False
    for box in read_boxes(file):
        content = moov[box.content : box.end]
        if box.kind == b"mvhd" and created_at:
            content = _with_creation_time(content, created_at)
        if box.kind == b"udta" and not has_user_data:
            content, has_user_data = _with_metadata(content, tags), True
        parts.append(_box(box.kind, content))
    if not has_user_data:
        parts.append(_box(b"udta", _with_metadata(b"", tags)))
    return b"".join(parts)


def _with_creation_time(mvhd: bytes, created_at: datetime) -> bytes:
    width = 8 if mvhd[0] == 1 else 4
    if any(mvhd[4 : 4 + width]):
        return mvhd
    return mvhd[:4] + (int(created_at.timestamp()) + _EPOCH_1904).to_bytes(width) + mvhd[4 + width :]


def _with_metadata(udta: bytes, tags: Mapping[str, str]) -> bytes:
    file = io.BytesIO(udta)
    boxes = list(read_boxes(file))
    udta = udta[: boxes[-1].end] if boxes else b""  # without the zero at QuickTime's end
    meta = next((box for box in boxes if box.kind == b"meta"), None)
    if meta is None:
        return udta + _box(b"meta", b"\0\0\0\0" + _box(b"hdlr", _HANDLER) + _box(b"ilst", _items(b"", tags)))
    inside, start = list(read_boxes(file, meta_content(file, meta), meta.end)), meta_content(file, meta)
    if not any(box.kind == b"hdlr" and udta[box.content + 8 : box.content + 12] == b"mdir" for box in inside):
        return udta  # another kind of metadata: the XMP has to do
    old = next((udta[box.content : box.end] for box in inside if box.kind == b"ilst"), b"")
    kept = b"".join(udta[box.start : box.end] for box in inside if box.kind not in (b"ilst", b"free"))
    new = _box(b"meta", udta[meta.content : start] + kept + _box(b"ilst", _items(old, tags)))
    return b"".join(new if box is meta else udta[box.start : box.end] for box in boxes)


def _items(old: bytes, tags: Mapping[str, str]) -> bytes:
    new = {_ITEMS[name]: text for name, text in tags.items() if text}
    kept = [old[box.start : box.end] for box in read_boxes(io.BytesIO(old)) if box.kind not in new]
    return b"".join([*kept, *(_box(kind, _box(b"data", _UTF8 + text.encode())) for kind, text in new.items())])


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + kind + content


# What points into the file


def _move_index_offsets(moov: bytes, move: Callable[[int], int]) -> bytes:
    """Return the content of a moov box whose chunks are where they are now."""
    changed, file = bytearray(moov), io.BytesIO(moov)
    for box in find_boxes(file, _INDEXES):
        width = 4 if box.kind == b"stco" else 8
        count = int.from_bytes(moov[box.content + 4 : box.content + 8])
        for at in range(box.content + 8, min(box.content + 8 + count * width, box.end - width + 1), width):
            offset = move(int.from_bytes(moov[at : at + width]))
            if offset >= 256**width:
                raise Unwritable
            changed[at : at + width] = offset.to_bytes(width)
    return bytes(changed)


def _move_fragment_offsets(file: BinaryIO, move: Callable[[int], int]) -> None:
    """Correct the places in fragments and in their index that are counted from the start of the file."""
    for box in list(find_boxes(file, _FRAGMENTS)):
        file.seek(box.content)
        content = file.read(min(box.end - box.content, MAX_INDEX_BYTES))
        changed = _moved_fragment(content, move) if box.kind == b"tfhd" else _moved_entries(content, move)
        if changed != content:
            file.seek(box.content)
            file.write(changed)


def _moved_fragment(tfhd: bytes, move: Callable[[int], int]) -> bytes:
    if not tfhd[3] & _HAS_BASE_OFFSET:
        return tfhd
    return tfhd[:8] + move(int.from_bytes(tfhd[8:16])).to_bytes(8) + tfhd[16:]


def _moved_entries(tfra: bytes, move: Callable[[int], int]) -> bytes:
    """The entries of the index of fragments: time, offset, then three numbers of the widths that are stated before."""
    width = 8 if tfra[0] == 1 else 4
    widths = int.from_bytes(tfra[8:12])
    size = 2 * width + sum((widths >> shift & 3) + 1 for shift in (0, 2, 4))
    changed = bytearray(tfra)
    for number in range(int.from_bytes(tfra[12:16])):
        at = 16 + number * size + width
        if at + width > len(tfra):
            raise Unwritable
        changed[at : at + width] = move(int.from_bytes(tfra[at : at + width])).to_bytes(width)
    return bytes(changed)
