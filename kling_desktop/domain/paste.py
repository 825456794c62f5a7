"""Reading a request out of what people paste: a JSON body, or a curl command as documentation prints it."""

import json
import shlex
from typing import Any

from kling_desktop.domain.body import Reading, read_body
from kling_desktop.domain.errors import NotUsable
from kling_desktop.domain.placeholders import quoted_places

LONGEST = 2_000_000
"""Characters of text that are read at all: far more than any request, far less than would take long."""

_DATA_OPTIONS = ("--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "-d")


def read_text(text: str) -> Reading:
    """The request in a text; NotUsable says why there is none."""
    text = text.strip().removeprefix("\ufeff").strip()
    if not text:
        raise NotUsable("There is nothing in it.", "Give a request body or a curl command.")
    if len(text) > LONGEST:
        raise NotUsable(f"This is too long to be a request ({len(text):,} characters).", "Give the request alone.")
    body = _json(_data_of_curl(text) if text.startswith("curl") else text)
    if not isinstance(body, dict):
        raise NotUsable("This is JSON, but not a request body.", "A request body is an object with “parameters”.")
    if "parameters" not in body and "prompt" not in body:
        raise NotUsable("This is not a request for a video.", "A request body has “model” and “parameters”.")
    return read_body(body)


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except (RecursionError, ValueError):
        pass  # as printed in a document, perhaps, with a bare YOUR_SEED in it
    try:
        return json.loads(quoted_places(text), parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise NotUsable(
            f"This can't be read as a request: {error.msg.lower()} in line {error.lineno}.",
            "Give a JSON request body or a curl command.",
        ) from error
    except (RecursionError, ValueError) as error:
        raise NotUsable("This can't be read as a request.", "Give a JSON request body or a curl command.") from error


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _data_of_curl(command: str) -> str:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise NotUsable("This curl command ends in the middle of a quotation.", "Copy it whole.") from error
    for at, word in enumerate(words):
        option, _, value = word.partition("=")
        if option in _DATA_OPTIONS and (value or at + 1 < len(words)):
            return value or words[at + 1]
        if word.startswith("-d") and len(word) > 2 and word[2] == "{":
            return word[2:]
    raise NotUsable("This curl command carries no body.", "Copy it with its --data.")
