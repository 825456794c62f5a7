"""Fake servers: an app that gives one answer to everything, and bare sockets that break off where a test says."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, closing, suppress
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kling_desktop.api.client import Client
from kling_desktop.domain.secret import Secret
from tests.api.raw_http import BASE, KEY, Handler, Says, Serve


@pytest.fixture
def says() -> Says:
    """A client whose service gives one answer to everything."""

    def client(status: int, body: Any = b"", headers: Mapping[str, str] | None = None, key: str = KEY) -> Client:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()

        async def answer(_request: Request) -> Response:
            return Response(content, status, headers)

        methods = ["GET", "POST", "DELETE"]
        app = Starlette(routes=[Route("/{path:path}", answer, methods=methods)])
        return Client(BASE, Secret(key), transport=httpx.ASGITransport(app))

    return client


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Listens on this machine with a handler for each connection; returns the base URL."""
    async with AsyncExitStack() as stack:

        async def start(handler: Handler) -> str:
            async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                # A client that has seen enough may disconnect halfway.
                with closing(writer), suppress(ConnectionError):
                    await handler(reader, writer)

            server = await asyncio.start_server(handle, "127.0.0.1", 0)
            stack.callback(server.close)
            return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/rest"

        yield start
