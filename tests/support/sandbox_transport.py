"""The sandbox without a network: requests of an HTTP client go straight to the app."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.applications import Starlette


class SandboxTransport(httpx.AsyncBaseTransport):
    """Answers as the sandbox's server would, closed connections included.

    A connection that closes without an answer is `httpx.ReadError`, one that closes within the body is
    `httpx.RemoteProtocolError` while the body is read, as over a real socket.
    """

    def __init__(self, app: Starlette) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = b"".join([part async for part in request.stream])  # type: ignore[union-attr]
        exchange = _Exchange(body)
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "scheme": request.url.scheme,
            "path": request.url.path,
            "raw_path": request.url.raw_path.split(b"?")[0],
            "query_string": request.url.query,
            "server": (request.url.host, request.url.port),
            "client": ("127.0.0.1", 123),
            "root_path": "",
            "state": {"hang_up": exchange.hang_up},
        }
        # As a network does: whoever asks again and again lets others have their turn.
        await asyncio.sleep(0)
        await self._app(scope, exchange.receive, exchange.send)
        if exchange.status is None:
            raise httpx.ReadError("the sandbox closed the connection", request=request)
        stream = _Body(exchange.parts, dropped=exchange.dropped)
        return httpx.Response(exchange.status, headers=exchange.headers, stream=stream, request=request)


class _Exchange:
    """One request and what was answered to it."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self.status: int | None = None
        self.headers: list[tuple[bytes, bytes]] = []
        self.parts: list[bytes] = []
        self.dropped = False
        self._over = asyncio.Event()

    def hang_up(self) -> None:
        self.dropped = True
        self._over.set()

    async def receive(self) -> dict[str, Any]:
        if self._body is None:
            # A client that has sent everything stays until it has its answer.
            await self._over.wait()
            return {"type": "http.disconnect"}
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], message["headers"]
        elif self.status is not None and not self.dropped:
            self.parts.append(message.get("body", b""))


class _Body(httpx.AsyncByteStream):
    def __init__(self, parts: list[bytes], *, dropped: bool) -> None:
        self._parts = parts
        self._dropped = dropped

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            yield part
        if self._dropped:
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")
