"""What kind of code a text is, as far as it decides how a string literal in it is read."""

import re
from enum import Enum


class CodeStyle(Enum):
    """Languages that read strings alike.

    PLAIN is JSON, JavaScript, Python and all that isn't told apart.
    """

    PLAIN = "plain"
    GO = "go"
    DOLLAR = "dollar"
    """Double quotes fill in $name, single quotes don't: PHP, Perl, Kotlin, Groovy."""
    DART = "dart"
    RUBY = "ruby"
    POWERSHELL = "powershell"


_SIGNS = (
    (
        CodeStyle.POWERSHELL,
        r"\b(?:Invoke-(?:RestMethod|WebRequest)|ConvertTo-Json)\b|@\{|@[\"']\r?\n|\$(?:true|false|null)\b"
        r"|^\s*(?:PS [^\n>]*>|irm\s|iwr\s)",
    ),
    (CodeStyle.GO, r"^package \w+|\bmap\[string\]|\[\]byte\(|\bstrings\.NewReader\(|\bbytes\.NewBuffer|\w :=\s"),
    (CodeStyle.DART, r"import 'package:|\bUri\.parse\(|\bjsonEncode\("),
    (CodeStyle.RUBY, r"\bNet::HTTP\b|^require ['\"]|\.to_json\b|\bHTTParty\b|\bFaraday\b|\bdefmodule\b|%\{"),
    (
        CodeStyle.DOLLAR,
        r"<\?php|\bcurl_setopt|\bjson_encode\(|^\s*(?:my |our )?[$%]\w+\s*=[^=]|\bmapOf\(|^\s*val \w+"
        r"|[\"']\s*=>\s",
    ),
)
_PATTERNS = tuple((style, re.compile(pattern, re.MULTILINE)) for style, pattern in _SIGNS)


def style_of(text: str) -> CodeStyle:
    """Return the kind of code in a text."""
    return next((style for style, pattern in _PATTERNS if pattern.search(text)), CodeStyle.PLAIN)
