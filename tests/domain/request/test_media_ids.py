from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.request.media_ids import InvalidId, parse_media_id

ID = "1f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10"
OTHER = "2f197fd2-30f6-01a0-0d2c-5a2e3c1b7a11"


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID}\n",
        f"'{ID}'",
        f"{{{ID}}}",
        f"“{ID}”",
        f"urn:uuid:{ID}",
        ID.replace("-", ""),
        f'"id": "{ID}",',
        f"https://cdn.leonardo.ai/users/{OTHER}/generations/{OTHER}/{ID}.jpg",
        f"https://cdn.leonardo.ai/users/{OTHER}/initImages/{ID}.png?w=512",
        f"https://app.leonardo.ai/image/{ID}",
    ],
)
def test_an_id_is_found_in_any_form(text: str) -> None:
    assert parse_media_id(text) == ID


def test_capital_letters_and_any_uuid_version_are_kept() -> None:
    assert parse_media_id(OTHER.upper()) == OTHER.upper()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("a cat", "isn't an ID"),
        (ID[:-1], "isn't an ID"),
        (ID + "0", "isn't an ID"),
        (f"{ID} {OTHER}", "several"),
        ("https://example.com/cat.png", "no ID"),
        (f"https://cdn.leonardo.ai/users/{OTHER}/generations/{ID}/video.mp4", "not to an image"),
        ("http://[bad", "can't be read"),
    ],
)
def test_a_text_without_an_id_says_why(text: str, word: str) -> None:
    with pytest.raises(InvalidId, match=word):
        parse_media_id(text)


@given(st.text())
def test_any_text_is_an_id_or_says_why_not(text: str) -> None:
    with suppress(InvalidId):
        assert len(parse_media_id(text)) == 36
