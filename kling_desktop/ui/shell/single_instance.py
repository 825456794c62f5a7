"""One window per data folder: a later start forwards its files to the running window, and ends."""

import hashlib
import json
import os
import re
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer, QLocalSocket

PATIENCE = 15.0
"""Seconds in which the running window must answer or be gone: one that is closing waits for pending answers first."""
_ASK_AGAIN = 0.1
_ANSWER = b"here\n"
_TOKENS = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
"""These tokens let one program raise another's window."""
_LONGEST_PATH = 100
_ADDRESS = re.compile(r"(file|kling-desktop):", re.IGNORECASE)


class SingleInstance(QObject):
    """The right to be the window of a folder: a lock that the system drops when the process ends."""

    activation_requested = Signal(list, dict)
    """Another start wants these files and links opened; with them, how it was activated."""

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._lock = FileLock(folder / "window.lock")
        self._server: QLocalServer | None = None

    def claim_or_forward(self, files: Sequence[str], how: dict[str, str], patience: float = PATIENCE) -> bool | None:
        """Blocks. True: this is the window now. False: the running one comes to the front and opens the files.

        None: there is one, but it doesn't answer.
        """
        until = time.monotonic() + patience
        while not self._take():
            if self._hand_over(files, how):
                return False
            if time.monotonic() > until:
                return None
            time.sleep(_ASK_AGAIN)
        return True

    def listen(self) -> bool:
        """Listen for later starts, where the system allows it.

        Not before the first paint: what it needs takes time to load.
        """
        from PySide6.QtNetwork import QLocalServer

        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)
        name = self._name()
        if self._lock.is_locked and not self._server.listen(name):
            QLocalServer.removeServer(name)  # left by a killed process
            self._server.listen(name)
        return self._server.isListening()

    def close(self) -> None:
        """Stop being the window: a later start waits for this process to end, and takes over."""
        if self._server:
            self._server.close()

    def release(self) -> None:
        self._lock.release()

    def _take(self) -> bool:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        except OSError:  # where nothing can be locked nothing can be saved either, and the window says so
            return True
        return True

    def _name(self) -> str:
        place = str(self._folder.resolve() / "window.socket")
        if os.name != "nt" and len(os.fsencode(place)) <= _LONGEST_PATH:
            return place
        return f"kling-desktop-{hashlib.sha256(place.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"

    def _hand_over(self, files: Sequence[str], how: dict[str, str]) -> bool:
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._name())
        if not socket.waitForConnected(1000):
            return False
        tokens = {name: os.environ[name] for name in _TOKENS if name in os.environ}
        what = {"files": [_absolute(file) for file in files], "how": how, "tokens": tokens}
        socket.write(json.dumps(what).encode() + b"\n")
        socket.waitForBytesWritten(1000)
        while not socket.canReadLine() and socket.waitForReadyRead(3000):
            pass
        return bytes(socket.readLine().data()) == _ANSWER

    def _answer(self) -> None:
        assert self._server
        while socket := self._server.nextPendingConnection():
            socket.readyRead.connect(lambda socket=socket: self._hear(socket))
            socket.disconnected.connect(socket.deleteLater)
            self._hear(socket)

    def _hear(self, socket: "QLocalSocket") -> None:
        if not socket.canReadLine():
            return
        try:
            said = json.loads(bytes(socket.readLine().data()))
            files = [str(name) for name in said["files"]]
            how, tokens = dict(said["how"]), dict(said["tokens"])
        except (ValueError, TypeError, KeyError):  # not from this app
            socket.abort()
            return
        socket.write(_ANSWER)
        socket.flush()
        for name in _TOKENS:
            if name in tokens:
                os.environ[name] = str(tokens[name])  # Qt reads it from there when it raises the window
        self.activation_requested.emit(files, how)


def _absolute(name: str) -> str:
    """The running window has another working folder. Links and addresses are the same everywhere."""
    return name if _ADDRESS.match(name) else str(Path(name).absolute())


def load() -> None:
    """Loads what `listen` needs; may run on a thread."""
    import_module("PySide6.QtNetwork")
