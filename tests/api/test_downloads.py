"""Videos arrive whole or are continued; whatever isn't the video never replaces it."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from kling_desktop.api.client import Client
from kling_desktop.domain.errors import KlingError, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.secret import Secret
from tests.api.raw_http import BASE, KEY, Serve, http_answer, read_request

URL = "https://cdn.test/clip.mp4"
VIDEO = random.Random(0).randbytes(300_000)


class Cdn:
    """Serves a video with ranges, or one response of the test's choice, and remembers the requests."""

    def __init__(self, folder: Path) -> None:
        self.film = folder / "at the cdn.mp4"
        self.film.write_bytes(VIDEO)
        self.answer: Response | None = None
        self.asked: list[Request] = []
        app = Starlette(routes=[Route("/clip.mp4", self._video), Route("/moved.mp4", self._moved)])
        self.client = Client(BASE, Secret(KEY), transport=httpx.ASGITransport(app))

    async def _video(self, request: Request) -> Response:
        self.asked.append(request)
        return self.answer or FileResponse(self.film, media_type="video/mp4")

    async def _moved(self, request: Request) -> Response:
        self.asked.append(request)
        return RedirectResponse("https://other.test/clip.mp4", 302)


def keep(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def held(file: Path) -> bytes:
    return file.read_bytes()


@pytest.fixture
def cdn(tmp_path: Path) -> Cdn:
    return Cdn(tmp_path)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clip.mp4.part"


async def failed(cdn: Cdn, file: Path, url: str = URL) -> KlingError:
    with pytest.raises(KlingError) as caught:
        await cdn.client.download(url, file)
    return caught.value


async def test_a_video_is_downloaded_with_progress(cdn: Cdn, file: Path) -> None:
    told: list[tuple[int, int | None]] = []
    await cdn.client.download(URL, file, lambda moved, whole: told.append((moved, whole)))
    assert held(file) == VIDEO
    assert told[-1] == (len(VIDEO), len(VIDEO))
    assert told == sorted(told)
    assert "range" not in cdn.asked[0].headers


@pytest.mark.parametrize("kept", [1, 100, 16 * 1024, 150_000, 299_999, 300_000])
async def test_a_download_continues_where_it_stopped(cdn: Cdn, file: Path, kept: int) -> None:
    keep(file, VIDEO[:kept])
    told: list[int] = []
    await cdn.client.download(URL, file, lambda moved, _: told.append(moved))
    assert held(file) == VIDEO
    assert len(cdn.asked) == 1
    assert cdn.asked[0].headers["range"] == f"bytes={max(0, kept - 16 * 1024)}-"
    assert told[0] >= kept


@pytest.mark.parametrize(
    "kept",
    [b"\x00" * 100, VIDEO[:1000] + b"x" * 20_000, VIDEO[1:150_000], b"x" * 300_001, VIDEO + b"x", b"x" * 1_000_000],
    ids=["another video", "another end", "shifted", "longer by one", "whole and more", "far longer"],
)
async def test_a_partial_file_of_another_video_is_replaced(cdn: Cdn, file: Path, kept: bytes) -> None:
    keep(file, kept)
    await cdn.client.download(URL, file)
    assert held(file) == VIDEO


async def test_a_server_without_ranges_sends_the_whole_video(cdn: Cdn, file: Path) -> None:
    keep(file, VIDEO[:1000])
    cdn.answer = Response(VIDEO, media_type="video/mp4")
    await cdn.client.download(URL, file)
    assert held(file) == VIDEO


@pytest.mark.parametrize("ranged", ["bytes 5-299999/300000", "bytes */300000", "nonsense", "bytes 0-9/5"])
async def test_a_range_that_starts_elsewhere_is_not_appended(cdn: Cdn, file: Path, ranged: str) -> None:
    keep(file, VIDEO[:1000])
    cdn.answer = Response(VIDEO, 206, {"content-range": ranged}, media_type="video/mp4")
    assert isinstance(await failed(cdn, file), Unanswered)  # the second time, without a range, 206 is wrong
    assert held(file) == VIDEO[:1000]


@pytest.mark.parametrize("kept", [0, 50_000])
async def test_a_truncated_download_is_continued(serve: Serve, file: Path, kept: int) -> None:
    keep(file, VIDEO[:kept])
    ranges: list[str] = []

    async def cdn(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, headers, _ = await read_request(reader)
        ranges.append(headers.get("range", ""))
        start = int(headers.get("range", "bytes=0-")[6:-1])
        content_range = f"bytes {start}-{len(VIDEO) - 1}/{len(VIDEO)}"
        status = "206 Partial Content" if "range" in headers else "200 OK"
        answer = http_answer(VIDEO[start:], status, content_range=content_range)
        # The first response breaks off.
        writer.write(answer if len(ranges) > 1 else answer[:-90_000])
        await writer.drain()

    base = await serve(cdn)
    client = Client(base, Secret(KEY))
    url = base.replace("/api/rest", "/cdn/clip.mp4")
    with pytest.raises(Unanswered):
        await client.download(url, file)
    assert kept < len(held(file)) < len(VIDEO)
    await client.download(url, file)
    assert held(file) == VIDEO
    assert ranges[1] != ranges[0]
    await client.aclose()


async def test_a_wrong_length_is_not_mistaken_for_the_whole_video(cdn: Cdn, file: Path) -> None:
    async def half() -> AsyncIterator[bytes]:
        yield VIDEO[:1000]

    cdn.answer = StreamingResponse(half(), 200, {"content-length": str(len(VIDEO))}, "video/mp4")
    error = await failed(cdn, file)
    assert isinstance(error, Unanswered)
    assert "1,000 of 300,000" in error.message


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!DOCTYPE html><html>Sign in</html>", "text/html"),
        (b"<html>Sign in</html>", "video/mp4"),
        (b'{"error": "x"}', "application/json"),
        (b"<?xml version='1.0'?><Error/>", "application/xml"),
    ],
)
async def test_a_web_page_never_replaces_the_video(cdn: Cdn, file: Path, body: bytes, kind: str) -> None:
    keep(file, VIDEO[:1000])
    cdn.answer = Response(body, media_type=kind)
    error = await failed(cdn, file)
    assert isinstance(error, Unanswered)
    assert "web page" in error.message
    assert held(file) == VIDEO[:1000]


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "text/html; charset=utf-8"])
async def test_a_video_is_taken_whatever_the_server_calls_it(cdn: Cdn, file: Path, kind: str) -> None:
    video = b"\0\0\0\x18ftypmp42" + VIDEO
    cdn.answer = Response(video, media_type=kind)
    await cdn.client.download(URL, file)
    assert held(file) == video


