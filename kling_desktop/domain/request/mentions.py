"""Mentions of reference images in a prompt. @image1 is the first reference; upper or lower case doesn't matter."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_MENTION = re.compile(r"@image([0-9]{1,3})\b", re.IGNORECASE)
_MAX_PARTIAL = 41
# An @ inside a word belongs to an e-mail address.
_PARTIAL = re.compile(r"(?<!\w)@(\w{0,40})\Z")


class Mention(NamedTuple):
    """A mention of a reference, with where it starts and stops in the prompt, in code points."""

    start: int
    stop: int
    number: int


def find_mentions(prompt: str) -> tuple[Mention, ...]:
    """Return every mention in a prompt, in order. A mention never spans lines."""
    return tuple(Mention(found.start(), found.end(), int(found[1])) for found in _MENTION.finditer(prompt))


def partial_mention(line: str) -> str | None:
    """Return the mention being typed at the end of a line, without its @; None if there is none."""
    found = _PARTIAL.search(line, max(0, line.rfind("@") - 1)) if "@" in line[-_MAX_PARTIAL:] else None
    return found[1] if found else None


def mentioned_numbers(prompt: str) -> tuple[int, ...]:
    """Return the numbers of the mentioned references, counted from 1, each once and in ascending order."""
    return tuple(sorted({span.number for span in find_mentions(prompt)}))


def renumber(prompt: str, moves: Mapping[int, int]) -> str:
    """Return the prompt after references were moved.

    Args:
        moves: The new number of each reference that moved, by its old one, counted from 1.
    """

    def renumbered(found: re.Match[str]) -> str:
        old = int(found[1])
        new = moves.get(old, old)
        return found[0] if new == old else f"@image{new}"

    return _MENTION.sub(renumbered, prompt)
