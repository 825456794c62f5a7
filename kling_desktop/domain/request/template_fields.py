"""Blanks in a prompt, `{subject}` for one: what a preset leaves to be filled in each time.

Only a prompt that came with blanks has any: braces in what a user writes are braces. A blank is named by words of at
most 40 characters; `{}`, `{ }` and JSON are none.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

_BLANK = re.compile(r"\{([^\W\d_][\w '\-]{0,39})\}")


class TemplateField(NamedTuple):
    """A place to fill in, from `start` to before `stop`, in code points, braces included."""

    start: int
    stop: int
    name: str


def find_fields(prompt: str, names: Iterable[str] | None = None) -> tuple[TemplateField, ...]:
    """Every blank in the order of the text: those of these names, or any that look like one."""
    known = None if names is None else frozenset(names)
    found = (TemplateField(match.start(), match.end(), match[1]) for match in _BLANK.finditer(prompt))
    return tuple(blank for blank in found if known is None or blank.name in known)


def field_names(prompt: str) -> tuple[str, ...]:
    """What the blanks of a preset's prompt are called, each once, in their order."""
    return tuple(dict.fromkeys(blank.name for blank in find_fields(prompt)))


def fill_fields(prompt: str, values: Mapping[str, str]) -> str:
    """The prompt with the blanks of these names filled in, everywhere; the rest stays as written."""
    return _BLANK.sub(lambda match: values.get(match[1], match[0]), prompt)


def matches_template(prompt: str, template: str) -> bool:
    """Whether the prompt is the template with its blanks filled in, or still open."""
    return _values(prompt, template) is not None


def field_values(prompt: str, template: str) -> dict[str, str]:
    """What stands for each blank of the template; nothing for those still open, nor where the prompt is another."""
    values = zip((blank.name for blank in find_fields(template)), _values(prompt, template) or (), strict=False)
    return {name: value for name, value in values if value.strip() and value != f"{{{name}}}"}


def _values(prompt: str, template: str) -> list[str] | None:
    """What lies between the pieces of the template, each found where it comes first; None where one is missing.

    No pattern: with several blanks one would try every way to share out the text, for minutes.
    """
    pieces, at = [], 0
    for blank in find_fields(template):
        pieces.append(template[at : blank.start])
        at = blank.stop
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
