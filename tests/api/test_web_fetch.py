"""An image is fetched from wherever the user says, and nothing else is done for an address."""

import asyncio
from collections.abc import Callable

import httpx
import pytest

from kling_desktop.api.web_fetch import HEAD_BYTES, fetch
from kling_desktop.domain.errors import KlingError, Unanswered, Unreachable, UserError
from tests.api.raw_http import Serve, http_answer, read_request

PICTURE = b"\x89PNG" + bytes(3 * HEAD_BYTES)
MOST = 2**20


class Web(httpx.AsyncBaseTransport):
    """Pages by URL; a text is a redirect target."""

    def __init__(self, **pages: object) -> None:
        self.pages: dict[str, object] = pages
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        page = self.pages[str(request.url)]
        if isinstance(page, str):
            return httpx.Response(302, headers={"location": page})
        if isinstance(page, int):
            return httpx.Response(page)
        assert isinstance(page, bytes)
        return httpx.Response(200, content=page)


def web(pages: dict[str, object]) -> Web:
    made = Web()
    made.pages = pages
    return made


async def got(pages: dict[str, object], address: str, look: Callable[[bytes], None] = lambda _head: None) -> bytes:
    return await fetch(address, MOST, look, web(pages))


async def why_not(pages: dict[str, object], address: str) -> str:
    with pytest.raises(KlingError) as caught:
        await got(pages, address)
    return str(caught.value)


async def test_a_fetch_sends_nothing_about_the_user() -> None:
    far = web({"https://pictures.test/a.png": "/b.png", "https://pictures.test/b.png": PICTURE})
    assert await fetch("https://pictures.test/a.png", MOST, lambda _head: None, far) == PICTURE
    for request in far.asked:
        assert request.method == "GET"
        assert not {"authorization", "cookie", "referer"} & {name.lower() for name in request.headers}


async def test_the_first_bytes_decide_whether_the_rest_is_fetched() -> None:
    seen: list[bytes] = []

    def look(head: bytes) -> None:
        seen.append(head)
        raise UserError("This is a web page.")

    with pytest.raises(UserError, match="web page"):
        await got({"https://pictures.test/": b"<html>" + bytes(9000)}, "https://pictures.test/", look)
    assert len(seen[0]) == HEAD_BYTES
    assert await got({"https://pictures.test/": b"tiny"}, "https://pictures.test/") == b"tiny"


@pytest.mark.parametrize("inside", ["http://127.0.0.1/x", "http://192.168.0.1/x", "http://[::1]/x", "http://10.0.0.8/"])
async def test_the_web_cant_redirect_into_the_users_own_network(inside: str) -> None:
    said = await why_not({"https://93.184.216.34/a": inside, inside: PICTURE}, "https://93.184.216.34/a")
    assert "inside your own network" in said
    # Addresses that users give themselves may be fetched, and may redirect within their network.
    assert await got({inside: PICTURE}, inside) == PICTURE
    assert await got({"http://192.168.7.7/a": inside, inside: PICTURE}, "http://192.168.7.7/a") == PICTURE


async def test_a_host_name_of_this_computer_is_local() -> None:
    pages: dict[str, object] = {"https://93.184.216.34/a": "http://localhost/x", "http://localhost/x": PICTURE}
    assert "inside your own network" in await why_not(pages, "https://93.184.216.34/a")


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://pictures.test/a", "https://me:pw@a.test/"])
async def test_only_web_addresses_are_followed(address: str) -> None:
    assert "can't be fetched" in await why_not({}, address)
    assert "can't be fetched" in await why_not({"https://pictures.test/": address}, "https://pictures.test/")


async def test_a_redirect_loop_ends() -> None:
    said = await why_not({"https://pictures.test/": "https://pictures.test/"}, "https://pictures.test/")
    assert "keeps redirecting" in said


@pytest.mark.parametrize(
    ("status", "words"), [(404, "nothing at this address"), (403, "requires a sign-in"), (503, "right now")]
)
async def test_an_error_status_says_what_to_do(status: int, words: str) -> None:
    assert words in await why_not({"https://pictures.test/": status}, "https://pictures.test/")


async def test_a_file_over_the_limit_is_not_fetched(serve: Serve) -> None:
    async def announces(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n" + PICTURE)

    async def keeps_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(bytes(65536))
            await writer.drain()

    for handler in (announces, keeps_on):
        with pytest.raises(UserError, match="larger than 1 MB"):
            await fetch(f"{await serve(handler)}/a.png", MOST, lambda _head: None)


async def test_a_real_connection_works_and_a_broken_one_is_explained(serve: Serve) -> None:
    async def whole(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(PICTURE))

    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(PICTURE)[:-100])

    assert await fetch(f"{await serve(whole)}/a.png", MOST, lambda _head: None) == PICTURE
    with pytest.raises(Unanswered):
        await fetch(f"{await serve(half)}/a.png", MOST, lambda _head: None)
    with pytest.raises(Unreachable):
        await fetch("http://127.0.0.1:9/a.png", MOST, lambda _head: None)


async def test_a_cancelled_fetch_ends_at_once(serve: Serve) -> None:
    async def silent(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await reader.read()

    task = asyncio.create_task(fetch(f"{await serve(silent)}/a.png", MOST, lambda _head: None))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
