"""The computer stays awake through a real D-Bus, with a portal of the test's own."""

import subprocess
import threading
from collections.abc import Iterator

import pytest
from jeepney import HeaderFields, MessageType, message_bus, new_method_return
from jeepney.io.blocking import open_dbus_connection

from kling_desktop.ui.notifications.wake_lock import WakeLock

REQUEST = "/org/freedesktop/portal/desktop/request/1"


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


def test_it_is_taken_once_and_given_back(bus: str) -> None:
    portal = open_dbus_connection(bus=bus)
    portal.send_and_get_reply(message_bus.RequestName("org.freedesktop.portal.Desktop"))
    told: list[tuple[str, str, object]] = []

    def serve() -> None:
        while len(told) < 2:
            message = portal.receive(timeout=10)
            if message.header.message_type is MessageType.method_call:
                fields = message.header.fields
                told.append((fields[HeaderFields.member], fields[HeaderFields.path], message.body))
                is_taken = fields[HeaderFields.member] == "Inhibit"
                portal.send(new_method_return(message, "o", (REQUEST,)) if is_taken else new_method_return(message))

    serving = threading.Thread(target=serve)
    serving.start()
    lock = WakeLock()
    lock.hold(True)
    lock.hold(True)
    lock.close()
    serving.join()
    portal.close()
    (taken, _, body), given_back = told
    assert taken == "Inhibit"
    assert body[1] == 4  # type: ignore[index]  # against suspending alone: the screen may go dark
    assert given_back[:2] == ("Close", REQUEST)


def test_without_a_bus_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "disabled:")
    lock = WakeLock()
    lock.hold(True)
    lock.close()
    assert not lock.is_held
