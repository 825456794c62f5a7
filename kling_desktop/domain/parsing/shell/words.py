"""The words of a command, whichever shell splits it."""

from collections.abc import Iterator
from dataclasses import dataclass


class UnclosedQuote(ValueError):
    """The text ends inside quotes."""


@dataclass(frozen=True, slots=True)
class ShellCommand:
    """A command.

    Attributes:
        words: The command and its arguments. What the shell would fill in is marked.
        stdin: What it is given to read: a here-document, or the output of the command before it; None if unknown.
        stdin_file: The file that it reads, if one is named.
    """

    words: tuple[str, ...]
    stdin: str | None = None
    stdin_file: str = ""


class Word:
    """A word being put together. Empty quotes make a word, too."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._parts)

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def add(self, part: str) -> None:
        self._parts.append(part)

    def take(self) -> str:
        """Return the word, and begin the next."""
        whole = self.text
        self._parts.clear()
        return whole

    def ended(self) -> Iterator[str]:
        """Yield the word, if there is one, and begin the next."""
        if self._parts:
            yield self.take()
