"""Hides a secret in foreign text, however it is spelled there: a gateway may quote the key of a request it refuses."""

import base64
import re
from collections.abc import Iterator
from urllib.parse import unquote

_MIN_LENGTH = 8
"""A shorter text is no key, and would be found by chance."""
_MAX_ENCODINGS = 4
"""How often a text may be encoded over and over again."""
# No repetition is without a limit, here or below: a hostile answer must not keep the search busy.
_ESCAPE = re.compile(r"\\{1,8}(?:u00|x)([0-7][0-9a-f])|&#(?:0{0,5}(\d{2,3})|x0{0,5}([0-9a-f]{2}));?", re.I)
_ENTITIES = (("&hyphen;", "-"), ("&dash;", "-"), ("&amp;", "&"))
_BASE64_BEFORE = re.compile(r"(?:[A-Za-z0-9+/_=-]|%[0-9A-Fa-f]{2})*$")
_BASE64_AFTER = re.compile(r"(?:[A-Za-z0-9+/_=-]|%[0-9A-Fa-f]{2})*")
_REACH = 90
"""How far more of the same base64 text is hidden."""
_MAX_SEARCHED = 5_000
"""A longer text that contains the secret is hidden whole."""


class Redactor:
    """Finds a secret as it is, in another case, without its hyphens, backwards, in hex or base64, encoded or escaped.

    Encoded characters are found among plain ones, too.
    """

    def __init__(self, secret: str) -> None:
        spellings = [secret, secret.replace("-", "")] if len(secret.replace("-", "")) >= _MIN_LENGTH else []
        backwards = [spelling[::-1].lower() for spelling in spellings]
        in_hex = [spelling.encode("utf-8", "replace").hex() for spelling in spellings]
        self._plain = tuple(dict.fromkeys((*(spelling.lower() for spelling in spellings), *backwards, *in_hex)))
        self._base64 = tuple(dict.fromkeys(core for spelling in spellings for core in _base64_cores(spelling)))
        self._pattern: re.Pattern[str] | None = None

    def redact(self, text: str, mask: str) -> str:
        """Return the text with `mask` in place of each occurrence of the secret."""
        if not self.may_contain(text):
            return text
        redacted = self._replaced(text, mask) if len(text) <= _MAX_SEARCHED else mask
        return mask if self.may_contain(redacted) else redacted

    def may_contain(self, text: str) -> bool:
        """Whether a text contains the secret in any spelling. Fast enough for every response."""
        return any(map(self._is_in, _decodings(text)))

    def _is_in(self, text: str) -> bool:
        solid = "".join(text.split())
        lower = solid.lower()
        return any(spelling in lower for spelling in self._plain) or any(core in solid for core in self._base64)

    def _replaced(self, text: str, mask: str) -> str:
        if self._pattern is None:
            plain = "|".join(r"\s{0,2}".join(map(_any_spelling, spelling)) for spelling in self._plain)
            encoded = "|".join(r"\s{0,2}".join(map(_plain_or_percent, core)) for core in self._base64)
            self._pattern = re.compile(f"(?i:{plain})|(?P<base64>{encoded})")
        parts, done = [], 0
        for found in self._pattern.finditer(text):
            start, end = found.span()
            if found["base64"]:
                before = _BASE64_BEFORE.search(text, max(done, start - _REACH), start)
                after = _BASE64_AFTER.match(text, end, end + _REACH)
                start, end = before.start() if before else start, after.end() if after else end
            parts += [text[done : max(done, start)], mask]
            done = max(done, end)
        return "".join((*parts, text[done:]))


def _base64_cores(secret: str) -> Iterator[str]:
    """Yield what base64 makes of a secret at each of the three places where it may begin within three bytes."""
    for spelling in dict.fromkeys((secret, secret.lower(), secret.upper())):
        raw = spelling.encode("utf-8", "replace")
        for lead in range(3):
            encode = base64.b64encode(bytes(lead) + raw).decode()
            # The first and last characters depend on what stands around the secret.
            core = encode[-(-lead * 8 // 6) : (lead + len(raw)) * 8 // 6]
            yield core
            yield core.translate(str.maketrans("+/", "-_"))


def _decodings(text: str) -> Iterator[str]:
    """Yield the text as it is, then with less and less percent-encoding, JSON escapes and HTML entities."""
    yield text
    for _ in range(_MAX_ENCODINGS):
        before = text
        if "%" in text:
            text = unquote(text)
        if "\\" in text or "&" in text:
            text = _ESCAPE.sub(_unescaped, text)
            for entity, character in _ENTITIES:
                text = text.replace(entity, character)
        if text == before:
            return
        yield text


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[2]) if found[2] else int(found[1] or found[3], 16))


def _any_spelling(character: str) -> str:
    """Return a pattern for a character in any case, plain or encoded."""
    encoded = "|".join(
        rf"%(?:25){{0,3}}{code:02x}|(?:\\|%5c){{1,4}}(?:u00|x){code:02x}"
        rf"|&(?:amp;){{0,3}}#(?:0{{0,5}}{code}|x0{{0,5}}{code:02x});?"
        for code in dict.fromkeys((ord(character.lower()), ord(character.upper())))
    )
    entity = "|&(?:amp;){0,3}(?:hyphen|dash);" if character == "-" else ""
    return f"(?:{re.escape(character)}|{encoded}{entity})"


def _plain_or_percent(character: str) -> str:
    code = f"{ord(character):02x}"
    return f"(?:{re.escape(character)}|%(?:{code}|{code.upper()}))"
