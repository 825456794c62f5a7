"""Stores API keys in the system's keyring: Secret Service, Keychain, Credential Locker."""

import logging
from typing import TYPE_CHECKING, TypeVar

from kling_desktop.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

SERVICE = "kling-desktop"
MIN_PRIORITY = 1  # the priority of backends that keyring recommends; those that write plain files are below

NO_KEYRING = (
    "This computer has no keyring that Kling Desktop can use, so the key is kept for this session only. "
    "Start one (such as GNOME Keyring or KWallet) and restart Kling Desktop to keep it."
)
NO_ANSWER = (
    "The keyring is locked or doesn't answer. Unlock it and try again."
    " Until then, the key is kept only for this session."
)
WRONG_KEY = "The keyring returned a different key than was stored, so the key is kept for this session only."

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class Keychain:
    """Stores keys by profile. A key that the keyring doesn't accept is kept in memory until the app quits.

    Each call may wait for the user to unlock the keyring: call it on a thread of its own.

    Args:
        backend: The system's keyring by default, which is looked up at first use.
    """

    def __init__(self, backend: "KeyringBackend | None" = None) -> None:
        self._backend = backend
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
        return self._problem

    def _read_stored(self, profile: str) -> Secret | None:
        text = self._call(lambda backend: backend.get_password(SERVICE, profile))
        return Secret(text) if text else None

    def _call(self, function: "Callable[[KeyringBackend], Result]") -> Result | None:
        self._problem = ""
        try:
            backend = self._get_backend()
            if backend is None:
                self._problem = NO_KEYRING
                return None
            return function(backend)
        except Exception as error:  # noqa: BLE001 - backends are plug-ins with their own errors: D-Bus, COM and others
            # Only the type: an error of a backend may contain the key.
            log.info("The keyring failed: %s", type(error).__name__)
            self._problem = NO_ANSWER
            return None

    def _get_backend(self) -> "KeyringBackend | None":
        if self._backend is None:
            # Imported here, because looking for backends would slow down the start.
            import keyring

            self._backend = keyring.get_keyring()
        return self._backend if self._backend.priority >= MIN_PRIORITY else None
