"""Full-text search in prompts and notes that ignores case and accents and works in every script.

The full-text table stores text as `index_text` returns it and is queried with `match_expression`; both split it alike.
Scripts without spaces between words are split into characters, and a run of them is searched for as it is, so that
parts of words are found. Emoji count as words.
"""

from functools import lru_cache
from unicodedata import category, combining, normalize

TOKENIZER = "unicode61 remove_diacritics 0 categories ''L* N* M* S* P* C*''"
"""Of the table: only the spaces that `index_text` leaves separate words. To go between two quotes in SQL."""
_MAX_LENGTH = 2_000
_MAX_WORDS = 24
_MAX_PIECES = 32
_ACCENTS = 9
"""Combining marks of classes up to this one make other letters (が from か); those above are accents and points."""
# Chinese, Japanese, Korean, Thai, Lao, Myanmar, Khmer.
_UNSPACED = (
    ("\u0e00", "\u0eff"),
    ("\u1000", "\u109f"),
    ("\u1100", "\u11ff"),
    ("\u1780", "\u17ff"),
    ("\u3005", "\u3007"),
    ("\u3040", "\u30ff"),
    ("\u3100", "\u318f"),
    ("\u31a0", "\u31bf"),
    ("\u31f0", "\u31ff"),
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\ua960", "\ua97f"),
    ("\uac00", "\ud7ff"),
    ("\uf900", "\ufaff"),
    ("\U00020000", "\U0003ffff"),
)
"""Ranges of characters. Not a regular expression, because compiling it would add 3 ms to each start."""


def index_text(text: str) -> str:
    """Return the words of a text, separated by spaces, for the full-text table."""
    return " ".join(_pieces(text))


def match_expression(search: str) -> str:
    """Return the query for the full-text table: every word of a search, at the beginning of a word of the text.

    "" if the search contains no word. Quotes and operators have no meaning. Of a very long search only the first words
    count.
    """
    return " ".join(f'"{" ".join(pieces)}"{"" if _stands_alone(pieces[-1]) else "*"}' for pieces in _wanted(search))


def matches_search(search: str, text: str) -> bool:
    """Whether a text matches a search, as the table would say."""
    wanted = _wanted(search)
    return not wanted or all(_holds(_pieces(text), pieces) for pieces in wanted)


@lru_cache(64)
def _wanted(search: str) -> tuple[tuple[str, ...], ...]:
    words = (_pieces(word)[:_MAX_PIECES] for word in search[:_MAX_LENGTH].split())
    return tuple(dict.fromkeys(word for word in words if word))[:_MAX_WORDS]


def _holds(pieces: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether the wanted pieces follow each other, where the last may be the beginning of a word."""
    firsts, last = wanted[:-1], wanted[-1]
    lasts = (
        at
        for at, piece in enumerate(pieces[len(firsts) :])
        if piece == last or (piece.startswith(last) and not _stands_alone(last))
    )
    return any(pieces[at : at + len(firsts)] == firsts for at in lasts)


@lru_cache(256)
def _pieces(text: str) -> tuple[str, ...]:
    """Split a text into runs of letters and digits without accents, single unspaced characters, and symbols."""
    parted = normalize("NFD", normalize("NFKC", text).casefold())
    bare = normalize("NFC", "".join(filter(_is_no_accent, parted)))
    return tuple("".join(map(_set_apart, bare)).split())


def _is_no_accent(character: str) -> bool:
    return combining(character) <= _ACCENTS


@lru_cache(4096)
def _set_apart(character: str) -> str:
    kind = category(character)
    if kind == "So" or (kind[0] in "LN" and _is_unspaced(character)):
        return f" {character} "
    return character if kind[0] in "LNM" or kind == "Co" else " "


def _is_unspaced(character: str) -> bool:
    return any(first <= character <= last for first, last in _UNSPACED)


def _stands_alone(piece: str) -> bool:
    return category(piece[0]) == "So" or _is_unspaced(piece[0])
