"""What ends together: signal connections, open dialogs and whatever else an owner has to put away."""

from collections.abc import Callable
from contextlib import ExitStack

import psygnal
from PySide6.QtCore import QMetaObject, QObject, SignalInstance

Slot = Callable[..., object]


class Connections:
    """Undone in reverse order by `close`; made again afterwards, they are undone by the next one."""

    def __init__(self) -> None:
        self._undo = ExitStack()

    def on(self, signal: SignalInstance | psygnal.SignalInstance, slot: Slot) -> None:
        """Call `slot` at every emission until `close`. Keeps the slot's object alive until then."""
        if isinstance(signal, psygnal.SignalInstance):
            signal.connect(slot)
            self._undo.callback(signal.disconnect, slot)
        else:
            # By the connection, not by the signal: its sender may be gone by the time of `close`.
            self._undo.callback(_disconnect, signal.connect(slot), slot)

    def on_close(self, undo: Callable[[], object]) -> None:
        """Call `undo` when everything ends."""
        self._undo.callback(undo)

    def close(self) -> None:
        self._undo.close()


def _disconnect(connection: QMetaObject.Connection, _slot: Slot) -> None:
    QObject.disconnect(connection)
