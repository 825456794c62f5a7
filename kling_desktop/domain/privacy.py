"""Takes out of a text what its reader must not learn: keys, passwords, and who the user is."""

import re

_UUID = re.compile(r"\b([0-9a-f]{8})-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_BEARER = re.compile(r"(?i)\b(bearer|basic|token|api[-_ ]?key|password|passwd|secret)(\s*[:=]?\s+|\s*[:=]\s*)[^\s,;]+")
_USER_IN_ADDRESS = re.compile(r"(?<=://)[^/@\s]+@")
_SIGNED = re.compile(r"([?&](?:[\w-]*(?:signature|token|credential|key|policy)[\w-]*)=)[^&\s]+", re.IGNORECASE)
_HIDDEN = "…"


def hide_private(text: str, home: str = "", user: str = "") -> str:
    """Return the text without anything secret.

    IDs keep their first eight characters, enough to find them again: a key has the same shape.

    Args:
        text: What is to be shown to others.
        home: The user's home folder; `~` stands for it.
        user: The user's name on this computer.
    """
    text = _USER_IN_ADDRESS.sub(f"{_HIDDEN}@", text)
    text = _BEARER.sub(lambda found: f"{found[1]} {_HIDDEN}", text)
    text = _SIGNED.sub(rf"\1{_HIDDEN}", text)
    text = _UUID.sub(lambda found: found[1] + _HIDDEN, text)
    if len(home) > 1:
        text = text.replace(home, "~")
    if len(user) > 2 and user != "root":
        text = re.sub(rf"\b{re.escape(user)}\b", "USER", text)
    return text
