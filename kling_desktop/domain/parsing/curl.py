"""Parse a curl command as it is printed or copied: for a shell, for Windows, by Chrome and by Firefox."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

_START = re.compile(r"(?:^|(?<=\s)|(?<=[`;&|$>]))curl(?:\.exe)?\s", re.MULTILINE)
_CMD = re.compile(r"\^\s*$|\^[\"\\{]|\{\"\"\w", re.MULTILINE)
_SLASHES = re.compile(r'(\\+)("?)')
_BROWSERS = re.compile(r'\^"|\{""\w|"\^\r?\n\r?\n"')
_DATA = ("--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "-d")
_HEADER = ("--header", "-H")
_ANSI = re.compile(r"\\(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))", re.DOTALL)
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}


class _UnclosedQuote(ValueError):
    """The text ends inside quotes."""


@dataclass(frozen=True, slots=True)
class CurlCommand:
    """The parts of a curl command that matter. Header names are in lower case; `body` is None without data."""

    url: str = ""
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


class CurlReadings(NamedTuple):
    """A command as the shell would read it that it seems to be written for, and as the other kind of shell would.

    Each is None if the command ends inside quotes.
    """

    likely: CurlCommand | None
    other: CurlCommand | None


def find_curl(text: str) -> str | None:
    """Return the text from its first curl command on; None if there is none."""
    found = _START.search(text)
    return text[found.start() :] if found else None


def parse_curl(text: str) -> CurlReadings:
    """Parse a command both as sh and as cmd.exe would."""
    likely, other = (_windows_words, _shell_words) if _CMD.search(text) else (_shell_words, _windows_words)
    return CurlReadings(_parse(likely, text), _parse(other, text))


def _parse(words: Callable[[str], Iterator[str]], text: str) -> CurlCommand | None:
    try:
        return _command(list(words(text))[1:])
    except _UnclosedQuote:
        return None


def _command(words: Sequence[str]) -> CurlCommand:
    url, parts, headers = "", [], {}
    following = iter(words)
    for word in following:
        option, equals, value = word.partition("=")
        if option in (*_DATA, *_HEADER, "--url") and not (equals and word.startswith("--")):
            value = next(following, "")
            option = word
        elif word[:2] in ("-d", "-H") and len(word) > 2:
            option, value = word[:2], word[2:]
        if option in _DATA:
            parts.append(value)
        elif option in _HEADER:
            name, _, content = value.partition(":")
            headers[name.strip().lower()] = content.strip()
        elif option == "--url":
            url = value
        elif "://" in word and not word.startswith("-"):
            url = url or word
    return CurlCommand(url, "&".join(parts) if parts else None, headers)


class _Word:
    """A word being put together. Empty quotes make a word, too."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def add(self, part: str) -> None:
        self._parts.append(part)

    def ended(self) -> Iterator[str]:
        """Yield the word, if there is one, and begin the next."""
        if self._parts:
            yield "".join(self._parts)
            self._parts.clear()


def _shell_words(text: str) -> Iterator[str]:
    """Split a command into words as sh, bash and zsh do, including $'…', up to the end of the command."""
    word = _Word()
    at = 0
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            if text[at + 1 : at + 3] != "\r\n" and text[at + 1 : at + 2] != "\n":
                word.add(text[at + 1 : at + 2])
            at += 3 if text[at + 1 : at + 3] == "\r\n" else 2
        elif letter in "'\"" or text.startswith("$'", at):
            content, at = _quoted(text, at)
            word.add(content)
        elif letter.isspace() or letter in ";|&":
            yield from word.ended()
            if letter not in " \t":
                return
            at += 1
        else:
            word.add(letter)
            at += 1
    yield from word.ended()


def _quoted(text: str, at: int) -> tuple[str, int]:
    """Return the content of the quotes that begin here, and where the rest continues."""
    if text[at] == "'":
        end = text.find("'", at + 1)
        if end < 0:
            raise _UnclosedQuote
        return text[at + 1 : end], end + 1
    ansi = text[at] == "$"
    quote, start = ("'", at + 2) if ansi else ('"', at + 1)
    end = start
    while text[end : end + 1] != quote:
        end += 2 if text[end : end + 1] == "\\" else 1
        if end >= len(text):
            raise _UnclosedQuote
    content = text[start:end]
    if not ansi:
        return re.sub(r"\\(\n|[\"\\$`])", lambda found: found[1].strip("\n"), content), end + 1
    return _ANSI.sub(_ansi_letter, content).encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"), end + 1


def _ansi_letter(found: re.Match[str]) -> str:
    for code, base in ((found[1], 16), (found[2], 16), (found[3], 16), (found[4], 8)):
        if code:
            return chr(min(int(code, base), 0x10FFFF))
    return _ANSI_LETTERS.get(found[5], found[5])


def _windows_words(text: str) -> Iterator[str]:
    """Split a command into words as cmd.exe and then the C runtime do: carets first, then quotes and backslashes."""
    # Browsers double every backslash, though the runtime halves only those before a quote. Read what was meant.
    doubled = _BROWSERS.search(text) is not None
    plain = _without_carets(text)
    word = _Word()
    quoted = False
    at = 0
    while at < len(plain):
        if found := _SLASHES.match(plain, at):
            slashes, before_quote = len(found[1]), bool(found[2])
            escaped = before_quote and slashes % 2 == 1
            word.add("\\" * (slashes // 2 if before_quote or doubled else slashes) + ('"' if escaped else ""))
            at += slashes + escaped
        elif plain[at] == '"' and quoted and plain[at + 1 : at + 2] == '"':
            word.add('"')
            at += 2
        elif plain[at] == '"':
            quoted = not quoted
            word.add("")
            at += 1
        elif plain[at] in " \t" and not quoted:
            yield from word.ended()
            at += 1
        else:
            word.add(plain[at])
            at += 1
    if quoted:
        raise _UnclosedQuote
    yield from word.ended()


def _without_carets(text: str) -> str:
    """Remove carets: one makes the next character an ordinary one, or joins the next line to this one."""
    kept: list[str] = []
    quoted = False
    letters = iter(text.replace("\r\n", "\n"))
    for letter in letters:
        if letter == "^" and not quoted:
            after = next(letters, "")
            # The first character of a joined line is ordinary, too, so an empty line in between is a line break.
            kept.append(after if after != "\n" else next(letters, ""))
        elif letter == "\n" and not quoted:
            break
        else:
            quoted ^= letter == '"'
            kept.append(letter)
    return "".join(kept)
