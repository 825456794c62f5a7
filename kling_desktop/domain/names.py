"""File names that are safe on every system and tell people what is inside."""

import re
import unicodedata

LONGEST = 60
"""Characters of the text in a name; the whole stays under the 255 bytes that file systems allow."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)


def clip_name(day: str, prompt: str, job: str) -> str:
    """The name of a clip's file: the day, the start of its prompt and the job's own letters, so no two clash."""
    return f"{day} {_safe(prompt) or 'clip'} {job[:8]}.mp4"


def preset_name(name: str) -> str:
    """The name of a preset's file, without its suffix. Windows keeps some words for devices."""
    words = _safe(name)
    return f"preset {words}" if _RESERVED.match(words) else words or "preset"


def _safe(text: str) -> str:
    """What of a text every file system takes, at most LONGEST characters and twice as many bytes."""
    words = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", text))
    words = " ".join(_FORBIDDEN.sub(" ", words).split())[:LONGEST]
    while len(words.encode()) > 2 * LONGEST:
        words = words[:-1]
    return words.strip(" .")
