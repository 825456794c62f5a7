"""Find the ID of an image or video in what people paste."""

import re
from urllib.parse import unquote, urlsplit

_DASHED = re.compile(r"(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])", re.IGNORECASE)
_BARE = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_QUOTES = " \t\r\n\"'`´‘’“”<>{}[](),;"
_SEPARATOR = re.compile(r"[\s,;]+")
# In an address the ID after one of these is a user's or a generation's; the image's own ID comes later.
_OWNERS = frozenset({"users", "user", "generations", "generation"})


class InvalidId(ValueError):
    """A text contains no usable ID. The message says why, for people."""


def is_id(text: str) -> bool:
    """Whether a text is an ID as the service writes them: 8-4-4-4-12 hex digits, of any UUID version."""
    return _DASHED.fullmatch(text) is not None


def parse_media_id(text: str) -> str:
    """Return the ID of an image or video in a pasted text or address.

    Raises:
        InvalidId: There is none, or more than one.
    """
    text = text.strip(_QUOTES)
    if not text:
        raise InvalidId("This is empty. Paste the ID of an image.")
    if "://" in text:
        return _id_in_address(text)
    text = text.removeprefix("urn:uuid:").strip(_QUOTES)
    if is_id(text):
        return text
    if _BARE.fullmatch(text):
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
    found = _DASHED.findall(text)
    if len(found) == 1:
        return str(found[0])
    if found:
        raise InvalidId("This text contains several IDs. Paste one of them.")
    raise InvalidId("This isn't an ID. An ID looks like 1f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10.")


def parse_media_ids(text: str) -> tuple[str, ...]:
    """Return every ID in a text, separated by lines, commas or spaces.

    Raises:
        InvalidId: One of them isn't an ID.
    """
    if len(_DASHED.findall(text)) < 2 or len(words := _SEPARATOR.split(text.strip(_QUOTES))) < 2:
        return (parse_media_id(text),)
    return tuple(dict.fromkeys(parse_media_id(word) for word in words if word.strip(_QUOTES)))


def _id_in_address(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise InvalidId("This address can't be read. Paste the image's ID instead.") from error
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    owner = ""
    has_other_id = False
    for segment in [*segments, parts.query, parts.fragment]:
        found = _DASHED.findall(segment)
        if found and owner in _OWNERS:
            has_other_id = True
        elif found:
            return str(found[-1])
        owner = segment.lower()
    if has_other_id:
        raise InvalidId("This address leads to a user or a generation, not to an image. Copy the image's own ID.")
    raise InvalidId("This address contains no ID. Paste the image's ID, or drop the image itself.")
