"""Files are read as they were written, or the user is asked: letters are never guessed into garbage."""

import pytest

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.text_decoder import UnknownCodePage, code_page_name, decode_text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_recognized(encoding: str) -> None:
    text = "prompt\tduration\r\nEin Käfer, 紙の船, бумага\t5\r\n"
    assert decode_text(text.encode(encoding), "cp1251") == text


@pytest.mark.parametrize(
    "prompt",
    [
        *("Ein Käfer krabbelt über Gräser, groß", "Ein Bär", "Un été à Noël, une forêt", "Uma canção", "En räv på ön"),
        *("“A fox” – it’s fast…", "ÜBER DEN WOLKEN", "A fox at 20 °C", "A café"),
    ],
)
def test_a_western_table_is_read_as_excel_wrote_it(prompt: str) -> None:
    assert decode_text(f"prompt;duration\n{prompt};5\n".encode("cp1252")).splitlines()[1] == f"{prompt};5"


@pytest.mark.parametrize(
    ("prompt", "code_page"),
    [
        ("Бумажный кораблик плывёт", "cp1251"),
        ("Бумажный кораблик плывёт", "koi8_r"),
        ("Ein Käfer krabbelt über Gräser", "mac_roman"),
        ("A café scene", "mac_roman"),
        ("Ein Käfer über Gräser", "cp850"),
        ("Dziękuję za łódź", "cp1250"),
        ("Ένα σκυλί", "cp1253"),
        ("Bir gemi yüzüyor şimdi", "cp1254"),
        ("قارب من ورق", "cp1256"),
        ("紙の船", "cp932"),
    ],
)
def test_other_code_pages_are_asked_for_and_the_likely_one_comes_first(prompt: str, code_page: str) -> None:
    content = f"prompt;duration\n{prompt};5\n".encode(code_page)
    with pytest.raises(UnknownCodePage, match="Save it as UTF-8") as asked:
        decode_text(content)
    likely = asked.value.readings[0]
    assert (likely.code_page, likely.sample) == (code_page, f"{prompt};5")
    assert decode_text(content, code_page).splitlines()[1] == f"{prompt};5"


@pytest.mark.parametrize("prompt", ["Dvě kočky", "Una niña", "תמונה"])
def test_what_makes_sense_twice_is_asked_with_both_readings(prompt: str) -> None:
    code_page = {"D": "cp1250", "U": "cp1252"}.get(prompt[0], "cp1255")
    with pytest.raises(UnknownCodePage) as asked:
        decode_text(prompt.encode(code_page))
    assert prompt in [reading.text for reading in asked.value.readings[:3]]


def test_what_is_no_text_says_so() -> None:
    with pytest.raises(UserError, match="isn't text"):
        decode_text(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    with pytest.raises(UserError, match="isn't in the code page cp1252"):
        decode_text(b"\x81\xff", "cp1252")


def test_a_code_page_is_named_as_people_type_it() -> None:
    assert [code_page_name(name) for name in ("windows-1251", "Shift_JIS", "MacRoman")] == [
        *("cp1251", "shift_jis", "mac-roman"),
    ]
    for name in ("klingon", "rot13", "hex"):
        with pytest.raises(UserError, match="isn't known"):
            code_page_name(name)
