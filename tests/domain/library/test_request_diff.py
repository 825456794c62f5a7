"""What tells takes apart."""

from dataclasses import replace

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.library.request_diff import Difference, changed_words, request_differences
from kling_desktop.domain.request.draft import Draft, LocalImage

FOX = Draft(prompt="A red fox in the snow looks up")


def take(draft: Draft, seed: int | None = None) -> Job:
    return Job("j", "s", "p", "window", "/clips", draft, 0.0, job_states.Done("g", "i", "/clips/a.mp4"), seed=seed)


def test_takes_of_the_same_request_differ_in_their_seeds_alone() -> None:
    assert request_differences([take(FOX, 1), take(FOX, 2)]) == (Difference("Seed", ("1", "2")),)
    assert request_differences([take(FOX, 1), take(FOX, 1)]) == ()


def test_only_the_words_that_differ_are_told() -> None:
    assert changed_words("A red fox in the snow looks up", "A grey fox in the snow looks away") == (
        "red … up",
        "grey … away",
    )
    assert changed_words("A fox", "A fox at night") == ("–", "at night")
    other = take(replace(FOX, prompt="A grey fox in the snow looks up", duration=10))
    assert request_differences([take(FOX), other]) == (
        Difference("Prompt", ("red", "grey")),
        Difference("Length", ("5 s", "10 s")),
    )


def test_four_takes_are_told_apart_from_the_first() -> None:
    grey = take(replace(FOX, prompt="A grey fox in the snow looks up"))
    [prompt] = request_differences([take(FOX), grey, take(FOX), grey])
    assert prompt.values == ("the first", "grey", "as the first", "grey")


def test_pictures_are_told_by_their_names() -> None:
    framed = replace(FOX, start_frame=(LocalImage("/m/1.png", "dawn.png", "f" * 64),))
    way, start = request_differences([take(FOX), take(framed)])
    assert way.values == ("Text", "Start frame")
    assert start == Difference("Start frame", ("none", "dawn.png"))
