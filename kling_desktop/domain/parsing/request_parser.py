"""Find the request in what people paste: a JSON body, a preset, a curl command, or code or prose containing a body."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.parsing.body_parser import ParsedRequest, parse_body
from kling_desktop.domain.parsing.curl import find_curl, parse_curl
from kling_desktop.domain.parsing.literals import LiteralError, parse_literal
from kling_desktop.domain.presets.file_format import is_preset, preset_from_json
from kling_desktop.domain.presets.preset import Preset, apply_preset
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.form import Problem

MAX_LENGTH = 2_000_000
"""In characters: far more than any request has, and far less than takes long to parse."""

_MAX_TRIES = 500
_ADVICE = (
    "Give a JSON request body, a curl command, code that holds a request body, or a table with a prompt in each row."
)
_OBJECT = re.compile(r"\{")


def parse_request(text: str) -> ParsedRequest:
    """Parse the request in a text.

    Raises:
        UserError: There is none, or it can't be used.
    """
    text = text.strip().removeprefix("\ufeff").strip()
    if not text:
        raise UserError("This is empty.", _ADVICE)
    if len(text) > MAX_LENGTH:
        raise UserError(f"This is too long for a request ({len(text):,} characters).", "Give only the request.")
    body = _json(text)
    if isinstance(body, list | str | int | float):
        raise UserError("This is JSON, but not a request body.", "A request body is an object with “parameters”.")
    if is_preset(body):
        preset = preset_from_json(body)
        return ParsedRequest(apply_preset(preset, Draft()), _unread(preset), preset=preset)
    if isinstance(body, dict) and _is_request(body):
        return parse_body(body)
    command = find_curl(text)
    if command is not None:
        return _parse_curl_request(command)
    if (body := next(filter(_is_request, _literals(text)), None)) is not None:
        return parse_body(body)
    if text.startswith("{"):
        raise UserError(_json_problem(text), _ADVICE)
    raise UserError("This contains no request for a video.", _ADVICE)


def _is_request(body: Any) -> bool:
    return isinstance(body, dict) and ("parameters" in body or "prompt" in body)


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (RecursionError, ValueError):
        return None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _unread(preset: Preset) -> tuple[Problem, ...]:
    """Problems with what can't be read of a preset. A request that may be sent unseen mustn't be guessed."""
    names = (path[min(1, len(path) - 1)] for path in preset.unread)
    return tuple(
        Problem("size" if name in ("width", "height") else name, "This version can't read how it is written")
        for name in dict.fromkeys(names)
        if name != "tags"
    )


def _parse_curl_request(text: str) -> ParsedRequest:
    readings = parse_curl(text)
    commands = [command for command in readings if command]
    found = ((command, body) for command in commands for body in _bodies(command.body or "") if _is_request(body))
    command, body = next(found, (readings.likely, None))
    if command is None:
        raise UserError("This curl command ends inside quotes.", "Copy the whole command.")
    if command.body is None:
        raise UserError("This curl command has no body.", "Copy it with its --data.")
    if command.body.startswith("@"):
        raise UserError(f"The body of this curl command is in the file {command.body[1:]}.", "Give that file.")
    if body is None:
        raise UserError("The body of this curl command isn't a request for a video.", _ADVICE)
    reading = parse_body(body)
    if "<" not in command.headers.get("authorization", "<"):
        # The key in a copied command belongs to whoever copied it. It is neither used nor kept.
        warning = Problem("file", "The API key in this command is ignored. Kling Desktop uses yours")
        reading = replace(reading, warnings=(*reading.warnings, warning))
    return reading


def _bodies(text: str) -> Iterator[Any]:
    yield _json(text)
    yield from _literals(text)


def _literals(text: str) -> Iterator[dict[str, Any]]:
    """Yield the objects that a text contains as literals, outermost first, then those inside its strings."""
    for spelling in dict.fromkeys((text, text.replace('\\"', '"'))):
        at = tries = 0
        while (found := _OBJECT.search(spelling, at)) and tries < _MAX_TRIES:
            tries += 1
            try:
                value, at = parse_literal(spelling, found.start())
            except LiteralError:
                at = found.end()
                continue
            if isinstance(value, dict):
                yield value


def _json_problem(text: str) -> str:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f"This can't be read as a request. JSON error in line {error.lineno}: {error.msg}."
    except (RecursionError, ValueError):
        pass
    return "This can't be read as a request."
