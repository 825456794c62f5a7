"""A step that fails again and again is tried less and less often, whatever goes well in between."""

from itertools import pairwise

import httpx
import pytest

from kling_desktop.domain.jobs import job_states
from kling_desktop.services.poll_schedule import PollSchedule
from tests.services.job_harness import FOX, JobHarness
from tests.support.job_submission import submit_one

PAGE = {"content-type": "text/html"}


def waits(harness: JobHarness, end: str) -> list[float]:
    times = [moment for path, moment in harness.network.times if path.endswith(end)]
    return [later - earlier for earlier, later in pairwise(times)]


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [(200, b"<!doctype html><title>Sign in</title>", PAGE), (403, b"<Error/>", {}), (200, b"", {})],
    ids=["a page", "forbidden", "empty"],
)
@pytest.mark.parametrize("poll", [None, 1.0])
async def test_a_video_that_never_comes_is_asked_for_less_and_less_often(
    harness: JobHarness, poll: float | None, status: int, body: bytes, headers: dict[str, str]
) -> None:
    for _ in range(7):
        harness.network.instead.append((".mp4", httpx.Response(status, content=body, headers=headers)))
    run = harness.start_app(schedule=PollSchedule(poll))
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    unit, longest = (1.0, 60.0) if poll is None else (poll, 5 * poll)
    due = [min(longest, unit * 2**count) for count in range(1, 8)]
    assert waits(harness, ".mp4") == pytest.approx(due, abs=4)
    assert max(waits(harness, ".mp4")) <= longest
    assert len(harness.world.creates) == 1


async def test_a_request_that_does_not_get_through_is_tried_less_and_less_often(harness: JobHarness) -> None:
    harness.network.instead = [("/v2/generations", httpx.Response(429)) for _ in range(7)]
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    assert [round(wait) for wait in waits(harness, "/v2/generations")] == [2, 4, 8, 16, 32, 60, 60]


async def test_words_of_the_service_end_before_ours_begin(harness: JobHarness) -> None:
    run = harness.start_app()
    harness.network.instead = [("/v2/generations", httpx.Response(400, json={"detail": "no luck today"}))]
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_idle()
    state = run.job(job.id).state
    assert isinstance(state, job_states.Refused)
    assert state.message == "Leonardo refused the request: no luck today."
    assert state.vendor_message == "no luck today"
