"""Finding the ID in what people paste."""

import re
from urllib.parse import unquote, urlsplit

_DASHED = re.compile(r"(?<![0-9a-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9a-z])", re.IGNORECASE)
_BARE = re.compile(r"[0-9a-f]{32}", re.IGNORECASE)
_WRAPPING = " \t\r\n\"'`´‘’“”<>{}[](),;"
_BETWEEN = re.compile(r"[\s,;]+")
# In an address these say whose the next ID is; the picture's own comes after them.
_NOT_THE_PICTURE = frozenset({"users", "user", "generations", "generation"})


class InvalidId(ValueError):
    """The text holds no usable ID; the message says why, for people."""


def is_id(text: str) -> bool:
    """Whether text is an ID as the service writes them: 8-4-4-4-12 hex digits, of any UUID version."""
    return _DASHED.fullmatch(text) is not None


def parse_media_id(text: str) -> str:
    """The image's (or video's) ID in a pasted text or address; NotAnId says why there is none."""
    text = text.strip(_WRAPPING)
    if not text:
        raise InvalidId("There is nothing to read here. Paste the ID of an image.")
    if "://" in text:
        return _id_in_address(text)
    text = text.removeprefix("urn:uuid:").strip(_WRAPPING)
    if is_id(text):
        return text
    if _BARE.fullmatch(text):
        return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
    found = _DASHED.findall(text)
    if len(found) == 1:
        return str(found[0])
    if found:
        raise InvalidId("There are several IDs in this text. Paste one of them.")
    raise InvalidId("This is not an ID. An ID looks like 1f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10.")


def parse_media_ids(text: str) -> tuple[str, ...]:
    """Every image's ID in a text of several, a line, a comma or a space apart; NotAnId when one of them is none."""
    if len(_DASHED.findall(text)) < 2 or len(words := _BETWEEN.split(text.strip(_WRAPPING))) < 2:
        return (parse_media_id(text),)
    return tuple(dict.fromkeys(parse_media_id(word) for word in words if word.strip(_WRAPPING)))


def _id_in_address(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise InvalidId("This address can't be read. Paste the image's ID itself.") from error
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    owner = ""
    elsewhere = False
    for segment in [*segments, parts.query, parts.fragment]:
        found = _DASHED.findall(segment)
        if found and owner in _NOT_THE_PICTURE:
            elsewhere = True
        elif found:
            return str(found[-1])
        owner = segment.lower()
    if elsewhere:
        raise InvalidId("This address names a user or a generation, not an image. Copy the image's own ID.")
    raise InvalidId("This address has no ID in it. Paste the image's ID, or drop the picture itself.")
