"""Names of profiles."""

import pytest

from kling_desktop.domain.profiles import clean_name, find_profile, name_problem, with_profile

PROFILES = {"default": "Default", "work": "Studio Löwe"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Give the profile a name"),
        (" \u200b\u2060 ", "Give the profile a name"),
        ("a\x00b", "can't be shown"),
        ("x" * 41, "too long"),
        ("STUDIO LÖWE", "already has this name"),
        ("Studio Lo\u0308we", "already has this name"),
        ("Work", "already has this name"),
        ("Client A", ""),
    ],
)
def test_a_name_can_be_read_and_told_from_the_others(name: str, words: str) -> None:
    problem = name_problem(PROFILES, clean_name(name))
    assert words in problem
    assert bool(problem) == bool(words)


def test_a_profile_may_keep_its_name() -> None:
    assert name_problem(PROFILES, "Studio Löwe", "work") == ""


@pytest.mark.parametrize(
    ("text", "profile"), [("work", "work"), ("studio löwe", "work"), ("Default", "default"), ("new", "new")]
)
def test_a_profile_is_found_by_its_name(text: str, profile: str) -> None:
    assert find_profile(PROFILES, text) == profile


def test_the_default_profile_is_always_there() -> None:
    assert with_profile({}, "default") == {"default": "Default"}
    assert with_profile({}, "work") == {"default": "Default", "work": "work"}
    assert with_profile(PROFILES, "work") == PROFILES
