"""Words of prompts and notes as a search compares them: whatever the case, the accents and the script.

The full-text table takes text as `indexed` writes it and is asked with what `expression` makes of a search; both cut it
alike. Scripts that put no spaces between words are cut into their characters, and a run of them is looked for as it
stands, so that a part of a word is found. Emoji count as words.
"""

from functools import lru_cache
from unicodedata import category, combining, normalize

TOKENIZER = "unicode61 remove_diacritics 0 categories ''L* N* M* S* P* C*''"
"""For the table: only the spaces that `indexed` leaves part words. As it stands in SQL between two quotes."""
_LONGEST = 2_000
_MOST_WORDS = 24
_MOST_PIECES = 32
_ACCENTS = 9
"""The classes of combining marks up to this one make other letters (が of か), those above are accents and points."""
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
"""From which character to which. Not a pattern: to compile that takes 3 ms of each start."""


def index_text(text: str) -> str:
    """The pieces of a text, a space between them, for the full-text table."""
    return " ".join(_pieces(text))


def match_expression(search: str) -> str:
    """What to ask the full-text table for: every word of a search, each at the beginning of a word of the text.

    "" where the search holds no word at all. Whatever was typed is words: quotes and operators have no meaning. Of a
    very long search the first words count.
    """
    return " ".join(f'"{" ".join(pieces)}"{"" if _stands_alone(pieces[-1]) else "*"}' for pieces in _wanted(search))


def matches_search(search: str, text: str) -> bool:
    """Whether a text answers a search, as the table would say."""
    wanted = _wanted(search)
    return not wanted or all(_holds(_pieces(text), pieces) for pieces in wanted)


@lru_cache(64)
def _wanted(search: str) -> tuple[tuple[str, ...], ...]:
    words = (_pieces(word)[:_MOST_PIECES] for word in search[:_LONGEST].split())
    return tuple(dict.fromkeys(word for word in words if word))[:_MOST_WORDS]


def _holds(pieces: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether the wanted pieces follow each other there, the last one perhaps only begun."""
    firsts, last = wanted[:-1], wanted[-1]
    lasts = (
        at
        for at, piece in enumerate(pieces[len(firsts) :])
        if piece == last or (piece.startswith(last) and not _stands_alone(last))
    )
    return any(pieces[at : at + len(firsts)] == firsts for at in lasts)


@lru_cache(256)
def _pieces(text: str) -> tuple[str, ...]:
    """Runs of letters and figures without accents; where words aren't spaced each character, and each symbol."""
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
