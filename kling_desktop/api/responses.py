"""Reads responses of the API: the JSON of a success, or an error in one of three shapes.

A: status 200 with an array of GraphQL errors. B: a flat object with `error`, or with `detail` or `message` from what
stands before the API. C: HTML or nothing, from something in between.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from kling_desktop.api.transport import Response
from kling_desktop.api.vendor_message import vendor_message
from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.jobs.failure_catalog import REFUSALS
from kling_desktop.domain.request.media_ids import is_id
from kling_desktop.domain.secret import Secret
from kling_desktop.domain.text import as_sentence, without_lone_surrogates

_MAX_VENDOR_MESSAGE = 1000
_MAX_SHOWN = 300
_MAX_RETRY_AFTER = 86_400.0
# Timed out, in conflict with an equal request, too early: the first attempt may have arrived all the same.
_OPEN_STATUSES = (408, 409, 425)
_ID_NAMES = ("id", "generationId")
"""An ID isn't taken for the key, even if it is the same by chance: what it names may have been paid for."""
_TEMPORARY = "This usually passes by itself."

# What says that something behind the API broke down or gave up. Whether it had accepted the request, nobody knows.
_OUTAGE = re.compile(
    r"\b(INTERNAL_ERROR|INTERNAL_SERVER_ERROR|TIMEOUT|GATEWAY_TIMEOUT|BAD_GATEWAY|SERVICE_UNAVAILABLE|UNAVAILABLE|"
    r"RATE_LIMIT|OUTPUT_ERROR|ALL_PROVIDERS_FAILED|PROVIDER_[A-Z]+_ERROR)\b|"
    r"(?i:missing .?data.? field|no errors in response|\bresponse from remote\b|internal server error|"
    r"\bupstream (connect|request|error|server)|\bgateway time-?out|service (is )?(temporarily )?unavailable)"
)
# Words that prove a refusal, whatever the status: nothing was accepted.
_CERTAIN_REFUSALS = (
    (RefusalReason.KEY, re.compile(r"authori[sz]ation hook|authentication hook|invalid api key", re.I)),
    (
        RefusalReason.CREDIT,
        re.compile(
            r"(not enough|insufficient|out of)[\s_]+(remaining[\s_]+)?(api[\s_]+)?"
            r"(tokens?|credits?|funds|balance|quota)\b|"
            r"\bno[\s_]+(more[\s_]+)?(api[\s_]+)?(tokens|credits?|funds)\b|"
            r"\b(credits?|tokens?|balance)\b[^.]{0,20}\b(exhausted|depleted|used up|too low|insufficient)|"
            r"payment[\s_]required",
            re.I,
        ),
    ),
    (
        RefusalReason.MODERATION,
        re.compile(r"content moderation|inappropriate content|moderation filter|\bMODERATION_ERROR\b", re.I),
    ),
    (RefusalReason.MODEL, re.compile(r"not supported within the production api", re.I)),
    (RefusalReason.MEDIA, re.compile(r"invalid init image|couldn.?t access (the )?(image|video)", re.I)),
)
# Words that give the reason, if the status says that it is a refusal.
_LIKELY_REASONS = (
    (
        RefusalReason.MEDIA,
        re.compile(
            r"^service error|init_image|image id|video id|\b(image|video|media|upload|asset)s?\b[^.]{0,60}"
            r"(not found|n.t (be )?found|(not|n.t) exist|(not|n.t) (yet )?(be )?(ready|available|processed|accessible)|"
            r"still (being )?(process|upload)|pending)",
            re.I,
        ),
    ),
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
    data = _load_json(response)
    message, code, status = vendor_message(data, response.status)
    if status == 429:
        return _rate_limit_error(response), {}
    if certain := next((reason for reason, words in _CERTAIN_REFUSALS if words.search(f"{message} {code}")), None):
        return refusal(certain, message), {}
    if status == 401 and not is_html(response):
        return refusal(RefusalReason.KEY, message), {}
    if data is None or status >= 500 or status in _OPEN_STATUSES or 300 <= status < 400:
        return _unusable_response(response, status), {}
    if (message or status >= 400) and _OUTAGE.search(f"{message} {code}"):
        return Unanswered(f"Leonardo has a problem of its own: {as_sentence(message[:_MAX_SHOWN])}", _TEMPORARY), {}
    if message or status >= 400:
        return refusal(_refusal_reason(status, code, message), message, status), {}
    if not isinstance(data, dict):
        return _unusable_response(response, status), {}
    return None, data


def json_object(response: Response) -> Mapping[str, Any]:
    """Return the JSON object of a response, successful or not; empty if there is none."""
    data = _load_json(response)
    return data if isinstance(data, dict) else {}


def _load_json(response: Response) -> Any:
    """Return the JSON of a response without the key, which some gateways quote; None if there is none."""
    try:
        text = response.body.decode(json.detect_encoding(response.body))
        data = json.loads(text)
        return _redacted(data, response.key) if response.key and response.key.is_in(text) else data
    except (ValueError, RecursionError):
        return None


def _redacted(data: Any, key: Secret, name: str = "") -> Any:
    if isinstance(data, dict):
        return {key.redact(name): _redacted(value, key, name) for name, value in data.items()}
    if isinstance(data, list):
        return [_redacted(value, key, name) for value in data]
    if isinstance(data, str) and not (name in _ID_NAMES and is_id(data)):
        return key.redact(data)
    return data


def refusal(reason: RefusalReason, words: str = "", status: int = 0) -> RequestRefused:
    """Return the error for a refusal, with our explanation and the service's own words."""
    words = without_lone_surrogates(words)[:_MAX_VENDOR_MESSAGE]
    info = REFUSALS[reason]
    if reason not in (RefusalReason.PARAMETER, RefusalReason.OTHER):
        return RequestRefused(info.explanation, info.hint, reason=reason, vendor_message=words)
    named = _PARAMETER.search(words)
    if reason is RefusalReason.PARAMETER and named:
        setting = (named[1] or named[2]).replace("_", " ")
        return RequestRefused(
            f"Leonardo refused the setting “{setting}”: {as_sentence(words)}",
            info.hint,
            reason=reason,
            vendor_message=words,
        )
    explanation = (
        f"Leonardo refused the request: {as_sentence(words)}" if words else f"Leonardo refused the request ({status})."
    )
    return RequestRefused(explanation, REFUSALS[RefusalReason.OTHER].hint, reason=reason, vendor_message=words)


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
    if re.fullmatch(r"\d+(\.\d*)?", retry_after.strip(), re.ASCII):
        return min(float(retry_after), _MAX_RETRY_AFTER)
    until, now = parse_http_date(retry_after), parse_http_date(date) or datetime.now(UTC)
    return None if until is None else min(max(0.0, (until - now).total_seconds()), _MAX_RETRY_AFTER)


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
    if status in _OPEN_STATUSES:
        return Unanswered(f"Leonardo couldn't finish this request ({status}).", _TEMPORARY)
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
