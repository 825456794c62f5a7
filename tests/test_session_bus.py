"""A session bus that is dead or silent never keeps the window from opening."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from kling_desktop import session_bus
from kling_desktop.ui.shell.qt_environment import own_qt_settings


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "bus"))
        server.listen()
        yield server


def environment_of(server: socket.socket) -> dict[str, str]:
    return {session_bus.ADDRESS: f"unix:path={server.getsockname()},guid=0123"}


def answer(server: socket.socket, replies: list[bytes]) -> list[bytes]:
    """Answer one client from a thread; the list fills with what it says."""
    heard: list[bytes] = []

    def run() -> None:
        client, _ = server.accept()
        with client:
            for reply in replies:
                heard.append(client.recv(4096))
                client.sendall(reply)
            while said := client.recv(4096):
                heard.append(said)

    Thread(target=run, daemon=True).start()
    return heard


def test_a_bus_that_answers_is_used(listening: socket.socket) -> None:
    environment = environment_of(listening)
    heard = answer(listening, [b"OK 0123\r\n", b"l\2\1\1"])
    assert session_bus.ensure_answer(environment)
    assert heard[0].startswith(b"\0AUTH EXTERNAL ")
    assert heard[1].startswith(b"BEGIN\r\nl\1\0\1")
    assert environment == environment_of(listening)


@pytest.mark.parametrize("replies", [[], [b"OK 0123\r\n"]], ids=["silent at once", "silent after the greeting"])
def test_a_silent_bus_is_given_up(listening: socket.socket, replies: list[bytes]) -> None:
    environment = environment_of(listening)
    answer(listening, replies)
    began = time.monotonic()
    assert not session_bus.ensure_answer(environment, patience=0.1)
    assert time.monotonic() - began < 2
    assert environment == {session_bus.ADDRESS: session_bus.DISABLED}


@pytest.mark.parametrize(
    "environment", [{}, {session_bus.ADDRESS: "disabled:"}, {session_bus.ADDRESS: "unix:path=/nowhere;nonsense"}]
)
def test_a_bus_that_nobody_listens_on_is_left_to_qt(environment: dict[str, str]) -> None:
    before = dict(environment)
    assert not session_bus.ensure_answer(environment)
    assert environment == before


def test_other_programs_qt_settings_are_hidden_only_while_qt_reads_them() -> None:
    environment = {"QT_PLUGIN_PATH": "/usr/lib/qt6", "QT_QPA_PLATFORMTHEME": "qt6ct", "QT_STYLE_OVERRIDE": "kvantum"}
    before = dict(environment)
    with own_qt_settings(environment):
        assert environment == {}
    assert environment == before
