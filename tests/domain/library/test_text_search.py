"""What a search finds, in the real full-text table and by the function that does the same."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.library.text_search import TOKENIZER, index_text, match_expression, matches_search

TEXTS = (
    "Slow push-in on the cat, she's “quoted” AND not",
    "Ein Mädchen auf der Straße",
    "Café à la crème",
    "雨の中の猫、窓の下",
    "고양이가 창문 아래",
    "a 🦊 fox 👩‍🚀 lands",
    "हिन्दी में",
    "ใต้หน้าต่าง",
    "ＡＢＣ wide, ｶﾞﾗｽ half",
    "e\u0301te\u0301 in İstanbul",
)


@pytest.fixture(scope="module")
def table() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE VIRTUAL TABLE words USING fts5(prompt, tokenize='{TOKENIZER}')")
        connection.executemany("INSERT INTO words VALUES (?)", [(index_text(text),) for text in TEXTS])
        yield connection


def asked(table: sqlite3.Connection, search: str) -> list[str]:
    wanted = match_expression(search)
    if not wanted:
        return list(TEXTS)
    rows = table.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid", (wanted,)).fetchall()
    return [TEXTS[row - 1] for (row,) in rows]


@pytest.mark.parametrize(
    ("search", "place"),
    [
        ("push", 0),
        ("pus CA", 0),
        ("push-in", 0),
        ("she's", 0),
        ('"quoted"', 0),
        ("AND", 0),
        ("madchen", 1),
        ("MÄDCHEN", 1),
        ("strasse", 1),
        ("creme cafe", 2),
        ("猫", 3),
        ("中の猫", 3),
        ("下 雨", 3),
        ("양이", 4),
        ("🦊", 5),
        ("👩‍🚀", 5),
        ("हिन", 6),
        ("ต่าง", 7),
        ("abc", 8),
        ("ガラス", 8),
        ("ete istanbul", 9),
    ],
)
def test_a_search_finds_only_the_right_text(table: sqlite3.Connection, search: str, place: int) -> None:
    assert asked(table, search) == [TEXTS[place]]
    assert [text for text in TEXTS if matches_search(search, text)] == [TEXTS[place]]


@pytest.mark.parametrize("search", ["ush", "猫の", "cat OR fox", "NEAR(cat fox)", "prompt:cat dog", "cat NOT snow"])
def test_missing_words_are_not_found_and_operators_are_words(table: sqlite3.Connection, search: str) -> None:
    assert asked(table, search) == []
    assert not any(matches_search(search, text) for text in TEXTS)


@pytest.mark.parametrize("search", ["", "  ", "***", '"', "(((", "- + ^ :", "\x00", "\ud800"])
def test_a_search_without_words_finds_everything(table: sqlite3.Connection, search: str) -> None:
    assert asked(table, search) == list(TEXTS)
    assert all(matches_search(search, text) for text in TEXTS)


@pytest.mark.parametrize("search", ["a" * 10_000, "cat " * 2_500, "猫" * 10_000, '"*(' * 3_333, "🦊" * 10_000])
def test_a_very_long_search_works(table: sqlite3.Connection, search: str) -> None:
    assert len(match_expression(search)) < 3_000
    assert asked(table, search) == [text for text in TEXTS if matches_search(search, text)]


@given(st.text(max_size=60))
def test_any_search_works_and_both_implementations_agree(search: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute(f"CREATE VIRTUAL TABLE words USING fts5(prompt, tokenize='{TOKENIZER}')")
        text = search + " lamp"
        connection.execute("INSERT INTO words VALUES (?)", (index_text(text),))
        for asked_for in (search, search[: len(search) // 2], search[::-1]):
            wanted = match_expression(asked_for)
            if wanted:
                found = connection.execute("SELECT 1 FROM words WHERE words MATCH ?", (wanted,)).fetchall()
                assert bool(found) == matches_search(asked_for, text)
        assert matches_search(search, text)
