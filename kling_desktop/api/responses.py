"""Reads responses of the API: the JSON of a success, or an error in one of three shapes.

A: status 200 with an array of GraphQL errors. B: a flat object with `error`. C: HTML or nothing, from something in
between.
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

# Words that prove a refusal, whatever the status: nothing was accepted.
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
# Words that give the reason, if the status says that it is a refusal.
_LIKELY_REASONS = (
    (RefusalReason.MEDIA, re.compile(r"^service error|init_image|image id|video id", re.I)),
    (RefusalReason.PARAMETER, re.compile(r"parameters?\.\w|must be|validation|not allowed|is required|invalid", re.I)),
)
_PARAMETER = re.compile(r"parameters\.(\w+)|\b(seed|prompt_enhance|mode|quantity|public|duration|width|height)\b")


def parse(response: Response) -> Mapping[str, Any]:
    """Return the JSON object of a successful response.

    Raises:
        Unreachable: Too many requests (429).
        RequestRefused: The service refused the request.
        Unanswered: Anything else. The request may have been accepted.
    """
    refusal, data = _parse_or_error(response)
    if refusal is not None:
        raise refusal
    return data


def _parse_or_error(response: Response) -> tuple[KlingError | None, Mapping[str, Any]]:
    data = _load_json(response.body)
    message, code, status = _vendor_message(data, response.status)
    if response.key:
        message = message.replace(response.key.reveal(), str(response.key))
    if status == 429:
        return _rate_limit_error(response), {}
    if certain := next((reason for reason, words in _CERTAIN_REFUSALS if words.search(message)), None):
        return refusal(certain, message), {}
    if status == 401 and not is_html(response):
        return refusal(RefusalReason.KEY, message), {}
    if data is None or status >= 500 or status == 408 or 300 <= status < 400:
        return _unusable_response(response, status), {}
    if message or status >= 400:
        return refusal(_refusal_reason(status, code, message), message, status), {}
    if not isinstance(data, dict):
        return _unusable_response(response, status), {}
    return None, data


def json_object(response: Response) -> Mapping[str, Any]:
    """Return the JSON object of a response, successful or not; empty if there is none."""
    return _as_object(_load_json(response.body))


def _load_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def refusal(reason: RefusalReason, vendor_message: str = "", status: int = 0) -> RequestRefused:
    """Return the error for a refusal, with our explanation and the service's own words."""
    vendor_message = without_lone_surrogates(vendor_message)[:_MAX_VENDOR_MESSAGE]
    info = REFUSALS[reason]
    if reason not in (RefusalReason.PARAMETER, RefusalReason.OTHER):
        return RequestRefused(info.explanation, info.hint, reason=reason, vendor_message=vendor_message)
    named = _PARAMETER.search(vendor_message)
    if reason is RefusalReason.PARAMETER and named:
        setting = (named[1] or named[2]).replace("_", " ")
        return RequestRefused(
            f"Leonardo refused the setting “{setting}”: {vendor_message}",
            info.hint,
            reason=reason,
            vendor_message=vendor_message,
        )
    explanation = (
        f"Leonardo refused the request: {vendor_message}"
        if vendor_message
        else f"Leonardo refused the request ({status})."
    )
    return RequestRefused(explanation, REFUSALS[RefusalReason.OTHER].hint, reason=reason, vendor_message=vendor_message)


def _refusal_reason(status: int, code: str, message: str) -> RefusalReason:
    if status == 402:
        return RefusalReason.CREDIT
    if status in (401, 403) and "access-denied" in code:
        return RefusalReason.KEY
    likely = next((reason for reason, words in _LIKELY_REASONS if words.search(message)), None)
    return likely or (RefusalReason.PARAMETER if "valid" in code.lower() else RefusalReason.OTHER)


def _rate_limit_error(response: Response) -> Unreachable:
    return Unreachable(
        "There are too many requests from this account right now.",
        _TEMPORARY,
        retry_after=retry_after_seconds(response.headers.get("retry-after", ""), response.headers.get("date", "")),
    )


def retry_after_seconds(retry_after: str, date: str = "") -> float | None:
    """Return Retry-After in seconds. If it is a date, it is compared with the server's clock (the Date header)."""
    if re.fullmatch(r"\d{1,9}(\.\d{0,9})?", retry_after.strip(), re.ASCII):
        return float(retry_after)
    until, now = parse_http_date(retry_after), parse_http_date(date) or datetime.now(UTC)
    return None if until is None else max(0.0, (until - now).total_seconds())


def parse_http_date(date: str) -> datetime | None:
    """Return the time in an HTTP date header, or None if it can't be read."""
    try:
        time = parsedate_to_datetime(date)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _unusable_response(response: Response, status: int) -> Unanswered:
    if 300 <= status < 400:
        return Unanswered(
            "Leonardo's address redirects elsewhere.",
            "A network's sign-in page can cause this. Open any web page and sign in.",
        )
    if status >= 500:
        return Unanswered(f"Leonardo has a problem of its own ({status}).", _TEMPORARY)
    if is_html(response):
        return Unanswered(
            "A web page arrived instead of Leonardo's response.",
            "If this network has a sign-in page, open any web page and sign in.",
        )
    if not response.body.strip():
        return Unanswered("Leonardo's response was empty.", _TEMPORARY)
    return Unanswered("Leonardo's response can't be read.", _TEMPORARY)


def is_html(response: Response) -> bool:
    """Whether a response is HTML, as from a gateway, a proxy or a captive portal."""
    start = response.body[:200].lstrip().lower()
    return "html" in response.headers.get("content-type", "").lower() or start.startswith((b"<!doctype", b"<html"))


def _vendor_message(data: Any, status: int) -> tuple[str, str, int]:
    """Return the message of an error ("" if there is none), its codes, and the status that counts."""
    errors = data
    if isinstance(data, dict):
        if data.get("error"):
            error = data["error"]
            message = as_text(error) or as_text(_as_object(error).get("message")) or "an error without a message"
            return message, as_text(data.get("code")), status
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
    message = "; ".join(dict.fromkeys(_error_messages(errors)))
    return message, code, status


def _error_messages(errors: list[Any]) -> Iterator[str]:
    for error in map(_as_object, errors):
        details = _as_object(error.get("extensions")).get("details")
        inner = _as_object(details).get("errors")
        listed = [as_text(_as_object(item).get("message")) for item in inner] if isinstance(inner, list) else []
        if any(listed):
            yield from filter(None, listed)
        elif (
            message := as_text(_as_object(details).get("message")) or as_text(details) or as_text(error.get("message"))
        ):
            yield message


def _as_object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
