"""Notifications over D-Bus, as Linux desktops show them (org.freedesktop.Notifications)."""

import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from html import escape
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

from kling_desktop.identity import APP_ID, NAME
from kling_desktop.ui.notifications.notifier import Notifier
from kling_desktop.ui.qt.resources import resource

if TYPE_CHECKING:
    from jeepney.io.threading import DBusRouter

log = logging.getLogger(__name__)

_PLACE = {"object_path": "/org/freedesktop/Notifications", "interface": "org.freedesktop.Notifications"}
_BUS_NAME = "org.freedesktop.Notifications"
_PATIENCE = 5.0
_TROUBLE = (OSError, LookupError, ValueError, RuntimeError)
"""No bus, an invalid address, nobody at the other end, or no answer in time."""


class BusNotifier(Notifier):
    """Sends on one thread and listens on another; neither exists before the first notification. A later notification
    takes the place of the one before.
    """

    _heard = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._speaker = ThreadPoolExecutor(1, "notifications")
        self._router: DBusRouter | None = None
        self._clicks: SimpleQueue[Any] = SimpleQueue()
        self._listener: Thread | None = None
        self._names: dict[int, str] = {}
        self._latest = 0
        self._is_hopeless = False
        self._heard.connect(self.chosen, Qt.ConnectionType.QueuedConnection)

    def notify(self, name: str, title: str, text: str, picture: Path | None = None) -> None:
        with suppress(RuntimeError):  # closed
            self._speaker.submit(self._tell, name, title, text, picture)

    def close(self) -> None:
        self._speaker.submit(self._hang_up)
        self._speaker.shutdown(wait=True)
        if self._listener is not None:
            self._clicks.put(None)
            self._listener.join()

    # On the sender's thread

    def _tell(self, name: str, title: str, text: str, picture: Path | None) -> None:
        from jeepney import DBusAddress, DBusErrorResponse, new_method_call
        from jeepney.wrappers import unwrap_msg

        try:
            router = self._router or self._dial()
            if router is None:
                return
            hints = {"desktop-entry": ("s", APP_ID), "category": ("s", "transfer.complete")}
            if picture is not None:
                hints["image-path"] = ("s", picture.as_uri())
            # The text may be read as markup.
            icon = resource("icons/app.svg").as_uri()  # by its file: only an installed app's icon has a name
            said = (NAME, self._latest, icon, title, escape(text, quote=False), ["default", "Show"], hints, -1)
            address = DBusAddress(bus_name=_BUS_NAME, **_PLACE)
            asked = new_method_call(address, "Notify", "susssasa{sv}i", said)
            [number] = unwrap_msg(router.send_and_get_reply(asked, timeout=_PATIENCE))
            self._latest = number
            self._names[number] = name
        except (*_TROUBLE, DBusErrorResponse) as error:
            log.info("the desktop can't be notified: %r", error)

    def _dial(self) -> "DBusRouter | None":
        from jeepney import DBusErrorResponse, MatchRule, message_bus
        from jeepney.io.threading import DBusRouter, Proxy, open_dbus_connection

        if self._is_hopeless:
            return None
        try:
            router = DBusRouter(open_dbus_connection(bus="SESSION"))
            rule = MatchRule(type="signal", member="ActionInvoked", path=_PLACE["object_path"])
            router.filter(rule, queue=self._clicks)
            Proxy(message_bus, router, timeout=_PATIENCE).AddMatch(rule)
        except (*_TROUBLE, DBusErrorResponse) as error:
            log.info("notifications aren't available: %r", error)
            self._is_hopeless = True
            return None
        self._router = router
        self._listener = Thread(target=self._listen, name="clicks on notifications", daemon=True)
        self._listener.start()
        return router

    def _hang_up(self) -> None:
        self._is_hopeless = True
        if self._router is not None:
            self._router.close()
            self._router.conn.close()

    # On the listener's thread

    def _listen(self) -> None:
        while (message := self._clicks.get()) is not None:
            number, _action = message.body
            if name := self._names.pop(number, ""):
                self._heard.emit(name)
