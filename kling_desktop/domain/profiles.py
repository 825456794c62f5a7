"""Profiles: each has an API key, a queue and clips of its own."""

import unicodedata
from collections.abc import Mapping

DEFAULT_PROFILE = "default"
LONGEST_NAME = 40
_FIRST_NAME = "Default"


def with_profile(profiles: Mapping[str, str], profile: str) -> dict[str, str]:
    """Return the names by profile with one more of them, if it is new; the default one is always there."""
    return {DEFAULT_PROFILE: _FIRST_NAME, **profiles, profile: profiles.get(profile) or _usual_name(profile)}


def find_profile(profiles: Mapping[str, str], text: str) -> str:
    """Return the profile that is called so, by the name that the user gave it; else `text` is one itself."""
    if text in profiles:
        return text
    return next((profile for profile, name in profiles.items() if _folded(name) == _folded(text)), text)


def clean_name(text: str) -> str:
    """Return a name as it is kept: one line, without spaces around it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def name_problem(profiles: Mapping[str, str], name: str, profile: str = "") -> str:
    """Why a profile can't be called so; "" if it can. profile: the one that is renamed."""
    if not any(character.isprintable() and not character.isspace() for character in name):
        return "Give the profile a name."
    if not name.isprintable():
        return "This name holds characters that can't be shown. Type it by hand."
    if len(name) > LONGEST_NAME:
        return f"This name is too long. Use up to {LONGEST_NAME} characters."
    others = {_folded(text) for other, named in profiles.items() if other != profile for text in (other, named)}
    if _folded(name) in others:
        return "Another profile already has this name. Choose another."
    return ""


def _usual_name(profile: str) -> str:
    return _FIRST_NAME if profile == DEFAULT_PROFILE else profile


def _folded(name: str) -> str:
    return clean_name(name).casefold()
