"""What the small commands print that people put before curl: echo, printf and cat."""

import re
from collections.abc import Sequence

from kling_desktop.domain.parsing.shell.words import ShellCommand

_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{1,2})|0?([0-7]{1,3})|(.))", re.DOTALL)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}


def output_of(command: ShellCommand) -> str | None:
    """Return what a command prints; None if that isn't known without running it."""
    name, *arguments = command.words
    match name:
        case "echo" | "Write-Output":
            return _echo(arguments)
        case "printf":
            return _printf(arguments)
        case "cat" | "tee" if all(word in ("-", "-n") for word in arguments):
            return command.stdin
    return None


def _echo(arguments: Sequence[str]) -> str:
    options = ""
    words = list(arguments)
    while words and re.fullmatch("-[neE]+", words[0]):
        options += words.pop(0)
    text = " ".join(words)
    return (_unescaped(text) if "e" in options else text) + ("" if "n" in options else "\n")


def _printf(arguments: Sequence[str]) -> str | None:
    if arguments and arguments[0] == "--":
        arguments = arguments[1:]
    if not arguments:
        return None
    values = iter(arguments[1:])

    def value(found: re.Match[str]) -> str:
        return "%" if found[1] == "%" else _unescaped(next(values, "")) if found[1] == "b" else next(values, "")

    return re.sub("%([sbd%])", value, _unescaped(arguments[0]))


def _unescaped(text: str) -> str:
    def letter(found: re.Match[str]) -> str:
        if code := found[1] or found[2]:
            return chr(int(code, 16))
        return chr(int(found[3], 8)) if found[3] else _LETTERS.get(found[4], found[0] if found[4] != "\\" else "\\")

    return _ESCAPE.sub(letter, text)