async def test_an_empty_video_can_be_retried(cdn: Cdn, file: Path) -> None:
    cdn.answer = Response(b"", media_type="video/mp4")
    assert isinstance(await failed(cdn, file), Unanswered)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (403, RequestRefused),
        (404, RequestRefused),
        (410, RequestRefused),
        (400, Unanswered),
        (500, Unanswered),
        (304, Unanswered),
        (429, Unreachable),
        (416, Unanswered),
    ],
)
async def test_a_failed_request_leaves_the_partial_file_alone(
    cdn: Cdn, file: Path, status: int, kind: type[KlingError]
) -> None:
    keep(file, VIDEO[:1000])
    cdn.answer = Response(b"no", status)
    assert type(await failed(cdn, file)) is kind
    assert held(file) == VIDEO[:1000]


@pytest.mark.parametrize("url", ["", "clip.mp4", "file:///etc/passwd", "https://", "http://[::1", "\x00"])
async def test_an_invalid_url_is_explained(cdn: Cdn, file: Path, url: str) -> None:
    assert isinstance(await failed(cdn, file, url), RequestRefused)


async def test_a_download_follows_a_redirect_without_the_key(cdn: Cdn, file: Path) -> None:
    await cdn.client.download("https://cdn.test/moved.mp4", file)
    assert held(file) == VIDEO
    assert [request.url.hostname for request in cdn.asked] == ["cdn.test", "other.test"]
    assert not any("authorization" in request.headers for request in cdn.asked)


async def test_a_redirect_loop_is_given_up(cdn: Cdn, file: Path) -> None:
    cdn.answer = RedirectResponse(URL, 302)
    assert isinstance(await failed(cdn, file), Unanswered)


async def test_a_full_disk_is_explained(cdn: Cdn) -> None:
    error = await failed(cdn, Path("/dev/full"))
    assert isinstance(error, Unanswered)
    assert "disk is full" in error.message


async def test_a_missing_folder_is_explained(cdn: Cdn, tmp_path: Path) -> None:
    assert isinstance(await failed(cdn, tmp_path / "gone" / "clip.part"), Unanswered)
    assert isinstance(await failed(cdn, tmp_path), Unanswered)
