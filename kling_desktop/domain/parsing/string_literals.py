"""Read a string literal as the languages do in which people paste code.

What the program would fill into the string is marked: ${x} in a template literal, {x} in an f-string.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from kling_desktop.domain.parsing.code_style import CodeStyle
from kling_desktop.domain.parsing.expansion_marks import MARKED, OPEN, marked

_OPENING = re.compile(
    r"""(?P<here>@(?P<hereq>["'])[ \t]*\r?\n)
      | (?P<raw>r|br)(?P<hashes>\#+)"
      | (?P<prefix>[rbfuRBFUtT]{1,2}|\$@|@\$|[$@])?(?P<quote>\"{3}|'{3}|["'`])
      | (?P<curly>[“”„«‘‚])""",
    re.VERBOSE,
)
_CURLY_ENDS = {"“": '”“"', "”": '”"', "„": '“”"', "«": "»", "‘": "’‘'", "‚": "‘’'"}
# A typographic quotation mark ends the string only where the text goes on as code does: they aren't escaped.
_AFTER_CURLY = re.compile(r"[\s\ufeff\u200b]*(?:[,:}\])]|\Z)")
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL
)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_LETTERS |= {"a": "\a", "e": "\x1b"}
_POWERSHELL_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_BRACED = r"\{(?:[^{}]|\{[^{}]*\})*\}"
_DOLLAR = rf"\$(?:{_BRACED}|[A-Za-z_]\w*(?:(?:->|\.)[A-Za-z_]\w*|\[[^\]\n]*\])*)"
_EXPRESSIONS = {
    "template": re.compile(rf"\${_BRACED}"),
    "format": re.compile(r"\{\{|\}\}|\{(?:[^{}]|\{[^{}]*\})+\}"),
    "dollar": re.compile(rf"\{{\$[^{{}}]+\}}|\#{_BRACED}|{_DOLLAR}"),
    "hash": re.compile(rf"\#{_BRACED}"),
    "swift": re.compile(r"\\\((?:[^()]|\([^()]*\))+\)"),
    "powershell": re.compile(rf"\$\((?:[^()]|\([^()]*\))*\)|\${_BRACED}|\$(?:\w+:)?[A-Za-z_]\w*"),
}
_LONGEST = 10_000


class StringLiteral(NamedTuple):
    """A string: what it stands for, with marks, what stands between its quotes, and where it ends."""

    value: str
    raw: str
    end: int


def starts_string(text: str, at: int) -> bool:
    """Whether a string literal starts here."""
    return _OPENING.match(text, at) is not None


def read_string(text: str, at: int, style: CodeStyle) -> StringLiteral | None:
    """Read the string that starts here; None if there is none, or if it has no end."""
    opening = _OPENING.match(text, at)
    if opening is None:
        return None
    if opening["here"]:
        close = re.compile(rf"\r?\n{opening['hereq']}@").search(text, opening.end() - 1)
        raw = text[opening.end() : close.start()] if close else ""
        value = _filled(raw, "powershell", _powershell_letters) if opening["hereq"] == '"' else raw
        return StringLiteral(value, raw, close.end()) if close else None
    if opening["raw"]:
        end = text.find(f'"{opening["hashes"]}', opening.end())
        raw = text[opening.end() : end]
        return StringLiteral(raw, raw, end + 1 + len(opening["hashes"])) if end >= 0 else None
    if opening["curly"]:
        return _curly(text, opening)
    return _quoted(text, opening, style)


def _curly(text: str, opening: re.Match[str]) -> StringLiteral | None:
    ends = _CURLY_ENDS[opening["curly"]]
    for at in range(opening.end(), min(len(text), opening.end() + _LONGEST)):
        if text[at] in ends and text[at - 1] != "\\" and _AFTER_CURLY.match(text, at + 1):
            raw = text[opening.end() : at]
            return StringLiteral(_unescaped(raw), raw, at + 1)
    return None


def _quoted(text: str, opening: re.Match[str], style: CodeStyle) -> StringLiteral | None:
    quote, prefix = opening["quote"], (opening["prefix"] or "").lower()
    is_powershell = style is CodeStyle.POWERSHELL and len(quote) == 1 and quote != "`"
    doubles = is_powershell or "@" in prefix
    escape = "" if "@" in prefix else "`" if is_powershell and quote == '"' else "" if is_powershell else "\\"
    if quote == "`" and style is CodeStyle.GO:
        escape = ""
    at = start = opening.end()
    while True:
        end = text.find(quote, at)
        if end < 0:
            return None
        if doubles and text.startswith(quote * 2, end):
            at = end + 2
        elif escape and _is_escaped(text, start, end, escape):
            at = end + 1
        elif hidden := _mark_around(text, start, end):
            at = hidden
        else:
            break
    raw = text[start:end]
    if doubles:
        raw = raw.replace(quote * 2, quote)
    return StringLiteral(_value(raw, quote, prefix, style), raw, end + len(quote))


def _is_escaped(text: str, start: int, at: int, escape: str) -> bool:
    before = at
    while before > start and text[before - 1] == escape:
        before -= 1
    return (at - before) % 2 == 1


def _mark_around(text: str, start: int, at: int) -> int:
    """Return where the mark ends that a position stands in; 0 if it stands in none."""
    opened = text.rfind(OPEN, start, at)
    found = MARKED.match(text, opened) if opened >= 0 else None
    return found.end() if found and found.end() > at else 0


def _value(raw: str, quote: str, prefix: str, style: CodeStyle) -> str:
    if style is CodeStyle.POWERSHELL and quote in ('"', "'"):
        return _filled(raw, "powershell", _powershell_letters) if quote == '"' else raw
    if "f" in prefix or "t" in prefix or "$" in prefix:
        return _filled(raw, "format", str if "r" in prefix or "@" in prefix else _unescaped)
    if "r" in prefix or "@" in prefix:
        return raw
    if quote == "`":
        return raw if style is CodeStyle.GO else _filled(raw, "template", _unescaped)
    if quote.startswith("'"):
        if style is CodeStyle.DART:
            return _filled(raw, "dollar", _unescaped)
        if style in (CodeStyle.DOLLAR, CodeStyle.RUBY):  # nothing else is an escape there
            return re.sub(r"\\([\\'])", r"\1", raw)
        return _unescaped(raw)
    if style in (CodeStyle.DOLLAR, CodeStyle.DART):
        return _filled(raw, "dollar", _unescaped)
    if "\\(" in raw:
        return _filled(raw, "swift", _unescaped)
    return _filled(raw, "hash", _unescaped)


def _filled(raw: str, kind: str, unescaped: Callable[[str], str]) -> str:
    """Return a string with its expressions marked and the rest of it unescaped."""
    parts, at = [], 0
    escape = "`" if kind == "powershell" else "\\"
    for found in _EXPRESSIONS[kind].finditer(raw):
        if kind != "swift" and _is_escaped(raw, at, found.start(), escape):
            continue
        parts.append(unescaped(raw[at : found.start()]))
        is_brace = found[0] in ("{{", "}}")
        parts.append(found[0][0] if is_brace else marked(found[0].removeprefix("\\")))
        at = found.end()
    return "".join([*parts, unescaped(raw[at:])])


def _unescaped(text: str) -> str:
    def letter(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3] or found[4]
        if code:
            return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ufffd"
        return _LETTERS.get(found[5], found[5])

    joined = _ESCAPE.sub(letter, text)
    # JSON writes an emoji as two escapes, which together are one character.
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _powershell_letters(text: str) -> str:
    return re.sub(r"`(\r\n|.)", lambda found: _POWERSHELL_LETTERS.get(found[1], found[1]), text, flags=re.DOTALL)
