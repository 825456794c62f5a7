"""File names that are safe on every system and say what is inside."""

import re
import unicodedata

MAX_PRESET_CHARS = 60
"""Of a preset's file name. With its suffix it stays under the 255 bytes that file systems allow."""
MAX_BYTES = 120
"""Of a name without its suffix. Encrypted home folders allow 143, and a number may be added."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(\..*)?$", re.IGNORECASE)


def preset_filename(name: str) -> str:
    """Return the name of a preset's file, without its suffix."""
    words = safe_part(name)[:MAX_PRESET_CHARS]
    while len(words.encode()) > 2 * MAX_PRESET_CHARS:
        words = words[:-1]
    return safe_name(words, "preset")


def safe_part(text: str) -> str:
    """Return a text as part of a file name: on one line, without characters that some file system doesn't allow."""
    words = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", text))
    return " ".join(_FORBIDDEN.sub(" ", words).split())


def safe_name(words: str, kind: str) -> str:
    """Return a whole file name, without its suffix.

    Args:
        kind: Used if nothing is left of the name, and put before a name that Windows reserves for devices.
    """
    words = " ".join(words.split()).strip(" .")
    return f"{kind} {words}" if _RESERVED.match(words) else words or kind
