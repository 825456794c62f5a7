"""Mentions of reference images in a prompt. @image1 is the first reference; upper or lower case doesn't matter."""

import re
from collections.abc import Mapping
from typing import NamedTuple

# An @ inside a word belongs to an e-mail address. But Chinese, Japanese, Thai and others put no space between words.
_BEFORE = r"(?<![0-9A-Za-z_+\-\u00c0-\u058f\u0900-\u0dff\u10a0-\u10ff])"
_AFTER = r"(?![0-9A-Za-z_\u00c0-\u058f])"
_MENTION = re.compile(rf"{_BEFORE}@image(0|[1-9][0-9]{{0,2}}){_AFTER}", re.IGNORECASE)
_MISSPELLED = re.compile(rf"{_BEFORE}@image(0+([1-9][0-9]{{0,2}})){_AFTER}", re.IGNORECASE)
_MAX_PARTIAL = 41
_PARTIAL = re.compile(rf"{_BEFORE}@(\w{{0,40}})\Z")


class Mention(NamedTuple):
    """A mention of a reference, with where it starts and stops in the prompt, in code points."""

    start: int
    stop: int
    number: int


def find_mentions(prompt: str) -> tuple[Mention, ...]:
    """Return every mention in a prompt, in order. A mention never spans lines."""
    return tuple(Mention(found.start(), found.end(), int(found[1])) for found in _MENTION.finditer(prompt))


def misspelled_mentions(prompt: str) -> tuple[tuple[str, str], ...]:
    """Return what looks like a mention but isn't one, "@image01", each once and with the mention it may stand for."""
    return tuple(dict.fromkeys((found[0], f"@image{found[2]}") for found in _MISSPELLED.finditer(prompt)))


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
