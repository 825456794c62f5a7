"""Sentences as whole templates, lists in words, and text cut to fit.

Never glue a sentence together from parts, never take one apart again, and never choose single words of it ("is" or
"are", "clip" or "clips"): other languages put words in another order and inflect them differently. Write each sentence
whole, with named values. Where it holds a number, write it once per plural form and let `plural` choose; a translator
then gets whole sentences, and as many forms as the language has.
"""

import re
from collections.abc import Iterable
from unicodedata import category, normalize

# Letters that look like nothing: fillers of Hangul, and the Braille cell without dots.
_EMPTY_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")

_ENDS = ".!?…。！？｡؟।"
_CLOSING = "\"'”’»)]"


def plural(count: int, *, one: str, other: str, **values: object) -> str:
    """Return the sentence that goes with a number, filled in.

    `plural(3, one="{count} clip in {folder}", other="{count} clips in {folder}", folder="Foxes")` is
    "3 clips in Foxes".

    Args:
        count: The number that decides between the forms. `{count}` stands for it, with thousands separated: "1,200".
        one: The whole sentence for 1.
        other: The whole sentence for 0 and for 2 and more.
        **values: What the other names in braces stand for. They are filled in as they are, braces included.
    """
    template = one if count == 1 else other
    return template.format(count=f"{count:,}", **values)


def list_and(items: Iterable[object]) -> str:
    """Join items in words: "A", "A and B", "A, B and C"."""
    return _listed(items, "{first} and {last}")


def list_or(items: Iterable[object]) -> str:
    """Join alternatives in words: "A", "A or B", "A, B or C"."""
    return _listed(items, "{first} or {last}")


def shorten(text: str, limit: int) -> str:
    """Return a text on one line, cut to at most `limit` characters with an ellipsis at the cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1].rstrip()}…"


def name_key(name: str) -> str:
    """Return what two names have in common that look the same to people, whatever the case and the spelling of accents.

    "ë" may be one character, or an e with a mark.
    """
    return normalize("NFC", normalize("NFD", " ".join(name.split())).casefold())


def as_sentence(text: str) -> str:
    """Return somebody else's words with a full stop, unless they end like a sentence, so that ours can follow them."""
    words = text.strip()
    end = words.rstrip(_CLOSING)[-1:]
    return f"{words.rstrip(',;:–—-').rstrip()}." if end and end not in _ENDS else words


def has_lone_surrogates(text: str) -> bool:
    """Whether half of a surrogate pair stands alone in a text, so that it can't be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen: only spaces, marks without a letter, and characters without a shape."""
    return not any(category(letter)[0] not in "ZCM" and letter not in _EMPTY_LETTERS for letter in text)


def control_characters(text: str) -> tuple[str, ...]:
    """Return the control characters and noncharacters in a text, each once, as "U+0000".

    Line breaks and tabs don't count.
    """
    return tuple(dict.fromkeys(f"U+{ord(letter):04X}" for letter in _CONTROLS.findall(text)))


def is_name_letter(letter: str) -> bool:
    """Whether a character can be part of a word in some script: letters, digits, marks, joiners, underscores."""
    return category(letter)[0] in "LMN" or letter in "_\u200c\u200d"


def without_lone_surrogates(text: str) -> str:
    """Return a text that every file and database takes: a question mark in place of each half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode()


def _listed(items: Iterable[object], template: str) -> str:
    words = [str(item) for item in items]
    if len(words) < 2:
        return "".join(words)
    return template.format(first=", ".join(words[:-1]), last=words[-1])
