"""Closes a connection halfway, which ASGI itself has no way to do.

A server that can do it adds a function `hang_up` to the scope's state; the server in `serve` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import FileResponse, Response

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send


class ConnectionDropped(Exception):
    """The connection should be closed here; raised if the server has no `hang_up`."""


async def drop(scope: Scope, receive: Receive) -> None:
    """Close the connection after whatever was sent so far."""
    hang_up = scope.get("state", {}).get("hang_up")
    if hang_up is None:
        raise ConnectionDropped
    hang_up()
    # The server must have seen the end before the app returns, or it responds in the app's place.
    while (await receive())["type"] != "http.disconnect":
        pass


class Dropped(Response):
    """Sends no response at all."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  # nothing is sent
        await drop(scope, receive)


class Truncated(FileResponse):
    """A file of which only the first half (of the requested range) arrives."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        left = 0

        async def send_half(message: Message) -> None:
            nonlocal left
            if message["type"] == "http.response.start":
                left = int(dict(message["headers"])[b"content-length"]) // 2
                await send(message)
                return
            part = bytes(message.get("body", b""))[:left]
            left -= len(part)
            await send({"type": "http.response.body", "body": part, "more_body": True})
            if not left:
                raise ConnectionDropped

        try:
            await super().__call__(scope, receive, send_half)
        except ConnectionDropped:
            await drop(scope, receive)
