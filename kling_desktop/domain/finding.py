"""Which names does somebody mean who types a few letters?"""

import unicodedata
from collections.abc import Sequence


def found(typed: str, names: Sequence[str]) -> list[int]:
    """Places of the names that fit, the likeliest first; all in their order when nothing is typed.

    names are as `plain` makes them, once, and not at each key press. Likeliest is a name that begins so, then one with
    a word that does, then one that holds it, then one that has the letters in their order, those of word beginnings
    before others.
    """
    wanted = plain(typed)
    if not wanted:
        return list(range(len(names)))
    ranked = ((rank, place) for place, name in enumerate(names) if (rank := _rank(wanted, name)) is not None)
    return [place for _, place in sorted(ranked)]


def plain(text: str) -> str:
    """Without case, accents and needless space."""
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(text.casefold().split())


def _rank(wanted: str, name: str) -> int | None:
    at = name.find(wanted)
    if at == 0:
        return 0
    if at > 0:
        return 1 if f" {wanted}" in name else 2
    if all(word in name for word in wanted.split()):
        return 3
    if _in_order(wanted.replace(" ", ""), "".join(word[0] for word in name.split())):
        return 4
    return 5 if _in_order(wanted.replace(" ", ""), name) else None


def _in_order(letters: str, text: str) -> bool:
    at = 0
    for letter in letters:
        at = text.find(letter, at) + 1
        if not at:
            return False
    return True
