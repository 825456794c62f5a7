"""Which addresses belong to the API, and so may get the API key."""

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import httpx

from kling_desktop.domain.errors import UserError

LEONARDO_BASE = "https://cloud.leonardo.ai/api/rest"
"""Leonardo.AI's own API, ending before `/v1` and `/v2`."""

_SEGMENTS = re.compile(r"(?:/[A-Za-z0-9_-]+)*")
_EXAMPLE = f"An API address looks like {LEONARDO_BASE}."


def normalize_base_url(url: str) -> str:
    """Return the base address of an API, normalized: https, or http on this machine, ending before `/v1`.

    Raises:
        UserError: The address can't be used. The message doesn't repeat it, as it may hold a password.
    """
    url = url.strip()
    if not url.isprintable() or " " in url:
        raise UserError("The address of an API contains no spaces.", _EXAMPLE)
    parts = _split(url)
    if parts is None:
        raise UserError("This address can't be read.", _EXAMPLE)
    host, port = parts.hostname or "", parts.port
    if parts.scheme not in ("http", "https") or not host:
        raise UserError("The address of an API starts with https://.", _EXAMPLE)
    if parts.scheme == "http" and not is_loopback(host):
        raise UserError("With http:// others on the network could read the API key.", "Use the https:// address.")
    if parts.username is not None or parts.password is not None:
        raise UserError(
            "The address of an API can't contain a user name or password.", "Leave out everything before the @."
        )
    if parts.query or parts.fragment:
        raise UserError("The address of an API contains no ? or #.", _EXAMPLE)
    path = parts.path.rstrip("/")
    version = path.rpartition("/")[2]
    if version.lower() in ("v1", "v2"):
        raise UserError("The address of an API ends before /v1.", f"Leave out {version}.")
    if not _SEGMENTS.fullmatch(path):
        raise UserError("This address contains characters that no API address has.", _EXAMPLE)
    shown_host = f"[{host}]" if ":" in host else host
    shown_port = "" if port in (None, {"http": 80, "https": 443}[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{shown_host}{shown_port}{path}"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        httpx.URL(url)
        return parts if parts.port is None or parts.port else None
    except (ValueError, httpx.InvalidURL):
        return None


def is_loopback(host: str) -> bool:
    """Whether a host name or IP address is this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def is_under_base(base: httpx.URL, url: httpx.URL) -> bool:
    """Whether a URL lies under the base of the API, so that the key may be sent to it.

    The path after the base must consist of plain segments. Otherwise a server or proxy could resolve `..`, `%2e`, `//`
    or a backslash to an address outside the base.
    """
    if url.userinfo or (url.scheme, url.raw_host, url.port) != (base.scheme, base.raw_host, base.port):
        return False
    root, path = _path(base).rstrip("/"), _path(url)
    return path.startswith(f"{root}/") and _SEGMENTS.fullmatch(path.removeprefix(root)) is not None


def _path(url: httpx.URL) -> str:
    return url.raw_path.partition(b"?")[0].decode("ascii")
