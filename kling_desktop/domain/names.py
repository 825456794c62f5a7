"""File names that are safe on every system and tell people what is inside."""

import re
import unicodedata

LONGEST = 60
"""Characters of the prompt in a name; the whole stays under the 255 bytes that file systems allow."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')


def clip_name(day: str, prompt: str, job: str) -> str:
    """The name of a clip's file: the day, the start of its prompt and the job's own letters, so no two clash."""
    words = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in unicodedata.normalize("NFC", prompt))
    words = " ".join(_FORBIDDEN.sub(" ", words).split())[:LONGEST]
    while len(words.encode()) > 2 * LONGEST:
        words = words[:-1]
    return f"{day} {words.strip(' .') or 'clip'} {job[:8]}.mp4"
