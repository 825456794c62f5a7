"""Sends each request through the proxy that this computer's settings name for it, or directly."""

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.request import getproxies

import httpx

from kling_desktop.api.base_url import is_loopback
from kling_desktop.domain.errors import Unreachable

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.I)
_HOST = re.compile(r"[\w.:-]+", re.ASCII)
_MAX_SHOWN = 100
_UNUSABLE = (
    "{variable} is set to {proxy}, which is no proxy this app can use. "
    "Write it as http://HOST:PORT or socks5://HOST:PORT, or remove it."
)
_UNUSABLE_SYSTEM = "The system's proxy {proxy} can't be used by this app. Correct it in the system's network settings."


@dataclass(frozen=True, slots=True)
class ProxySettings:
    """The proxies of this computer.

    Attributes:
        proxies: The address of each proxy by the scheme it is for; "all" is for every scheme.
        direct_hosts: What NO_PROXY holds: hosts, domains and networks that are reached directly.
        variables: The environment variable that names the proxy of a scheme; missing where the system names it.
    """

    proxies: Mapping[str, str]
    direct_hosts: str = ""
    variables: Mapping[str, str] | None = None

    @classmethod
    def of_this_computer(cls) -> "ProxySettings":
        """Read the environment variables and, on Windows and macOS, the system's settings."""
        found = getproxies()
        names = {scheme: f"{scheme}_proxy" for scheme in found}
        variables = {
            scheme: next((key for key in (name, name.upper()) if os.environ.get(key) == found[scheme]), "")
            for scheme, name in names.items()
        }
        return cls(found, found.get("no", ""), {scheme: name for scheme, name in variables.items() if name})

    def proxy_for(self, url: httpx.URL) -> tuple[str, str]:
        """Return the address of the proxy for a URL and what names it; both are "" if it is reached directly."""
        if is_loopback(url.host) or is_direct(url.host, url.port, self.direct_hosts):
            return "", ""
        scheme = next((scheme for scheme in (url.scheme, "all") if self.proxies.get(scheme, "").strip()), "")
        return self.proxies.get(scheme, "").strip(), (self.variables or {}).get(scheme, "")


def is_direct(host: str, port: int | None, direct_hosts: str) -> bool:
    """Whether NO_PROXY names a host: by its name, a domain above it, its address or network, or with `*`.

    What can't be read in it is passed over, so that one odd entry never stops the others.
    """
    host = host.lower().rstrip(".")
    return any(_covers(entry, host, port) for entry in re.split(r"[,;\s]+", direct_hosts.lower()) if entry)


def _covers(entry: str, host: str, port: int | None) -> bool:
    if entry == "*":
        return True
    entry = entry.partition("://")[2] or entry
    try:
        return ip_address(host) in ip_network(entry.strip("[]"), strict=False)
    except ValueError:
        pass
    name, colon, wanted_port = entry.rpartition(":")
    if colon and wanted_port.isdecimal() and not name.endswith(":"):
        if port is not None and wanted_port != str(port):
            return False
        entry = name
    entry = entry.strip("[]").removeprefix("*").lstrip(".").rstrip("./")
    return bool(entry) and (host == entry or host.endswith(f".{entry}"))


def shown_proxy(address: str) -> str:
    """Return a proxy's address as it may be shown: on one line, not too long, without user name and password."""
    found = _SCHEME.match(address)
    scheme = found[0] if found else ""
    _, at, place = address.removeprefix(scheme).rpartition("@")
    place = re.split(r"[?#]", place)[0].rstrip("/")
    host, colon, port = place.rpartition(":")
    if colon and not port.isdecimal() and not place.endswith("]"):
        place = f"{host}:•••"  # a password without the host behind it looks like a port
    shown = "".join(character if character.isprintable() else " " for character in place)
    shown = shown if len(shown) <= _MAX_SHOWN else f"{shown[:_MAX_SHOWN]}…"
    return f"{scheme}{'•••@' if at else ''}{shown}"


class ProxyRouter(httpx.AsyncBaseTransport):
    """Picks the way of each request, so that a proxy that can't be used stops only what would go through it.

    Args:
        settings: The proxies.
        certificates: What TLS connections trust. None if they can't be read: then only plain connections work.
        limits: How many connections are kept.
    """

    def __init__(self, settings: ProxySettings, certificates: ssl.SSLContext | None, limits: httpx.Limits) -> None:
        self._settings = settings
        self._certificates = certificates
        self._limits = limits
        self._transports: dict[str, httpx.AsyncHTTPTransport] = {"": self._build()}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        address, variable = self._settings.proxy_for(request.url)
        if self._certificates is None and (request.url.scheme == "https" or address.lower().startswith("https:")):
            raise Unreachable(
                "The certificates of this computer can't be read.", "Check SSL_CERT_FILE and SSL_CERT_DIR."
            )
        if address not in self._transports:
            self._transports[address] = self._build_through(address, variable)
        return await self._transports[address].handle_async_request(request)

    async def aclose(self) -> None:
        for transport in self._transports.values():
            await transport.aclose()

    def _build_through(self, address: str, variable: str) -> httpx.AsyncHTTPTransport:
        try:
            url = httpx.URL(address if "://" in address else f"http://{address}")
            has_port = url.port is None or 0 < url.port < 65536
            if _HOST.fullmatch(url.raw_host.decode("ascii")) and has_port and url.raw_path in (b"", b"/"):
                # A certificate for the proxy's own connection is an error where that isn't encrypted.
                return self._build(httpx.Proxy(url, ssl_context=self._certificates if url.scheme == "https" else None))
        except (ValueError, ImportError, httpx.InvalidURL):
            pass  # the exception may contain the proxy's password, so it must not be attached to ours
        # What to do is part of the message, as a job that waits shows nothing else.
        template = _UNUSABLE if variable else _UNUSABLE_SYSTEM
        raise Unreachable(template.format(variable=variable, proxy=shown_proxy(address)))

    def _build(self, proxy: httpx.Proxy | None = None) -> httpx.AsyncHTTPTransport:
        return httpx.AsyncHTTPTransport(
            verify=self._certificates or False, trust_env=False, limits=self._limits, proxy=proxy
        )
