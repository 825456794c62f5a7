"""Fetches an image from a web address that the user gave, without the key and with a size limit."""

import asyncio
import socket
from collections.abc import Callable
from ipaddress import ip_address

import httpx

from kling_desktop.api.transport import build_client
from kling_desktop.api.transport_errors import SendTrace, classify
from kling_desktop.domain.errors import KlingError, Unanswered, UserError

HEAD_BYTES = 512
"""`check_head` gets the first bytes once there are this many."""
_CONNECT_TIMEOUT = 10.0
_READ_TIMEOUT = 20.0
_DEADLINE = 90.0
"""Seconds to connect, to wait for the next bytes, and for everything."""
_MAX_REDIRECTS = 5
_REDIRECT_STATUSES = (301, 302, 303, 307, 308)
_ACCEPTED = "image/png,image/jpeg,image/webp,image/*;q=0.8,*/*;q=0.1"
_SAVE_BY_HAND = "Save the image with your browser, then drop the file."


async def fetch(
    address: str, max_bytes: int, check_head: Callable[[bytes], None], transport: httpx.AsyncBaseTransport | None = None
) -> bytes:
    """Fetch what is at a web address.

    The user may give an address of this computer or its local network. A server on the web may not redirect there:
    services inside a network trust whoever is inside.

    Args:
        address: An http or https address without a password.
        max_bytes: More than that is an error.
        check_head: Gets the first bytes and raises UserError if the rest isn't wanted.
        transport: Replaces the network in tests.

    Raises:
        KlingError: It can't be fetched; the message says why.
    """
    url = _parse_url(address)
    is_trusted = await _is_local(url.host)
    # Built in a thread: loading certificates takes a tenth of a second.
    async with await asyncio.to_thread(build_client, transport) as client:
        for _ in range(_MAX_REDIRECTS + 1):
            outcome = await _attempt(client, url, max_bytes, check_head)
            if isinstance(outcome, bytes):
                return outcome
            if not is_trusted and await _is_local(outcome.host):
                raise UserError(f"{url.host} redirects to an address inside your own network.", _SAVE_BY_HAND)
            url = outcome
    raise UserError(f"{url.host} keeps redirecting.", _SAVE_BY_HAND)


async def _attempt(
    client: httpx.AsyncClient, url: httpx.URL, max_bytes: int, check_head: Callable[[bytes], None]
) -> bytes | httpx.URL:
    trace = SendTrace()
    failure: KlingError
    try:
        async with asyncio.timeout(_DEADLINE):
            request = client.build_request(
                "GET",
                url,
                headers={"accept": _ACCEPTED, "accept-encoding": "identity"},
                timeout=httpx.Timeout(_READ_TIMEOUT, connect=_CONNECT_TIMEOUT),
                extensions={"trace": trace},
            )
            response = await client.send(request, stream=True)
            try:
                return await _read(response, url, max_bytes, check_head)
            finally:
                await response.aclose()
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        failure = classify(error, trace, url.host)
    raise failure


async def _read(
    response: httpx.Response, url: httpx.URL, max_bytes: int, check_head: Callable[[bytes], None]
) -> bytes | httpx.URL:
    target = response.headers.get("location", "")
    if response.status_code in _REDIRECT_STATUSES and target:
        return _parse_url(str(url.join(target)))
    if response.status_code != 200:
        raise _status_error(response.status_code, url.host)
    too_large = UserError(f"The file at this address is larger than {max_bytes // 2**20} MB.", "Use a smaller version.")
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:18]) > max_bytes:
        raise too_large
    content = bytearray()
    is_checked = False
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise too_large
        if not is_checked and len(content) >= HEAD_BYTES:
            check_head(bytes(content[:HEAD_BYTES]))
            is_checked = True
    if not is_checked:
        check_head(bytes(content))
    return bytes(content)


def _status_error(status: int, host: str) -> KlingError:
    if status in (401, 402, 403, 407):
        return UserError(f"{host} requires a sign-in for this ({status}).", _SAVE_BY_HAND)
    if status in (404, 410):
        return UserError(f"There is nothing at this address ({status}).", "Copy the image's address again.")
    return Unanswered(f"{host} isn't sending the image right now ({status}).", _SAVE_BY_HAND)


def _parse_url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
        if url.scheme in ("http", "https") and url.host and not url.userinfo:
            return url
    except httpx.InvalidURL:
        pass
    raise UserError("This address can't be fetched.", "Use one that starts with https:// and contains no password.")


async def _is_local(host: str) -> bool:
    """Whether a host is this computer or in its local network, as far as its name can be resolved here."""
    try:
        return _is_private(host)
    except ValueError:
        pass
    if host.lower() == "localhost":
        return True
    try:
        addresses = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:  # a proxy may be able to resolve it
        return False
    return any(_is_private(str(address[0]).partition("%")[0]) for *_, address in addresses)


def _is_private(address: str) -> bool:
    ip = ip_address(address)
    return not ip.is_global or ip.is_multicast
