"""API keys in the system's keyring: Secret Service, Keychain, Credential Locker."""

import logging
from typing import TYPE_CHECKING, TypeVar

from kling_desktop.domain.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

SERVICE = "kling-desktop"
MIN_PRIORITY = 1  # keyring's priority of a backend it recommends; those that write plain files are below

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

Answer = TypeVar("Answer")


class Keychain:
    """Keys by profile. Where the keyring doesn't take a key, this object holds it until the app ends.

    Each call may wait for the user to unlock the keyring: call from a thread of its own. The keyring that this system
    uses is found at first use, unless one is given.
    """

    def __init__(self, backend: "KeyringBackend | None" = None) -> None:
        self._backend = backend
        self._session_keys: dict[str, Secret] = {}
        self._problem = ""

    def read(self, profile: str) -> Secret | None:
        """The profile's key; None where there is none, or none that can be had: why_not() tells."""
        return self._session_keys.get(profile) or self._read_stored(profile)

    def store(self, profile: str, key: Secret) -> bool:
        """True once the keyring has given the key back; otherwise it is kept in memory and why_not() tells why."""
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
        """Whether the profile's key is gone from memory and keyring; where not, why_not() tells why."""
        self._session_keys.pop(profile, None)
        if self._read_stored(profile):
            self._call(lambda backend: backend.delete_password(SERVICE, profile))
        return self._problem in ("", NO_KEYRING)

    def storage_problem(self) -> str:
        """Why keys don't last beyond this session, as far as the latest call has shown; empty when they do."""
        if not self._problem:
            self._call(lambda _: None)
        return self._problem

    def _read_stored(self, profile: str) -> Secret | None:
        text = self._call(lambda backend: backend.get_password(SERVICE, profile))
        return Secret(text) if text else None

    def _call(self, question: "Callable[[KeyringBackend], Answer]") -> Answer | None:
        self._problem = ""
        try:
            backend = self._get_backend()
            if backend is None:
                self._problem = NO_KEYRING
                return None
            return question(backend)
        except Exception as error:  # noqa: BLE001 - backends are plug-ins with their own errors: D-Bus, COM and others
            # The kind alone: what a backend writes into its errors is unknown, the key perhaps.
            log.info("The keyring failed: %s", type(error).__name__)
            self._problem = NO_ANSWER
            return None

    def _get_backend(self) -> "KeyringBackend | None":
        if self._backend is None:
            # Here, because looking for backends takes a while that a start-up shouldn't wait for.
            import keyring

            self._backend = keyring.get_keyring()
        return self._backend if self._backend.priority >= MIN_PRIORITY else None
