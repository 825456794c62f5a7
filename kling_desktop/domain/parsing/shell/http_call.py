"""The HTTP request that a command would make: curl, wget, HTTPie, xh and PowerShell's own commands."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

from kling_desktop.domain.parsing.shell.words import ShellCommand

_CURL_DATA = frozenset({"--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--json", "-d"})
_CURL_FORM = frozenset({"--form", "--form-string", "-F"})
_CURL_WITH_VALUE = frozenset("AbCcDeEFhHKmoPQrtTuUwxXyYz")
"""The letters of curl's short options that take a value, other than -d."""
_CURL_LONG_WITH_VALUE = re.compile(
    r"--(?:(?:abstract-)?unix-socket|ca(?:cert|path)|cert(?:-type)?|ciphers|config|connect-(?:timeout|to)|cookie(?:-jar)?"
    r"|dump-header|header|interface|key(?:-type)?|limit-rate|max-(?:filesize|redirs|time)|netrc-file|noproxy"
    r"|oauth2-bearer|output(?:-dir)?|pass|(?:pre)?proxy(?:-user|-header)?|proto(?:-default)?|range|referer|request(?:-target)?"
    r"|resolve|retry(?:-delay|-max-time)?|socks5(?:-hostname)?|speed-(?:limit|time)|stderr|tls-max|trace(?:-ascii)?"
    r"|upload-file|url(?:-query)?|user(?:-agent)?|variable|write-out)"
)
_WGET_DATA = frozenset({"--post-data", "--body-data"})
_WGET_FILE = frozenset({"--post-file", "--body-file"})
_METHOD = re.compile(r"[A-Z]{3,7}|get|post|put|patch|delete")
_ITEM = re.compile(r"((?:\\.|[^\\:=@])*?)(:=@|=@|:=|==|=|:|@)(.*)", re.DOTALL)
_KEY_PARTS = re.compile(r"[^\[\]]+")
_POWERSHELL_NAMES = frozenset({"invoke-restmethod", "invoke-webrequest", "irm", "iwr"})
_FISH_NAMES = frozenset({"http", "https", "xh", "xhs"})


@dataclass(frozen=True, slots=True)
class HttpCall:
    """The parts of a call that matter.

    Attributes:
        tool: What makes it, as people call it.
        body: None without one.
        fields: The body as HTTPie builds it: each field by its path, as text or as JSON.
        body_file: The file that holds the body, if one is named.
        is_form: Whether a form is sent.
        headers: By their names in lower case.
    """

    tool: str
    url: str = ""
    body: str | None = None
    fields: tuple[tuple[tuple[str, ...], str, bool], ...] = ()
    body_file: str = ""
    is_form: bool = False
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def http_call(command: ShellCommand) -> HttpCall | None:
    """Return the call that a command makes; None if it isn't one of those that make some."""
    for at, word in enumerate(command.words):
        name = PurePosixPath(word.replace("\\", "/")).name.lower().removesuffix(".exe")
        if reader := _READERS.get(name):
            return reader(command, command.words[at + 1 :])
    return None


class _Parts:
    """A call being put together."""

    def __init__(self, tool: str, command: ShellCommand) -> None:
        self.tool = tool
        self.url = ""
        self.data: list[str] = []
        self.file = ""
        self.is_form = False
        self.headers: dict[str, str] = {}
        self.fields: list[tuple[tuple[str, ...], str, bool]] = []
        self._command = command

    def add_data(self, value: str, *, may_be_file: bool = True) -> None:
        if not (may_be_file and value.startswith("@")):
            self.data.append(value)
        elif value[1:] in ("-", "/dev/stdin", ""):
            self.add_stdin()
        else:
            self.file = value[1:]

    def add_stdin(self) -> None:
        if self._command.stdin is not None:
            self.data.append(self._command.stdin)
        else:
            self.file = self._command.stdin_file or self.file or "-"

    def add_header(self, value: str) -> None:
        name, _, content = value.partition(":")
        self.headers[name.strip().lower()] = content.strip()

    def call(self) -> HttpCall:
        body = "&".join(self.data) if self.data else None
        return HttpCall(self.tool, self.url, body, tuple(self.fields), self.file, self.is_form, self.headers)


def _curl(command: ShellCommand, arguments: Sequence[str]) -> HttpCall:
    parts = _Parts("curl", command)
    for option, value in _curl_options(arguments):
        if option in ("--data-raw", "--form-string"):
            parts.add_data(value, may_be_file=False)
        elif option == "--data-urlencode":
            name, equals, content = value.partition("=")
            is_named = equals and re.fullmatch(r"[\w.\[\]-]*", name)
            parts.add_data(content if is_named else value, may_be_file=not is_named)
        elif option in _CURL_DATA:
            parts.add_data(value)
        elif option in _CURL_FORM:
            parts.is_form = True
            parts.data.append(value.partition("=")[2])
        elif option in ("--upload-file", "-T"):
            parts.add_data(f"@{value}")
        elif option in ("--header", "-H"):
            parts.add_header(value)
        elif option in ("--oauth2-bearer",):
            parts.headers["authorization"] = value
        elif option in ("", "--url"):
            parts.url = parts.url or value
    return parts.call()


