"""Reads the boxes of an MP4 (ISO/IEC 14496-12) without a decoder. The file may contain anything."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MAX_BOXES = 100_000
MAX_INDEX_BYTES = 64 * 2**20
"""Of a moov box. That of a ten-second clip takes a few thousand."""
_SHORT, _LONG = 8, 16
_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"edts", b"udta", b"moof", b"traf", b"mfra"})
_EXTENDED_TYPE = 16


@dataclass(frozen=True, slots=True)
class Mp4Box:
    """A box in a file, from `start` up to `end`; its content begins at `content`.

    Attributes:
        is_open: It has no length and lasts to the end of the file.
    """

    kind: bytes
    start: int
    content: int
    end: int
    is_open: bool = False


class NotBoxes(Exception):
    """What is here isn't a sequence of whole boxes."""


def read_boxes(file: BinaryIO, start: int = 0, end: int | None = None) -> Iterator[Mp4Box]:
    """Yield the boxes from `start` up to `end`, by default the whole file.

    Raises:
        NotBoxes: A box ends too early or too late.
    """
    end = file.seek(0, io.SEEK_END) if end is None else end
    for _ in range(MAX_BOXES):
        if start == end:
            return
        file.seek(start)
        header = file.read(min(_LONG, end - start))
        if len(header) < _SHORT and not any(header):
            return  # QuickTime ends some lists with a zero
        size, content = int.from_bytes(header[:4]), start + _SHORT
        is_open = size == 0
        if size == 1:
            size, content = int.from_bytes(header[8:]), start + _LONG
        elif is_open:
            size = end - start
        if len(header) < _SHORT or start + size < content or start + size > end:
            raise NotBoxes
        yield Mp4Box(header[4:8], start, content, start + size, is_open)
        start += size
    raise NotBoxes


def find_boxes(file: BinaryIO, kinds: frozenset[bytes], start: int = 0, end: int | None = None) -> Iterator[Mp4Box]:
    """Yield all boxes of these kinds, those in other boxes too. Raises NotBoxes."""
    for box in read_boxes(file, start, end):
        if box.kind in kinds:
            yield box
        if box.kind in _CONTAINERS:
            yield from find_boxes(file, kinds, box.content, box.end)
        elif box.kind == b"meta":
            yield from find_boxes(file, kinds, meta_content(file, box), box.end)


def meta_content(file: BinaryIO, meta: Mp4Box) -> int:
    """Return where the boxes in a meta box begin: behind a version, except in QuickTime's."""
    file.seek(meta.content)
    head = file.read(_SHORT)
    return meta.content + (0 if head[4:] == b"hdlr" else 4)


def extended_type(file: BinaryIO, box: Mp4Box) -> bytes:
    """Return the type of a uuid box."""
    file.seek(box.content)
    return file.read(min(_EXTENDED_TYPE, box.end - box.content))


def is_complete_file(path: Path, *, may_be_open: bool = False) -> bool:
    """Whether a file holds all that its index promises: every box ends in it, and every sample lies in it.

    Args:
        path: The file.
        may_be_open: Whether its last box may lack a length, so that nobody can tell where it should end.
    """
    try:
        with path.open("rb") as file:
            boxes = list(read_boxes(file))
            size = boxes[-1].end if boxes else 0
            kinds = {box.kind for box in boxes}
            if (
                b"moov" not in kinds
                or not kinds & {b"mdat", b"moof"}
                or (not may_be_open and any(box.is_open for box in boxes))
            ):
                return False
            return all(_has_samples(file, table, size) for table in find_boxes(file, frozenset({b"stbl"})))
    except (NotBoxes, OSError, RecursionError):
        return False


def _has_samples(file: BinaryIO, table: Mp4Box, size: int) -> bool:
    """Whether the last chunk that a sample table names begins within the file."""
    for box in read_boxes(file, table.content, table.end):
        if box.kind in (b"stco", b"co64"):
            width = 4 if box.kind == b"stco" else 8
            file.seek(box.content)
            content = file.read(min(box.end - box.content, MAX_INDEX_BYTES))[8:]
            offsets = [int.from_bytes(content[at : at + width]) for at in range(0, len(content) - width + 1, width)]
            if any(offset >= size for offset in offsets):
                return False
    return True
