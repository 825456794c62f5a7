"""Uploads an image: asks the API for a target, then sends the file there as a form."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from secrets import token_hex

import httpx

from kling_desktop.api import responses, wire
from kling_desktop.api.transport import TRANSFER_TIMEOUT, HttpTransport, Progress, Request, Response
from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered

_CHUNK = 64 * 1024
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "webp": "image/webp"}
_DEADLINE = 120.0
_UPLOAD_DEADLINE = 900.0  # about ten megabytes
_EXPIRED_STATUSES = (400, 401, 403)  # a target expires after two minutes and then refuses with one of these


async def upload(transport: HttpTransport, image: Path, extension: str, progress: Progress | None = None) -> str:
    """Upload an image and return its ID. If the upload target has expired, it is requested once more."""
    extension = extension.lower().removeprefix(".")
    if extension not in _TYPES:
        raise RequestRefused(
            "Leonardo doesn't accept images of this type.",
            "Use a PNG, JPEG or WebP image.",
            reason=RefusalReason.MEDIA,
        )
    size = await _file_size(image)
    for is_last in (False, True):
        place = await _request_target(transport, extension)
        response = await _send(transport, place, image, size, extension, progress)
        if 200 <= response.status < 300 and not responses.is_html(response):
            return place.image_id
        if is_last or response.status not in _EXPIRED_STATUSES or responses.is_html(response):
            break
    raise _storage_error(response)


async def _request_target(transport: HttpTransport, extension: str) -> wire.UploadTarget:
    body = json.dumps({"extension": extension}).encode()
    headers = {"accept": "application/json", "content-type": "application/json"}
    request = Request("POST", transport.url_for("/v1/init-image"), headers, body, is_api_call=True, deadline=_DEADLINE)
    return wire.parse_upload_target(responses.parse(await transport.request(request)))


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
        sent = 0
        while chunk := await asyncio.to_thread(_read_at, image, sent):
            yield chunk
            sent += len(chunk)
            if progress:
                progress(sent, size)
        yield tail

    headers = {
        "content-type": f"multipart/form-data; boundary={boundary}",
        "content-length": str(len(head) + size + len(tail)),  # the storage accepts no chunked requests
    }
    # Never with the key: the storage refuses it (403), and has no business with it.
    return await transport.request(
        Request("POST", _parse_url(target.url), headers, body, timeout=TRANSFER_TIMEOUT, deadline=_UPLOAD_DEADLINE)
    )


def _multipart_ends(fields: Mapping[str, str], filename: str, content_type: str, boundary: str) -> tuple[bytes, bytes]:
    """Return the form before the file's content and after it."""
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{_escaped(name)}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n'
        f"Content-Type: {content_type}\r\n\r\n"
    )
    return "".join(parts).encode(), f"\r\n--{boundary}--\r\n".encode()


def _escaped(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


def _parse_url(url: str) -> httpx.URL:
    try:
        return httpx.URL(url)
    except httpx.InvalidURL:
        pass
    raise Unanswered("Leonardo gave an upload address that can't be used.", "This usually passes by itself.")


async def _file_size(image: Path) -> int:
    try:
        return await asyncio.to_thread(_readable_size, image)
    except OSError:
        pass
    raise RequestRefused(
        "The image's file can no longer be read.", "Choose the image again.", reason=RefusalReason.MEDIA
    )


def _readable_size(image: Path) -> int:
    with image.open("rb") as file:
        return os.fstat(file.fileno()).st_size


def _read_at(image: Path, start: int) -> bytes:
    # Opened again for each chunk: a file kept open across an await would stay open if the task is cancelled there.
    with image.open("rb") as file:
        file.seek(start)
        return file.read(_CHUNK)


def _storage_error(response: Response) -> KlingError:
    if response.status == 429 or response.status >= 500 or response.status < 400 or responses.is_html(response):
        return Unanswered("The image didn't reach Leonardo.", "This usually passes by itself.")
    return RequestRefused(
        f"Leonardo's storage refused the image ({response.status}).",
        "Use another image, or save it again as PNG or JPEG.",
        reason=RefusalReason.MEDIA,
    )
