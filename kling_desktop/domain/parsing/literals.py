"""Parse an object literal in JSON, JavaScript, Python, PHP, Go, Ruby, PowerShell and their like, with one grammar.

The grammar takes what all of them share: brackets with pairs or items in them. What stands in place of a value but is
no literal becomes an Expression. It is never guessed what that would be.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

from kling_desktop.domain.parsing.code_style import CodeStyle, style_of
from kling_desktop.domain.parsing.expansion_marks import MARKED, OPEN, marked, without_marks
from kling_desktop.domain.parsing.string_literals import read_string, starts_string

MAX_DEPTH = 40
"""Levels of nesting. A request has seven."""
_MAX_EXPRESSION = 50_000
_MAX_WORK = 3_000_000
"""Characters that a reader looks at, however often it begins again."""
_FAILED_STRING = 100_000
"""What looking for the end of a string costs that has none."""
_MAX_DIGITS = 400
_SPACE = re.compile(r"(?:[\s\ufeff\u200b\u2060\u00ad]+|//[^\n]*|\#(?!\{)[^\n]*|/\*.*?\*/)+", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(?:\d[\d_]*+\.?\d*+|\.\d++)(?:[eE][-+]?\d++)?(?![\w.])")
_PLACEHOLDER = re.compile(r"<[A-Za-z][\w -]{0,60}>|YOUR_\w+")
_WORD = re.compile(r"[$:@]?[A-Za-z_][\w$]*(?:-[A-Za-z_]\w*)*")
_DOTTED_WORD = re.compile(r"[$@]?[A-Za-z_][\w$]*(?:(?:\.|->|::)[A-Za-z_][\w$]*)*")
_SPREAD = re.compile(r"(?:\.\.\.|\*\*)[\w.$]+")
_MUSTACHE = re.compile(r"=?\{\{[^\n]*?\}\}")
_TYPED = re.compile(
    r"""(?: @ | %
      | (?:\[\d*\])* \*? (?:map\[\w+\])* (?:interface\{\} | &?[A-Za-z_][\w.]*) \s* (?=\{)
      | new (?:\s+[\w.]+ (?:<[\w.<>,\s]*>)?)? \s* (?:\[\]|\(\))? \s* (?=\{)
      | json! \s* (?=[({\[])
      | (?:array|dict|OrderedDict|mapOf|hashMapOf|mutableMapOf|listOf|list|vec!|List\.of) \s* (?=[(\[])
    )(?=[{(\[])""",
    re.VERBOSE,
)
_CONSTANTS = {"true": True, "True": True, "false": False, "False": False, "null": None, "None": None, "undefined": None}
_CONSTANTS |= {"nil": None, "$true": True, "$false": False, "$null": None, "TRUE": True, "FALSE": False, "NULL": None}
_CONSTANTS |= {"serde_json::Value::Null": None}
_ENDS = {"{": "}", "[": "]", "(": ")"}
_STOP = re.compile(rf"[()\[\]{{}},;\"'`“”„«‘\n{OPEN}]")
_CONCAT = re.compile(r"(?:\+|\.\.|\.(?=\s)|(?<=\s)\.|&|<>|~|\\(?=\s*\n))?\s*")
_SIGN = re.compile(r"\+|\.\.?|&|<>|~")
_KEY_END = re.compile(r"\s*(?:=>|:=|:(?!:)|=(?!=)|(?<=\s)to(?=\s))")
_NEXT_PAIR = re.compile(r"[\"']?[\w.-]+[\"']?\s*=(?!=)")


@dataclass(frozen=True, slots=True)
class Expression:
    """Code in place of a value. It doesn't say what the value would be."""

    text: str


class RepeatedKeys(dict[str, Any]):
    """An object that has a key more than once. The last one counts.

    Attributes:
        repeated: Those keys.
    """

    repeated: tuple[str, ...] = ()


class LiteralError(ValueError):
    """There is no literal here."""


class BrokenLiteral(LiteralError):
    """A literal begins here, but doesn't go on as one: a comma is missing, or what follows is cut off."""


def object_of(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object that remembers which of its keys are there twice."""
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    keys = [key for key, _ in pairs]
    repeating = RepeatedKeys(plain)
    repeating.repeated = tuple(dict.fromkeys(key for key in keys if keys.count(key) > 1))
    return repeating


class LiteralReader:
    """Reads literals from one text. All it reads together may only take so much work."""

    def __init__(self, text: str, style: CodeStyle | None = None) -> None:
        self._text = text
        self._style = style_of(text) if style is None else style
        self._work = 0

    @property
    def style(self) -> CodeStyle:
        return self._style

    def read(self, at: int) -> tuple[Any, int]:
        """Return the literal that starts here, and where it ends.

        Raises:
            LiteralError: There is none.
        """
        if self._work > _MAX_WORK:
            raise LiteralError("too much work")
        value, end = self._literal(self._skip(at), 0)
        self._work += end - at
        return value, end

    def _value(self, at: int, depth: int) -> tuple[Any, int]:
        """Return a value, literal or not, and where it ends."""
        start = self._skip(at)
        try:
            value, end = self._literal(start, depth)
        except BrokenLiteral:
            raise
        except LiteralError:
            value, end = None, start
        else:
            if self._is_over(end):
                return value, end
            if isinstance(value, str) and (joined := self._joined(value, end)):
                return joined
            if not isinstance(value, Expression) and self._starts_pair(self._skip(end)):
                raise BrokenLiteral("no comma")
        stop = self._end_of_expression(start)
        source = without_marks(self._text[start:stop]).strip()
        if not source:
            raise LiteralError("no value")
        return self._concatenated(start, stop) or Expression(source), stop

    def _literal(self, at: int, depth: int) -> tuple[Any, int]:
        self._work += 1
        if depth > MAX_DEPTH or self._work > _MAX_WORK:
            raise LiteralError("nested too deeply")
        text = self._text
        if found := MARKED.match(text, at):
            return Expression(found[1]), found.end()
        if found := _MUSTACHE.match(text, at):
            return Expression(found[0]), found.end()
        if found := _TYPED.match(text, at):
            return self._bracket(found.end(), depth, is_typed=True)
        if text[at : at + 1] in _ENDS:
            return self._bracket(at, depth)
        if string := read_string(text, at, self._style):
            self._work += string.end - at
            return string.value, string.end
        if found := _NUMBER.match(text, at):
            return _number(found[0]), found.end()
        if found := _PLACEHOLDER.match(text, at):
            return found[0], found.end()
        if found := _DOTTED_WORD.match(text, at):
            word = found[0]
            return _CONSTANTS[word] if word in _CONSTANTS else Expression(word), found.end()
        raise LiteralError("no literal")

    def _bracket(self, at: int, depth: int, *, is_typed: bool = False) -> tuple[Any, int]:
        """Read what is in brackets: pairs, items, or one value that is only grouped."""
        close, first = _ENDS[self._text[at]], self._skip(at + 1)
        if self._starts_pair(first):
            return self._pairs(first, close, depth)
        if close != "}" or is_typed:
            return self._items(first, close, depth)
        if self._text[first : first + 1] != "}":
            raise LiteralError("no pairs")
        return {}, first + 1

    def _starts_pair(self, at: int) -> bool:
        """Whether a key with its value starts here, or something that stands for some."""
        if _SPREAD.match(self._text, at):
            return True
        try:
            self._key(at)
        except LiteralError:
            word = _WORD.match(self._text, at)
            return word is not None and self._text.startswith(",", self._skip(word.end()))
        return True

    def _key(self, at: int) -> tuple[str, int, bool]:
        """Return a key, where its value starts, and whether its sign lets the end of a line end the pair."""
        if string := read_string(self._text, at, self._style):
            key, end = string.value, string.end
        elif found := _WORD.match(self._text, at):
            key, end = found[0].lstrip(":@"), found.end()
        else:
            raise LiteralError("no key")
        sign = _KEY_END.match(self._text, end)
        if sign is None:
            raise LiteralError("no key")
        return key, sign.end(), sign[0].strip() == "="

    def _pairs(self, at: int, close: str, depth: int) -> tuple[dict[str, Any], int]:
        pairs: list[tuple[str, Any]] = []
        while True:
            at = self._skip(at)
            if self._text[at : at + 1] == close:
                return object_of(pairs), at + 1
            if spread := _SPREAD.match(self._text, at):
                pairs.append((spread[0], Expression(spread[0])))
                at = self._past_comma(spread.end(), close)
                continue
            try:
                key, start, by_line = self._key(at)
            except LiteralError:
                # In JavaScript, a word of its own stands for the variable of that name.
                word = _WORD.match(self._text, at)
                if word is None or not (close == "}" and self._is_over(word.end())):
                    raise BrokenLiteral("no key") from None
                pairs.append((word[0], Expression(word[0])))
                at = self._past_comma(word.end(), close)
                continue
            try:
                value, at = self._value(start, depth + 1)
            except LiteralError as error:
                raise BrokenLiteral(str(error)) from error
            pairs.append((key, value))
            at = self._past_comma(at, close, by_line=by_line)

    def _items(self, at: int, close: str, depth: int) -> tuple[Any, int]:
        items: list[Any] = []
        while True:
            at = self._skip(at)
            if self._text[at : at + 1] == close:
                # Parentheses around a single value just group it.
                return items[0] if close == ")" and len(items) == 1 else items, at + 1
            item, at = self._value(at, depth + 1)
            items.append(item)
            at = self._past_comma(at, close)

    def _past_comma(self, at: int, close: str, *, by_line: bool = False) -> int:
        after = self._skip(at)
        if self._text[after : after + 1] in (",", ";"):
            return after + 1
        if self._text[after : after + 1] == close or (by_line and "\n" in self._text[at:after]):
            return after
        raise BrokenLiteral("no comma")

    def _is_over(self, at: int) -> bool:
        """Whether a value is whole here: a comma or a bracket follows, or the line ends and a pair follows."""
        after = self._skip(at)
        if after >= len(self._text) or self._text[after] in ",;}])":
            return True
        return "\n" in self._text[at:after] and _NEXT_PAIR.match(self._text, after) is not None

    def _joined(self, value: str, at: int) -> tuple[str, int] | None:
        """Read the strings that follow a string directly, or after a sign that joins them; None if others follow."""
        while not self._is_over(at):
            after = self._skip(at)
            sign = _CONCAT.match(self._text, after)
            start = self._skip(sign.end() if sign else after)
            string = read_string(self._text, start, self._style)
            if string is None:
                return None
            value, at = value + string.value, string.end
        return value, at

    def _concatenated(self, start: int, stop: int) -> str | None:
        """Return strings and expressions that are joined by signs, with the expressions marked; None if it's not that.

        At least one of them is a string, or it isn't clear that this makes a text.
        """
        whole, has_string, at = "", False, start
        while at < stop:
            at = self._skip(at)
            if string := read_string(self._text, at, self._style):
                whole, has_string, end = whole + string.value, True, string.end
            elif found := _DOTTED_WORD.match(self._text, at):
                whole, end = whole + marked(found[0]), found.end()
            else:
                return None
            at = self._skip(end)
            if at < stop:
                sign = _SIGN.match(self._text, at)
                if sign is None:
                    return None
                at = sign.end()
        return whole if has_string else None

    def _end_of_expression(self, at: int) -> int:
        """Return where an expression ends: at a comma or at the bracket that closes what it stands in."""
        limit, open_brackets, start = min(len(self._text), at + _MAX_EXPRESSION), list[str](), at
        while at < limit and (found := _STOP.search(self._text, at, limit)):
            at, letter = found.start(), found[0]
            if letter in _ENDS:
                open_brackets.append(_ENDS[letter])
            elif open_brackets and letter == open_brackets[-1]:
                open_brackets.pop()
            elif not open_brackets and letter in ",;}])":
                break
            elif letter in "}])":
                raise LiteralError("brackets don't match")
            elif letter == "\n" and not open_brackets and self._is_over(at):
                break
            elif letter == OPEN and (mark := MARKED.match(self._text, at)):
                at = mark.end()
                continue
            elif starts_string(self._text, at):
                if string := read_string(self._text, at, self._style):
                    at = string.end
                    continue
                self._work += _FAILED_STRING
                if self._work > _MAX_WORK:
                    raise LiteralError("too much work")
            at += 1
        self._work += at - start
        if open_brackets or self._work > _MAX_WORK:
            raise LiteralError("no end")
        return at

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at


def _number(text: str) -> int | float | Expression:
    plain = text.replace("_", "")
    if len(plain) > _MAX_DIGITS:
        return Expression(text)
    try:
        return int(plain)
    except ValueError:
        number = float(plain)
    return number if math.isfinite(number) else Expression(text)
