"""What differs between takes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.request_diff import Passage, differing_passages, request_differences
from kling_desktop.domain.request.draft import Draft, LocalImage

FOX = Draft(prompt="A red fox in the snow looks up")


def take(draft: Draft, seed: int | None = None) -> Job:
    return Job("j", "s", "p", "window", "/clips", draft, 0.0, job_states.Done("g", "i", "/clips/a.mp4"), seed=seed)


def marked(passage: Passage) -> str:
    return " ".join(f"*{segment.text}*" if segment.is_changed else segment.text for segment in passage)


def test_takes_of_the_same_request_differ_only_in_their_seeds() -> None:
    [seed] = request_differences([take(FOX, 1), take(FOX, 2)])
    assert (seed.name, seed.texts) == ("Seed", ("1", "2"))
    assert request_differences([take(FOX, 1), take(FOX, 1)]) == ()


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (
            ["A red fox in the snow looks up", "A grey fox in the snow looks away"],
            ["A *red* fox in … snow looks *up*", "A *grey* fox in … snow looks *away*"],
        ),
        (["A fox", "A fox at night"], ["A fox", "A fox *at night*"]),
        (["", "A fox"], ["–", "*A fox*"]),
        (["A fox", "A hare", "A fox"], ["A *fox*", "A *hare*", "A *fox*"]),
        (
            ["one two three four five six", "one two 3 four five six", "one two three four five 6"],
            ["one two *three* four five *six*", "one two *3* four five *six*", "one two *three* four five *6*"],
        ),
        (["a b c d", "a b x c d", "a b c d"], ["a b c d", "a b *x* c d", "a b c d"]),
    ],
)
def test_the_words_that_differ_are_shown_in_context(texts: list[str], expected: list[str]) -> None:
    assert list(map(marked, differing_passages(texts))) == expected


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=12).map(" ".join), min_size=2, max_size=4))
def test_any_texts_are_told_apart(texts: list[str]) -> None:
    passages = differing_passages(texts)
    assert len(passages) == len(texts)
    for text, passage in zip(texts, passages, strict=True):
        words = [word for segment in passage for word in segment.text.split() if word not in ("…", "–")]
        remaining = iter(text.split())
        assert all(word in remaining for word in words)  # in their order, each once
    by_text: dict[str, Passage] = {}
    for text, passage in zip(texts, passages, strict=True):
        by_text.setdefault(text, passage)
    assert len(set(by_text.values())) == len(by_text)


def test_differences_come_in_the_order_of_the_form() -> None:
    other = take(replace(FOX, prompt="A grey fox in the snow looks up", duration=10))
    prompt, length = request_differences([take(FOX), other])
    assert (prompt.name, prompt.texts) == ("Prompt", ("A red fox in …", "A grey fox in …"))
    assert (length.name, length.texts) == ("Length", ("5 s", "10 s"))


def test_images_are_named_by_their_files() -> None:
    framed = replace(FOX, start_frame=(LocalImage("/m/1.png", "dawn.png", "f" * 64),))
    way, start = request_differences([take(FOX), take(framed)])
    assert way.texts == ("Text", "Start frame")
    assert (start.name, start.texts) == ("Start frame", ("none", "dawn.png"))
