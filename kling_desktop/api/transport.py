"""One way out for API, upload and download: certificates, proxies, redirects, time-outs, and who sees the key."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import anyio
import httpx
import truststore

from kling_desktop import __version__
from kling_desktop.api.base_url import is_loopback, is_under_base, normalize_base_url
from kling_desktop.api.rate_limiter import RateLimiter
from kling_desktop.api.transport_errors import SendTrace, classify
from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.secret import Secret

T = TypeVar("T")
Body = Callable[[], AsyncIterator[bytes]]

_CONNECT_TIMEOUT = 10.0  # seconds; the rest is patience for the next bytes
READ_TIMEOUT = 30.0
CREATE_TIMEOUT = 90.0  # longer: an order that was given up on has to be looked for
TRANSFER_TIMEOUT = 60.0

_REDIRECT_STATUSES = (301, 302, 303, 307, 308)
_MAX_REDIRECTS = 5
_MAX_RESPONSE_BYTES = 16 * 1024 * 1024  # the list of models, the longest known, has about 250 kB
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
_USER_AGENT = f"KlingDesktop/{__version__}"


@dataclass(frozen=True, slots=True)
class Request:
    """One request. keyed: it asks the API itself, so it carries the key and follows no redirect from under the base.

    patience: seconds to wait for the next bytes; deadline: for the whole exchange, None where bytes may flow for long.
    """

    method: str
    url: httpx.URL
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Body | None = None
    timeout: float = READ_TIMEOUT
    is_api_call: bool = False
    deadline: float | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """key: the one it was asked with, which some gateways quote in what they say."""

    status: int
    headers: httpx.Headers
    body: bytes
    key: Secret


class HttpTransport:
    """base is the API's; over a network UserError tells one that won't do. transport stands in for the network.

    Requests to the API itself are kept within limits. Every time-out is multiplied by patience.
    """

    def __init__(
        self,
        base: str,
        key: Secret,
        transport: httpx.AsyncBaseTransport | None = None,
        rate_limiter: RateLimiter | None = None,
        timeout_scale: float = 1.0,
    ) -> None:
        self._base = httpx.URL(normalize_base_url(base) if transport is None else base)
        self._key = key
        self._transport = transport
        self._rate_limiter = rate_limiter or RateLimiter()
        self._timeout_scale = timeout_scale
        self._client_lock = asyncio.Lock()
        self._client: httpx.AsyncClient | None = None

    def url_for(self, path: str) -> httpx.URL:
        """The address of a path of the API, `/v1/me`, with its query if it has one."""
        return httpx.URL(f"{str(self._base).rstrip('/')}{path}")

    async def request(self, request: Request) -> Response:
        """Send a request and read the whole answer, whatever its status."""
        return await self.stream(request, self._read_whole)

    async def stream(self, request: Request, read: Callable[[httpx.Response], Awaitable[T]]) -> T:
        """Send a request and let take read the answer while it comes.

        Raises Unreachable when certainly nothing was sent, Unanswered otherwise, and what take raises.
        """
        for _ in range(_MAX_REDIRECTS):
            if request.is_api_call:
                await self._rate_limiter.acquire()
            outcome = await self._attempt(request, read)
            if not isinstance(outcome, _Redirect):
                return outcome
            request = replace(request, url=outcome.url)
        raise Unanswered(f"{request.url.host} sends from one address to the next without end.", "Try again later.")

    def deadline(self, seconds: float | None) -> asyncio.Timeout:
        """Bounds what is awaited in its body; a TimeoutError within an exchange counts as no answer."""
        return asyncio.timeout(None if seconds is None else seconds * self._timeout_scale)

    async def aclose(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _attempt(self, request: Request, read: Callable[[httpx.Response], Awaitable[T]]) -> "T | _Redirect":
        client = await self._get_client()
        trace = SendTrace()
        broken: KlingError
        try:
            async with self.deadline(request.deadline):
                built = client.build_request(
                    request.method,
                    request.url,
                    headers={**request.headers, **self._authorization(request)},
                    content=request.body() if callable(request.body) else request.body,
                    timeout=httpx.Timeout(
                        request.timeout * self._timeout_scale, connect=_CONNECT_TIMEOUT * self._timeout_scale
                    ),
                    extensions={"trace": trace},
                )
                response = await client.send(built, stream=True)
                try:
                    elsewhere = self._redirect_target(request, response)
                    return _Redirect(elsewhere) if elsewhere else await read(response)
                finally:
                    await response.aclose()
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            broken = classify(error, trace, request.url.host)
        # Outside the except, or the exception with its request and headers would hang on to this one.
        raise broken

    def _authorization(self, request: Request) -> dict[str, str]:
        if not request.is_api_call or not is_under_base(self._base, request.url):
            return {}
        key = self._key.reveal()
        if not key.isascii() or not key.isprintable() or " " in key or not key:
            raise RequestRefused(
                "This API key holds characters that no key has.", "Enter it again.", reason=RefusalReason.KEY
            )
        return {"authorization": f"Bearer {key}"}

    def _redirect_target(self, request: Request, response: httpx.Response) -> httpx.URL | None:
        """Where a GET goes on. A question to the API goes nowhere else: without the key nobody answers it."""
        target = response.headers.get("location", "")
        if request.method != "GET" or response.status_code not in _REDIRECT_STATUSES or not target:
            return None
        url = request.url.join(target)
        return None if request.is_api_call and not is_under_base(self._base, url) else url

    async def _read_whole(self, response: httpx.Response) -> Response:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > _MAX_RESPONSE_BYTES:
                raise Unanswered(f"The answer of {response.url.host} is far too long.", "Try again later.")
        return Response(response.status_code, response.headers, bytes(body), self._key)

    async def _get_client(self) -> httpx.AsyncClient:
        """The client, built at the first request and away from the loop: certificates and imports take 0.1 s."""
        async with self._client_lock:
            if self._client is None:
                self._client = await asyncio.to_thread(self._build_client)
            return self._client

    def _build_client(self) -> httpx.AsyncClient:
        host = self._base.host
        here = {f"[{host}]" if ":" in host else host} if is_loopback(host) else set()
        return build_client(self._transport, here)


def build_client(transport: httpx.AsyncBaseTransport | None, direct_hosts: Collection[str] = ()) -> httpx.AsyncClient:
    """A client with this computer's certificates and proxies, past which it goes to hosts that are here. Blocking.

    transport stands in for the network.
    """
    if transport is None:
        anyio.run(anyio.sleep, 0)  # or it would import the half of itself at the first request, on the loop
    try:
        trust = _system_certificates() if transport is None else True
    except OSError:
        raise Unreachable(
            "The certificates of this computer can't be read.", "Check SSL_CERT_FILE and SSL_CERT_DIR."
        ) from None
    try:
        return httpx.AsyncClient(
            verify=trust,
            # A server may close a kept connection at the very moment an order goes out on it, and then nobody
            # knows whether it was taken. A fresh one for each request costs a handshake every few seconds.
            limits=httpx.Limits(max_keepalive_connections=0),
            transport=transport,
            mounts=dict.fromkeys(f"all://{host}" for host in {*_LOCAL_HOSTS, *direct_hosts}),  # None: past any proxy
            headers={"user-agent": _USER_AGENT},
        )
    except (ValueError, ImportError, httpx.InvalidURL):
        pass  # it may quote the proxy's password, so it is not to hang on to what is raised
    raise Unreachable("The proxy settings of this computer can't be used.", "Give the proxy as http://HOST:PORT.")


@dataclass(frozen=True, slots=True)
class _Redirect:
    url: httpx.URL


def _system_certificates() -> ssl.SSLContext:
    """The certificates that the system trusts."""
    if ssl.get_default_verify_paths().cafile:
        # Where one file holds them all, truststore reads it again for each connection: 55 ms on the window's thread.
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_default_certs()
        return context
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
