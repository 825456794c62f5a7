"""Tags as people write them."""

import pytest

from kling_desktop.domain.library.review import changed_tags, common_tags, format_tags, parse_tags


@pytest.mark.parametrize(
    ("line", "tags"),
    [
        ("", ()),
        (" , ,", ()),
        ("night", ("night",)),
        ("night, Night ,rain", ("night", "rain")),
        ("two  words,夜、雨，雪", ("two words", "夜", "雨", "雪")),
        ("x" * 50, ("x" * 40,)),
    ],
)
def test_tags_stand_between_commas_each_once(line: str, tags: tuple[str, ...]) -> None:
    assert parse_tags(line) == tags
    assert parse_tags(format_tags(tags)) == tags


def test_what_all_have_in_common() -> None:
    assert common_tags([]) == ()
    assert common_tags([("a", "b", "c"), ("c", "b"), ("b", "c", "d")]) == ("b", "c")


def test_what_was_added_and_what_was_taken_away() -> None:
    assert changed_tags(("a", "b", "c"), ("c", "d", "a", "e")) == (("d", "e"), ("b",))
    assert changed_tags((), ()) == ((), ())
