"""Sends every request: certificates, proxies, redirects, time-outs, and who gets the key."""

import asyncio
import logging
import ssl
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from http.cookiejar import CookieJar
from typing import TypeVar

import anyio
import httpx
import truststore

from kling_desktop import __version__
from kling_desktop.api.base_url import is_under_base, normalize_base_url
from kling_desktop.api.proxies import ProxyRouter, ProxySettings
from kling_desktop.api.rate_limiter import RateLimiter
from kling_desktop.api.transport_errors import UNWRITTEN, SendTrace, classify
from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.secret import Secret

log = logging.getLogger(__name__)

T = TypeVar("T")
Body = Callable[[], AsyncIterator[bytes]]
Progress = Callable[[int, int | None], None]
"""Called with the bytes transferred so far, and the total if it is known."""

_CONNECT_TIMEOUT = 10.0  # seconds; the other time-outs are for the next bytes
READ_TIMEOUT = 30.0
CREATE_TIMEOUT = 90.0  # longer, since a create request that was given up has to be looked for
TRANSFER_TIMEOUT = 60.0

_REDIRECT_STATUSES = (301, 302, 303, 307, 308)
_MAX_REDIRECTS = 5
_MAX_RESPONSE_BYTES = 16 * 1024 * 1024  # the list of models, the longest response we know, has about 250 kB
_USER_AGENT = f"KlingDesktop/{__version__}"


@dataclass(frozen=True, slots=True)
class Request:
    """One request.

    Args:
        method: GET, POST, DELETE.
        url: Where it goes.
        headers: Besides the authorization.
        body: The content, or a function that yields it piece by piece.
        timeout: Seconds to wait for the next bytes.
        is_api_call: Whether it goes to the API itself. If so it carries the key, counts against the rate limit, and
            follows no redirect out of the base.
        deadline: Seconds for everything; None if a transfer may take long.
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
    """A complete response. `key` is the one it was requested with: some gateways quote it in their errors."""

    status: int
    headers: httpx.Headers
    body: bytes
    key: Secret


class HttpTransport:
    """The HTTP client of one API and one key.

    Args:
        base: The address of the API. UserError if it can't be used.
        key: Sent only to addresses under the base.
        transport: Replaces the network in tests.
        rate_limiter: Limits the requests to the API itself.
        timeout_scale: Every time-out is multiplied by it.
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
        """Return the URL of a path such as `/v1/me`, which may include a query."""
        return httpx.URL(f"{str(self._base).rstrip('/')}{path}")

    async def request(self, request: Request) -> Response:
        """Send a request and read the complete response, whatever its status."""
        return await self.stream(request, self._read_whole)

    async def stream(self, request: Request, read: Callable[[httpx.Response], Awaitable[T]]) -> T:
        """Send a request and let `read` consume the response as it arrives.

        Returns:
            What `read` returns.

        Raises:
            Unreachable: Certainly nothing was sent.
            Unanswered: Any other failure of the exchange. Errors that `read` raises pass through.
        """
        for _ in range(_MAX_REDIRECTS):
            if request.is_api_call:
                await self._rate_limiter.acquire()
            outcome = await self._attempt(request, read)
            if not isinstance(outcome, _Redirect):
                return outcome
            request = replace(request, url=outcome.url)
        raise Unanswered(f"{self._key.redact(request.url.host)} keeps redirecting.", "Try again later.")

    def deadline(self, seconds: float | None) -> asyncio.Timeout:
        """Limit the time of the body. A TimeoutError within `stream` counts as no answer."""
        return asyncio.timeout(None if seconds is None else seconds * self._timeout_scale)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _attempt(self, request: Request, read: Callable[[httpx.Response], Awaitable[T]]) -> "T | _Redirect":
        client = await self._get_client()
        built = self._build(client, request)
        trace = SendTrace()
        built.extensions["trace"] = trace
        failure: KlingError
        try:
            async with self.deadline(request.deadline):
                response = await client.send(built, stream=True)
                try:
                    self._refuse_nested_encoding(response)
                    target = self._redirect_target(request, response)
                    return _Redirect(target) if target else await read(response)
                finally:
                    await response.aclose()
        except KlingError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a library raises, the trace says what it means
            if not isinstance(error, httpx.HTTPError | httpx.InvalidURL | httpx.StreamError | OSError):
                log.warning("An exchange failed with %s", type(error).__name__)  # its text may hold headers
            failure = classify(error, trace, self._key.redact(request.url.host))
        # Raised outside the `except`, or the original exception with its request and headers would be attached to it.
        raise failure

    def _build(self, client: httpx.AsyncClient, request: Request) -> httpx.Request:
        """Return the request in the form in which it is sent."""
        try:
            return client.build_request(
                request.method,
                request.url,
                headers={**request.headers, **self._authorization(request)},
                content=request.body() if callable(request.body) else request.body,
                timeout=httpx.Timeout(
                    request.timeout * self._timeout_scale, connect=_CONNECT_TIMEOUT * self._timeout_scale
                ),
            )
        except (ValueError, TypeError, httpx.InvalidURL):
            pass
        raise Unreachable(*UNWRITTEN)

    def _authorization(self, request: Request) -> dict[str, str]:
        if not request.is_api_call or not is_under_base(self._base, request.url):
            return {}
        key = self._key.reveal()
        if not key.isascii() or not key.isprintable() or " " in key or not key:
            raise RequestRefused(
                "This API key contains characters that no key has.", "Enter it again.", reason=RefusalReason.KEY
            )
        return {"authorization": f"Bearer {key}"}

    def _redirect_target(self, request: Request, response: httpx.Response) -> httpx.URL | None:
        """Return where a GET continues. An API call follows no redirect out of the base: without the key it is
        useless there.
        """
        target = response.headers.get("location", "")
        if request.method != "GET" or response.status_code not in _REDIRECT_STATUSES or not target:
            return None
        url = request.url.join(target)
        return None if request.is_api_call and not is_under_base(self._base, url) else url

    def _refuse_nested_encoding(self, response: httpx.Response) -> None:
        """A text that was compressed twice can grow a million times: there is no room for it, and no reason."""
        if "," in response.headers.get("content-encoding", ""):
            host = self._key.redact(response.url.host)
            raise Unanswered(f"The response from {host} is compressed in a way that can't be read.", "Try again later.")

    async def _read_whole(self, response: httpx.Response) -> Response:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > _MAX_RESPONSE_BYTES:
                host = self._key.redact(response.url.host)
                raise Unanswered(f"The response from {host} is far too long.", "Try again later.")
        return Response(response.status_code, response.headers, bytes(body), self._key)

    async def _get_client(self) -> httpx.AsyncClient:
        """Return the client. It is built at the first request, in a thread: certificates and imports take 0.1 s."""
        async with self._client_lock:
            if self._client is None:
                self._client = await asyncio.to_thread(build_client, self._transport)
            return self._client


