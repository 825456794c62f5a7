"""Split a command into words as sh, bash, zsh and fish do, with its here-documents, pipes and variables."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from kling_desktop.domain.parsing.expansion_marks import marked
from kling_desktop.domain.parsing.shell.output import output_of
from kling_desktop.domain.parsing.shell.words import ShellCommand, UnclosedQuote, Word

_ANSI = re.compile(r"\\(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3})|(.))", re.DOTALL)
_ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
# A backtick joins lines in PowerShell. Spaces after the sign are a slip in copying.
_JOINED_LINES = re.compile(r"[\\`][ \t]*\r?\n")
_BLANK = " \t\u00a0\u202f\u2007\u3000\u200b\ufeff"
_HERE = re.compile(r"<<(-?)[ \t]*(\\?)(['\"]?)([^\s'\"<>;|&()]+)\3")
_REDIRECT = re.compile(r"(?:[0-9]|&)?>>?(?:&[0-9-])?[ \t]*")
_PLAIN = re.compile(r"[^\s\\`'\"$<>;|&#()“”‘’\u200b\ufeff]+")
_VARIABLE = re.compile(r"\$(?:\{([^{}\n]*)\}|([A-Za-z_]\w*)|([0-9@*#?]))")
_NAME = re.compile(r"[A-Za-z_]\w*")
_DASHES = re.compile(r"[–—−‑‐](.?)")
_CURLY = {"“": "”“", "”": "”", "‘": "’‘", "’": "’"}
_AFTER_CURLY = re.compile(rf"[\s{_BLANK};|)\\`]|\Z")
_MAX_DEPTH = 6
_MAX_LENGTH = 500_000
_MAX_CURLY = 10_000


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands that pass their output on, and where the text continues after them."""

    commands: tuple[ShellCommand, ...]
    end: int


def read_pipeline(
    text: str, at: int, variables: Mapping[str, str], *, is_fish: bool = False, fills_in: bool = True
) -> Pipeline:
    """Read the commands that start here, up to the end of the line or the next command.

    Args:
        variables: What the variables of the script are known to hold.
        is_fish: Whether quotes mean what they do in fish.
        fills_in: Whether a dollar sign stands for a variable. It doesn't for cmd.exe.

    Raises:
        UnclosedQuote: The text ends inside quotes.
    """
    return _PosixReader(text, at, variables, is_fish=is_fish, fills_in=fills_in).pipeline()


def read_word(text: str, at: int, variables: Mapping[str, str]) -> tuple[str, int]:
    """Return the word that starts here, and where it ends. Raises UnclosedQuote."""
    return _PosixReader(text, at, variables, is_fish=False).one_word()


class _HereDocument(NamedTuple):
    """The lines below a command, up to one that is its name. They belong to the command of this number."""

    name: str
    is_literal: bool
    has_tabs: bool
    command: int


