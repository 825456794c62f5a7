"""The far side behind a real, secure connection, on which everything can go wrong.

A name leads to it, whose resolution is the test's own: so a name can be gone, lead to where nobody listens, or to one
who can't prove who he is. What is asked goes on to the sandbox, unless the fault comes in between.
"""

import asyncio
import datetime
import re
import shutil
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from starlette.applications import Starlette

from tests.api.raw_http import http_answer
from tests.support.sandbox_transport import SandboxTransport

if TYPE_CHECKING:
    from kling_desktop.sandbox.world import World

NAME = "kling.test"
HERE, NOBODY, STRANGER = "127.0.0.1", "127.0.0.2", "127.0.0.3"
_PHASES = {
    "upload": re.compile(r"/init-image|/bucket/"),
    "create": re.compile(r"^POST .*/v2/generations"),
    "follow": re.compile(r"^GET .*/v1/(generations|me)"),
    "download": re.compile(r"\.mp4"),
}
ARRAY = (
    b'[{"extensions":{"code":"BadRequestException","details":{"code":"VALIDATION_ERROR","errors":'
    b'[{"message":"parameters.prompt must be shorter"}]},"statusCode":400},"message":"An error occurred."}]'
)
BAD_GATEWAY = b"<html><body><h1>502 Bad Gateway</h1></body></html>"
ANSWERS = {
    "429": http_answer(
        b'{"error": "Too many requests", "code": "unexpected"}', "429 Too Many Requests", retry_after="3"
    ),
    "500": http_answer(b'{"error": "Internal server error", "code": "unexpected"}', "500 Internal Server Error"),
    "502": http_answer(BAD_GATEWAY, "502 Bad Gateway", content_type="text/html"),
    "html": http_answer(b"<!doctype html><title>Sign in</title>", content_type="text/html"),
    "empty": http_answer(b""),
    "garbage": http_answer(b'{"generate": {"generat'),
    "200-array": http_answer(ARRAY, content_type="application/json"),
}


