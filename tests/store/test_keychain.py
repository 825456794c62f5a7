"""A key is stored once the keyring has returned it; otherwise it is kept for the session, with a reason."""

import asyncio
import logging
from threading import Event

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked, PasswordDeleteError

from kling_desktop.domain.secret import Secret
from kling_desktop.store.keychain import Keychain
from kling_desktop.store.threads import run_abandonable

KEY = Secret("c0ffee00-canary")


class DictKeyring(KeyringBackend):
    priority: float = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError("Not found")
        del self.kept[service, username]


class LockedKeyring(DictKeyring):
    """Locked until the user enters the password; its errors repeat what they were given."""

    locked = True
    problem: type[Exception] = KeyringLocked

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise self.problem(f"locked: {KEY.reveal()}")
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.locked:
            raise self.problem(f"locked: {password}")
        super().set_password(service, username, password)


class ForgetfulKeyring(DictKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password[:-1])


class PlainFileKeyring(DictKeyring):
    priority = 0.5


def test_a_stored_key_is_read_by_the_next_start() -> None:
    keyring = DictKeyring()
    assert Keychain(keyring).read("work") is None
    assert Keychain(keyring).store("work", KEY)
    later = Keychain(keyring)
    assert later.read("work") == KEY
    assert later.read("home") is None
    assert later.storage_problem() == ""
    assert keyring.kept == {("kling-desktop", "work"): KEY.reveal()}


def test_a_deleted_key_is_gone() -> None:
    keychain = Keychain(DictKeyring())
    keychain.store("work", KEY)
    keychain.store("home", KEY)
    assert keychain.delete("work")
    assert keychain.delete("work")
    assert keychain.read("work") is None
    assert keychain.read("home") == KEY


@pytest.mark.parametrize("kind", [fail.Keyring, null.Keyring, PlainFileKeyring])
def test_without_a_safe_keyring_the_key_is_kept_for_the_session_with_a_reason(kind: type[KeyringBackend]) -> None:
    keychain = Keychain(backend := kind())
    assert "for this session only" in keychain.storage_problem()
    assert not keychain.store("work", KEY)
    assert keychain.read("work") == KEY
    assert "for this session only" in keychain.storage_problem()
    assert Keychain(backend).read("work") is None
    assert keychain.delete("work")
    assert keychain.read("work") is None


@pytest.mark.parametrize("problem", [KeyringLocked, RuntimeError, OSError, type("BusError", (Exception,), {})])
def test_a_locked_keyring_is_reported_without_the_key(
    problem: type[Exception], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    keyring = LockedKeyring()
    keyring.problem = problem
    keychain = Keychain(keyring)
    assert keychain.read("work") is None
    word = "is locked" if problem is KeyringLocked else "reports a fault"
    assert word in keychain.key_problem
    assert not keychain.store("work", KEY)
    assert keychain.read("work") == KEY
    assert word in keychain.storage_problem()
    assert "only for this session" in keychain.storage_problem()
    assert KEY.reveal() not in caplog.text + keychain.storage_problem() + repr(vars(keychain))
    keyring.locked = False
    assert keychain.store("work", KEY)
    assert keychain.storage_problem() == ""
    assert Keychain(keyring).read("work") == KEY


def test_a_key_in_a_locked_keyring_is_not_reported_as_deleted() -> None:
    keyring = LockedKeyring()
    keyring.locked = False
    keychain = Keychain(keyring)
    keychain.store("work", KEY)
    keyring.locked = True
    assert not keychain.delete("work")
    assert "locked" in keychain.storage_problem()


def test_a_keyring_that_returns_another_key_has_not_stored_it() -> None:
    keychain = Keychain(ForgetfulKeyring())
    assert not keychain.store("work", KEY)
    assert "different key" in keychain.storage_problem()
    assert keychain.read("work") == KEY


def test_a_newer_key_is_used_even_if_the_keyring_has_an_older_one() -> None:
    keyring = LockedKeyring()
    keyring.locked = False
    keychain = Keychain(keyring)
    keychain.store("work", Secret("old"))
    keyring.locked = True
    keychain.store("work", KEY)
    keyring.locked = False
    assert keychain.read("work") == KEY


class SilentKeyring(DictKeyring):
    """Takes questions and answers none until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.released = Event()
        self.questions = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.questions += 1
        self.released.wait()
        return super().get_password(service, username)


def test_a_silent_keyring_is_given_up_and_asked_once() -> None:
    keyring = SilentKeyring()
    keyring.kept["kling-desktop", "work"] = KEY.reveal()
    keychain = Keychain(keyring, patience=0.05)
    for _ in range(2):
        assert keychain.read("work") is None
        assert "doesn't answer" in keychain.key_problem
    assert keyring.questions == 1
    keyring.released.set()
    while (key := keychain.read("work")) is None:
        assert "doesn't answer" in keychain.key_problem
    assert key == KEY
    assert (keychain.key_problem, keychain.storage_problem()) == ("", "")


def test_a_missing_keyring_is_no_reason_to_doubt_that_there_is_no_key() -> None:
    keychain = Keychain(PlainFileKeyring())
    assert keychain.read("work") is None
    assert keychain.key_problem == ""


async def test_nobody_waits_for_a_call_that_never_ends() -> None:
    released = Event()
    waiting = asyncio.create_task(run_abandonable(released.wait))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    released.set()
    assert await run_abandonable(lambda: 7) == 7
    with pytest.raises(KeyError):
        await run_abandonable(lambda: {"a": 7}["x"])
