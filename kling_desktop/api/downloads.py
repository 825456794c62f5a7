"""Downloads a video or poster to a file, continuing an earlier attempt."""

import asyncio
import errno
import os
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import httpx

from kling_desktop.api.transport import TRANSFER_TIMEOUT, HttpTransport, Progress, Request
from kling_desktop.domain.errors import KlingError, RequestRefused, Unanswered, Unreachable
from kling_desktop.file_sync import sync_file

T = TypeVar("T")

_CHUNK = 64 * 1024
_CHUNK_TIMEOUT = 120.0
_OVERLAP = 16 * 1024
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)
_TEXT_TYPES = re.compile(r"text/|application/(json|xml|xhtml)|\+(json|xml)", re.I)
_MP4_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp"})
_TEMPORARY = "This usually passes by itself."


@dataclass(frozen=True, slots=True)
class _PartialFile:
    """What an earlier attempt left. Its last bytes are fetched again to prove that it is the same video."""

    size: int = 0
    tail: bytes = b""

    @property
    def overlap_start(self) -> int:
        return self.size - len(self.tail)


async def download(transport: HttpTransport, url: str, to: Path, progress: Progress | None = None) -> None:
    """Download a URL to a file. Returns when the file is complete and on disk.

    A partial file is continued if its last bytes are the same at the server.
    """
    parsed = _parse_url(url)
    partial_file = await _run_on_disk(_read_partial, to)
    if not await _fetch(transport, parsed, to, partial_file, progress):
        await _fetch(transport, parsed, to, _PartialFile(), progress)


async def _fetch(
    transport: HttpTransport, url: httpx.URL, to: Path, partial_file: _PartialFile, progress: Progress | None
) -> bool:
    headers = {"accept": "*/*", "accept-encoding": "identity"}
    if partial_file.size:
        headers["range"] = f"bytes={partial_file.overlap_start}-"
    return await transport.stream(
        Request("GET", url, headers, timeout=TRANSFER_TIMEOUT),
        partial(_save, transport=transport, to=to, partial_file=partial_file, progress=progress),
    )


async def _save(
    response: httpx.Response, transport: HttpTransport, to: Path, partial_file: _PartialFile, progress: Progress | None
) -> bool:
    """Return False if the partial file isn't the beginning of this video, so that it must be downloaded from the
    start.
    """
    if response.status_code == 416 and partial_file.size:
        return False
    if response.status_code not in (200, 206):
        raise _storage_error(response)
    start, total = _announced_range(response)
    is_continued = response.status_code == 206
    has_other_range = start != partial_file.overlap_start or (total is not None and total < partial_file.size)
    if is_continued and (not partial_file.size or has_other_range):
        if partial_file.size:
            return False
        raise Unanswered("Only part of the video was sent.", _TEMPORARY)
    chunks = response.aiter_bytes(_CHUNK)
    first = await _next_chunk(chunks, transport)
    is_same_video = is_continued and bool(partial_file.tail) and first.startswith(partial_file.tail)
    if not is_same_video and _is_text(response, b"" if is_continued else first):
        raise Unanswered(
            "A web page arrived instead of the video.",
            "If this network has a sign-in page, open any web page and sign in.",
        )
    if is_continued and not first.startswith(partial_file.tail):
        return False
    if not first:
        raise Unanswered("The video arrived empty.", _TEMPORARY)
    received, chunk = start, first
    while chunk:
        await _run_on_disk(_write_at, to, received, chunk)
        received += len(chunk)
        if progress:
            progress(received, total)
        chunk = await _next_chunk(chunks, transport)
    await _run_on_disk(_sync, to)
    if total is not None and received != total:
        raise Unanswered(f"The download stopped after {received:,} of {total:,} bytes.", _TEMPORARY)
    return True


async def _next_chunk(chunks: AsyncIterator[bytes], transport: HttpTransport) -> bytes:
    """Return the next chunk. A connection that sends a byte now and then counts as lost."""
    async with transport.deadline(_CHUNK_TIMEOUT):
        return await anext(chunks, b"")


def _announced_range(response: httpx.Response) -> tuple[int, int | None]:
    """Where the response starts in the whole file, and the size of the whole file if the server says so."""
    if response.status_code == 206:
        content_range = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
        if not content_range:
            return -1, None
        return int(content_range[1]), None if content_range[3] == "*" else int(content_range[3])
    length = response.headers.get("content-length", "")
    is_plain = response.headers.get("content-encoding", "identity") == "identity"
    return 0, int(length) if is_plain and re.fullmatch(r"\d{1,18}", length, re.ASCII) else None


def _is_text(response: httpx.Response, first: bytes) -> bool:
    if first[4:8] in _MP4_BOXES:
        return False  # whatever the server calls it
    content_type = response.headers.get("content-type", "")
    return _TEXT_TYPES.search(content_type) is not None or first.lstrip()[:1] in (b"<", b"{")


def _storage_error(response: httpx.Response) -> KlingError:
    status = response.status_code
    if status == 429:
        return Unreachable("The file storage is busy right now.", _TEMPORARY)
    if status in (401, 403, 404, 410):
        return RequestRefused(f"The address of the video has expired ({status}).", "The app asks for a new one.")
    return Unanswered(f"The file storage didn't send the video ({status}).", _TEMPORARY)


def _parse_url(url: str) -> httpx.URL:
    try:
        parsed = httpx.URL(url)
        if parsed.scheme in ("http", "https") and parsed.host:
            return parsed
    except httpx.InvalidURL:
        pass
    raise RequestRefused("The address of the video can't be read.", "The app asks for a new one.")


async def _run_on_disk(function: Callable[..., T], *arguments: object) -> T:
    """Access the file in a thread. Its errors concern the disk, not the network."""
    try:
        return await asyncio.to_thread(function, *arguments)
    except OSError as error:
        problem = _disk_problem(error)
    raise problem


def _disk_problem(error: OSError) -> Unanswered:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unanswered("The disk is full, so the video couldn't be saved.", "Free some space.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Unanswered(
            "The app can't write to the clips folder.", "Choose another folder in Settings, or change its permissions."
        )
    return Unanswered("The video couldn't be saved.", "Check the clips folder and its disk.")


def _read_partial(to: Path) -> _PartialFile:
    try:
        with to.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - _OVERLAP))
            return _PartialFile(size, file.read(min(size, _OVERLAP)))
    except FileNotFoundError:
        return _PartialFile()


def _write_at(to: Path, start: int, chunk: bytes) -> None:
    # Opened again for each chunk: a file kept open across an await would stay open if the task is cancelled there.
    with to.open("r+b" if start else "wb") as file:
        file.seek(start)
        file.write(chunk)


def _sync(to: Path) -> None:
    with to.open("rb+") as file:
        sync_file(file.fileno())
