"""Snippets: pieces of prompts kept under a name, inserted by typing a slash and the first letters of the name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kling_desktop.domain.text import name_key

MAX_LENGTH = 1_500
_NAME_WORDS = 4
_MAX_NAME_LENGTH = 40
# Only at the beginning of a word, so that "and/or" and addresses stay as they are.
_PARTIAL = re.compile(r"(?:^|\s)/([\w-]{0,30})\Z")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a prompt and its name."""

    name: str
    text: str

    def matches(self, typed: str) -> bool:
        """Whether any word of its name starts with what was typed after the slash."""
        return any(word.startswith(typed.casefold()) for word in self.name.casefold().split())


def partial_name(line: str) -> str | None:
    """Return the snippet's name being typed at the end of a line, without its slash; None if there is none."""
    found = _PARTIAL.search(line[-40:])
    return found[1] if found else None


def new_snippet(text: str, known: Sequence[Snippet]) -> Snippet | None:
    """Return a snippet of a text, with a new name made from its first words.

    None if the text is empty, or kept as a snippet already.
    """
    text = text.strip()[:MAX_LENGTH]
    if not text or any(one.text == text for one in known):
        return None
    words = re.findall(r"[\w'’-]+", text)[:_NAME_WORDS]
    first = " ".join(words)[:_MAX_NAME_LENGTH].strip() or "snippet"
    names, name, number = {name_key(one.name) for one in known}, first, 2
    while name_key(name) in names:
        name, number = f"{first} {number}", number + 1
    return Snippet(name, text)
