"""Sentences in their plural forms, lists in words, cut and cleaned text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.text import (
    has_lone_surrogates,
    list_and,
    list_or,
    plural,
    shorten,
    without_lone_surrogates,
)

any_text = st.text(st.characters())


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "0 clips in {here}"), (1, "1 clip in {here}"), (2, "2 clips in {here}"), (1200, "1,200 clips in {here}")],
)
def test_a_sentence_follows_its_number(count: int, expected: str) -> None:
    assert plural(count, one="{count} clip in {where}", other="{count} clips in {where}", where="{here}") == expected


@pytest.mark.parametrize(
    ("items", "expected"),
    [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B and C"), (["{A}", 2], "{A} and 2")],
)
def test_lists_in_words(items: list[object], expected: str) -> None:
    assert list_and(items) == expected
    assert list_or(items) == expected.replace(" and ", " or ")


@given(any_text, st.integers(1, 40))
def test_a_shortened_text_fits_on_one_line(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short.splitlines() in ([], [short])


@pytest.mark.parametrize(("text", "expected"), [("fox", "fox"), ("a  red\nfox", "a red fox"), ("a red fox", "a red…")])
def test_only_a_long_text_is_cut(text: str, expected: str) -> None:
    assert shorten(text, 9 if text != "a red fox" else 7) == expected


@given(any_text)
def test_text_without_lone_surrogates_can_be_written(text: str) -> None:
    clean = without_lone_surrogates(text)
    assert not has_lone_surrogates(clean)
    assert clean == text or has_lone_surrogates(text)
    assert len(clean) == len(text)
