"""News over a real D-Bus, heard and clicked by a desktop of the test's own."""

import os
import subprocess
import threading
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from jeepney import DBusAddress, MessageType, message_bus, new_method_return, new_signal
from jeepney.io.blocking import DBusConnection, open_dbus_connection
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from kling_desktop.identity import APP_ID
from kling_desktop.ui.notifications.dbus import BusNotifier

NAME = "org.freedesktop.Notifications"
PLACE = DBusAddress("/org/freedesktop/Notifications", NAME, NAME)


class DesktopShell:
    """Owns the name that notifications go to, keeps what it is told, and can click."""

    def __init__(self, address: str) -> None:
        self._connection: DBusConnection = open_dbus_connection(bus=address)
        self._connection.send_and_get_reply(message_bus.RequestName(NAME))
        self.told: list[tuple[Any, ...]] = []
        self.heard = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def click(self, number: int) -> None:
        self._connection.send(new_signal(PLACE, "ActionInvoked", "us", (number, "default")))

    def close(self) -> None:
        self._over = True
        self._thread.join()
        self._connection.close()

    def _serve(self) -> None:
        while not self._over:
            try:
                message = self._connection.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type is MessageType.method_call:
                self.told.append(message.body)
                self._connection.send(new_method_return(message, "u", (len(self.told),)))
                self.heard.set()


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address"], stdout=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stdout
        address = daemon.stdout.readline().strip()
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        yield address
        daemon.terminate()


def test_a_notification_has_the_poster_and_a_click_names_its_clip(bus: str, qtbot: QtBot, tmp_path: Path) -> None:
    shell, notifier = DesktopShell(bus), BusNotifier()
    chosen: list[str] = []
    notifier.chosen.connect(chosen.append)
    try:
        notifier.notify("job 1", "A clip is done", "Cats & <b>dogs</b>", tmp_path / "a b.jpg")
        notifier.notify("job 2", "A clip is done", "Rain")
        qtbot.waitUntil(lambda: len(shell.told) == 2)
        app, _, _, title, text, actions, hints, _ = shell.told[0]
        assert (app, title, unescape(text)) == ("Kling Desktop", "A clip is done", "Cats & <b>dogs</b>")
        assert "<" not in text
        assert actions == ["default", "Show"]
        assert [replaced for _, replaced, *_ in shell.told] == [0, 1]  # the second takes the first one's place
        assert hints["desktop-entry"] == ("s", APP_ID)
        assert hints["image-path"] == ("s", (tmp_path / "a b.jpg").as_uri())
        shell.click(2)
        qtbot.waitUntil(lambda: chosen == ["job 2"])
        shell.click(99)
        shell.click(1)
        qtbot.waitUntil(lambda: chosen == ["job 2", "job 1"])
    finally:
        notifier.close()
        shell.close()
    notifier.notify("job 3", "Too late", "")


@pytest.mark.parametrize("address", ["disabled:", "unix:path=/nowhere", None])
def test_nothing_breaks_without_a_notification_service(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, address: str | None
) -> None:
    if address is None:
        monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    else:
        monkeypatch.setitem(os.environ, "DBUS_SESSION_BUS_ADDRESS", address)
    notifier = BusNotifier()
    notifier.notify("job 1", "A clip is done", "Rain")
    notifier.notify("job 2", "A clip is done", "Rain")
    notifier.close()


def test_nothing_breaks_on_a_bus_without_a_desktop(bus: str, qapp: QApplication) -> None:
    notifier = BusNotifier()
    notifier.notify("job 1", "A clip is done", "Rain")
    notifier.close()
