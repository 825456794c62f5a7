"""Reads the API key in what the user pasted or set."""

import re

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.request.media_ids import is_id

_EXAMPLE = "1f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10"
_NOISE_CHARACTERS = "\\s\"'`´‘’“”„«»<>,;\\\\\u200b-\u200f\u2060\ufeff"
_PREFIX = re.compile(
    rf"(?:[{_NOISE_CHARACTERS}]+|export\s|set\s|\$env:|-H\s|--header\s|LEONARDO_API_KEY\s*[=:]|authorization\s*[=:]|bearer\b)+",
    re.I,
)
_NOISE = re.compile(rf"[{_NOISE_CHARACTERS}]+")


def clean_key(text: str) -> str:
    """Return the key in a pasted text, without quotes, spaces, `Bearer` or the name of a header or variable.

    Raises:
        UserError: What is left can't be a key. The message never repeats the text.
    """
    before = _PREFIX.match(text)
    key = _NOISE.sub("", text[before.end() :] if before else text)
    if not key:
        raise UserError("There is no key in this text.", "Paste the API key from Leonardo.AI, API Access.")
    if "://" in key:
        raise UserError("This is a web address, not an API key.", "Paste the API key from Leonardo.AI, API Access.")
    if key.lower() == _EXAMPLE:
        raise UserError(
            "This is a placeholder, not an API key.", "Paste your own API key from Leonardo.AI, API Access."
        )
    if not is_id(key):
        raise UserError("This isn't a Leonardo.AI API key.", f"An API key looks like {_EXAMPLE}.")
    return key
