"""Facts about this computer and this installation, as lines for a report."""

import locale
import os
import platform
import sqlite3
import ssl
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kling_desktop import __version__
from kling_desktop.store.folders import Folders

PACKAGES = ("PySide6_Essentials", "av", "pillow", "pi_heif", "httpx", "truststore", "keyring", "qasync", "psygnal")
"""Packages whose versions matter when something goes wrong."""
_LOG_TAIL = 256 * 1024
_LAST_ERRORS = 15
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_MATTERS = ("QT_", "XDG_SESSION_TYPE", "XDG_CURRENT_DESKTOP", "WAYLAND_DISPLAY", "DISPLAY", "SSL_CERT_")

Facts = Mapping[str, str]


def read_facts(folders: Folders, clips: Path) -> Facts:
    """Return what is known without Qt: label and value. Blocks."""
    return {
        "Kling Desktop": f"{__version__}, {_installation()}",
        "Python": f"{platform.python_version()} ({platform.python_implementation()}, {platform.machine()})",
        "System": f"{_system_name()}, {platform.release()}, {' '.join(platform.libc_ver()).strip() or 'no glibc'}",
        "Packages": ", ".join(f"{name} {found}" for name, found in _versions()),
        "SQLite": sqlite3.sqlite_version,
        "Locale": ".".join(filter(None, locale.getlocale())) or "C",
        "Data": str(folders.data),
        "Settings": str(folders.config),
        "Cache": str(folders.cache),
        "Logs": str(folders.logs),
        "Clips": str(clips),
        "Keyring": _keyring_name(),
        "Proxies in the environment": _proxies(os.environ),
        "Certificates": _certificates(),
        "Graphics": ", ".join(_graphics(Path("/sys/class/drm"))) or "unknown",
        "Environment": ", ".join(_environment(os.environ)) or "nothing that matters",
    }


def read_last_errors(log: Path) -> list[str]:
    """Return the last warnings and errors in the log, one line each."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LOG_TAIL))
            lines = file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []
    return [line for line in lines if any(f" {level} " in line for level in ("WARNING", "ERROR", "CRITICAL"))][
        -_LAST_ERRORS:
    ]


def _installation() -> str:
    return f"bundle in {Path(sys.executable).parent}" if getattr(sys, "frozen", False) else f"in {sys.prefix}"


def _system_name() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
    except OSError:
        return platform.platform(terse=True)


def _versions() -> Iterator[tuple[str, str]]:
    for name in PACKAGES:
        try:
            yield name, version(name)
        except PackageNotFoundError:
            continue


def _keyring_name() -> str:
    try:
        import keyring

        backend = keyring.get_keyring()
    except Exception as error:  # noqa: BLE001 - backends are plug-ins with their own errors
        return f"none ({type(error).__name__})"
    kind = type(backend)
    return f"{kind.__module__}.{kind.__name__}"


def _proxies(environment: Mapping[str, str]) -> str:
    found = [f"{name}={environment[name]}" for name in environment if name.lower() in _PROXIES]
    return ", ".join(found) or "none"


def _certificates() -> str:
    paths = ssl.get_default_verify_paths()
    return f"{ssl.OPENSSL_VERSION}; {paths.cafile or paths.capath or 'of the system'}"


def _graphics(drm: Path) -> Iterator[str]:
    """Yield driver and device of each graphics card, as Linux names them; asking the driver itself could crash it."""
    for card in sorted(drm.glob("card[0-9]")):
        try:
            driver = (card / "device/driver").resolve().name
            ids = [(card / "device" / name).read_text().strip() for name in ("vendor", "device")]
        except OSError:
            continue
        yield f"{driver} {':'.join(ids)}"


def _environment(environment: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(environment):
        if name.startswith(_MATTERS):
            yield f"{name}={environment[name]}"
