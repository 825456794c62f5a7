"""Stores API keys in the system's keyring: Secret Service, Keychain, Credential Locker."""

import logging
from threading import Thread
from typing import TYPE_CHECKING, Generic, TypeVar

from kling_desktop.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

SERVICE = "kling-desktop"
PATIENCE = 15.0
"""Seconds for the keyring to answer, with the time that the user needs to unlock it."""
MIN_PRIORITY = 1  # the priority of backends that keyring recommends; those that write plain files are below

NO_KEYRING = (
    "This computer has no keyring that Kling Desktop can use, so the key is kept for this session only. "
    "Start one (such as GNOME Keyring or KWallet) and restart Kling Desktop to keep it."
)
LOCKED = "The keyring is locked. Unlock it and try again."
SILENT = "The keyring doesn't answer. Answer its question if there is one, or restart it, and try again."
FAILED = "The keyring reports a fault. Restart it and try again."
_SESSION_ONLY = "Until then, a key is kept only for this session."
WRONG_KEY = "The keyring returned a different key than was stored, so the key is kept for this session only."

_LOCKED_WORDS = ("Locked", "Dismissed", "InitError")
"""In the names of errors: the user is needed, or has refused."""

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Keychain:
    """Stores keys by profile. A key that the keyring doesn't accept is kept in memory until the app quits.

    Each call may wait up to PATIENCE for the keyring: it may ask the user to unlock it, or be dead. What it is asked
    runs on a thread that nobody waits for at the end.

    Args:
        backend: The system's keyring by default, which is looked up at first use.
        patience: Seconds for it to answer.
    """

    def __init__(self, backend: "KeyringBackend | None" = None, patience: float = PATIENCE) -> None:
        self._backend = backend
        self._patience = patience
        self._asking: Thread | None = None
        self._session_keys: dict[str, Secret] = {}
        self._problem = ""

    def read(self, profile: str) -> Secret | None:
        """Return the profile's key; None if there is none or it can't be read (see `storage_problem`)."""
        return self._session_keys.get(profile) or self._read_stored(profile)

    def store(self, profile: str, key: Secret) -> bool:
        """Store a key and read it back. If that fails, keep it in memory and return False (see `storage_problem`)."""
        self._session_keys[profile] = key
        self._call(lambda backend: backend.set_password(SERVICE, profile, key.reveal()))
        if self._problem:
            return False
        if self._read_stored(profile) != key:
            self._problem = self._problem or WRONG_KEY
            return False
        del self._session_keys[profile]
        return True

    def delete(self, profile: str) -> bool:
        """Delete the profile's key from memory and keyring. Returns whether it is gone (see `storage_problem`)."""
        self._session_keys.pop(profile, None)
        if self._read_stored(profile):
            self._call(lambda backend: backend.delete_password(SERVICE, profile))
        return self._problem in ("", NO_KEYRING)

    def storage_problem(self) -> str:
        """Return why keys aren't kept beyond this session, as the latest call has shown; "" if they are."""
        if not self._problem:
            self._call(lambda _: None)
        return f"{self._problem} {_SESSION_ONLY}" if self.key_problem else self._problem

    @property
    def key_problem(self) -> str:
        """Why the latest call couldn't tell whether there is a key; "" if it could."""
        return self._problem if self._problem in (LOCKED, SILENT, FAILED) else ""

    def _read_stored(self, profile: str) -> Secret | None:
        text = self._call(lambda backend: backend.get_password(SERVICE, profile))
        return Secret(text) if text else None

    def _call(self, function: "Callable[[KeyringBackend], Result]") -> Result | None:
        if self._asking and self._asking.is_alive():
            self._asking.join(self._patience)  # the user may be answering the question before
            if self._asking.is_alive():
                self._problem = SILENT
                return None
        answer = _Answer[Result]()
        self._asking = Thread(target=self._ask, args=(function, answer), name="keyring", daemon=True)
        self._asking.start()
        self._asking.join(self._patience)
        if self._asking.is_alive():
            log.info("The keyring doesn't answer")
            self._problem = SILENT
            return None
        self._problem = answer.problem
        return answer.result

    def _ask(self, function: "Callable[[KeyringBackend], Result]", answer: "_Answer[Result]") -> None:
        try:
            backend = self._get_backend()
            if backend is None:
                answer.problem = NO_KEYRING
            else:
                answer.result = function(backend)
        except Exception as error:  # noqa: BLE001 - backends are plug-ins with their own errors: D-Bus, COM and others
            # Only the type: an error of a backend may contain the key.
            log.info("The keyring failed: %s", type(error).__name__)
            answer.problem = LOCKED if _needs_user(error) else FAILED

    def _get_backend(self) -> "KeyringBackend | None":
        if self._backend is None:
            # Imported here, because looking for backends would slow down the start.
            import keyring

            self._backend = keyring.get_keyring()
        return self._backend if self._backend.priority >= MIN_PRIORITY else None


def _needs_user(error: Exception) -> bool:
    return any(word in type(error).__name__ for word in _LOCKED_WORDS)


class _Answer(Generic[Result]):
    """What the keyring said."""

    def __init__(self) -> None:
        self.result: Result | None = None
        self.problem = ""
