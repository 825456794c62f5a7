"""Links that begin with `kling-desktop:`. They fill in the form and never do anything else.

    kling-desktop:new
    kling-desktop:form?prompt=A%20cat&duration=10&size=1:1

A web page can open such a link, so it can't name files or web addresses: the form would upload the one and fetch the
other at once. It can't make a clip public either, because the form always leaves that to the user.
"""

from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.parsing.control_assignment import CONTROLS, set_control
from kling_desktop.domain.parsing.parsed_request import ParsedRequest
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.form import Problem
from kling_desktop.domain.request.models import Slot

SCHEME = "kling-desktop:"
NEW_FORM = "new"
_FORM = "form"
_MAX_LENGTH = 20_000
_NO_FILES = "A link can't name a file or a web address. Add it yourself"


def is_link(text: str) -> bool:
    return text[: len(SCHEME)].lower() == SCHEME


def is_new_form_link(text: str) -> bool:
    """Whether the link asks for an empty form."""
    return is_link(text) and _split(text)[0] == NEW_FORM


def parse_link(text: str) -> ParsedRequest:
    """Return the form that a link describes, with a problem for each part that can't be used.

    Raises:
        UserError: It isn't a link of this app's.
    """
    action, query = _split(text)
    if action not in (NEW_FORM, _FORM) or len(text) > _MAX_LENGTH:
        raise UserError(
            "This link can't be used: Kling Desktop doesn't know what it asks for.",
            "Links that fill in the form begin with “kling-desktop:form?”.",
        )
    draft, problems = Draft(), list[Problem]()
    for control, value in sorted(_pairs(query), key=lambda pair: pair[0] != "model"):  # the other limits depend on it
        try:
            draft = _set(draft, control, value)
        except UserError as error:
            problems.append(Problem(control if control in CONTROLS else "file", str(error)))
    return ParsedRequest(draft, tuple(problems))


def _split(text: str) -> tuple[str, str]:
    """The action of a link and its query. Browsers may add slashes: `kling-desktop://form/?…`."""
    action, _, query = text[len(SCHEME) :].partition("?")
    return unquote(action).strip("/ ").lower(), query.partition("#")[0]


def _pairs(query: str) -> Iterator[tuple[str, str]]:
    yield from parse_qsl(query, keep_blank_values=True)


def _set(draft: Draft, control: str, value: str) -> Draft:
    if control not in CONTROLS:
        raise UserError(f"“{control[:60]}” in the link isn't a control of the form, so it was left out.")
    changed = set_control(draft, control, value)
    if control in set(Slot) and any(isinstance(media, LocalImage) for media in changed.media(Slot(control))):
        raise UserError(f"{_NO_FILES} to {control.replace('_', ' ')}.")
    return changed
