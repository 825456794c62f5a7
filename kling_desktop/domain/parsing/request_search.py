"""Search a text for requests: in commands, in code, in prose, and in the exports of other tools."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.parsing.code_style import CodeStyle
from kling_desktop.domain.parsing.expansion_marks import CLOSE, OPEN, expressions_in, without_marks
from kling_desktop.domain.parsing.literals import Expression, LiteralError, LiteralReader, object_of
from kling_desktop.domain.parsing.shell import cmd, posix, powershell
from kling_desktop.domain.parsing.shell.http_call import HttpCall, http_call, nested
from kling_desktop.domain.parsing.shell.words import ShellCommand, UnclosedQuote
from kling_desktop.domain.parsing.string_literals import read_string

_MAX_TRIES = 500
_MAX_WORK = 5_000_000
"""Characters that are read in commands, however often."""
_MAX_DEPTH = 4
_PARAMETERS = frozenset({"prompt", "duration", "width", "height", "guidances"})
_ARGUMENT = r"(?=[ \t]*(?:[-–—]{1,2}[A-Za-z]|[\\`^][ \t]*\r?\n|[\"'^$“‘{<]*[\w.{}$-]+(?:://|\.\w+/|/|\.\w{2,}\b)|[\"']?\$\w|@\w|\())"
_START = re.compile(
    rf"""(?P<curl>(?<![\w./@-])curl(?:ie)?(?:\.exe)?(?=[ \t]){_ARGUMENT})
       | (?P<wget>(?<![\w./@-])wget(?:\.exe)?(?=[ \t]){_ARGUMENT})
       | (?P<powershell>(?<![\w-])(?i:Invoke-RestMethod|Invoke-WebRequest|irm|iwr)(?=[ \t]){_ARGUMENT})
       | (?:^|(?<=\|)|(?<=;)|(?<=&&))[ \t]*(?:[$%>#][ \t]+)?(?:
           (?P<httpie>(?:https?|xhs?)[ \t]+(?=(?:--?[a-z]|(?:GET|POST|PUT|PATCH)\s|[\w.-]*[:/.]\S)))
         | (?P<feeder>(?:echo|printf|cat|jq)[ \t]+(?=["'$<{{-]))
         | (?:export[ \t]+|local[ \t]+|readonly[ \t]+)?(?P<variable>[A-Za-z_]\w*)=(?=["'$])
         | (?P<read>read[ \t]+-\S+[^\n]*<<)
         | (?P<set>\$\w+[ \t]*=[ \t]*(?=["'@$(])))
       | (?P<array>\[(?=\s*(?:"[^"\n]{{1,60}}"|'[^'\n]{{1,60}}')\s*(?:=>|:(?!:)))
                 | \b(?:array|dict|mapOf|hashMapOf|mutableMapOf)\s*(?=\())
       | (?P<object>\{{)
    """,
    re.VERBOSE | re.MULTILINE,
)
_QUOTE_BEFORE = re.compile(r"(?:\b[rbfuRBFUtT]{1,2}|\br\#{1,3}|\$@|@\$|[$@])?(?:\"{3}|'{3}|[\"'`“‘])\s*\Z")
_OPTION_BEFORE = re.compile(r"(?:^|\s)--?[\w-]+[= ]\s*\Z")


@dataclass(frozen=True, slots=True)
class FoundRequest:
    """The body of a request, and the call that would send it, if a command does."""

    body: dict[str, Any]
    call: HttpCall | None = None


@dataclass(slots=True)
class RequestFindings:
    """What a text contains.

    Attributes:
        requests: Whole requests, in order.
        partial: What may be meant as a request, but has no parameters that are known.
        refusals: Why a command in the text gives no request.
        calls: How many commands there are that call a server.
    """

    requests: list[FoundRequest] = field(default_factory=list)
    partial: list[FoundRequest] = field(default_factory=list)
    refusals: list[UserError] = field(default_factory=list)
    calls: int = 0


def find_requests(text: str) -> RequestFindings:
    """Search a text. It may contain marks only where they belong."""
    findings = RequestFindings()
    _Search(text, findings, None, 0).run()
    return findings


def find_in_json(value: Any) -> RequestFindings:
    """Search a JSON value, and the texts in it."""
    findings = RequestFindings()
    _Search("", findings, None, 0).look_at(value)
    return findings


def is_whole(body: Any) -> bool:
    """Whether a value is a request with parameters, not merely an object that has some of the same keys."""
    parameters = body.get("parameters") if isinstance(body, dict) else None
    return isinstance(parameters, dict) and not _PARAMETERS.isdisjoint(parameters)


def _is_partial(body: Any) -> bool:
    return isinstance(body, dict) and any(
        key in body and not (isinstance(body[key], Expression) and len(body) == 1) for key in ("parameters", "prompt")
    )


class _Search:
    """Goes through one text, from left to right."""

    def __init__(self, text: str, findings: RequestFindings, call: HttpCall | None, depth: int) -> None:
        self._text = text
        self._findings = findings
        self._call = call
        self._depth = depth
        self._variables: dict[str, str] = {}
        self._work = 0
        self._reader = LiteralReader(text)

    def run(self) -> None:
        at = tries = 0
        while (found := _START.search(self._text, at)) and tries < _MAX_TRIES and self._work < _MAX_WORK:
            tries += 1
            at = max(self._read(found), found.start() + 1)

    def look_at(self, value: Any, *, is_top: bool = True) -> None:
        """Add the requests in a value."""
        if is_whole(value):
            self._findings.requests.append(FoundRequest(value, self._call))
            return
        if is_top and _is_partial(value):
            self._findings.partial.append(FoundRequest(value, self._call))
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        for one in inner:
            if isinstance(one, dict | list):
                self.look_at(one, is_top=False)
            elif isinstance(one, Expression):
                self._search_in(one.text)
            elif isinstance(one, str):
                self._search_in(one)

    def _search_in(self, text: str, call: HttpCall | None = None) -> bool:
        """Search a text inside the text. Returns whether there is a whole request."""
        before = len(self._findings.requests)
        if self._depth < _MAX_DEPTH and ("{" in text or "[" in text or "(" in text):
            search = _Search(text, self._findings, call or self._call, self._depth + 1)
            search._variables = self._variables
            if (value := parse_json(text)) is not None:
                search.look_at(value)
            else:
                search.run()
        return len(self._findings.requests) > before

    def _read(self, found: re.Match[str]) -> int:
        """Read what starts here, and return where to go on."""
        kind, start = found.lastgroup or "", found.start(found.lastgroup or 0)
        try:
            if kind in ("object", "array"):
                return self._literal(start, found.end() if kind == "array" else start)
            if kind in ("variable", "set"):
                return self._assignment(start, is_powershell=kind == "set")
            return self._command(start)
        except UnclosedQuote:
            if kind in ("curl", "wget", "powershell"):
                name = "PowerShell" if kind == "powershell" else kind
                self._refuse(f"This {name} command ends inside quotes.", "Copy the whole command.")
            return found.end()

    def _assignment(self, at: int, *, is_powershell: bool) -> int:
        read = (powershell if is_powershell else posix).assigned_variable(self._text, at, self._variables)
        if read is None or (not is_powershell and self._text[read[2] : read[2] + 1] in (",", ")")):
            return at + 1
        name, value, end = read
        self._variables[name] = value
        if is_powershell and "{" in value and value.lstrip()[:1] in "{@":
            # Code may use it in a way that isn't followed here; a search goes through it as well.
            return at + 1 if value.lstrip().startswith("@") else end
        return end if not is_powershell or end > at else at + 1

    def _literal(self, at: int, bracket: int) -> int:
        if self._text[at] == "{" and (end := self._string_around(at)):
            return end
        try:
            value, end = self._reader.read(at)
        except LiteralError:
            return bracket + 1 if self._text[at] == "{" else at + 1
        if isinstance(value, dict | list):
            self.look_at(value)
        return end

    def _string_around(self, at: int) -> int:
        """Search the string whose first character is this bracket. Returns where it ends; 0 if nothing is in it."""
        before = _QUOTE_BEFORE.search(self._text, max(0, at - 40), at)
        if before is None:
            return 0
        if self._text[before.start()] == '"' and _OPTION_BEFORE.search(self._text, 0, before.start()):
            value, end = posix.read_word(self._text, before.start(), self._variables)
            return end if self._search_in(value) else 0
        string = read_string(self._text, before.start(), self._reader.style)
        if string is None:
            return 0
        readings = sorted(
            {string.value: 0, string.raw: 1}.items(), key=lambda one: (parse_json(one[0]) is None, one[1])
        )
        return string.end if any(self._search_in(reading) for reading, _ in readings) else 0

    def _command(self, at: int) -> int:
        """Read the command that starts here, as the shells would that it may be written for."""
        rest = self._text[at : at + 20_000]
        readings = [self._posix, self._cmd, self._fish]
        if cmd.is_for_cmd(rest.split("\n\n")[0]):
            readings = [self._cmd, self._posix, self._fish]
        if powershell.is_for_powershell(self._text):
            readings.insert(0, self._powershell)
        end, refusal, first_call = at + 1, None, None
        unclosed = 0
        for read in readings:
            try:
                commands, stop = read(at)
            except UnclosedQuote:
                self._work += len(self._text) - at
                unclosed += 1
                continue
            self._work += stop - at
            call = next(filter(None, map(http_call, commands)), None)
            if call is None:
                end = max(end, stop) if read is readings[0] and not first_call else end
                continue
            if self._take(call):
                self._findings.calls += 1
                return stop
            if first_call is None:
                first_call, refusal, end = call, _refusal(call), stop
                if unclosed:
                    refusal = UserError(f"This {call.tool} command ends inside quotes.", "Copy the whole command.")
        if first_call is not None and refusal is not None:
            self._findings.calls += 1
            self._findings.refusals.append(refusal)
        elif unclosed == len(readings):
            raise UnclosedQuote
        return end

    def _posix(self, at: int) -> tuple[tuple[ShellCommand, ...], int]:
        # cmd.exe leaves dollar signs alone.
        fills_in = not self._text.startswith("curl.exe", at) or powershell.is_for_powershell(self._text)
        pipeline = posix.read_pipeline(self._text, at, self._variables, fills_in=fills_in)
        for command in pipeline.commands:
            if command.words[0] == "read" and command.stdin is not None:
                self._variables[command.words[-1]] = command.stdin
        return pipeline.commands, pipeline.end

    def _fish(self, at: int) -> tuple[tuple[ShellCommand, ...], int]:
        pipeline = posix.read_pipeline(self._text, at, self._variables, is_fish=True)
        return pipeline.commands, pipeline.end

    def _cmd(self, at: int) -> tuple[tuple[ShellCommand, ...], int]:
        command, end = cmd.read_command(self._text[at:])
        return (command,), at + end

    def _powershell(self, at: int) -> tuple[tuple[ShellCommand, ...], int]:
        command, end = powershell.read_command(self._text, at, self._variables)
        return (command,), end

    def _take(self, call: HttpCall) -> bool:
        """Add the request that a call sends. Returns whether it sends a whole one."""
        if call.fields:
            body = nested([(path, _json_value(text) if is_json else text) for path, text, is_json in call.fields])
            if is_whole(body):
                self._findings.requests.append(FoundRequest(body, call))
            return is_whole(body)
        if call.body is None:
            return False
        spellings = [call.body]
        if '\\"' in call.body:  # as PowerShell has to pass it on to curl.exe
            spellings.append(call.body.replace('\\"', '"'))
        if "%7B" in call.body.upper():
            from urllib.parse import unquote_plus  # for a body in an address

            spellings.append(unquote_plus(call.body))
        return any(self._search_in(body, call) for body in spellings)

    def _refuse(self, message: str, hint: str) -> None:
        self._findings.refusals.append(UserError(message, hint))


def parse_json(text: str) -> Any:
    """Return the value of a JSON text; None if it isn't JSON throughout, or holds a number that nothing can hold."""
    if OPEN in text or CLOSE in text:
        return None
    try:
        return json.loads(text, parse_constant=_refuse_number, parse_float=_finite, object_pairs_hook=object_of)
    except (RecursionError, ValueError):
        return None


def _finite(text: str) -> float:
    number = float(text)
    return number if abs(number) != float("inf") else _refuse_number(text)


def _refuse_number(text: str) -> float:
    raise ValueError(f"{text} can't be held")


def _json_value(text: str) -> Any:
    value = parse_json(text)
    if value is not None or text == "null":
        return value
    try:
        return LiteralReader(text, CodeStyle.PLAIN).read(0)[0]
    except LiteralError:
        return Expression(without_marks(text))


def _refusal(call: HttpCall) -> UserError:
    """Say why a call gives no request."""
    tool = call.tool
    if call.is_form:
        return UserError(f"This {tool} command sends a form. Leonardo takes a JSON body.", "Give the JSON body.")
    if call.body_file == "-":
        return UserError(f"This {tool} command reads its body from elsewhere.", "Give the JSON body.")
    if call.body_file and call.body is None:
        name = without_marks(call.body_file)
        return UserError(f"The body of this {tool} command is in the file {name}.", "Give that file.")
    if call.body is None and not call.fields:
        hint = "Copy it with its --data." if tool == "curl" else "Give the JSON body."
        return UserError(f"This {tool} command has no body.", hint)
    if (names := expressions_in(call.body or "")) and (call.body or "").strip()[:1] == OPEN:
        message = f"The body of this {tool} command is {names[0]}, and the text doesn't say what that is."
        return UserError(message, "Give the JSON body itself.")
    return UserError(f"The body of this {tool} command isn't a request for a video.", "Give the JSON body itself.")
