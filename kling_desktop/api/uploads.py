"""Bring a picture to the service: ask for a place, then send it there as a form."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from secrets import token_hex

import httpx

from kling_desktop.api import responses, wire
from kling_desktop.api.transport import TRANSFER_TIMEOUT, HttpTransport, Request, Response
from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered

Progress = Callable[[int, int | None], None]

_CHUNK = 64 * 1024
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
_DEADLINE = 120.0
_UPLOAD_DEADLINE = 900.0  # of ten megabytes or so
_EXPIRED_STATUSES = (400, 401, 403)  # a place whose two minutes are over refuses, and doesn't say why in one way


async def upload(transport: HttpTransport, image: Path, extension: str, progress: Progress | None = None) -> str:
    """The image ID that the picture got. A place that has gone stale is asked for anew, once."""
    extension = extension.lower().removeprefix(".")
    if extension not in _TYPES:
        raise RequestRefused(
            "The service takes no pictures of this kind.",
            "Use a PNG, JPEG or WebP picture.",
            reason=RefusalReason.MEDIA,
        )
    size = await _file_size(image)
    for last in (False, True):
        place = await _request_target(transport, extension)
        answer = await _send(transport, place, image, size, extension, progress)
        if 200 <= answer.status < 300 and not responses.is_html(answer):
            return place.image_id
        if last or answer.status not in _EXPIRED_STATUSES or responses.is_html(answer):
            break
    raise _storage_error(answer)


async def _request_target(transport: HttpTransport, extension: str) -> wire.UploadTarget:
    body = json.dumps({"extension": extension}).encode()
    headers = {"accept": "application/json", "content-type": "application/json"}
    asking = Request("POST", transport.url_for("/v1/init-image"), headers, body, is_api_call=True, deadline=_DEADLINE)
    return wire.parse_upload_target(responses.parse(await transport.request(asking)))


async def _send(
    transport: HttpTransport,
    target: wire.UploadTarget,
    image: Path,
    size: int,
    extension: str,
    progress: Progress | None,
) -> Response:
    boundary = token_hex(16)
    head, tail = _multipart_ends(target.fields, f"picture.{extension}", _TYPES[extension], boundary)

    async def body() -> AsyncIterator[bytes]:
        yield head
        moved = 0
        while chunk := await asyncio.to_thread(_read_at, image, moved):
            yield chunk
            moved += len(chunk)
            if progress:
                progress(moved, size)
        yield tail

    headers = {
        "content-type": f"multipart/form-data; boundary={boundary}",
        "content-length": str(len(head) + size + len(tail)),  # the bucket takes no chunks
    }
    # Never with the key: the bucket refuses it (403), and it is none of its business.
    return await transport.request(
        Request("POST", _address(target.url), headers, body, timeout=TRANSFER_TIMEOUT, deadline=_UPLOAD_DEADLINE)
    )


def _multipart_ends(fields: Mapping[str, str], filename: str, kind: str, boundary: str) -> tuple[bytes, bytes]:
    """What comes before the file and what comes after it."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_escaped(name)}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    return "".join(parts).encode(), f"\r\n--{boundary}--\r\n".encode()


def _escaped(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _address(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        pass
    raise Unanswered(
        "The service named a place for the picture that can't be reached.", "This usually passes by itself."
    )


async def _file_size(picture: Path) -> int:
    try:
        return await asyncio.to_thread(_readable_size, picture)
    except OSError:
        pass
    raise RequestRefused(
        "The picture's file can't be read any more.", "Choose the picture again.", reason=RefusalReason.MEDIA
    )


def _readable_size(picture: Path) -> int:
    with picture.open("rb") as file:
        return os.fstat(file.fileno()).st_size


def _read_at(picture: Path, start: int) -> bytes:
    # Opened anew for each piece: a file that stays open while something is awaited stays open when that is cancelled.
    with picture.open("rb") as file:
        file.seek(start)
        return file.read(_CHUNK)


def _storage_error(answer: Response) -> KlingError:
    if answer.status == 429 or answer.status >= 500 or answer.status < 400 or responses.is_html(answer):
        return Unanswered("The picture did not arrive at the service.", "This usually passes by itself.")
    return RequestRefused(
        f"The service's storage refused the picture ({answer.status}).",
        "Use another picture, or save it anew as PNG or JPEG.",
        reason=RefusalReason.MEDIA,
    )
