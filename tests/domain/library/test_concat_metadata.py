"""What a concatenated video says about its clips."""

from typing import Any

import pytest

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.concat_metadata import quote_prompts, read_concat_prompts, write_concat_clips
from kling_desktop.domain.request.draft import Draft


def test_the_clips_are_read_as_they_were_written() -> None:
    fox = Job("j1", "s", "p", "window", "/c", Draft(prompt="A fox\nin  the snow"), 0.0, Done("g1", "i1", "/c/a.mp4"))
    told = write_concat_clips([fox, fox])
    assert told[0] == {"job": "j1", "generation": "g1", "image": "i1", "prompt": "A fox\nin  the snow"}
    assert read_concat_prompts({"joined": told}) == ("A fox in the snow", "A fox in the snow")


@pytest.mark.parametrize("odd", [None, [], {}, {"joined": 3}, {"joined": [3, {"prompt": 4}, {}]}])
def test_invalid_metadata_names_no_clips(odd: Any) -> None:
    assert read_concat_prompts(odd) == ()


def test_some_prompts_are_quoted_and_the_others_counted() -> None:
    assert quote_prompts(["A fox"]) == "“A fox”"
    assert quote_prompts(["A fox", "A kite"]) == "“A fox” and “A kite”"
    assert quote_prompts(["A", "B", "C"]) == "“A”, “B” and “C”"
    assert quote_prompts(["A", "B", "C", "D", "E"]) == "“A”, “B”, “C” and 2 more"
    assert quote_prompts(["x" * 100]) == f"“{'x' * 39}…”"
