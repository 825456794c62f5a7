"""File names that are safe on every system and tell people what is inside."""

import re
import unicodedata

MAX_PRESET_CHARS = 60
"""Characters of the text in a preset's name; the whole stays under the 255 bytes that file systems allow."""
MAX_BYTES = 120
"""Of a name without its suffix: encrypted home folders allow 143, and a number may come behind it."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(\..*)?$", re.IGNORECASE)


def preset_filename(name: str) -> str:
    """The name of a preset's file, without its suffix. Windows keeps some words for devices."""
    words = safe_part(name)[:MAX_PRESET_CHARS]
    while len(words.encode()) > 2 * MAX_PRESET_CHARS:
        words = words[:-1]
    return safe_name(words, "preset")


def safe_part(text: str) -> str:
    """What of a text every file system takes within a name, in one line."""
    words = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", text))
    return " ".join(_FORBIDDEN.sub(" ", words).split())


def safe_name(words: str, kind: str) -> str:
    """A whole name, without its suffix, made of parts: `kind` where nothing is left of them, and before a word that is
    no name for a file.
    """
    words = " ".join(words.split()).strip(" .")
    return f"{kind} {words}" if _RESERVED.match(words) else words or kind
