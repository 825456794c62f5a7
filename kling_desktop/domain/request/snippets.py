"""Pieces of prompts that are written again and again: kept by a name, written by a slash and its first letters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_LENGTH = 1_500
_WORDS_IN_NAME = 4
_LONGEST_NAME = 40
# At the beginning of a word alone: "and/or" and addresses have their slashes to themselves.
_BEGUN = re.compile(r"(?:^|\s)/([\w-]{0,30})\Z")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a prompt and what it is called."""

    name: str
    text: str

    def matches(self, typed: str) -> bool:
        """Whether somebody who wrote a slash and this may mean it: by the beginning of any of its words."""
        return any(word.startswith(typed.casefold()) for word in self.name.casefold().split())


def partial_name(line: str) -> str | None:
    """What has been written of a snippet's name at the end of `line`, without its slash; None while none is."""
    found = _BEGUN.search(line[-40:])
    return found[1] if found else None


def new_snippet(text: str, known: Sequence[Snippet]) -> Snippet | None:
    """A snippet of that text, named after its first words, unlike the known ones; None where there is nothing to keep,
    or it is kept already.
    """
    text = text.strip()[:MAX_LENGTH]
    if not text or any(one.text == text for one in known):
        return None
    words = re.findall(r"[\w'’-]+", text)[:_WORDS_IN_NAME]
    first = " ".join(words)[:_LONGEST_NAME].strip() or "snippet"
    names, name, number = {one.name.casefold() for one in known}, first, 2
    while name.casefold() in names:
        name, number = f"{first} {number}", number + 1
    return Snippet(name, text)
