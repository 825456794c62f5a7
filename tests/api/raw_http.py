"""Shared by the tests of the client: names, and reading and writing HTTP by hand."""

import asyncio
from collections.abc import Awaitable, Callable

from kling_desktop.api.client import Client

KEY = "0f9d2c1e-aaaa-bbbb-cccc-1234567890ab"
GENERATION = "1f197fd2-30f6-01a0-0d2c-5a2e3c1b7a10"  # not a UUIDv4
BASE = "https://api.test/api/rest"

Says = Callable[..., Client]
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serve = Callable[[Handler], Awaitable[str]]


async def read_request(reader: asyncio.StreamReader) -> tuple[str, dict[str, str], bytes]:
    """Return the request line, the headers (lower case) and the body."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    line, *rows = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
    return line, headers, await reader.readexactly(int(headers.get("content-length", 0)))


def http_answer(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    rows = {"content-length": str(len(body)), **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in rows.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body