class _PosixReader:
    def __init__(
        self, text: str, at: int, variables: Mapping[str, str], *, is_fish: bool, fills_in: bool = True, depth: int = 0
    ) -> None:
        self._text = text if len(text) < _MAX_LENGTH else text[: at + _MAX_LENGTH]
        self._at = at
        self._variables = variables
        self._is_fish = is_fish
        self._fills_in = fills_in
        self._depth = depth
        self._word = Word()
        self._words: list[str] = []
        self._commands: list[ShellCommand] = []
        self._stdin: str | None = None
        self._stdin_file = ""
        self._here: list[_HereDocument] = []
        self._awaits = ""

    def one_word(self) -> tuple[str, int]:
        while self._at < len(self._text) and self._text[self._at] not in f"\r\n;|&<>(){_BLANK}":
            self._step()
        return self._word.text, self._at

    def pipeline(self) -> Pipeline:
        while self._at < len(self._text):
            letter = self._text[self._at]
            if joined := _JOINED_LINES.match(self._text, self._at):
                self._at = joined.end()
            elif letter in _BLANK or letter == "\r":
                self._end_word()
                self._at += 1
            elif letter == "#" and not self._word:
                end = self._text.find("\n", self._at)
                self._at = end if end >= 0 else len(self._text)
            elif letter == "<" or _REDIRECT.match(self._text, self._at):
                self._redirect()
            elif letter in "\n;&)" or (letter == "|" and self._text.startswith("||", self._at)):
                break
            elif letter == "|":
                self._end_command()
                self._at += 2 if self._text.startswith("|&", self._at) else 1
                self._skip_lines()
            else:
                self._step()
        self._end_command()
        if self._here:
            self._read_here_documents()
        for number, command in enumerate(self._commands[1:], 1):
            if command.stdin is None and not command.stdin_file:
                self._commands[number] = replace(command, stdin=output_of(self._commands[number - 1]))
        return Pipeline(tuple(self._commands), self._at)

    def _skip_lines(self) -> None:
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1

    def _end_word(self) -> None:
        if not self._word:
            return
        word = self._word.take()
        if self._awaits == "text":
            self._stdin = word + "\n"
        elif self._awaits == "file":
            self._stdin_file = word
        elif not self._awaits:
            self._words.append(word)
        self._awaits = ""

    def _end_command(self) -> None:
        self._end_word()
        if not self._words:
            return
        self._commands.append(ShellCommand(tuple(self._words), self._stdin, self._stdin_file))
        self._words, self._stdin, self._stdin_file = [], None, ""

    def _redirect(self) -> None:
        if self._text.startswith("<<<", self._at):
            self._end_word()
            self._awaits, self._at = "text", self._at + 3
        elif here := _HERE.match(self._text, self._at):
            self._end_word()
            is_literal = bool(here[2] or here[3])
            self._here.append(_HereDocument(here[4], is_literal, bool(here[1]), len(self._commands)))
            self._at = here.end()
        elif self._text.startswith("<(", self._at):
            self._at += 1
            self._word.add(self._substitution(self._at))
        elif self._text[self._at] == "<":
            self._end_word()
            self._awaits, self._at = "file", self._at + 1
        elif redirect := _REDIRECT.match(self._text, self._at):
            self._end_word()
            self._awaits = "" if "&" in redirect[0][1:] else "nothing"
            self._at = redirect.end()

    def _read_here_documents(self) -> None:
        line_end = self._text.find("\n", self._at)
        at = line_end + 1 if line_end >= 0 else len(self._text)
        for here in self._here:
            lines: list[str] = []
            while at < len(self._text):
                end = self._text.find("\n", at)
                end = len(self._text) if end < 0 else end
                line, at = self._text[at:end].removesuffix("\r"), end + 1
                if line.strip() == here.name:
                    break
                lines.append(line.lstrip("\t") if here.has_tabs else line)
            content = "".join(f"{line}\n" for line in lines)
            if not here.is_literal:
                reader = _PosixReader(content, 0, self._variables, is_fish=False, depth=self._depth)
                content = reader.filled(0, quote="")
            if here.command < len(self._commands):
                self._commands[here.command] = replace(self._commands[here.command], stdin=content)
        # The line break after the last line ends the command.
        self._at = max(self._at, min(at, len(self._text)) - 1)

    def _step(self) -> None:
        """Add what starts here to the word."""
        text, at = self._text, self._at
        letter = text[at]
        if plain := _PLAIN.match(text, at):
            word = plain[0]
            if not self._word and (dashes := _DASHES.match(word)):
                is_short = dashes[1] == "" or len(word) == 2
                word = ("-" if is_short else "--") + word[1:].lstrip("–—−‑‐-")
            self._word.add(word)
            self._at = plain.end()
        elif letter == "\\":
            self._word.add(text[at + 1 : at + 2])
            self._at += 2
        elif letter == "'":
            self._word.add(self._single_quoted(at + 1))
        elif letter == '"' or text.startswith('$"', at):
            self._word.add(self.filled(at + (1 if letter == '"' else 2)))
        elif text.startswith("$'", at):
            self._word.add(self._ansi_quoted(at + 2))
        elif letter in _CURLY and (not self._word or self._word.text[-1:] in "=@" or text[at - 1] in "=("):
            self._word.add(self._curly_quoted(at))
        elif letter == "$" or letter == "`":
            self._word.add(self._expansion(at))
        else:
            self._word.add(letter)
            self._at += 1

    def _single_quoted(self, start: int) -> str:
        end = start
        while True:
            end = self._text.find("'", end)
            if end < 0:
                raise UnclosedQuote
            if not (self._is_fish and (end - len(self._text[start:end].rstrip("\\")) - start) % 2):
                break
            end += 1
        self._at = end + 1
        content = self._text[start:end]
        return re.sub(r"\\([\\'])", r"\1", content) if self._is_fish else content

    def filled(self, start: int, quote: str = '"') -> str:
        """Return a text with its variables filled in, up to the quote or, without one, to the end, and go past it."""
        parts, at = [], start
        stop = re.compile(rf"[\\`${quote}]")
        while found := stop.search(self._text, at):
            parts.append(self._text[at : found.start()])
            at, letter = found.start(), found[0]
            if letter == quote:
                self._at = at + 1
                return "".join(parts)
            if letter == "\\":
                escaped = "\n" if self._text.startswith("\r\n", at + 1) else self._text[at + 1 : at + 2]
                at += 3 if self._text.startswith("\r\n", at + 1) else 2
                is_escape = escaped != "" and escaped in f"\\$`{quote}"
                parts.append("" if escaped == "\n" else escaped if is_escape else f"\\{escaped}")
            else:
                parts.append(self._expansion(at))
                at = self._at
        if quote:
            raise UnclosedQuote
        return "".join([*parts, self._text[at:]])

    def _ansi_quoted(self, start: int) -> str:
        end = start
        while self._text[end : end + 1] != "'":
            end += 2 if self._text[end : end + 1] == "\\" else 1
            if end >= len(self._text):
                raise UnclosedQuote
        self._at = end + 1
        letters = _ANSI.sub(_ansi_letter, self._text[start:end])
        return letters.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")

    def _curly_quoted(self, start: int) -> str:
        """Read what a word processor has put into typographic quotes. One inside a word is an apostrophe."""
        for at in range(start + 1, min(len(self._text), start + _MAX_CURLY)):
            if self._text[at] in _CURLY[self._text[start]] and _AFTER_CURLY.match(self._text, at + 1):
                self._at = at + 1
                return self._text[start + 1 : at]
        self._at = start + 1
        return self._text[start]

    def _expansion(self, at: int) -> str:
        """Return what a dollar sign or backtick stands for, marked if that isn't known, and go past it."""
        text = self._text
        if text.startswith("$(", at) and not text.startswith("$((", at):
            return self._substitution(at + 1)
        if text[at] == "`":
            end = text.find("`", at + 1)
            self._at = end + 1 if end >= 0 else at + 1
            return marked(text[at : end + 1]) if end >= 0 else "`"
        if (found := _VARIABLE.match(text, at)) is None or not self._fills_in:
            self._at = at + 1
            return "$"
        self._at = found.end()
        name = found[1] or found[2] or ""
        known = self._variables.get(name)
        if known is None and (default := re.fullmatch(r"(\w+):?-(.*)", name)):
            known = self._variables.get(default[1])
        return marked(found[0]) if known is None else known

    def _substitution(self, bracket: int) -> str:
        """Return the output of the commands in round brackets, marked if it isn't known, and go past them."""
        if self._depth >= _MAX_DEPTH:
            raise UnclosedQuote
        inner = _PosixReader(self._text, bracket + 1, self._variables, is_fish=self._is_fish, depth=self._depth + 1)
        commands: tuple[ShellCommand, ...] = ()
        while True:
            pipeline = inner.pipeline()
            commands = pipeline.commands or commands
            if self._text.startswith(")", pipeline.end):
                break
            if pipeline.end >= len(self._text):
                raise UnclosedQuote
            inner = _PosixReader(
                self._text, pipeline.end + 1, self._variables, is_fish=self._is_fish, depth=self._depth + 1
            )
        self._at = pipeline.end + 1
        output = output_of(commands[-1]) if commands else None
        return marked(f"${self._text[bracket : self._at]}") if output is None else output.rstrip("\n")


def assigned_variable(text: str, at: int, variables: Mapping[str, str]) -> tuple[str, str, int] | None:
    """Return the name of the variable that is set here, what it then holds, and where that ends; None if none is.

    Raises:
        UnclosedQuote: The text ends inside quotes.
    """
    name = _NAME.match(text, at)
    if name is None or not text.startswith("=", name.end()):
        return None
    value, end = read_word(text, name.end() + 1, variables)
    return name[0], value, end


def _ansi_letter(found: re.Match[str]) -> str:
    for code, base in ((found[1], 16), (found[2], 16), (found[3], 16), (found[4], 8)):
        if code:
            return chr(min(int(code, base), 0x10FFFF))
    return _ANSI_LETTERS.get(found[5], found[5])
