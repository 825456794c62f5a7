"""Asks the session bus for a sign of life before Qt does: Qt would wait for a silent one until the user gives up."""

import os
import socket
import struct
import time
from collections.abc import Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

ADDRESS = "DBUS_SESSION_BUS_ADDRESS"
DISABLED = "disabled:"
PATIENCE = 1.0
"""Seconds. A bus answers within a millisecond, on a busy machine within a tenth of a second."""


def ensure_answer(environment: MutableMapping[str, str], patience: float = PATIENCE) -> bool:
    """Return whether the session bus answers. If it keeps silent, nothing in this process will ask it again.

    Without it there are no notifications and no keyring, and both say so. Takes `patience` seconds at most.
    """
    answers = False
    for endpoint in _endpoints(environment):
        result = _is_alive(endpoint, patience)
        if result is None:
            environment[ADDRESS] = DISABLED
            return False
        answers |= result
    return answers


def _endpoints(environment: MutableMapping[str, str]) -> Iterator[str | bytes]:
    """Yield the sockets that the bus is said to listen on."""
    default = Path(environment.get("XDG_RUNTIME_DIR") or "/nonexistent") / "bus"
    address = environment.get(ADDRESS) or f"unix:path={default}"
    for part in address.split(";"):
        kind, _, rest = part.partition(":")
        values = dict(pair.split("=", 1) for pair in rest.split(",") if "=" in pair)
        if kind == "unix" and "path" in values:
            yield unquote(values["path"])
        elif kind == "unix" and "abstract" in values:
            yield b"\0" + os.fsencode(unquote(values["abstract"]))


def _is_alive(endpoint: str | bytes, patience: float) -> bool | None:
    """Whether a bus answers there; False if nobody listens, None if somebody does and keeps silent."""
    until = time.monotonic() + patience
    user = str(os.getuid()).encode().hex()
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.settimeout(patience)
            connection.connect(endpoint)
            connection.sendall(b"\0AUTH EXTERNAL " + user.encode() + b"\r\n")
            if not _receive(connection, until).startswith(b"OK"):
                return False
            connection.sendall(b"BEGIN\r\n" + _hello())
            return bool(_receive(connection, until))
        except TimeoutError:
            return None
        except OSError:
            return False


def _receive(connection: socket.socket, until: float) -> bytes:
    connection.settimeout(max(until - time.monotonic(), 0.001))
    with suppress(ConnectionError):
        return connection.recv(4096)
    return b""


def _hello() -> bytes:
    """The message that every client of a bus begins with."""
    fields = b""
    for code, kind, value in (
        (1, b"o", b"/org/freedesktop/DBus"),
        (2, b"s", b"org.freedesktop.DBus"),
        (3, b"s", b"Hello"),
        (6, b"s", b"org.freedesktop.DBus"),
    ):
        fields += bytes(-len(fields) % 8)
        fields += struct.pack("<BB1sBI", code, 1, kind, 0, len(value)) + value + b"\0"
    header = struct.pack("<BBBBIII", ord("l"), 1, 0, 1, 0, 1, len(fields)) + fields
    return header + bytes(-len(header) % 8)
