"""What a broken exchange proves: that nothing was sent, or nothing at all; and what to tell about it."""

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from kling_desktop.domain.errors import Unanswered, Unreachable

# Raised before the first byte of a request, whatever the transport.
_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
_NETWORK_DOWN = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
_CHECK_CONNECTION = "Check the internet connection."
_CHECK_PROXY = "Check the proxy settings of this computer."


class SendTrace:
    """Watches one request on its way out (the `trace` extension of httpcore).

    The kind of an exception alone can't tell whether a request had left: a proxy that closes while the tunnel is
    being opened raises the same ReadError as a server that closes after taking an order.
    """

    def __init__(self) -> None:
        self.has_events = False
        self.has_sent = False
        self.connected_to = ""

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        self.has_events = True
        if event.endswith(".connect_tcp.started"):
            self.connected_to = str(info["host"])
        elif event.endswith(".send_request_headers.started") and info["request"].method != b"CONNECT":
            self.has_sent = True

    @property
    def is_certainly_unsent(self) -> bool:
        return self.has_events and not self.has_sent


def classify(error: Exception, trace: SendTrace, host: str) -> Unreachable | Unanswered:
    """The domain's word for an exception of an exchange with host.

    It takes nothing of the exception's own text, which may hold headers; raise it outside the `except`, so that the
    exception (which holds the request) doesn't hang on to it.
    """
    if trace.is_certainly_unsent or isinstance(error, _BEFORE_SENDING):
        proxy = trace.connected_to if trace.connected_to != host else ""
        return Unreachable(*_unreachable_reason(error, host, proxy))
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Unanswered(f"{host} did not answer in time.", _CHECK_CONNECTION)
    if isinstance(error, httpx.DecodingError | httpx.RemoteProtocolError):
        return Unanswered(f"The answer of {host} broke off or can't be read.", _CHECK_CONNECTION)
    return Unanswered(f"The connection to {host} was lost before its answer was whole.", _CHECK_CONNECTION)


def _unreachable_reason(error: Exception, host: str, proxy: str) -> tuple[str, str]:
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return "The address to ask can't be used.", "Check the address of the API in Settings."
    if isinstance(error, httpx.ProxyError):
        if str(error).startswith("407"):
            return "The proxy asks for a sign-in.", "Put its name and password into the proxy settings."
        return f"The proxy let nothing through to {host}.", _CHECK_PROXY
    causes = tuple(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return (
            f"The certificate of {host} isn't trusted, so nothing was sent.",
            "If a company proxy or a virus scanner opens secure connections here, its certificate must be installed "
            "in the system. A clock that is wrong can be the reason too.",
        )
    there = f"the proxy {proxy}" if proxy else host
    advice = _CHECK_PROXY if proxy else _CHECK_CONNECTION
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return f"The name of {there} was not found.", advice
        if isinstance(cause, ConnectionRefusedError):
            return f"The connection was refused by {there}.", advice
        if isinstance(cause, ssl.SSLError):
            return f"No secure connection to {host} could be opened.", "A proxy or a sign-in page may stand in between."
        if isinstance(cause, OSError) and cause.errno in _NETWORK_DOWN:
            return "There is no network.", _CHECK_CONNECTION
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return f"No connection to {there} could be opened in time.", advice
    return f"No connection to {there} could be opened.", advice


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        cause = waiting.pop(0)
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [*getattr(cause, "exceptions", ()), cause.__cause__, cause.__context__]
