"""Split a PowerShell command into words, with the variables that the script sets before it."""

import re
from collections.abc import Mapping

from kling_desktop.domain.parsing.code_style import CodeStyle
from kling_desktop.domain.parsing.shell.words import ShellCommand, UnclosedQuote, Word
from kling_desktop.domain.parsing.string_literals import read_string

_SIGNS = re.compile(
    r"`[ \t]*$|\b(?:Invoke-RestMethod|Invoke-WebRequest|ConvertTo-Json)\b|^\s*(?:irm|iwr)\s|@[\"'][ \t]*$"
    r"|^\s*\$\w+\s*=\s*[@\"']|^PS [^\n>]*>",
    re.MULTILINE | re.IGNORECASE,
)
_JOINED_LINES = re.compile(r"`[ \t]*\r?\n")
_VARIABLE = re.compile(r"\$\{?(\w+)\}?")
_SPLAT = re.compile(r"@(\w+)")
_BRACKETS = {"(": ")", "{": "}", "[": "]"}
_PLAIN = re.compile(r"[^\s\"'`(){}\[\];|@$]+")
_ASSIGNMENT = re.compile(r"\$(\w+)\s*=\s*")


def is_for_powershell(text: str) -> bool:
    """Whether a command seems to be written for PowerShell."""
    return _SIGNS.search(text) is not None


def read_command(text: str, at: int, variables: Mapping[str, str]) -> tuple[ShellCommand, int]:
    """Return the command that starts here, and where it ends.

    What is in brackets, and what a variable holds that isn't just text, is one word: the code itself.

    Raises:
        UnclosedQuote: The text ends inside quotes or brackets.
    """
    words, word = list[str](), Word()
    while at < len(text):
        letter = text[at]
        if joined := _JOINED_LINES.match(text, at):
            words += word.ended()
            at = joined.end()
        elif letter in "\n;|":
            break
        elif letter.isspace():
            words += word.ended()
            at += 1
        elif letter in "\"'" or re.match(r"@[\"'][ \t]*\r?\n", text[at : at + 8]):
            string = read_string(text, at, CodeStyle.POWERSHELL)
            if string is None:
                raise UnclosedQuote
            word.add(string.value)
            at = string.end
        elif letter in _BRACKETS or text[at : at + 2] in ("@{", "@("):
            end = _after_bracket(text, at + (letter == "@"))
            word.add(_without_variable(text[at:end], variables))
            at = end
        elif variable := _VARIABLE.match(text, at) or (not word and _SPLAT.match(text, at)) or None:
            word.add(variables.get(variable[1].lower(), variable[0]))
            at = variable.end()
        elif letter == "`":
            word.add(text[at + 1 : at + 2])
            at += 2
        else:
            plain = _PLAIN.match(text, at)
            word.add(plain[0] if plain else letter)
            at = plain.end() if plain else at + 1
    words += word.ended()
    return ShellCommand(tuple(words)), at


def assigned_variable(text: str, at: int, variables: Mapping[str, str]) -> tuple[str, str, int] | None:
    """Return the name of the variable that is set here, what it then holds, and where that ends; None if none is.

    It holds a text with what is filled in marked, or else code.

    Raises:
        UnclosedQuote: The text ends inside quotes or brackets.
    """
    found = _ASSIGNMENT.match(text, at)
    if found is None:
        return None
    command, end = read_command(text, found.end(), variables)
    if string := read_string(text, found.end(), CodeStyle.POWERSHELL):
        return found[1].lower(), string.value, max(string.end, end)
    return found[1].lower(), " ".join(command.words), end


def _without_variable(code: str, variables: Mapping[str, str]) -> str:
    """Return code in brackets, with the variable filled in that it passes to ConvertTo-Json."""
    return _VARIABLE.sub(
        lambda found: variables.get(found[1].lower(), found[0]) if "ConvertTo-Json" in code else found[0], code
    )


def _after_bracket(text: str, at: int) -> int:
    """Return where the bracket is closed that opens here."""
    open_brackets = []
    while at < len(text):
        letter = text[at]
        if letter in _BRACKETS:
            open_brackets.append(_BRACKETS[letter])
        elif letter == open_brackets[-1]:
            open_brackets.pop()
            if not open_brackets:
                return at + 1
        elif letter in "\"'@" and (string := read_string(text, at, CodeStyle.POWERSHELL)):
            at = string.end
            continue
        at += 1
    raise UnclosedQuote
