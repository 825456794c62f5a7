"""Blanks in a prompt such as `{subject}`, which a preset leaves to be filled in each time.

Only a prompt that came with blanks has any; braces that a user types are just braces. The name of a blank begins with a
letter of any script and has at most 40 characters, marks such as accents and vowel signs included. `{}`, `{ }` and JSON
aren't blanks. Names are the same however their accents are encoded.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from unicodedata import normalize

from kling_desktop.domain.text import is_name_letter

_BRACES = re.compile(r"\{([^{}\n]{1,60})\}")
_MAX_NAME = 40


class TemplateField(NamedTuple):
    """A blank, with where it starts and stops in the prompt, in code points and including its braces."""

    start: int
    stop: int
    name: str


def find_fields(prompt: str, names: Iterable[str] | None = None) -> tuple[TemplateField, ...]:
    """Return every blank in a prompt, in order: those with one of the names, or all that look like a blank."""
    known = None if names is None else frozenset(normalize("NFC", name) for name in names)
    fields = []
    for match in _BRACES.finditer(prompt):
        name = _name(match)
        if name and (known is None or name in known):
            fields.append(TemplateField(match.start(), match.end(), name))
    return tuple(fields)


def field_names(prompt: str) -> tuple[str, ...]:
    """Return the names of the blanks in a preset's prompt, each once and in order."""
    return tuple(dict.fromkeys(field.name for field in find_fields(prompt)))


def fill_fields(prompt: str, values: Mapping[str, str]) -> str:
    """Return the prompt with the blanks of these names filled in wherever they occur."""
    composed = {normalize("NFC", name): value for name, value in values.items()}
    return _BRACES.sub(lambda match: composed.get(_name(match), match[0]), prompt)


def _name(braces: re.Match[str]) -> str:
    """Return the name of the blank in braces; "" if they aren't a blank."""
    name = normalize("NFC", braces[1])
    is_named = name[0].isalpha() and all(is_name_letter(letter) or letter in " '’-" for letter in name)
    return name if is_named and len(name) <= _MAX_NAME else ""


def matches_template(prompt: str, template: str) -> bool:
    """Whether a prompt is the template with its blanks filled in, or still open."""
    return _values(prompt, template) is not None


def field_values(prompt: str, template: str) -> dict[str, str]:
    """Return what each blank of the template was filled with.

    Open blanks are left out. Empty if the prompt doesn't match the template.
    """
    values = zip((field.name for field in find_fields(template)), _values(prompt, template) or (), strict=False)
    return {name: value for name, value in values if value.strip() and value != f"{{{name}}}"}


def _values(prompt: str, template: str) -> list[str] | None:
    """Return the texts between the pieces of the template, each found where it comes first; None if one is missing.

    This doesn't use a regular expression, which could take minutes with several blanks.
    """
    pieces, at = [], 0
    for field in find_fields(template):
        pieces.append(template[at : field.start])
        at = field.stop
    last = template[at:]
    if not pieces:
        return [] if prompt == template else None
    first, *between = pieces
    end = len(prompt) - len(last)
    if not prompt.startswith(first) or not prompt.endswith(last) or end < len(first):
        return None
    values, here = [], len(first)
    for piece in between:
        found = prompt.find(piece, here, end)
        if found < 0:
            return None
        values.append(prompt[here:found])
        here = found + len(piece)
    return [*values, prompt[here:end]]
