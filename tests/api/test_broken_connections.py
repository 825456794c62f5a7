"""Broken connections: what proves that nothing was sent, and what leaves the outcome open."""

import asyncio
import gzip
import socket
import ssl
import tracemalloc
from collections.abc import Awaitable, Callable

import httpx
import pytest

from kling_desktop.api.client import Client
from kling_desktop.api.transport import HttpTransport, Request
from kling_desktop.api.transport_errors import SendTrace, classify
from kling_desktop.domain.errors import KlingError, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.secret import Secret
from tests.api.raw_http import GENERATION, KEY, Says, Serve, http_answer, read_request

CREATED = f'{{"generate": {{"generationId": "{GENERATION}"}}}}'.encode()


async def asked(base: str, call: Callable[[Client], Awaitable[object]] | None = None) -> KlingError:
    client = Client(base, Secret(KEY))
    try:
        with pytest.raises(KlingError) as caught:
            await (
                call(client)
                if call
                else client.create_generation({"model": "kling-video-o-1", "prompt": "x" * 100_000})
            )
    finally:
        await client.aclose()
    return caught.value


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


async def test_a_refused_connection_proves_that_nothing_was_sent() -> None:
    error = await asked(f"http://127.0.0.1:{unused_port()}/api/rest")
    assert isinstance(error, Unreachable)
    assert "refused" in error.message


async def test_an_unknown_host_proves_that_nothing_was_sent() -> None:
    error = await asked("https://no-such-host.invalid/api/rest")
    assert isinstance(error, Unreachable)
    assert "couldn't be found" in error.message


async def test_a_failed_handshake_proves_that_nothing_was_sent(serve: Serve) -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    error = await asked((await serve(plain)).replace("http:", "https:"))
    assert isinstance(error, Unreachable)
    assert "secure connection" in error.message


async def test_a_connection_closed_during_the_handshake_proves_that_nothing_was_sent(serve: Serve) -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)

    assert isinstance(await asked((await serve(close)).replace("http:", "https:")), Unreachable)


async def test_a_connection_closed_before_the_response_leaves_the_outcome_open(serve: Serve) -> None:
    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)

    assert isinstance(await asked(await serve(swallow)), Unanswered)


async def test_a_connection_closed_during_the_request_leaves_the_outcome_open(serve: Serve) -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)

    assert isinstance(await asked(await serve(close)), Unanswered)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n" + CREATED,
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{",
        b"HTTP/1.1 200 OK\r\ncontent-le",
        b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 4\r\n\r\nnope",
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"\x00" * 1000,
    ],
)
async def test_a_broken_response_leaves_the_outcome_open(serve: Serve, answer: bytes) -> None:
    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(answer)
        await writer.drain()

    assert isinstance(await asked(await serve(reply)), Unanswered)


@pytest.mark.parametrize(
    "head",
    [
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200\r\ncontent-type: text/html\r\n\r\n\ufeff",
        "HTTP/1.1 200 OK\r\nset-cookie: \x80=\x01\r\nset-cookie: a=b; path=/; Max-Age=9999999999999\r\n\r\n",
    ],
)
async def test_an_odd_response_is_read_and_leaves_no_cookie(serve: Serve, head: str) -> None:
    asked_with: list[dict[str, str]] = []

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked_with.append((await read_request(reader))[1])
        writer.write(head.encode("utf-8") + CREATED)
        await writer.drain()

    client = Client(await serve(reply), Secret(KEY))
    for _ in range(2):
        assert (await client.create_generation({})).generation == GENERATION
    await client.aclose()
    assert [headers.get("cookie") for headers in asked_with] == [None, None]