def build_client(transport: httpx.AsyncBaseTransport | None) -> httpx.AsyncClient:
    """Return an httpx client with this computer's certificates and proxies, which keeps no cookies. Blocking.

    Args:
        transport: Replaces the network in tests.
    """
    if transport is None:
        anyio.run(anyio.sleep, 0)  # otherwise the first request would import half of anyio on the event loop
        # A server may close an idle connection just as a create request goes out on it, and then nobody knows whether
        # it was accepted. A fresh connection per request costs a handshake every few seconds.
        limits = httpx.Limits(max_keepalive_connections=0)
        transport = ProxyRouter(ProxySettings.of_this_computer(), _system_certificates(), limits)
    return httpx.AsyncClient(transport=transport, cookies=_NoCookies(), headers={"user-agent": _USER_AGENT})


class _NoCookies(CookieJar):
    """Keeps no cookies: the API needs none, and one that can't be sent back would spoil every later request."""

    def extract_cookies(self, response: object, request: urllib.request.Request) -> None:
        pass

    def add_cookie_header(self, request: urllib.request.Request) -> None:
        pass


@dataclass(frozen=True, slots=True)
class _Redirect:
    url: httpx.URL


def _system_certificates() -> ssl.SSLContext | None:
    """Return the certificates that the system trusts; None if they can't be read."""
    try:
        if ssl.get_default_verify_paths().cafile:
            # If one file holds them all, truststore would read it again for each connection: 55 ms on the UI thread.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.load_default_certs()
            return context
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    except OSError:
        return None
