"""Snippets: what a slash starts, and what they are named."""

import pytest

from kling_desktop.domain.request.snippets import Snippet, new_snippet, partial_name


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("/", ""),
        ("/no", "no"),
        ("A fox /sl", "sl"),
        ("A fox / ", None),
        ("and/or", None),
        ("https://x", None),
        ("16/9", None),
        ("//", None),
        ("A fox", None),
        ("/" + "x" * 31, None),
    ],
)
def test_a_slash_starts_a_snippet_only_at_the_start_of_a_word(line: str, said: str | None) -> None:
    assert partial_name(line) == said


def test_a_snippet_is_named_after_its_first_words_and_uniquely() -> None:
    first = new_snippet("  Slow push-in on the subject, soft key. ", [])
    assert first == Snippet("Slow push-in on the", "Slow push-in on the subject, soft key.")
    second = new_snippet("Slow push-in on the wall", [first])
    assert second is not None
    assert second.name == "Slow push-in on the 2"
    assert new_snippet("Slow push-in on the wall", [first, second]) is None
    assert new_snippet(" \n ", []) is None
    assert new_snippet("…", []) == Snippet("snippet", "…")


def test_a_snippet_is_found_by_any_word_of_its_name() -> None:
    snippet = Snippet("Slow push-in", "x")
    assert all(snippet.matches(begun) for begun in ("", "s", "Slow", "PUSH"))
    assert not snippet.matches("low")
