"""What a failed exchange proves: that nothing was sent, or nothing at all. And what to tell the user."""

import errno
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from kling_desktop.domain.errors import Unanswered, Unreachable

# Raised before the first byte of a request is sent, whatever the transport.
_BEFORE_SENDING = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
)
_NETWORK_DOWN = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EADDRNOTAVAIL}
UNWRITTEN = "This request can't be written as HTTP, so nothing was sent.", "Try again later."
_CHECK_CONNECTION = "Check your internet connection."
_CHECK_PROXY = "Check this computer's proxy settings."


class SendTrace:
    """Records whether a request was sent (the `trace` extension of httpcore).

    The exception alone can't tell: a proxy that closes while the tunnel is opened raises the same ReadError as a server
    that closes after it has accepted a request.
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
        elif event.endswith(".send_request_headers.failed") and _is_unwritten(info["exception"]):
            self.has_sent = False  # the headers couldn't be written, so not a byte of them was

    @property
    def is_certainly_unsent(self) -> bool:
        return self.has_events and not self.has_sent


def _is_unwritten(error: BaseException) -> bool:
    """Whether the headers of a request can't be written as HTTP."""
    import httpcore  # httpx imports it with the first request

    return isinstance(error, httpcore.LocalProtocolError | UnicodeError)


def classify(error: Exception, trace: SendTrace, host: str) -> Unreachable | Unanswered:
    """Return our error for an exception of an exchange with a host.

    It contains nothing of the exception's text, which may include headers. Raise it outside the `except`: otherwise the
    exception, which holds the request, is attached to it.
    """
    if trace.is_certainly_unsent or isinstance(error, _BEFORE_SENDING):
        proxy = trace.connected_to if trace.connected_to != host else ""
        return Unreachable(*_unreachable_reason(error, host, proxy))
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return Unanswered(f"{host} didn't answer in time.", _CHECK_CONNECTION)
    if isinstance(error, httpx.DecodingError | httpx.RemoteProtocolError):
        return Unanswered(f"The response from {host} is incomplete or can't be read.", _CHECK_CONNECTION)
    return Unanswered(f"The connection to {host} was lost before its response was complete.", _CHECK_CONNECTION)


def _unreachable_reason(error: Exception, host: str, proxy: str) -> tuple[str, str]:
    """Return why a request couldn't be sent, and what to do about it."""
    if isinstance(error, httpx.LocalProtocolError | UnicodeError):
        return UNWRITTEN
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return f"The address of {host} can't be used, so nothing was sent.", "Check it, then try again."
    if isinstance(error, httpx.ProxyError):
        if str(error).startswith("407"):
            return "The proxy requires a user name and password.", "Add them to this computer's proxy settings."
        return f"The proxy didn't let the connection to {host} through.", _CHECK_PROXY
    causes = tuple(_causes(error))
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
        return (
            f"The certificate of {host} isn't trusted, so nothing was sent.",
            "If a company proxy or a virus scanner inspects secure connections here, install its certificate in the "
            "system. A wrong clock on this computer can also cause this.",
        )
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return _no_connection(host, proxy, "{host} couldn't be found.", "The proxy {proxy} couldn't be found.")
        if isinstance(cause, ConnectionRefusedError):
            return _no_connection(
                host, proxy, "{host} refused the connection.", "The proxy {proxy} refused the connection."
            )
        if isinstance(cause, ssl.SSLError):
            return f"There is no secure connection to {host}.", "A proxy or a sign-in page may be in between."
        if isinstance(cause, OSError) and cause.errno in _NETWORK_DOWN:
            return "There is no network connection.", _CHECK_CONNECTION
    if isinstance(error, httpx.TimeoutException | TimeoutError):
        return _no_connection(
            host, proxy, "Connecting to {host} took too long.", "Connecting to the proxy {proxy} took too long."
        )
    return _no_connection(host, proxy, "Couldn't connect to {host}.", "Couldn't connect to the proxy {proxy}.")


def _no_connection(host: str, proxy: str, direct: str, through_proxy: str) -> tuple[str, str]:
    if proxy:
        return through_proxy.format(proxy=proxy), _CHECK_PROXY
    return direct.format(host=host), _CHECK_CONNECTION


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
