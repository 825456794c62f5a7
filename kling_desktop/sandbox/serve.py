"""The sandbox as a process of its own."""

from __future__ import annotations

import logging
import os
import signal
import socket
import sys
import threading
from typing import TYPE_CHECKING

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from kling_desktop.sandbox.app import create_app

if TYPE_CHECKING:
    import asyncio

    from kling_desktop.sandbox.settings import SandboxSettings


def serve(port: int, settings: SandboxSettings, *, until_stdin_closes: bool = False) -> None:
    """Serve on 127.0.0.1 until Ctrl-C or the parent's end; port 0 takes a free one.

    Prints the base URL as its only line of output once it listens. With `until_stdin_closes` it also ends when its
    standard input closes, of which the parent keeps the other end. That is the one sign of the parent's end on every
    system, but useless if it is started without any input. Raises OSError if the port is taken.
    """
    with socket.create_server(("127.0.0.1", port)) as listening:
        base = f"http://127.0.0.1:{listening.getsockname()[1]}/api/rest"
        config = uvicorn.Config(
            create_app(settings, base=base),
            http=_Connection,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            date_header=False,  # the app sends its own, by its own clock
            timeout_graceful_shutdown=1,
        )
        server = _Server(config, base, until_stdin_closes)
        # uvicorn raises the signals that ended it again when it is done.
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            server.run(sockets=[listening])
        except KeyboardInterrupt:
            return
        finally:
            signal.signal(signal.SIGTERM, before)


class _Connection(H11Protocol):
    """Gives the app a function that closes the connection (`connection.drop`)."""

    # As in uvicorn: a connection is a transport that can also write, which the common base class doesn't know.
    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "hang_up": transport.close}


class _Server(uvicorn.Server):
    """Prints its base URL and watches its parent."""

    def __init__(self, config: uvicorn.Config, base: str, until_stdin_closes: bool) -> None:
        super().__init__(config)
        self._base = base
        self._parent = os.getppid()
        if until_stdin_closes:
            threading.Thread(target=self._read_stdin, name="parent's end", daemon=True).start()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        sys.stdout.write(f"{self._base}\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A response cut off by the end is no fault worth a traceback.
        logging.getLogger("uvicorn.error").disabled = True
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        # Children of a dead parent are passed to another process (on Windows they keep the old number).
        return await super().on_tick(counter) or os.getppid() != self._parent

    def _read_stdin(self) -> None:
        # Not sys.stdin: a thread that waits inside its lock would keep the interpreter from ending.
        while os.read(0, 4096):
            pass
        self.should_exit = True
