"""Tags as a line of text, and back."""

from collections.abc import Iterable, Sequence

MAX_TAG_LENGTH = 40
MAX_TAGS = 40


def parse_tags(line: str) -> tuple[str, ...]:
    """What stands between the commas, each once whatever its case, as it was first written."""
    found: dict[str, str] = {}
    for part in line.replace("，", ",").replace("、", ",").split(","):
        word = " ".join(part.split())[:MAX_TAG_LENGTH].strip()
        if word:
            found.setdefault(word.casefold(), word)
    return tuple(found.values())[:MAX_TAGS]


def format_tags(tags: Iterable[str]) -> str:
    return ", ".join(tags)


def common_tags(tags_of_each: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Those that all have, in the order of the first."""
    if not tags_of_each:
        return ()
    first, *others = tags_of_each
    return tuple(tag for tag in first if all(tag in tags for tags in others))


def changed_tags(before: Sequence[str], now: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(those that were added, those that were taken away)."""
    return tuple(tag for tag in now if tag not in before), tuple(tag for tag in before if tag not in now)
