"""Tags as people type them."""

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
def test_tags_are_separated_by_commas_and_unique(line: str, tags: tuple[str, ...]) -> None:
    assert parse_tags(line) == tags
    assert parse_tags(format_tags(tags)) == tags


def test_common_tags_are_those_that_all_clips_have() -> None:
    assert common_tags([]) == ()
    assert common_tags([("a", "b", "c"), ("c", "b"), ("b", "c", "d")]) == ("b", "c")


def test_added_and_removed_tags_are_told_apart() -> None:
    assert changed_tags(("a", "b", "c"), ("c", "d", "a", "e")) == (("d", "e"), ("b",))
    assert changed_tags((), ()) == ((), ())
