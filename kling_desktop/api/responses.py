"""Read an answer of the API: a yes as JSON, or the three shapes in which it says no, as the domain's errors.

A: 200 with an array of GraphQL errors. B: a flat object with `error`. C: HTML, or nothing, from something in between.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from kling_desktop.api.transport import Answer
from kling_desktop.api.wire import clean, text
from kling_desktop.domain.errors import KlingError, RefusalReason, RequestRefused, Unanswered, Unreachable
from kling_desktop.domain.jobs.failure_catalog import REFUSALS

_LONGEST_SAID = 1000
_LATER = "This usually passes by itself."

# Words that prove a no, in any status: nothing was accepted.
_PROOFS = (
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
_HINTS = (
    (RefusalReason.MEDIA, re.compile(r"^service error|init_image|image id|video id", re.I)),
    (RefusalReason.PARAMETER, re.compile(r"parameters?\.\w|must be|validation|not allowed|is required|invalid", re.I)),
)
_PARAMETER = re.compile(r"parameters\.(\w+)|\b(seed|prompt_enhance|mode|quantity|public|duration|width|height)\b")


def read(answer: Answer) -> Mapping[str, Any]:
    """The JSON object of a yes. Raises Unreachable (429), RequestRefused or Unanswered for everything else."""
    refusal, data = _judge(answer)
    if refusal is not None:
        raise refusal
    return data


def _judge(answer: Answer) -> tuple[KlingError | None, Mapping[str, Any]]:
    data = _parse(answer.body)
    said, code, status = _said(data, answer.status)
    if answer.key:
        said = said.replace(answer.key.reveal(), str(answer.key))
    if status == 429:
        return _too_many(answer), {}
    if proof := next((why for why, words in _PROOFS if words.search(said)), None):
        return refused(proof, said), {}
    if status == 401 and not is_page(answer):
        return refused(RefusalReason.KEY, said), {}
    if data is None or status >= 500 or status == 408 or 300 <= status < 400:
        return _nothing_said(answer, status), {}
    if said or status >= 400:
        return refused(_why(status, code, said), said, status), {}
    if not isinstance(data, dict):
        return _nothing_said(answer, status), {}
    return None, data


def object_of(answer: Answer) -> Mapping[str, Any]:
    """The JSON object of an answer, yes or no; empty where it holds none."""
    return _object(_parse(answer.body))


def _parse(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def refused(why: RefusalReason, said: str = "", status: int = 0) -> RequestRefused:
    """A no of this kind in plain words, with the service's own."""
    said = clean(said)[:_LONGEST_SAID]
    meaning = REFUSALS[why]
    if why not in (RefusalReason.PARAMETER, RefusalReason.OTHER):
        return RequestRefused(meaning.explanation, meaning.hint, reason=why, vendor_message=said)
    named = _PARAMETER.search(said)
    if why is RefusalReason.PARAMETER and named:
        setting = (named[1] or named[2]).replace("_", " ")
        return RequestRefused(
            f"The service refused the setting “{setting}”: {said}", meaning.hint, reason=why, vendor_message=said
        )
    what = f"The service refused the request: {said}" if said else f"The service refused the request ({status})."
    return RequestRefused(what, REFUSALS[RefusalReason.OTHER].hint, reason=why, vendor_message=said)


def _why(status: int, code: str, said: str) -> RefusalReason:
    if status == 402:
        return RefusalReason.CREDIT
    if status in (401, 403) and "access-denied" in code:
        return RefusalReason.KEY
    hint = next((why for why, words in _HINTS if words.search(said)), None)
    return hint or (RefusalReason.PARAMETER if "valid" in code.lower() else RefusalReason.OTHER)


def _too_many(answer: Answer) -> Unreachable:
    return Unreachable(
        "The service has too many requests from this account just now.",
        _LATER,
        retry_after=seconds_to_wait(answer.headers.get("retry-after", ""), answer.headers.get("date", "")),
    )


def seconds_to_wait(retry_after: str, date: str = "") -> float | None:
    """Retry-After as seconds, from seconds or from a date, which is read by the server's own clock (its Date)."""
    if re.fullmatch(r"\d{1,9}(\.\d{0,9})?", retry_after.strip(), re.ASCII):
        return float(retry_after)
    until, now = moment(retry_after), moment(date) or datetime.now(UTC)
    return None if until is None else max(0.0, (until - now).total_seconds())


def moment(date: str) -> datetime | None:
    """The time in an HTTP date header."""
    try:
        read = parsedate_to_datetime(date)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _nothing_said(answer: Answer, status: int) -> Unanswered:
    if 300 <= status < 400:
        return Unanswered(
            "The service's address leads somewhere else.", "A network with a sign-in page does that: open a web page."
        )
    if status >= 500:
        return Unanswered(f"The service had a fault of its own ({status}).", _LATER)
    if is_page(answer):
        return Unanswered(
            "A web page came instead of the service's answer.",
            "If this network has a sign-in page, open any web page and sign in.",
        )
    if not answer.body.strip():
        return Unanswered("The service's answer was empty.", _LATER)
    return Unanswered("The service's answer can't be read.", _LATER)


def is_page(answer: Answer) -> bool:
    """Whether it is HTML: of a gateway, a proxy or a captive portal."""
    start = answer.body[:200].lstrip().lower()
    return "html" in answer.headers.get("content-type", "").lower() or start.startswith((b"<!doctype", b"<html"))


def _said(data: Any, status: int) -> tuple[str, str, int]:
    """The words of a no ("" if it is none), its codes, and the status that counts."""
    errors = data
    if isinstance(data, dict):
        if data.get("error"):
            error = data["error"]
            words = text(error) or text(_object(error).get("message")) or "an error without a text"
            return words, text(data.get("code")), status
        if status >= 400 and not data.get("errors"):
            return text(data.get("message")), text(data.get("code")), status
        errors = data.get("errors")
    if not isinstance(errors, list) or not errors:
        return "", "", status
    first = _object(errors[0])
    extensions = _object(first.get("extensions"))
    details = _object(extensions.get("details"))
    code = " ".join([text(extensions.get("code")), text(details.get("code"))])
    if status < 400:
        status = next(
            (n for n in (extensions.get("statusCode"), details.get("statusCode")) if type(n) is int and n >= 400),
            status,
        )
    words = "; ".join(dict.fromkeys(_words(errors)))
    return words, code, status


def _words(errors: list[Any]) -> Iterator[str]:
    for error in map(_object, errors):
        details = _object(error.get("extensions")).get("details")
        inner = _object(details).get("errors")
        listed = [text(_object(item).get("message")) for item in inner] if isinstance(inner, list) else []
        if any(listed):
            yield from filter(None, listed)
        elif words := text(_object(details).get("message")) or text(details) or text(error.get("message")):
            yield words


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
