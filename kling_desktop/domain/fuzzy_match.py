"""Which names does somebody mean who types a few letters?"""

import unicodedata
from collections.abc import Callable, Sequence


def rank(typed: str, names: Sequence[str]) -> list[int]:
    """Places of the names that fit, the likeliest first; all in their order when nothing is typed.

    names are as `plain` makes them, once, and not at each key press. Likeliest is a name that begins so, then one with
    a word that does, then one that holds it, then one that has the letters in their order, those of word beginnings
    before others.
    """
    wanted = normalize(typed)
    if not wanted:
        return list(range(len(names)))
    score = _scorer(wanted)
    ranked = sorted((points, place) for place, name in enumerate(names) if (points := score(name)) is not None)
    return [place for _, place in ranked]


def normalize(text: str) -> str:
    """Without case, accents and needless space."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


def _scorer(wanted: str) -> Callable[[str], int | None]:
    """What is the same for all names is made once: a key press has two thousand of them to go through."""
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
