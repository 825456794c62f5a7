"""Fetch what lies at an address of the web that a user gave: without the key, and not more than is wanted."""

import asyncio
import socket
from collections.abc import Callable
from ipaddress import ip_address

import httpx

from kling_desktop.api.transport import build_client
from kling_desktop.api.transport_errors import SendTrace, classify
from kling_desktop.domain.errors import KlingError, Unanswered, UserError

HEAD_BYTES = 512
"""Bytes after which `look` is asked whether the rest is wanted."""
_CONNECT_TIMEOUT = 10.0
_READ_TIMEOUT = 20.0
_DEADLINE = 90.0
"""Seconds: to connect, to wait for the next bytes, and in all."""
_MAX_REDIRECTS = 5
_REDIRECT_STATUSES = (301, 302, 303, 307, 308)
_ACCEPTED = "image/png,image/jpeg,image/webp,image/*;q=0.8,*/*;q=0.1"
_SAVE_BY_HAND = "Save the picture with your browser, then drop the file."


async def fetch(
    address: str, max_bytes: int, check_head: Callable[[bytes], None], transport: httpx.AsyncBaseTransport | None = None
) -> bytes:
    """What lies there, of at most so many bytes. look sees how it begins and raises what the user is to be told when
    the rest isn't wanted. KlingError says what went wrong; transport stands in for the network.

    An address of this computer or of its own network is one that the user may give, but no server of the web may send
    on to it: behind it stand things that trust whoever is inside.
    """
    url = _parse_url(address)
    trusted = await _is_local(url.host)
    # Built away from the loop: certificates take a tenth of a second.
    async with await asyncio.to_thread(build_client, transport) as client:
        for _ in range(_MAX_REDIRECTS + 1):
            outcome = await _attempt(client, url, max_bytes, check_head)
            if isinstance(outcome, bytes):
                return outcome
            if not trusted and await _is_local(outcome.host):
                raise UserError(f"{url.host} sends on to an address inside your own network.", _SAVE_BY_HAND)
            url = outcome
    raise UserError(f"{url.host} sends from one address to the next without end.", _SAVE_BY_HAND)


async def _attempt(
    client: httpx.AsyncClient, url: httpx.URL, max_bytes: int, check_head: Callable[[bytes], None]
) -> bytes | httpx.URL:
    trace = SendTrace()
    broken: KlingError
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
        broken = classify(error, trace, url.host)
    raise broken


async def _read(
    response: httpx.Response, url: httpx.URL, max_bytes: int, check_head: Callable[[bytes], None]
) -> bytes | httpx.URL:
    target = response.headers.get("location", "")
    if response.status_code in _REDIRECT_STATUSES and target:
        return _parse_url(str(url.join(target)))
    if response.status_code != 200:
        raise _status_error(response.status_code, url.host)
    too_large = UserError(
        f"What lies at this address is larger than {max_bytes // 2**20} MB.", "Use a smaller version."
    )
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:18]) > max_bytes:
        raise too_large
    content = bytearray()
    looked = False
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > max_bytes:
            raise too_large
        if not looked and len(content) >= HEAD_BYTES:
            check_head(bytes(content[:HEAD_BYTES]))
            looked = True
    if not looked:
        check_head(bytes(content))
    return bytes(content)


def _status_error(status: int, host: str) -> KlingError:
    if status in (401, 402, 403, 407):
        return UserError(f"{host} hands this out only to those it knows ({status}).", _SAVE_BY_HAND)
    if status in (404, 410):
        return UserError(f"There is nothing at this address ({status}).", "Copy the picture's address again.")
    return Unanswered(f"{host} does not hand out the picture just now ({status}).", _SAVE_BY_HAND)


def _parse_url(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
        if url.scheme in ("http", "https") and url.host and not url.userinfo:
            return url
    except httpx.InvalidURL:
        pass
    raise UserError("This address can't be fetched.", "Use one that begins with https:// and holds no password.")


async def _is_local(host: str) -> bool:
    """Whether a host is this computer or in its own network, as far as its name can be resolved here."""
    try:
        return _is_private(host)
    except ValueError:
        pass
    if host.lower() == "localhost":
        return True
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except OSError:  # a proxy may know it all the same
        return False
    return any(_is_private(str(place[0]).partition("%")[0]) for *_, place in found)


def _is_private(address: str) -> bool:
    place = ip_address(address)
    return not place.is_global or place.is_multicast
