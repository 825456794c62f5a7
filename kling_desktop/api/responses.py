"""Read an answer of the API: a yes as JSON, or the three shapes in which it says no, as the domain's errors.

A: 200 with an array of GraphQL errors. B: a flat object with `error`. C: HTML, or nothing, from something in between.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from kling_desktop.api.transport import Response
from kling_desktop.api.wire import as_text
from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.jobs.failure_catalog import REFUSALS
from kling_desktop.domain.text import without_lone_surrogates

_MAX_VENDOR_MESSAGE = 1000
_TEMPORARY = "This usually passes by itself."

# Words that prove a no, in any status: nothing was accepted.
_CERTAIN_REFUSALS = (
    (RefusalReason.KEY, re.compile(r"authori[sz]ation hook|authentication hook|invalid api key", re.I)),
    (
        RefusalReason.CREDIT,
        re.compile(r"not enough (api )?(tokens|credit)|insufficient (api )?(tokens|credit|funds)", re.I),
    ),
    (RefusalReason.MODERATION, re.compile(r"content moderation|inappropriate content|moderation filter", re.I)),
    (RefusalReason.MODEL, re.compile(r"not supported within the production api", re.I)),
    (RefusalReason.MEDIA, re.compile(r"invalid init image|couldn.?t access (the )?(image|video)", re.I)),
)
# Words that tell which no it was, where the status says that it was one.
_LIKELY_REASONS = (
    (RefusalReason.MEDIA, re.compile(r"^service error|init_image|image id|video id", re.I)),
    (RefusalReason.PARAMETER, re.compile(r"parameters?\.\w|must be|validation|not allowed|is required|invalid", re.I)),
)
_PARAMETER = re.compile(r"parameters\.(\w+)|\b(seed|prompt_enhance|mode|quantity|public|duration|width|height)\b")


def parse(answer: Response) -> Mapping[str, Any]:
    """The JSON object of a yes. Raises Unreachable (429), RequestRefused or Unanswered for everything else."""
    refusal, data = _parse_or_error(answer)
    if refusal is not None:
        raise refusal
    return data


def _parse_or_error(answer: Response) -> tuple[KlingError | None, Mapping[str, Any]]:
    data = _load_json(answer.body)
    said, code, status = _vendor_message(data, answer.status)
    if answer.key:
        said = said.replace(answer.key.reveal(), str(answer.key))
    if status == 429:
        return _rate_limit_error(answer), {}
    if proof := next((why for why, words in _CERTAIN_REFUSALS if words.search(said)), None):
        return refusal(proof, said), {}
    if status == 401 and not is_html(answer):
        return refusal(RefusalReason.KEY, said), {}
    if data is None or status >= 500 or status == 408 or 300 <= status < 400:
        return _unusable_response(answer, status), {}
    if said or status >= 400:
        return refusal(_refusal_reason(status, code, said), said, status), {}
    if not isinstance(data, dict):
        return _unusable_response(answer, status), {}
    return None, data


def json_object(answer: Response) -> Mapping[str, Any]:
    """The JSON object of an answer, yes or no; empty where it holds none."""
    return _as_object(_load_json(answer.body))


def _load_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def refusal(reason: RefusalReason, vendor_message: str = "", status: int = 0) -> RequestRefused:
    """A no of this kind in plain words, with the service's own."""
    vendor_message = without_lone_surrogates(vendor_message)[:_MAX_VENDOR_MESSAGE]
    meaning = REFUSALS[reason]
    if reason not in (RefusalReason.PARAMETER, RefusalReason.OTHER):
        return RequestRefused(meaning.explanation, meaning.hint, reason=reason, vendor_message=vendor_message)
    named = _PARAMETER.search(vendor_message)
    if reason is RefusalReason.PARAMETER and named:
        setting = (named[1] or named[2]).replace("_", " ")
        return RequestRefused(
            f"The service refused the setting “{setting}”: {vendor_message}",
            meaning.hint,
            reason=reason,
            vendor_message=vendor_message,
        )
    what = (
        f"The service refused the request: {vendor_message}"
        if vendor_message
        else f"The service refused the request ({status})."
    )
    return RequestRefused(what, REFUSALS[RefusalReason.OTHER].hint, reason=reason, vendor_message=vendor_message)


