"""Decodes the text files that people bring.

Unicode tells itself apart. Older programs write one of many code pages, and the same bytes are letters in most of them:
only where a single reading makes sense is it taken, otherwise the user is asked.
"""

import codecs
import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType

from kling_desktop.domain.errors import UserError

_WESTERN, _DOS = "cp1252", "cp850"
CODE_PAGES: Mapping[str, str] = MappingProxyType(
    {
        _WESTERN: "Western European (Windows)",
        "cp1250": "Central European (Windows)",
        "cp1251": "Cyrillic (Windows)",
        "cp1253": "Greek (Windows)",
        "cp1254": "Turkish (Windows)",
        "cp1255": "Hebrew (Windows)",
        "cp1256": "Arabic (Windows)",
        "cp1257": "Baltic (Windows)",
        "cp1258": "Vietnamese (Windows)",
        "cp874": "Thai (Windows)",
        "mac_roman": "Western European (Mac)",
        "mac_cyrillic": "Cyrillic (Mac)",
        _DOS: "Western European (DOS)",
        "koi8_r": "Cyrillic (KOI8-R)",
        "cp932": "Japanese (Shift JIS)",
        "cp949": "Korean",
        "gb18030": "Chinese, simplified (GB 18030)",
        "big5": "Chinese, traditional (Big5)",
    }
)
"""The code pages that can be chosen: Python's names, and those that people know."""

_LATIN = (
    "äöüß",  # German
    "àâæçéèêëîïôœùûüÿ",  # French
    "áéíñóúü",  # Spanish
    "áâãàçéêíóôõúü",  # Portuguese
    "àèéìíîòóùú",  # Italian
    "åäöæøéü",  # Danish, Norwegian, Swedish, Finnish
    "áðéíóúýþæö",  # Icelandic
    "àçèéíïòóúü",  # Catalan
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôšťúýž",  # Slovak
    "ąćęłńóśźż",  # Polish
    "áéíóöőúüű",  # Hungarian
    "čćđšž",  # Croatian, Slovenian
    "ăâîșțşţ",  # Romanian
    "çğıöşüâîûi̇",  # Turkish
    "ąčęėįšųūž",  # Lithuanian
    "āčēģīķļņšūž",  # Latvian
    "äõöüšž",  # Estonian
)
_SCRIPTS = frozenset(
    {"CYRILLIC", "GREEK", "HEBREW", "ARABIC", "THAI", "HANGUL", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"}
)
_SIGNS = frozenset("“”„‘’‚«»–—…•·°©®™€£§¿¡ \u00a0、。「」『』！？，：；（）・")
"""What may stand between letters."""
_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u0591-\u05c7\u0610-\u065f\u0e31-\u0e4e])+")
"""Letters with their marks."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text would say in a code page: its name, and the text."""

    code_page: str
    text: str

    @property
    def sample(self) -> str:
        """The first line that reads differently in other code pages."""
        lines = (line.strip() for line in self.text.splitlines())
        return next((line for line in lines if not line.isascii()), "")[:80]


class UnknownCodePage(UserError):
    """A text could mean different things in different code pages.

    Attributes:
        readings: The likely ones first.
    """

    def __init__(self, readings: tuple[Reading, ...]) -> None:
        super().__init__(
            "This file isn't saved as UTF-8, so its letters can be read in several ways.",
            "Save it as UTF-8 (“CSV UTF-8” in a spreadsheet).",
        )
        self.readings = readings


def decode_unicode(content: bytes) -> str | None:
    """Return the text of a file in UTF-8, UTF-16 or UTF-32; None if it is in none of them."""
    try:
        return content.decode(_unicode_name(content))
    except UnicodeDecodeError:
        return None


def decode_text(content: bytes, code_page: str = "") -> str:
    """Return the text of a file.

    Args:
        content: Of the file.
        code_page: One of CODE_PAGES, if the user has named it. Unicode is recognized all the same.

    Raises:
        UnknownCodePage: It has to be asked for.
        UserError: It isn't text, or not in this code page.
    """
    text = decode_unicode(content)
    if text is not None:
        return text
    if b"\0" in content:
        raise UserError("This file isn't text.", "Give a text file, or a clip made by this app.")
    if code_page:
        try:
            return content.decode(code_page)
        except UnicodeDecodeError as error:
            hint = "Name another code page, or save the file as UTF-8."
            raise UserError(f"This file isn't in the code page {code_page}.", hint) from error
    readings = _readings(content)
    sensible = [reading for reading in readings if _makes_sense(reading.text)]
    if [reading.code_page for reading in sensible if reading.code_page != _DOS] == [_WESTERN]:
        return sensible[0].text  # as Excel writes "CSV" in the west, where nothing else makes sense
    others = [reading for reading in readings if reading not in sensible]
    raise UnknownCodePage((*sensible, *others))


def code_page_name(typed: str) -> str:
    """Return Python's name for a code page as people type it: "windows-1251", "Shift_JIS".

    Raises:
        UserError: It isn't known.
    """
    try:
        with suppress(UnicodeDecodeError):
            b"a".decode(typed)  # Python also knows encodings that aren't of text
        return codecs.lookup(typed).name
    except LookupError as error:
        raise UserError(f"The encoding “{typed[:40]}” isn't known.", f"Use one of: {', '.join(CODE_PAGES)}.") from error


def _unicode_name(content: bytes) -> str:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return name
    head = content[:400]
    # Without a mark: names of columns and keys are ASCII, so every other byte is 0.
    if len(head) >= 4 and len(content) % 2 == 0:
        if not any(head[1:40:2]) and all(head[:40:2]):
            return "utf-16-le"
        if not any(head[:40:2]) and all(head[1:40:2]):
            return "utf-16-be"
    return "utf-8"


def _readings(content: bytes) -> list[Reading]:
    """Return all readings that differ from one another."""
    readings: dict[str, Reading] = {}
    for code_page in CODE_PAGES:
        with suppress(UnicodeDecodeError):
            text = content.decode(code_page)
            readings.setdefault(text, Reading(code_page, text))
    return list(readings.values())


def _makes_sense(text: str) -> bool:
    """Whether all that isn't ASCII belongs to one alphabet, and stands where such letters and signs stand."""
    for at, sign in enumerate(text):
        if not sign.isascii() and not sign.isalpha() and not unicodedata.combining(sign):
            between = text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha()
            if sign not in _SIGNS or (between and sign not in "’‘–—·"):
                return False
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if any(_has_odd_capital(word) for word in words):
        return False
    letters = {letter for word in words for letter in word.lower() if not letter.isascii()}
    if any(letters <= set(alphabet) for alphabet in _LATIN):
        return True
    scripts = {unicodedata.name(letter, "").split(" ")[0] for letter in letters}
    has_mixed_word = any(letter.isascii() for word in words for letter in word)
    return bool(scripts) and scripts <= _SCRIPTS and not has_mixed_word and len("".join(words)) > 1


def _has_odd_capital(word: str) -> bool:
    """Whether a capital outside ASCII stands within a word of small letters."""
    return any(letter.isupper() and not letter.isascii() for letter in word[1:]) and not word.isupper()
