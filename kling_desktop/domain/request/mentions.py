"""Mentions of reference images in a prompt: @image1 is the first reference, whatever its case."""

import re
from collections.abc import Mapping
from typing import NamedTuple

_MENTION = re.compile(r"@image([0-9]{1,3})\b", re.IGNORECASE)
_LONGEST = 41
# An @ inside a word belongs to an address.
_BEGUN = re.compile(r"(?<!\w)@(\w{0,40})\Z")


class Mention(NamedTuple):
    """A mention of reference `number`, from `start` to before `stop`, in code points."""

    start: int
    stop: int
    number: int


def find_mentions(prompt: str) -> tuple[Mention, ...]:
    """Every mention in the order of the text; none reaches over the end of a line."""
    return tuple(Mention(found.start(), found.end(), int(found[1])) for found in _MENTION.finditer(prompt))


def partial_mention(line: str) -> str | None:
    """What has been written of a mention at the end of `line`, without its @; None while none is being written."""
    found = _BEGUN.search(line, max(0, line.rfind("@") - 1)) if "@" in line[-_LONGEST:] else None
    return found[1] if found else None


def mentioned_numbers(prompt: str) -> tuple[int, ...]:
    """The numbers mentioned, 1-based, each once, ascending."""
    return tuple(sorted({span.number for span in find_mentions(prompt)}))


def renumber(prompt: str, moves: Mapping[int, int]) -> str:
    """The prompt after references moved: moves maps old 1-based numbers to new ones; the rest stays as written."""

    def again(found: re.Match[str]) -> str:
        old = int(found[1])
        new = moves.get(old, old)
        return found[0] if new == old else f"@image{new}"

    return _MENTION.sub(again, prompt)
