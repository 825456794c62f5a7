from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.mentions import mentioned, renumbered
from kling_desktop.domain.names import clip_name


def test_a_clip_is_named_after_its_day_and_prompt() -> None:
    assert clip_name("2026-11-22", 'A cat / "dog": run!', "abcdef0123") == "2026-11-22 A cat dog run! abcdef01.mp4"


@given(st.text())
def test_any_prompt_gives_a_name_that_every_system_takes(prompt: str) -> None:
    name = clip_name("2026-11-22", prompt, "abcdef0123")
    assert len(name.encode()) <= 255
    assert not set(name) & set('<>:"/\\|?*\0\n')
    assert name.isprintable()
    assert not name.removesuffix(".mp4").endswith((" ", "."))


def test_mentions_follow_their_references() -> None:
    assert mentioned("@image2 and @IMAGE1, @image2, email@image.com") == (1, 2)
    assert renumbered("@image1 over @Image2", {1: 2, 2: 1}) == "@image2 over @image1"
