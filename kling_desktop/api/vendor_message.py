"""Finds the service's own words in an error, in whichever shape it comes."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from kling_desktop.api.wire import as_text

_WORDS = ("message", "msg", "detail", "details", "description", "error_description", "reason", "title")
"""Where the words of an error stand in an object, the most exact place first."""
_LISTS = ("errors", "error", "violations", "issues")
_MAX_DEPTH = 6
_MAX_MESSAGES = 20
_PLACES = ("body", "query", "path", "header")
_PHRASES = {status.phrase.lower() for status in HTTPStatus} | {"an error occurred", "error", "validation error"}
_UNNAMED = "an error without a message"


def vendor_message(data: Any, status: int) -> tuple[str, str, int]:
    """Return the message of an error ("" if there is none), its codes, and the status that counts."""
    if isinstance(data, list):
        errors: Any = data
    elif isinstance(data, dict) and (data.get("error") or data.get("errors") or status >= 400):
        errors = [data]
    else:
        return "", "", status
    if not errors:
        return "", "", status
    found = list(dict.fromkeys(text for text in _texts(errors) if text))[:_MAX_MESSAGES]
    # "Bad Request" and the like say nothing where there are other words.
    exact = [text for text in found if text.lower().rstrip(".") not in _PHRASES]
    message = "; ".join(exact or found[:1])
    if not message and isinstance(data, dict) and status < 400:
        message = _UNNAMED
    return message, " ".join(_codes(errors)), _status(errors, status)


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the words of an error. Of an object, the first place that has any counts; of a list, each item does."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, str | int | float):
        yield as_text(value).strip()
    elif isinstance(value, list):
        for item in value[:_MAX_MESSAGES]:
            yield from _texts(item, depth + 1)
    elif isinstance(value, dict):
        yield from _object_texts(value, depth + 1)


def _object_texts(value: Mapping[str, Any], depth: int) -> Iterator[str]:
    details = value.get("extensions")
    inner = list(_texts(_as_object(details).get("details"), depth)) if isinstance(details, dict) else []
    for name in _LISTS:
        if not any(inner):
            inner = list(_listed(value.get(name), depth))
            if name == "error" and any(inner):
                inner += [text for other in _WORDS for text in _texts(value.get(other), depth)]
    if any(inner):
        yield from inner
        return
    for name in _WORDS:
        texts = list(_texts(value.get(name), depth))
        if any(texts) and not all(text.lower().rstrip(".") in _PHRASES for text in texts):
            place = _place(value.get("loc"))
            yield from (f"{place}: {text}" if place and place not in text else text for text in texts)
            return
    yield from (text for name in _WORDS for text in _texts(value.get(name), depth))


def _listed(value: Any, depth: int) -> Iterator[str]:
    """Yield the words in a list of errors, or in an object that lists them by the field that they concern."""
    if isinstance(value, dict) and not any(name in value for name in (*_WORDS, *_LISTS, "extensions")):
        for name, texts in list(value.items())[:_MAX_MESSAGES]:
            yield from (f"{as_text(name)}: {text}" for text in _texts(texts, depth) if text)
    else:
        yield from _texts(value, depth)


def _place(location: Any) -> str:
    """Return the setting that an error concerns: "parameters.seed" for `["body", "parameters", "seed"]`."""
    parts = [as_text(part) for part in location] if isinstance(location, list) else []
    return ".".join(part for part in (parts[1:] if parts[:1] and parts[0] in _PLACES else parts) if part)


def _codes(errors: list[Any]) -> Iterator[str]:
    for holder in _holders(errors):
        yield from filter(None, (as_text(holder.get(name)) for name in ("code", "errorCode")))


def _status(errors: list[Any], status: int) -> int:
    """Return the status of the response, or the one that an error in a successful response names."""
    if status >= 400:
        return status
    for holder in _holders(errors):
        for name in ("statusCode", "status"):
            named = as_text(holder.get(name))
            if re.fullmatch(r"[45]\d\d", named, re.ASCII):
                return int(named)
    return status


def _holders(errors: list[Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Yield the objects in which an error may keep its code and its status."""
    for error in map(_as_object, errors[:_MAX_MESSAGES]):
        extensions = _as_object(error.get("extensions"))
        yield from (error, extensions, _as_object(extensions.get("details")), _as_object(extensions.get("http")))
        yield _as_object(error.get("error"))
        if isinstance(error.get("errors"), list) and depth < _MAX_DEPTH:
            yield from _holders(error["errors"], depth + 1)


def _as_object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
