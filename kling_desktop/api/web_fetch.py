"""Fetch what lies at an address of the web that a user gave: without the key, and not more than is wanted."""

import asyncio
import socket
from collections.abc import Callable
from ipaddress import ip_address

import httpx

from kling_desktop.api.transport import new_client
from kling_desktop.api.transport_errors import Departure, failure
from kling_desktop.domain.errors import KlingError, Unanswered, UserError

HEAD = 512
"""Bytes after which `look` is asked whether the rest is wanted."""
_CONNECTING = 10.0
_PATIENCE = 20.0
_DEADLINE = 90.0
"""Seconds: to connect, to wait for the next bytes, and in all."""
_MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_ACCEPTED = "image/png,image/jpeg,image/webp,image/*;q=0.8,*/*;q=0.1"
_BY_HAND = "Save the picture with your browser, then drop the file."


async def fetch(
    address: str, most: int, look: Callable[[bytes], None], transport: httpx.AsyncBaseTransport | None = None
) -> bytes:
    """What lies there, of at most so many bytes. look sees how it begins and raises what the user is to be told when
    the rest isn't wanted. KlingError says what went wrong; transport stands in for the network.

    An address of this computer or of its own network is one that the user may give, but no server of the web may send
    on to it: behind it stand things that trust whoever is inside.
    """
    url = _web_address(address)
    trusted = await _is_inside(url.host)
    # Built away from the loop: certificates take a tenth of a second.
    async with await asyncio.to_thread(new_client, transport) as client:
        for _ in range(_MOST_REDIRECTS + 1):
            outcome = await _once(client, url, most, look)
            if isinstance(outcome, bytes):
                return outcome
            if not trusted and await _is_inside(outcome.host):
                raise UserError(f"{url.host} sends on to an address inside your own network.", _BY_HAND)
            url = outcome
    raise UserError(f"{url.host} sends from one address to the next without end.", _BY_HAND)


async def _once(
    client: httpx.AsyncClient, url: httpx.URL, most: int, look: Callable[[bytes], None]
) -> bytes | httpx.URL:
    departure = Departure()
    broken: KlingError
    try:
        async with asyncio.timeout(_DEADLINE):
            request = client.build_request(
                "GET",
                url,
                headers={"accept": _ACCEPTED, "accept-encoding": "identity"},
                timeout=httpx.Timeout(_PATIENCE, connect=_CONNECTING),
                extensions={"trace": departure},
            )
            response = await client.send(request, stream=True)
            try:
                return await _read(response, url, most, look)
            finally:
                await response.aclose()
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        broken = failure(error, departure, url.host)
    raise broken


async def _read(
    response: httpx.Response, url: httpx.URL, most: int, look: Callable[[bytes], None]
) -> bytes | httpx.URL:
    target = response.headers.get("location", "")
    if response.status_code in _REDIRECTS and target:
        return _web_address(str(url.join(target)))
    if response.status_code != 200:
        raise _no(response.status_code, url.host)
    too_large = UserError(f"What lies at this address is larger than {most // 2**20} MB.", "Use a smaller version.")
    announced = response.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:18]) > most:
        raise too_large
    content = bytearray()
    looked = False
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > most:
            raise too_large
        if not looked and len(content) >= HEAD:
            look(bytes(content[:HEAD]))
            looked = True
    if not looked:
        look(bytes(content))
    return bytes(content)


def _no(status: int, host: str) -> KlingError:
    if status in (401, 402, 403, 407):
        return UserError(f"{host} hands this out only to those it knows ({status}).", _BY_HAND)
    if status in (404, 410):
        return UserError(f"There is nothing at this address ({status}).", "Copy the picture's address again.")
    return Unanswered(f"{host} does not hand out the picture just now ({status}).", _BY_HAND)


def _web_address(address: str) -> httpx.URL:
    try:
        url = httpx.URL(address)
        if url.scheme in ("http", "https") and url.host and not url.userinfo:
            return url
    except httpx.InvalidURL:
        pass
    raise UserError("This address can't be fetched.", "Use one that begins with https:// and holds no password.")


async def _is_inside(host: str) -> bool:
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
