"""Fetch a video or a poster into a file, going on where an earlier attempt ended."""

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

from kling_desktop.api.transport import TRANSFER_TIMEOUT, HttpTransport, Request
from kling_desktop.domain.errors import KlingError, RequestRefused, Unanswered, Unreachable

T = TypeVar("T")
Progress = Callable[[int, int | None], None]

_CHUNK = 64 * 1024
_CHUNK_TIMEOUT = 120.0
_OVERLAP = 16 * 1024
_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)", re.ASCII)
_TEXT_TYPES = re.compile(r"text/|application/(json|xml|xhtml)|\+(json|xml)", re.I)
_TEMPORARY = "This usually passes by itself."


@dataclass(frozen=True, slots=True)
class _PartialFile:
    """What an earlier attempt left: its size and its last bytes, fetched again to prove that it is the same video."""

    size: int = 0
    tail: bytes = b""

    @property
    def overlap_start(self) -> int:
        return self.size - len(self.tail)


async def download(transport: HttpTransport, url: str, to: Path, progress: Progress | None = None) -> None:
    """Fetch url into exactly this file; returns when it is as long as announced, and on the disk.

    What is there already stays and is added to, if its end is found again at the same place of what the server has.
    """
    address = _address(url)
    kept = await _run_on_disk(_read_partial, to)
    if not await _fetch(transport, address, to, kept, progress):
        await _fetch(transport, address, to, _PartialFile(), progress)


async def _fetch(
    transport: HttpTransport, url: httpx.URL, to: Path, kept: _PartialFile, progress: Progress | None
) -> bool:
    headers = {"accept": "*/*", "accept-encoding": "identity"}
    if kept.size:
        headers["range"] = f"bytes={kept.overlap_start}-"
    return await transport.stream(
        Request("GET", url, headers, timeout=TRANSFER_TIMEOUT),
        partial(_save, transport=transport, to=to, kept=kept, progress=progress),
    )


async def _save(
    response: httpx.Response, transport: HttpTransport, to: Path, kept: _PartialFile, progress: Progress | None
) -> bool:
    """False when what was kept isn't the beginning of this video: fetch the whole."""
    if response.status_code == 416 and kept.size:
        return False
    if response.status_code not in (200, 206):
        raise _storage_error(response)
    start, total = _announced_range(response)
    goes_on = response.status_code == 206
    if goes_on and (not kept.size or start != kept.overlap_start or (total is not None and total < kept.size)):
        if kept.size:
            return False
        raise Unanswered("Only a piece of the video was sent.", _TEMPORARY)
    chunks = response.aiter_bytes(_CHUNK)
    first = await _next_chunk(chunks, transport)
    if _is_text(response, b"" if goes_on else first):
        raise Unanswered(
            "A web page came instead of the video.",
            "If this network has a sign-in page, open any web page and sign in.",
        )
    if goes_on and not first.startswith(kept.tail):
        return False
    if not first:
        raise Unanswered("The video came empty.", _TEMPORARY)
    there, chunk = start, first
    while chunk:
        await _run_on_disk(_write_at, to, there, chunk)
        there += len(chunk)
        if progress:
            progress(there, total)
        chunk = await _next_chunk(chunks, transport)
    await _run_on_disk(_sync, to)
    if total is not None and there != total:
        raise Unanswered(f"The video broke off after {there:,} of {total:,} bytes.", _TEMPORARY)
    return True


async def _next_chunk(chunks: AsyncIterator[bytes], transport: HttpTransport) -> bytes:
    """A connection that gives a byte now and then is as good as lost."""
    async with transport.deadline(_CHUNK_TIMEOUT):
        return await anext(chunks, b"")


def _announced_range(response: httpx.Response) -> tuple[int, int | None]:
    """Where the answer starts within the whole, and how long the whole is, if it says so."""
    if response.status_code == 206:
        ranged = _RANGE.fullmatch(response.headers.get("content-range", "").strip())
        if not ranged:
            return -1, None
        return int(ranged[1]), None if ranged[3] == "*" else int(ranged[3])
    length = response.headers.get("content-length", "")
    plain = response.headers.get("content-encoding", "identity") == "identity"
    return 0, int(length) if plain and re.fullmatch(r"\d{1,18}", length, re.ASCII) else None


def _is_text(response: httpx.Response, first: bytes) -> bool:
    kind = response.headers.get("content-type", "")
    return _TEXT_TYPES.search(kind) is not None or first.lstrip()[:1] in (b"<", b"{")


def _storage_error(response: httpx.Response) -> KlingError:
    status = response.status_code
    if status == 429:
        return Unreachable("The storage has too many requests just now.", _TEMPORARY)
    if status in (401, 403, 404, 410):
        return RequestRefused(f"The video's address doesn't work any more ({status}).", "A new one is asked for.")
    return Unanswered(f"The storage did not hand out the video ({status}).", _TEMPORARY)


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
        if address.scheme in ("http", "https") and address.host:
            return address
    except httpx.InvalidURL:
        pass
    raise RequestRefused("The video's address can't be read.", "A new one is asked for.")


async def _run_on_disk(act: Callable[..., T], *given: object) -> T:
    """Do something with the file away from the loop; its failures are the disk's, not the network's."""
    try:
        return await asyncio.to_thread(act, *given)
    except OSError as error:
        problem = _disk_problem(error)
    raise problem


def _disk_problem(error: OSError) -> Unanswered:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Unanswered("The disk is full, so the video could not be saved.", "Make room on it.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Unanswered(
            "The folder for clips can't be written to.", "Choose another folder in Settings, or change its permissions."
        )
    return Unanswered("The video could not be saved.", "Check the folder for clips and its disk.")


def _read_partial(to: Path) -> _PartialFile:
    try:
        with to.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            file.seek(max(0, size - _OVERLAP))
            return _PartialFile(size, file.read(min(size, _OVERLAP)))
    except FileNotFoundError:
        return _PartialFile()


def _write_at(to: Path, start: int, chunk: bytes) -> None:
    # Opened anew for each piece: a file that stays open while something is awaited stays open when that is cancelled.
    with to.open("r+b" if start else "wb") as file:
        file.seek(start)
        file.write(chunk)


def _sync(to: Path) -> None:
    with to.open("rb+") as file:
        os.fsync(file.fileno())
