"""Marks around what a shell or a program would fill in: the variable in "A $ANIMAL naps", the expression in f"A {x}".

A text from outside is read in several steps: the words of a command, the JSON in one of them, the prompt in the JSON.
The marks carry through all of them where letters come from and where something else would have stood. They are
characters that no text may contain.
"""

import re

from kling_desktop.domain.text import is_name_letter, shorten

OPEN, CLOSE = "\ufdd0", "\ufdd1"
MARKED = re.compile(f"{OPEN}([^{OPEN}{CLOSE}]*){CLOSE}")
_FOREIGN = str.maketrans({OPEN: "\ufffd", CLOSE: "\ufffd"})
# Quotes, backslashes and line breaks would end the string that the mark stands in.
_INSIDE = str.maketrans({OPEN: "", CLOSE: "", '"': "'", "\\": "/", "\n": " ", "\r": " "})
_SHOWN = 60
_MAX_NAME = 40


def without_foreign_marks(text: str) -> str:
    """Return a text from outside, without characters that are taken for marks."""
    return text.translate(_FOREIGN) if OPEN in text or CLOSE in text else text


def marked(expression: str) -> str:
    """Return an expression in marks."""
    return f"{OPEN}{expression.translate(_INSIDE)}{CLOSE}"


def expressions_in(text: str) -> tuple[str, ...]:
    """Return the marked expressions in a text, each once and shortened."""
    return tuple(dict.fromkeys(shorten(found[1], _SHOWN) for found in MARKED.finditer(text)))


def without_marks(text: str) -> str:
    """Return a text with its expressions as they were written."""
    return text.replace(OPEN, "").replace(CLOSE, "")


def as_template(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text with a blank in place of each expression, "A {animal} naps", and the names of the blanks."""
    names: dict[str, str] = {}
    for found in MARKED.finditer(text):
        names.setdefault(found[1], _blank_name(found[1], len(names) + 1))
    return MARKED.sub(lambda found: f"{{{names[found[1]]}}}", text), tuple(dict.fromkeys(names.values()))


def _blank_name(expression: str, number: int) -> str:
    """Return the words in an expression as the name of a blank: "user name" for ${user.name}."""
    words = "".join(letter if is_name_letter(letter) else " " for letter in expression).split()
    name = " ".join(words)[:_MAX_NAME].strip()
    return name if name[:1].isalpha() else f"value {number} {name}"[:_MAX_NAME].strip()