async def test_a_text_that_was_compressed_again_and_again_is_not_unpacked(serve: Serve) -> None:
    async def bomb(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        body = gzip.compress(gzip.compress(bytes(100_000_000)))
        writer.write(http_answer(body, content_encoding="gzip, gzip"))

    tracemalloc.start()
    assert isinstance(await asked(await serve(bomb)), Unanswered)
    assert tracemalloc.get_traced_memory()[1] < 150_000_000  # the bomb itself takes 100 MB to make
    tracemalloc.stop()


@pytest.mark.parametrize("headers", [{"x": "schlüssel"}, {"x": "a\r\nb: c"}, {"x\n": "a"}, {"x": "\x00"}])
async def test_a_request_that_cant_be_written_is_certainly_unsent(serve: Serve, headers: dict[str, str]) -> None:
    arrived: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.append(await reader.read(10))

    http = HttpTransport(await serve(listen), Secret(KEY))
    with pytest.raises(Unreachable, match="nothing was sent"):
        await http.request(Request("POST", http.url_for("/v2/generations"), headers, b"{}", is_api_call=True))
    await http.aclose()
    assert not any(arrived)


async def test_a_body_that_cant_be_written_is_refused_before_it_is_sent(says: Says) -> None:
    for value in (float("nan"), float("inf"), b"bytes", {1, 2}):
        with pytest.raises(RequestRefused, match="nothing was sent"):
            await says(200, {"generate": {"generationId": GENERATION}}).create_generation({"seed": value})


async def test_an_endless_response_is_given_up(serve: Serve) -> None:
    async def flood(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" " * 1_000_000)
            await writer.drain()

    error = await asked(await serve(flood), lambda client: client.get_account())
    assert isinstance(error, Unanswered)
    assert "too long" in error.message


async def test_each_create_request_is_sent_once_on_a_fresh_connection(serve: Serve) -> None:
    orders: list[int] = []
    connections: list[int] = []

    async def keep_alive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(0)
        try:
            while True:
                line, _, _ = await read_request(reader)
                if line.startswith("POST"):
                    orders.append(len(connections))
                    writer.write(http_answer(CREATED))
                else:
                    writer.write(http_answer(b'{"generations_by_pk": null}'))
        except asyncio.IncompleteReadError:
            return

    client = Client(await serve(keep_alive), Secret(KEY))
    assert await client.get_generation(GENERATION) is None
    await client.create_generation({})
    assert await client.get_generation(GENERATION) is None
    await client.create_generation({})
    await client.aclose()
    assert orders == [2, 4]


async def test_a_create_request_without_an_answer_is_not_repeated(serve: Serve) -> None:
    orders = 0

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal orders
        await read_request(reader)
        orders += 1

    assert isinstance(await asked(await serve(swallow)), Unanswered)
    assert orders == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n", "user name"),
        (b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n", "let the connection"),
        (b"", "connect to the proxy"),
        (b"HTTP/1.1 200 Connection established\r\n\r\n", "connection to"),
    ],
)
async def test_a_proxy_that_refuses_proves_that_nothing_was_sent(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, answer: bytes, words: str
) -> None:
    asked_for: list[str] = []

    async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, headers, _ = await read_request(reader)
        asked_for.append(line)
        assert "authorization" not in headers
        writer.write(answer)
        await writer.drain()

    monkeypatch.setenv("https_proxy", (await serve(proxy)).removesuffix("/api/rest").replace("127.0.0.1", "localhost"))
    error = await asked("https://api.test/api/rest")
    assert asked_for == ["CONNECT api.test:443 HTTP/1.1"]
    assert isinstance(error, Unreachable)
    assert words in error.message


@pytest.mark.parametrize("kind", ["http", "socks5"])
async def test_a_missing_proxy_is_named(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setenv("https_proxy", f"{kind}://127.0.0.1:{unused_port()}")
    error = await asked("https://api.test/api/rest")
    assert isinstance(error, Unreachable)
    assert "The proxy 127.0.0.1 refused" in error.message


async def test_this_machine_is_reached_without_a_proxy(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(http_answer(CREATED))

    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{unused_port()}")
    base = await serve(reply)
    for host in ("127.0.0.1", "localhost", "127.0.0.2"):
        client = Client(base.replace("127.0.0.1", host), Secret(KEY))
        if host == "127.0.0.2":
            with pytest.raises(Unreachable, match=r"127\.0\.0\.2"):  # nobody listens there
                await client.create_generation({})
        else:
            assert (await client.create_generation({})).generation == GENERATION
        await client.aclose()


@pytest.mark.parametrize(
    ("cause", "words"),
    [
        (ssl.SSLCertVerificationError(1, "self-signed certificate"), "certificate"),
        (ssl.SSLError(1, "wrong version number"), "secure connection"),
        (socket.gaierror(-2, "Name or service not known"), "couldn't be found"),
        (ConnectionRefusedError(111, "Connection refused"), "refused"),
        (OSError(101, "Network is unreachable"), "no network"),
        (ExceptionGroup("all attempts failed", [OSError(101, "Network is unreachable")]), "no network"),
        (TimeoutError(), "connect to"),
    ],
)
def test_a_failed_connection_is_explained(cause: Exception, words: str) -> None:
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = cause
    told = classify(error, SendTrace(), "api.test")
    assert isinstance(told, Unreachable)
    assert words in told.message


@pytest.mark.parametrize(
    "error",
    [
        *(
            httpx.ReadTimeout(""),
            httpx.WriteTimeout(""),
            httpx.ReadError(""),
            httpx.WriteError(""),
            httpx.CloseError(""),
        ),
        *(httpx.RemoteProtocolError(""), httpx.LocalProtocolError(""), httpx.DecodingError("")),
        *(TimeoutError(), OSError()),
    ],
)
def test_any_error_after_a_request_may_have_been_sent_leaves_the_outcome_open(error: Exception) -> None:
    assert isinstance(classify(error, SendTrace(), "api.test"), Unanswered)
