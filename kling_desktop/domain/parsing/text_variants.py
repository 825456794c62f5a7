"""A text as it may have been before something was put around or into it: e-mail quotes, line numbers, HTML escapes."""

import re
from collections.abc import Iterator

_GUTTERS = (
    re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE),  # e-mail, and a shell's lines after the first
    re.compile(r"^(?:>>>|\.\.\.)[ \t]?", re.MULTILINE),  # Python's prompt
    re.compile(r"^\+[ \t]?", re.MULTILINE),  # a diff
    re.compile(r"^[ \t]*\d{1,4}[ \t]*[:|.│]?[ \t]?", re.MULTILINE),  # line numbers
    re.compile(r"^[^|\n{}]{0,80}[|│][ \t]?", re.MULTILINE),  # logs of several programs
    re.compile(r"^[ \t]*[*•#/;-]{1,3}[ \t]", re.MULTILINE),  # comments and lists
)


def text_variants(text: str) -> Iterator[str]:
    """Yield a text as it is, and then as it may have been."""
    yield text
    if "&quot;" in text or "&#34;" in text or "&#x22;" in text:
        from html import unescape  # for the source of a page

        yield unescape(text)
    if "%7B" in text or "%7b" in text:
        from urllib.parse import unquote_plus  # for an address

        yield unquote_plus(text)
    lines = text.count("\n") + 1
    for gutter in _GUTTERS:
        if len(gutter.findall(text)) * 2 > lines > 1:
            yield gutter.sub("", text)
