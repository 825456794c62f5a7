"""Rank names by how well they match a few typed letters."""

import unicodedata
from collections.abc import Callable, Sequence


def rank(typed: str, names: Sequence[str]) -> list[int]:
    """Return the indexes of matching names, best first; all in their order if nothing is typed.

    A name that starts with the typed text is best, then one with a word that does, then one that contains it, then one
    that has its letters in order, preferably at the beginnings of words.

    Args:
        names: As `normalize` returns them. Normalize them once and not at each key press.
    """
    wanted = normalize(typed)
    if not wanted:
        return list(range(len(names)))
    score = _scorer(wanted)
    ranked = sorted((points, place) for place, name in enumerate(names) if (points := score(name)) is not None)
    return [place for _, place in ranked]


def normalize(text: str) -> str:
    """Return a text without case, accents and extra spaces."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


def _scorer(wanted: str) -> Callable[[str], int | None]:
    """Return the function that scores a name. A key press scores two thousand names, so its work is prepared once."""
    words, at_a_word = wanted.split(), f" {wanted}"
    letters = wanted.replace(" ", "")

    def score(name: str) -> int | None:
        if wanted in name:
            return 0 if name.startswith(wanted) else 1 if at_a_word in name else 2
        if len(words) > 1 and all(word in name for word in words):
            return 3
        if not _in_order(letters, name):
            return None
        return 4 if _in_order(letters, "".join(word[0] for word in name.split())) else 5

    return score


def _in_order(letters: str, text: str) -> bool:
    at = 0
    for letter in letters:
        at = text.find(letter, at) + 1
        if not at:
            return False
    return True
