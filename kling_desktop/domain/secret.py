"""A text that must never be shown: the API key."""

from hmac import compare_digest
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from kling_desktop.domain.redaction import Redactor


MASK = "•••"


class Secret:
    """Wraps an API key so that it can't get into a message, a log or a file by accident. Only reveal() returns it."""

    __slots__ = ("_redactor", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._redactor: Redactor | None = None

    def reveal(self) -> str:
        return self._text

    @property
    def last_characters(self) -> str:
        """Enough for its owner to tell which key it is, and no more; "" for one too short to show any of it."""
        return self._text[-4:] if len(self._text) >= 20 else ""

    def redact(self, text: str) -> str:
        """Return a foreign text with dots in place of the secret, however it is spelled there."""
        return self._finder.redact(text, MASK)

    def is_in(self, text: str) -> bool:
        """Whether a foreign text contains the secret in any spelling."""
        return self._finder.may_contain(text)

    def __repr__(self) -> str:
        return MASK

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return compare_digest(self._bytes(), other._bytes())

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret can't be pickled or copied")

    @property
    def _finder(self) -> "Redactor":
        if self._redactor is None:
            from kling_desktop.domain.redaction import Redactor  # with the first answer, not before the first paint

            self._redactor = Redactor(self._text)
        return self._redactor

    def _bytes(self) -> bytes:
        # A pasted text may contain lone surrogates.
        return self._text.encode("utf-8", "surrogatepass")
