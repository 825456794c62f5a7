"""File names that are safe on every system and say what is inside, and paths as people copy them."""

import re
import unicodedata
from urllib.parse import unquote

MAX_PRESET_CHARS = 60
"""Of a preset's file name. With its suffix it stays under the 255 bytes that file systems allow."""
MAX_BYTES = 120
"""Of a name without its suffix. Encrypted home folders allow 143, and a number may be added."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(\..*)?$", re.IGNORECASE)
_QUOTE_PAIRS = frozenset({'""', "''", "“”", "‘’", "„“", "«»"})
_FILE_ADDRESS = re.compile(r"file:(?://(?:localhost(?=/))?)?(?=/)", re.IGNORECASE)
_BEFORE_DRIVE = re.compile(r"/(?=[A-Za-z]:[\\/])")


def local_path(text: str) -> str:
    """Return the path in a text: without quotation marks around it, and as a path if it is a file:// address."""
    path = text.strip()
    if len(path) > 1 and path[0] + path[-1] in _QUOTE_PAIRS:
        path = path[1:-1]
    if (address := _FILE_ADDRESS.match(path)) is None:
        return path
    return _BEFORE_DRIVE.sub("", unquote(path[address.end() :]), count=1)


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
