"""Images are uploaded as the storage wants them: fields first, file last, without the key, before the target
expires.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kling_desktop.api.client import Client
from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.secret import Secret
from tests.api.raw_http import BASE, GENERATION, KEY, Serve, http_answer, read_request

FIELDS = {"Content-Type": "image/png", "key": 'uploads/ü "x".png', "Policy": "abc=", "X-Amz-Signature": "0123"}
PICTURE = b"\x89PNG" + bytes(range(256)) * 1000


class Service:
    """Gives out targets and accepts images; the storage answers with `refusals` first."""

    def __init__(self, *refusals: Response) -> None:
        self.refusals = list(refusals)
        self.places: list[Any] = []
        self.forms: list[tuple[list[tuple[str, Any]], Request]] = []
        app = Starlette(
            routes=[
                Route("/api/rest/v1/init-image", self._place, methods=["POST"]),
                Route("/bucket", self._bucket, methods=["POST"]),
            ]
        )
        self.client = Client(BASE, Secret(KEY), transport=httpx.ASGITransport(app))

    async def _place(self, request: Request) -> Response:
        self.places.append(await request.json())
        place = {"id": GENERATION, "url": "https://bucket.test/bucket", "key": "x", "fields": json.dumps(FIELDS)}
        return JSONResponse({"uploadInitImage": place})

    async def _bucket(self, request: Request) -> Response:
        async with request.form() as form:
            pairs = [(name, v if isinstance(v, str) else await v.read()) for name, v in form.multi_items()]
        self.forms.append((pairs, request))
        return self.refusals.pop(0) if self.refusals else Response(status_code=204)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "my secret project.png"
    path.write_bytes(PICTURE)
    return path


async def failed(service: Service, picture: Path, extension: str = "png") -> KlingError:
    with pytest.raises(KlingError) as caught:
        await service.client.upload(picture, extension)
    return caught.value


async def test_the_fields_come_first_the_file_last_and_the_key_is_not_sent(picture: Path) -> None:
    service = Service()
    told: list[tuple[int, int | None]] = []
    assert await service.client.upload(picture, "png", lambda *moved: told.append(moved)) == GENERATION
    pairs, request = service.forms[0]
    assert pairs == [*FIELDS.items(), ("file", PICTURE)]
    assert "authorization" not in request.headers
    assert "transfer-encoding" not in request.headers
    assert told[-1] == (len(PICTURE), len(PICTURE))
    assert service.places == [{"extension": "png"}]


@pytest.mark.parametrize(("extension", "sent"), [("JPG", "jpg"), (".jpeg", "jpeg"), ("webp", "webp")])
async def test_the_extension_is_normalized(picture: Path, extension: str, sent: str) -> None:
    service = Service()
    await service.client.upload(picture, extension)
    assert service.places == [{"extension": sent}]


@pytest.mark.parametrize("status", [400, 401, 403])
async def test_an_expired_target_is_replaced_once(picture: Path, status: int) -> None:
    service = Service(Response(b"<Error><Message>Policy expired</Message></Error>", status))
    assert await service.client.upload(picture, "png") == GENERATION
    assert len(service.places) == len(service.forms) == 2
    assert service.forms[1][0][-1] == ("file", PICTURE)


async def test_a_second_refusal_is_final(picture: Path) -> None:
    service = Service(Response(status_code=403), Response(status_code=403), Response(status_code=403))
    error = await failed(service, picture)
    assert isinstance(error, RequestRefused)
    assert error.reason is RefusalReason.MEDIA
    assert len(service.forms) == 2


@pytest.mark.parametrize(
    "answer",
    [
        Response(status_code=500),
        Response(status_code=503),
        Response(status_code=429),
        Response(status_code=307, headers={"location": "https://evil.test/bucket"}),
        Response(b"<html>sign in</html>", 200, media_type="text/html"),
        Response(b"<html>sign in</html>", 403, media_type="text/html"),
    ],
)
async def test_a_failed_upload_can_be_retried(picture: Path, answer: Response) -> None:
    service = Service(answer)
    assert isinstance(await failed(service, picture), Unanswered)
    assert len(service.forms) == 1


async def test_an_unsupported_image_type_is_not_sent(picture: Path) -> None:
    service = Service()
    for extension in ("gif", "mp4", "", "png\r\n"):
        assert isinstance(await failed(service, picture, extension), RequestRefused)
    assert service.places == []


async def test_a_missing_image_is_reported_before_anything_is_sent(tmp_path: Path) -> None:
    service = Service()
    error = await failed(service, tmp_path / "gone.png")
    assert isinstance(error, RequestRefused)
    assert "Choose the image again" in error.hint
    assert isinstance(await failed(service, tmp_path), RequestRefused)
    assert service.places == []


@pytest.mark.parametrize("port", [1, "bad"])
async def test_an_unusable_target_can_be_retried(serve: Serve, picture: Path, port: Any) -> None:
    async def place(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        at = {"id": GENERATION, "url": f"http://127.0.0.1:{port}/bucket", "fields": "{}"}
        writer.write(http_answer(json.dumps({"uploadInitImage": at}).encode()))

    client = Client(await serve(place), Secret(KEY))
    with pytest.raises((Unreachable, Unanswered)):
        await client.upload(picture, "png")
    await client.aclose()


async def test_uploading_a_large_image_does_not_block_the_loop(serve: Serve, tmp_path: Path) -> None:
    picture = tmp_path / "large.png"
    await asyncio.to_thread(picture.write_bytes, b"x" * 30_000_000)
    received = 0

    async def service(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal received
        line, _, body = await read_request(reader)
        if "/init-image" in line:
            at = {"id": GENERATION, "url": base.replace("/api/rest", "/bucket"), "fields": "{}"}
            writer.write(http_answer(json.dumps({"uploadInitImage": at}).encode()))
        else:
            received = len(body)
            writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    base = await serve(service)
    client = Client(base, Secret(KEY))
    assert await client.upload(picture, "png") == GENERATION
    assert received > 30_000_000
    await client.aclose()
