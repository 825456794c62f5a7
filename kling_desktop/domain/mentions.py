"""Mentions of reference images in a prompt: @image1 is the first reference, whatever its case."""

import re

_MENTION = re.compile(r"@image(\d{1,3})\b", re.IGNORECASE)


def mentioned(prompt: str) -> tuple[int, ...]:
    """The numbers mentioned, 1-based, each once, ascending."""
    return tuple(sorted({int(number) for number in _MENTION.findall(prompt)}))


def renumbered(prompt: str, moves: dict[int, int]) -> str:
    """The prompt after references moved: moves maps each old 1-based number to its new one."""
    return _MENTION.sub(lambda found: f"@image{moves.get(int(found[1]), int(found[1]))}", prompt)
