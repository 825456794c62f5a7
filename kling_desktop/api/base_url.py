"""Which addresses belong to the service, and so may see the API key."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import httpx

from kling_desktop.domain.errors import UserError

LEONARDO_BASE = "https://cloud.leonardo.ai/api/rest"
"""Leonardo.AI's own API, ending before `/v1` and `/v2`."""

_SEGMENTS = re.compile(r"(?:/[A-Za-z0-9_-]+)*")
_EXAMPLE = f"It looks like {LEONARDO_BASE}."


def normalize_base_url(url: str) -> str:
    """The base of another API in one spelling: https, or http on this machine, ending before `/v1`.

    UserError says what is wrong; it doesn't repeat the address, which may hold a password.
    """
    url = url.strip()
    if not url.isprintable() or " " in url:
        raise UserError("The address of an API has no spaces in it.", _EXAMPLE)
    parts = _split(url)
    if parts is None:
        raise UserError("This address of an API can't be read.", _EXAMPLE)
    host, port = parts.hostname or "", parts.port
    if parts.scheme not in ("http", "https") or not host:
        raise UserError("The address of an API starts with https://.", _EXAMPLE)
    if parts.scheme == "http" and not is_loopback(host):
        raise UserError("Over http:// anybody on the way could read the API key.", "Use the https:// address.")
    if parts.username is not None or parts.password is not None:
        raise UserError("The address of an API can't hold a name or a password.", "Leave out what stands before the @.")
    if parts.query or parts.fragment:
        raise UserError("The address of an API has no ? or # in it.", _EXAMPLE)
    path = parts.path.rstrip("/")
    if path.rpartition("/")[2].lower() in ("v1", "v2"):
        raise UserError("The address of an API ends before /v1.", f"Leave out {path.rpartition('/')[2]}.")
    if not _SEGMENTS.fullmatch(path):
        raise UserError("The path of this address holds characters that an API's doesn't.", _EXAMPLE)
    shown = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{shown}{f':{port}' if port not in (None, usual) else ''}{path}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        httpx.URL(url)
        return parts if parts.port is None or parts.port else None
    except (ValueError, httpx.InvalidURL):
        return None


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_under_base(base: httpx.URL, url: httpx.URL) -> bool:
    """Whether the key may go to this address: it lies under the base.

    What follows the base must be plain segments, so that no spelling (`..`, `%2e`, `//`, a backslash) that a server
    or a proxy might resolve otherwise leads out from under it.
    """
    if url.userinfo or (url.scheme, url.raw_host, url.port) != (base.scheme, base.raw_host, base.port):
        return False
    root, path = _path(base).rstrip("/"), _path(url)
    return path.startswith(f"{root}/") and _SEGMENTS.fullmatch(path.removeprefix(root)) is not None


def _path(url: httpx.URL) -> str:
    return url.raw_path.partition(b"?")[0].decode("ascii")
