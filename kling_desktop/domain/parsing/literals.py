"""Parse an object literal in JSON, Python or JavaScript, with one tolerant grammar."""

import re
from dataclasses import dataclass
from typing import Any

MAX_DEPTH = 40
"""Levels of nesting. A request has seven."""

_SPACE = re.compile(r"(?:\s|//[^\n]*|\#[^\n]*|/\*.*?\*/)*", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_WORD = re.compile(r"<[A-Za-z][\w -]{0,60}>|[A-Za-z_$][\w.$]*")
_STRING = re.compile(r"""(?P<prefix>[rbfuRBFU]{0,2})(?P<quote>\"{3}|'{3}|[\"'`])""")
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|(.))", re.DOTALL
)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": ""}
_CONSTANTS = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None, "undefined": None}


@dataclass(frozen=True, slots=True)
class VariableName:
    """A variable in place of a value. The code doesn't say what it holds."""

    text: str


class LiteralError(ValueError):
    """There is no literal here."""


def parse_literal(text: str, at: int = 0) -> tuple[Any, int]:
    """Return the value that starts at a position, and where it ends. Unknown words become VariableName."""
    return _LiteralParser(text).value(at, 0)


class _LiteralParser:
    def __init__(self, text: str) -> None:
        self._text = text

    def value(self, at: int, depth: int) -> tuple[Any, int]:
        if depth > MAX_DEPTH:
            raise LiteralError("nested too deeply")
        at = self._skip(at)
        letter = self._text[at : at + 1]
        if letter == "{":
            return self._pairs(at + 1, depth)
        if letter in ("[", "(") and letter:
            return self._items(at + 1, "]" if letter == "[" else ")", depth)
        if _STRING.match(self._text, at):
            return self._strings(at)
        if found := _NUMBER.match(self._text, at):
            return _number(found[0]), found.end()
        if found := _WORD.match(self._text, at):
            word = found[0]
            known = word.startswith(("YOUR_", "<"))
            return _CONSTANTS[word] if word in _CONSTANTS else word if known else VariableName(word), found.end()
        raise LiteralError("no value")

    def _pairs(self, at: int, depth: int) -> tuple[dict[str, Any], int]:
        pairs: dict[str, Any] = {}
        while True:
            at = self._skip(at)
            if self._text[at : at + 1] == "}":
                return pairs, at + 1
            key, at = self.value(at, depth + 1)
            at = self._skip(at)
            if self._text[at : at + 1] != ":" or not isinstance(key, str | VariableName):
                raise LiteralError("no key")
            value, at = self.value(at + 1, depth + 1)
            pairs[key if isinstance(key, str) else key.text] = value
            at = self._past_comma(at, "}")

    def _items(self, at: int, end: str, depth: int) -> tuple[Any, int]:
        items: list[Any] = []
        while True:
            at = self._skip(at)
            if self._text[at : at + 1] == end:
                # Parentheses around a single value just group it.
                return items[0] if end == ")" and len(items) == 1 else items, at + 1
            item, at = self.value(at, depth + 1)
            items.append(item)
            at = self._past_comma(at, end)

    def _past_comma(self, at: int, end: str) -> int:
        at = self._skip(at)
        if self._text[at : at + 1] == ",":
            return at + 1
        if self._text[at : at + 1] == end:
            return at
        raise LiteralError("no comma")

    def _strings(self, at: int) -> tuple[str, int]:
        """Parse a string, with the strings that follow it directly or after a plus sign."""
        whole = ""
        while found := _STRING.match(self._text, at):
            part, at = self._string(found)
            whole += part
            after = self._skip(at)
            if self._text[after : after + 1] == "+":
                after = self._skip(after + 1)
            if not _STRING.match(self._text, after):
                break
            at = after
        return whole, at

    def _string(self, opening: re.Match[str]) -> tuple[str, int]:
        quote = opening["quote"]
        raw = "r" in opening["prefix"].lower()
        start = at = opening.end()
        while True:
            end = self._text.find(quote, at)
            if end < 0:
                raise LiteralError("a string without an end")
            before = self._text[start:end]
            if (len(before) - len(before.rstrip("\\"))) % 2 == 0:
                return before if raw else _unescaped(before), end + len(quote)
            at = end + 1

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at


def _unescaped(text: str) -> str:
    def letter(found: re.Match[str]) -> str:
        code = found[1] or found[2] or found[3] or found[4]
        if code:
            return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else "\ufffd"
        return _LETTERS.get(found[5], found[5])

    joined = _ESCAPE.sub(letter, text)
    # JSON writes an emoji as two escapes, which together are one character.
    return joined.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _number(text: str) -> int | float:
    text = text.replace("_", "")
    try:
        return int(text)
    except ValueError:
        return float(text)
