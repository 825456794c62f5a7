"""Split a command into words as cmd.exe and then the C runtime do: carets first, then quotes and backslashes."""

import re
from collections.abc import Iterator

from kling_desktop.domain.parsing.expansion_marks import marked
from kling_desktop.domain.parsing.shell.words import ShellCommand, UnclosedQuote, Word

_SIGNS = re.compile(r"\^[ \t]*$|\^[\"\\{]|\{\"\"\w", re.MULTILINE)
_SLASHES = re.compile(r'(\\+)("?)')
_BROWSERS = re.compile(r'\^"|\{""\w|"\^\r?\n\r?\n"')
_LINE_END = re.compile(r"[ \t]*\r?\n")
_VARIABLE = re.compile(r"%[A-Za-z_]\w*%")


def is_for_cmd(text: str) -> bool:
    """Whether a command seems to be written for cmd.exe."""
    return _SIGNS.search(text) is not None


def read_command(text: str) -> tuple[ShellCommand, int]:
    """Return the command that a text begins with, and where it ends. Raises UnclosedQuote if it ends inside quotes."""
    plain, end = _without_carets(text)
    return ShellCommand(tuple(_words(plain, is_from_browser=_BROWSERS.search(text, 0, end) is not None))), end


def _words(plain: str, *, is_from_browser: bool) -> Iterator[str]:
    # Browsers double every backslash, though the runtime halves only those before a quote. Read what was meant.
    doubled = is_from_browser and all(len(run[1]) % 2 == 0 for run in _SLASHES.finditer(plain) if not run[2])
    word = Word()
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
        raise UnclosedQuote
    yield from word.ended()


def _without_carets(text: str) -> tuple[str, int]:
    """Return a command without its carets, and where it ends.

    A caret makes the next character an ordinary one, or joins the next line to this one.

    Variables are marked: cmd.exe fills them in inside quotes, too.
    """
    kept: list[str] = []
    quoted = False
    at = 0
    while at < len(text):
        letter = text[at]
        at += 1
        if letter == "^" and not quoted:
            if joined := _LINE_END.match(text, at):
                at = joined.end()
            # The first character of a joined line is ordinary, too, so an empty line in between is a line break.
            at += text.startswith("\r\n", at)
            kept.append(text[at : at + 1])
            at += 1
        elif letter == "\n" and not quoted:
            break
        elif letter == "\r" and text.startswith("\n", at):
            continue
        elif letter == "%" and (variable := _VARIABLE.match(text, at - 1)):
            kept.append(marked(variable[0]))
            at = variable.end()
        else:
            quoted ^= letter == '"'
            kept.append(letter)
    return "".join(kept), at
