"""The key is seen under the API's base and nowhere else: not by storage, CDN or redirect targets, in messages or
logs.
"""

import asyncio
import json
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from kling_desktop.api.client import Client
from kling_desktop.api.transport import HttpTransport, Request
from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.secret import Secret
from tests.api.raw_http import GENERATION, KEY, Serve, http_answer, read_request

PICTURE = b"\x89PNG" + b"x" * 1000
VIDEO = b"\x00\x00\x00\x18ftypmp42" + b"x" * 1000


class Recorder:
    """API, storage and CDN on one host; records who saw the key. away: where the API redirects to."""

    def __init__(self, away: str = "", status: str = "302 Found") -> None:
        self.with_key: list[str] = []
        self.without: list[str] = []
        self.away = away
        self.status = status
        self.base = ""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, headers, body = await read_request(reader)
        method, path, _ = line.split()
        seen = KEY in str(headers) or KEY.encode() in body
        (self.with_key if seen else self.without).append(f"{method} {path}")
        writer.write(self._answer(path))
        await writer.drain()

    def _answer(self, path: str) -> bytes:
        host = self.base.removesuffix("/api/rest")
        if self.away and path.startswith("/api/rest/"):
            return http_answer(b"", self.status, location=self.away)
        if path == "/bucket":
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if path.endswith("clip.mp4"):
            return http_answer(VIDEO)
        place = {"id": GENERATION, "url": f"{host}/bucket", "fields": '{"key": "x"}'}
        data = {
            "generate": {"generationId": GENERATION},
            "generations_by_pk": None,
            "generations": [],
            "user_details": [{"user": {"id": GENERATION}}],
            "productionApiAvailableModels": [],
            "uploadInitImage": place,
        }
        return http_answer(json.dumps(data).encode())


def calls(client: Client, base: str, folder: Path) -> Iterator[Callable[[], Awaitable[object]]]:
    (folder / "a.png").write_bytes(PICTURE)
    url = base.replace("/api/rest", "/cdn/clip.mp4")
    yield lambda: client.create_generation({"model": "kling-video-o-1"})
    yield lambda: client.get_generation(GENERATION)
    yield lambda: client.list_generations()
    yield lambda: client.delete_generation(GENERATION)
    yield lambda: client.get_account()
    yield lambda: client.has_model("Kling O1")
    yield lambda: client.get_image_url(GENERATION)
    yield lambda: client.delete_image(GENERATION)
    yield lambda: client.upload(folder / "a.png", "png")
    yield lambda: client.download(url, folder / "clip.mp4")


async def test_storage_and_cdn_never_see_the_key_even_on_the_apis_host(serve: Serve, tmp_path: Path) -> None:
    recorder = Recorder()
    recorder.base = await serve(recorder)
    client = Client(recorder.base, Secret(KEY))
    for call in calls(client, recorder.base, tmp_path):
        await call()
    await client.aclose()
    assert sorted(recorder.without) == ["GET /cdn/clip.mp4", "POST /bucket"]
    assert len(recorder.with_key) == 10
    assert all(" /api/rest/v" in seen for seen in recorder.with_key)


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
@pytest.mark.parametrize("place", ["/elsewhere", "/api/restless/v1/me", "/api/rest/../../cdn/x"])
async def test_a_redirect_never_carries_the_key(serve: Serve, tmp_path: Path, status: str, place: str) -> None:
    other = Recorder()
    other.base = await serve(other)
    for away in (other.base.removesuffix("/api/rest") + place, place):
        recorder = Recorder(away, status)
        recorder.base = await serve(recorder)
        client = Client(recorder.base, Secret(KEY))
        for call in calls(client, recorder.base, tmp_path):
            try:
                await call()
            except KlingError as error:
                told(error)
        await client.aclose()
        assert other.with_key == []
        assert all(" /api/rest/v" in seen for seen in recorder.with_key)
        assert (
            sum(seen.startswith("POST") for seen in recorder.with_key) == 2
        )  # one create request, one upload: not repeated


async def test_an_api_call_follows_redirects_within_the_api_with_the_key(serve: Serve) -> None:
    async def moved(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, headers, _ = await read_request(reader)
        assert headers["authorization"] == f"Bearer {KEY}"
        if "/moved/" in line:
            writer.write(http_answer(b'{"user_details": [{"user": {"id": "%b"}}]}' % GENERATION.encode()))
        else:
            writer.write(http_answer(b"", "307 Temporary Redirect", location="/api/rest/moved/v1/me"))

    client = Client(await serve(moved), Secret(KEY))
    assert (await client.get_account()).user == GENERATION
    await client.aclose()


def told(error: BaseException) -> str:
    """Everything attached to an error; fails if the key is in it."""
    shown = "".join(traceback.format_exception(error)) + repr(vars(error))
    assert KEY not in shown
    assert error.__cause__ is None
    assert error.__context__ is None
    return shown


async def test_no_error_and_no_log_contains_the_key(
    serve: Serve, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)

    async def quote(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(json.dumps({"error": f"Unknown key {KEY}, please check"}).encode(), "400 Bad Request"))

    bases = [await serve(close), await serve(quote), "http://127.0.0.1:1/api/rest", "https://no.invalid/api/rest"]
    for base in bases:
        client = Client(base, Secret(KEY))
        assert KEY not in repr(client)
        for call in calls(client, base, tmp_path):
            with pytest.raises(KlingError) as caught:
                await call()
            told(caught.value)
        await client.aclose()
    assert "POST /v2/generations" in caplog.text
    assert KEY not in caplog.text


async def test_the_request_id_is_logged(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(b'{"generations_by_pk": null}', x_request_id="req-7"))

    caplog.set_level(logging.INFO, "kling_desktop.api.client")
    client = Client(await serve(answer), Secret(KEY))
    await client.get_generation(GENERATION)
    await client.aclose()
    assert f"GET /v1/generations/{GENERATION}: 200, request id req-7" in caplog.text


async def test_only_api_calls_carry_the_key(serve: Serve) -> None:
    recorder = Recorder()
    recorder.base = await serve(recorder)
    http = HttpTransport(recorder.base, Secret(KEY))
    await http.request(Request("GET", http.url_for("/v1/me")))
    await http.request(Request("GET", http.url_for("/../../cdn"), is_api_call=True))
    await http.aclose()
    assert recorder.with_key == []


async def test_a_response_that_contains_the_key_stays_complete(serve: Serve) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(b'{"generate": {"generationId": "%b"}}' % KEY.encode()))

    client = Client(await serve(answer), Secret(KEY))
    assert (await client.create_generation({})).generation == KEY
    await client.aclose()