def _refusal_reason(status: int, code: str, said: str) -> RefusalReason:
    if status == 402:
        return RefusalReason.CREDIT
    if status in (401, 403) and "access-denied" in code:
        return RefusalReason.KEY
    hint = next((why for why, words in _LIKELY_REASONS if words.search(said)), None)
    return hint or (RefusalReason.PARAMETER if "valid" in code.lower() else RefusalReason.OTHER)


def _rate_limit_error(answer: Response) -> Unreachable:
    return Unreachable(
        "The service has too many requests from this account just now.",
        _TEMPORARY,
        retry_after=retry_after_seconds(answer.headers.get("retry-after", ""), answer.headers.get("date", "")),
    )


def retry_after_seconds(retry_after: str, date: str = "") -> float | None:
    """Retry-After as seconds, from seconds or from a date, which is read by the server's own clock (its Date)."""
    if re.fullmatch(r"\d{1,9}(\.\d{0,9})?", retry_after.strip(), re.ASCII):
        return float(retry_after)
    until, now = parse_http_date(retry_after), parse_http_date(date) or datetime.now(UTC)
    return None if until is None else max(0.0, (until - now).total_seconds())


def parse_http_date(date: str) -> datetime | None:
    """The time in an HTTP date header."""
    try:
        read = parsedate_to_datetime(date)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _unusable_response(answer: Response, status: int) -> Unanswered:
    if 300 <= status < 400:
        return Unanswered(
            "The service's address leads somewhere else.", "A network with a sign-in page does that: open a web page."
        )
    if status >= 500:
        return Unanswered(f"The service had a fault of its own ({status}).", _TEMPORARY)
    if is_html(answer):
        return Unanswered(
            "A web page came instead of the service's answer.",
            "If this network has a sign-in page, open any web page and sign in.",
        )
    if not answer.body.strip():
        return Unanswered("The service's answer was empty.", _TEMPORARY)
    return Unanswered("The service's answer can't be read.", _TEMPORARY)


def is_html(answer: Response) -> bool:
    """Whether it is HTML: of a gateway, a proxy or a captive portal."""
    start = answer.body[:200].lstrip().lower()
    return "html" in answer.headers.get("content-type", "").lower() or start.startswith((b"<!doctype", b"<html"))


def _vendor_message(data: Any, status: int) -> tuple[str, str, int]:
    """The words of a no ("" if it is none), its codes, and the status that counts."""
    errors = data
    if isinstance(data, dict):
        if data.get("error"):
            error = data["error"]
            words = as_text(error) or as_text(_as_object(error).get("message")) or "an error without a text"
            return words, as_text(data.get("code")), status
        if status >= 400 and not data.get("errors"):
            return as_text(data.get("message")), as_text(data.get("code")), status
        errors = data.get("errors")
    if not isinstance(errors, list) or not errors:
        return "", "", status
    first = _as_object(errors[0])
    extensions = _as_object(first.get("extensions"))
    details = _as_object(extensions.get("details"))
    code = " ".join([as_text(extensions.get("code")), as_text(details.get("code"))])
    if status < 400:
        status = next(
            (n for n in (extensions.get("statusCode"), details.get("statusCode")) if type(n) is int and n >= 400),
            status,
        )
    words = "; ".join(dict.fromkeys(_error_messages(errors)))
    return words, code, status


def _error_messages(errors: list[Any]) -> Iterator[str]:
    for error in map(_as_object, errors):
        details = _as_object(error.get("extensions")).get("details")
        inner = _as_object(details).get("errors")
        listed = [as_text(_as_object(item).get("message")) for item in inner] if isinstance(inner, list) else []
        if any(listed):
            yield from filter(None, listed)
        elif words := as_text(_as_object(details).get("message")) or as_text(details) or as_text(error.get("message")):
            yield words


def _as_object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