def _curl_options(arguments: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each option with its value, and each address with an empty option."""
    following = iter(arguments)
    for word in following:
        if word.startswith("--"):
            option, equals, value = word.partition("=")
            takes_value = option in _CURL_DATA | _CURL_FORM or _CURL_LONG_WITH_VALUE.fullmatch(option)
            yield option, value if equals else next(following, "") if takes_value else ""
        elif word.startswith("-") and len(word) > 1:
            # Short options may be written together, the last one with its value.
            for at, letter in enumerate(word[1:], 1):
                if letter == "d" or letter in _CURL_WITH_VALUE:
                    yield f"-{letter}", word[at + 1 :] or next(following, "")
                    break
                yield f"-{letter}", ""
        else:
            yield "", word


def _wget(command: ShellCommand, arguments: Sequence[str]) -> HttpCall:
    parts = _Parts("wget", command)
    following = iter(arguments)
    for word in following:
        option, equals, value = word.partition("=")
        if option in (*_WGET_DATA, *_WGET_FILE, "--header", "--method", "-O", "-o", "--output-document"):
            value = value if equals else next(following, "")
            if option in _WGET_DATA:
                parts.data.append(value)
            elif option in _WGET_FILE:
                parts.add_data(f"@{value}")
            elif option == "--header":
                parts.add_header(value)
        elif not word.startswith("-"):
            parts.url = parts.url or word
    return parts.call()


def _httpie(command: ShellCommand, arguments: Sequence[str]) -> HttpCall:
    parts = _Parts("HTTPie", command)
    following = iter(arguments)
    for word in following:
        if word.startswith("-"):
            option, equals, value = word.partition("=")
            if option == "--raw":
                parts.data.append(value if equals else next(following, ""))
            elif option in ("-f", "--form", "--multipart"):
                parts.is_form = True
            elif option in ("-a", "--auth", "-A", "--auth-type", "-o", "--output", "-s", "--style", "-p", "--print"):
                value = value if equals else next(following, "")
        elif not parts.url:
            parts.url = "" if _METHOD.fullmatch(word) else word
        elif item := _ITEM.fullmatch(word):
            key, sign, value = item[1].replace("\\", ""), item[2], item[3]
            if sign == ":":
                parts.headers[key.lower()] = value
            elif sign in ("=", ":="):
                parts.fields.append((tuple(_KEY_PARTS.findall(key)), value, sign == ":="))
            elif sign in ("=@", ":=@", "@"):
                parts.file = value
    if not parts.fields and not parts.data and not parts.file and (command.stdin or command.stdin_file):
        parts.add_stdin()
    return parts.call()


def _powershell(_command: ShellCommand, arguments: Sequence[str]) -> HttpCall:
    parts = _Parts("PowerShell", ShellCommand(()))
    following = iter(arguments)
    for word in following:
        option, _, value = word.partition(":") if word.startswith("-") and "://" not in word else (word, "", "")
        name = option.lower()
        if not word.startswith("-"):
            if word.lstrip().startswith("@{"):  # the settings as a table, which may hold the body
                parts.data.append(word)
            parts.url = parts.url or word
            continue
        value = value or next(following, "")
        if name == "-body" or name == "-b":
            parts.data.append(value)
        elif name == "-infile":
            parts.file = value
        elif name == "-form":
            parts.is_form = True
            parts.data.append(value)
        elif name == "-uri":
            parts.url = value
    return parts.call()


_READERS: Mapping[str, Callable[[ShellCommand, Sequence[str]], HttpCall]] = MappingProxyType(
    {
        "curl": _curl,
        "curlie": _curl,
        "wget": _wget,
        **dict.fromkeys(_FISH_NAMES, _httpie),
        **dict.fromkeys(_POWERSHELL_NAMES, _powershell),
    }
)


def nested(fields: Sequence[tuple[tuple[str, ...], Any]]) -> dict[str, Any]:
    """Return an object made of values by their paths."""
    whole: dict[str, Any] = {}
    for path, value in fields:
        inner = whole
        for part in path[:-1]:
            below = inner.setdefault(part, {})
            if not isinstance(below, dict):
                below = inner[part] = {}
            inner = below
        if path:
            inner[path[-1]] = value
    return whole
