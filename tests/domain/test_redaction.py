"""A secret is found in foreign text in every spelling that servers and proxies give it."""

import base64
import json
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from kling_desktop.domain.secret import MASK, Secret

KEY = "0f9d2c1e-aaaa-bbbb-cccc-1234567890ab"


def percent(text: str) -> str:
    return "".join(f"%{ord(character):02X}" for character in text)


def spellings() -> Iterator[str]:
    yield from (KEY, KEY.upper(), KEY.title(), KEY[::-1], KEY.replace("-", ""), KEY.encode().hex())
    yield from (percent(KEY), quote(percent(KEY)), KEY.replace("-", "%2D"), KEY.replace("-", "%252d"))
    yield KEY[:5] + percent(KEY[5:9]) + KEY[9:]
    for escape in ("\\u002d", "\\\\u002D", "\\x2d", "&#45;", "&#x2D;", "&amp;#45;", "&hyphen;"):
        yield KEY.replace("-", escape)
    yield json.dumps(json.dumps("".join(f"\\u{ord(character):04x}" for character in KEY)))
    for before in ("", "B", "Be", "Bearer ", "user:"):
        for key in (KEY, KEY.upper()):
            encoded = base64.b64encode(f"{before}{key} and more".encode()).decode()
            yield from (encoded, encoded.rstrip("="), encoded.replace("+", "-"), percent(encoded))
    yield base64.encodebytes(("x" * 40 + KEY).encode()).decode()


@pytest.mark.parametrize("spelling", list(spellings()))
def test_a_secret_is_hidden_in_every_spelling(spelling: str) -> None:
    secret = Secret(KEY)
    shown = secret.redact(f"Unknown key <{spelling}>, please check.")
    assert MASK in shown
    assert not secret.is_in(shown)
    assert len(shown) <= len("Unknown key <>, please check.") + len(MASK) + 6


def test_other_text_stays_as_it_is() -> None:
    text = f"100 % sure: {KEY[:-1]} and {KEY[:8]} aren't it \\u002d &amp; %2D"
    assert Secret(KEY).redact(text) == text
    assert Secret("").redact(text) == text


@pytest.mark.parametrize("filler", ["0f9d2c1e-", "MGY5", "%30", "\\u0030", " ", "\\", "%25", "&amp;"])
def test_a_hostile_text_does_not_keep_the_search_busy(filler: str) -> None:
    text = filler * (200_000 // len(filler)) + KEY
    started = time.process_time()
    assert KEY not in Secret(KEY).redact(text)
    assert KEY not in Secret(KEY).redact(text[-4_000:])
    assert time.process_time() - started < 2
