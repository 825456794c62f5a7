"""Find the request in what people paste: a JSON body, a preset, a command, or code or prose containing a body."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.parsing.body_parser import parse_body
from kling_desktop.domain.parsing.expansion_marks import expressions_in, without_foreign_marks
from kling_desktop.domain.parsing.parsed_request import ParsedRequest
from kling_desktop.domain.parsing.request_search import (
    FoundRequest,
    RequestFindings,
    find_in_json,
    find_requests,
    is_whole,
    parse_json,
)
from kling_desktop.domain.parsing.text_variants import text_variants
from kling_desktop.domain.presets.file_format import is_preset, preset_from_json
from kling_desktop.domain.presets.preset import Preset, apply_preset
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.request.form import Problem
from kling_desktop.domain.text import plural

MAX_LENGTH = 2_000_000
"""In characters: far more than any request has, and far less than takes long to parse."""

_ADVICE = (
    "Give a JSON request body, a curl command, code that holds a request body, or a table with a prompt in each row."
)
_CURLY = "“”„‟«»"


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
    body = parse_json(text)
    if is_preset(body):
        preset = preset_from_json(body)
        return ParsedRequest(apply_preset(preset, Draft()), _unread(preset), preset=preset)
    if is_whole(body):
        return parse_body(body)
    return _parse_found(text, body)


def _parse_found(text: str, value: Any) -> ParsedRequest:
    text = without_foreign_marks(text)
    all_findings = []
    for variant in text_variants(text):
        is_json = value is not None and variant == text
        findings = find_in_json(value) if is_json else find_requests(variant)
        if findings.requests:
            return _parse_first(findings.requests, findings)
        all_findings.append(findings)
    first = all_findings[0]
    if _is_workflow_node(value):
        raise UserError(
            "This is the node of a workflow, and its request can't be read.", "Give the JSON body that the node sends."
        )
    if first.refusals:
        raise first.refusals[-1]
    is_broken = value is None and text.startswith("{") and "parameters" in text
    if first.partial and not (is_broken and "parameters" not in first.partial[0].body):
        return _parse_first(first.partial[:1], first)
    if isinstance(value, list | str | int | float):
        raise UserError("This is JSON, but not a request body.", "A request body is an object with “parameters”.")
    if text.startswith(("{", "[")) and value is None:
        raise UserError(_json_problem(text), _ADVICE)
    raise UserError("This contains no request for a video.", _ADVICE)


def _parse_first(found: Sequence[FoundRequest], findings: RequestFindings) -> ParsedRequest:
    first = found[0]
    reading = parse_body(first.body)
    warnings = list(reading.warnings)
    others = [one for one in found[1:] if one.body != first.body]
    if others:
        count = len({repr(one.body) for one in others}) + 1
        words = plural(count, one="", other="This contains {count} requests. Only the first is used")
        warnings.insert(0, Problem("file", words))
    elif findings.calls > 1 and first.call:
        words = "This contains {count} commands. The one that makes a video is used"
        warnings.insert(0, Problem("file", plural(findings.calls, one="", other=words)))
    key = first.call.headers.get("authorization", "<") if first.call else "<"
    if "<" not in key and "{{" not in key and not expressions_in(key):
        # The key in a copied command belongs to whoever copied it. It is neither used nor kept.
        warnings.append(Problem("file", "The API key in this command is ignored. Kling Desktop uses yours"))
    return replace(reading, warnings=tuple(warnings))


def _is_workflow_node(value: Any) -> bool:
    return isinstance(value, dict) and not {"typeVersion", "nodes", "jsCode", "mapper", "flow"}.isdisjoint(value)


def _unread(preset: Preset) -> tuple[Problem, ...]:
    """Problems with what can't be read of a preset. A request that may be sent unseen mustn't be guessed."""
    names = (path[min(1, len(path) - 1)] for path in preset.unread)
    return tuple(
        Problem("size" if name in ("width", "height") else name, "This version can't read how it is written")
        for name in dict.fromkeys(names)
        if name != "tags"
    )


def _json_problem(text: str) -> str:
    if any(quote in text for quote in _CURLY):
        return "This can't be read as a request. Replace its typographic quotation marks (“ ”) with straight ones (\")."
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return f"This can't be read as a request. It isn't complete, or isn't JSON, from line {error.lineno} on."
    except (RecursionError, ValueError):
        pass
    return "This can't be read as a request."