@dataclass(frozen=True)
class Certificates:
    """The far side's own, and one that nobody vouches for. folder/authority.pem is what the app is to trust."""

    folder: Path

    def write(self) -> None:
        for name in ("authority", "stranger"):
            key = ec.generate_private_key(ec.SECP256R1())
            subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
            now = datetime.datetime.now(datetime.UTC)
            names: list[x509.GeneralName] = [x509.DNSName(NAME), x509.IPAddress(ip_address(HERE))]
            certificate = (
                x509.CertificateBuilder()
                .subject_name(subject)
                .issuer_name(subject)
                .public_key(key.public_key())
                .serial_number(x509.random_serial_number())
                .not_valid_before(now - datetime.timedelta(days=2))
                .not_valid_after(now + datetime.timedelta(days=30))
                .add_extension(x509.SubjectAlternativeName(names), critical=False)
                .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
                .sign(key, hashes.SHA256())
            )
            (self.folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
            secret = key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            (self.folder / f"{name}.key").write_bytes(secret)

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    def context(self, name: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        return context


class Resolver:
    """Stands where the system's does, for one name. leads_to: an address, or "" for a name that is gone."""

    def __init__(self) -> None:
        self.leads_to = HERE

    @contextmanager
    def installed(self) -> Iterator["Resolver"]:
        system = socket.getaddrinfo

        def look_up(host: Any, *rest: Any, **more: Any) -> Any:
            if host not in (NAME, NAME.encode()):
                return system(host, *rest, **more)
            if not self.leads_to:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return system(self.leads_to, *rest, **more)

        socket.getaddrinfo = look_up
        try:
            yield self
        finally:
            socket.getaddrinfo = system


class FaultProxy:
    """Listens, and hands on what it hears. fault and phase say what goes wrong with which questions, `times` times.

    after: whether the sandbox has done what was asked before the fault comes. heard is called with each question's
    phase before it is handed on, served with the phase once its answer is out.
    """

    def __init__(self, certificates: Certificates, resolver: Resolver, film: Path) -> None:
        self._certificates = certificates
        self.resolver = resolver
        self._film = film
        self._servers: list[asyncio.Server] = []
        self._sandbox: SandboxTransport | None = None
        self._world: World | None = None
        self.port = 0
        self.asked: list[str] = []
        self.heal()
        self.served: Callable[[str], object] = lambda _phase: None
        self.heard: Callable[[str], object] = lambda _phase: None

    @property
    def base(self) -> str:
        return f"https://{NAME}:{self.port}/api/rest"

    def heal(self) -> None:
        """Everything works again."""
        self.fault, self.phase, self.after, self.times = "", "", False, 0
        self.resolver.leads_to = HERE

    async def listen(self) -> None:
        own, strange = self._certificates.context("authority"), self._certificates.context("stranger")
        first = await asyncio.start_server(self._connected, HERE, 0, ssl=own)
        self.port = first.sockets[0].getsockname()[1]
        self._servers = [first, await asyncio.start_server(self._connected, STRANGER, self.port, ssl=strange)]

    def serve(self, app: Starlette) -> None:
        """From now on it is that sandbox."""
        self._sandbox, self._world = SandboxTransport(app), app.state.world
        self.asked.clear()

    async def close(self) -> None:
        for server in self._servers:
            server.close()
            await server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        except (asyncio.IncompleteReadError, OSError):
            pass  # whoever asked is gone
        finally:
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readuntil(b"\r\n")).decode("latin-1")
        phase = next((name for name, words in _PHASES.items() if words.search(line)), "")
        struck = bool(self.fault) and phase == self.phase and self.times > 0
        self.times -= struck
        self.asked.append(phase)
        fault = self.fault if struck else ""
        if fault in ("reset before the request", "reset inside the request"):
            if fault == "reset inside the request":
                await reader.read(30)
            _reset(writer)
            return
        headers, body = await _rest_of(reader)
        self.heard(phase)
        answer = b"" if fault and not self.after else await self._ask(line, headers, body)
        if fault:
            await _FAULTS.get(fault, _say)(writer, answer, fault)
            return
        writer.write(answer)
        await writer.drain()
        self.served(phase)

    async def _ask(self, line: str, headers: dict[str, str], body: bytes) -> bytes:
        assert self._sandbox
        assert self._world
        method, path, _ = line.split()
        request = httpx.Request(method, f"https://{NAME}:{self.port}{path}", headers=headers, content=body)
        response = await self._sandbox.handle_async_request(request)
        for made in self._world.generations.values():
            clip = self._world.clip_file(made, "mp4")
            if not clip.exists():
                shutil.copy(self._film, clip)
        content = await response.aread()
        kept = {name: value for name, value in response.headers.items() if name not in ("content-length", "connection")}
        return http_answer(content, f"{response.status_code} Said", **kept)


async def _rest_of(reader: asyncio.StreamReader) -> tuple[dict[str, str], bytes]:
    """The headers (lower case) and the body."""
    rows = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
    return headers, await reader.readexactly(int(headers.get("content-length", 0)))


def _reset(writer: asyncio.StreamWriter) -> None:
    """As when a cable is pulled or a machine falls over: no polite end."""
    plain = writer.get_extra_info("socket")
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def _reset_after(writer: asyncio.StreamWriter, _answer: bytes, _fault: str) -> None:
    _reset(writer)


async def _reset_inside(writer: asyncio.StreamWriter, answer: bytes, _fault: str) -> None:
    whole = answer or http_answer(b'{"generations_by_pk": {"id": "1f197fd2-30f6-01a0-0d2c-5a2e3c1b7a10"}}')
    writer.write(whole[: len(whole) - 20])
    await writer.drain()
    await asyncio.sleep(0.02)
    _reset(writer)


async def _never(writer: asyncio.StreamWriter, _answer: bytes, _fault: str) -> None:
    await _until_gone(writer)


async def _slowly(writer: asyncio.StreamWriter, answer: bytes, _fault: str) -> None:
    """Byte after byte, so that something always comes and the end never."""
    for byte in answer or http_answer(b" " * 100_000):
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.05)


async def _say(writer: asyncio.StreamWriter, _answer: bytes, fault: str) -> None:
    writer.write(ANSWERS[fault])
    await writer.drain()


async def _until_gone(writer: asyncio.StreamWriter) -> None:
    while not writer.is_closing():
        await asyncio.sleep(0.02)


_FAULTS: dict[str, Callable[[asyncio.StreamWriter, bytes, str], Awaitable[None]]] = {
    "reset after the request": _reset_after,
    "reset inside the answer": _reset_inside,
    "time-out": _never,
    "slow loris": _slowly,
}
