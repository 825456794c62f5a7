"""Keeps the computer awake through the desktop's portal (org.freedesktop.portal.Inhibit)."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

log = logging.getLogger(__name__)

_BUS_NAME = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_SUSPEND = 4
_REASON = "A clip that you paid for is still to be fetched"
_PATIENCE = 5.0
_TROUBLE = (OSError, LookupError, ValueError, RuntimeError)
"""No bus, an invalid address, nobody at the other end, or no answer in time."""


class WakeLock:
    """While it is held, the computer doesn't go to sleep by itself; its user can still send it there.

    The portal releases it when this process ends, however that happens. Without a portal it does nothing.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "wake lock")
        self._connection: DBusConnection | None = None
        self._request = ""
        self._is_held = False

    @property
    def is_held(self) -> bool:
        """Whether it is wanted now."""
        return self._is_held

    def hold(self, wanted: bool) -> None:
        """Take it or release it, without waiting."""
        if wanted != self._is_held:
            self._is_held = wanted
            with suppress(RuntimeError):  # closed
                self._thread.submit(self._take if wanted else self._release)

    def close(self) -> None:
        """Release it for good. Blocks for a moment at most."""
        self.hold(False)
        self._thread.submit(self._hang_up)
        self._thread.shutdown(wait=True)

    # On its thread

    def _take(self) -> None:
        from jeepney import DBusAddress, new_method_call

        address = DBusAddress(_PATH, _BUS_NAME, "org.freedesktop.portal.Inhibit")
        options = {"reason": ("s", _REASON)}
        answer = self._call(new_method_call(address, "Inhibit", "sua{sv}", ("", _SUSPEND, options)))
        self._request = str(answer[0]) if answer else ""

    def _release(self) -> None:
        from jeepney import DBusAddress, new_method_call

        if self._request:
            address = DBusAddress(self._request, _BUS_NAME, "org.freedesktop.portal.Request")
            self._call(new_method_call(address, "Close"))
            self._request = ""

    def _call(self, message: "Message") -> tuple[object, ...]:
        from jeepney import DBusErrorResponse
        from jeepney.io.blocking import open_dbus_connection
        from jeepney.wrappers import unwrap_msg

        try:
            if self._connection is None:
                self._connection = open_dbus_connection(bus="SESSION")
            return tuple(unwrap_msg(self._connection.send_and_get_reply(message, timeout=_PATIENCE)))
        except (*_TROUBLE, DBusErrorResponse) as error:
            log.info("the computer can't be kept awake: %r", error)
            return ()

    def _hang_up(self) -> None:
        if self._connection is not None:
            with suppress(OSError):
                self._connection.close()
