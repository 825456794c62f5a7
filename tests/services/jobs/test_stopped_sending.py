"""A refusal that every other job would meet stops sending for all, once."""

from dataclasses import replace

import pytest

from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.failure_catalog import REFUSALS
from kling_desktop.domain.request.draft import LocalImage
from tests.services.job_harness import FOX, JobHarness, write_image
from tests.support.job_submission import submit_one

FAULTS = [
    ("no_credit", RefusalReason.CREDIT),
    ("create.unauthorized", RefusalReason.KEY),
    ("model_missing", RefusalReason.MODEL),
]


@pytest.mark.parametrize(("fault", "why"), FAULTS)
async def test_the_other_jobs_wait_for_a_click_and_the_reason_is_reported_once(
    harness: JobHarness, fault: str, why: RefusalReason
) -> None:
    harness.world.fail_next(fault)
    run = harness.start_app()
    jobs = [await submit_one(run.queue, replace(FOX, prompt=f"Take {n}"), harness.clips) for n in range(4)]
    await run.wait_until_idle()
    # Which of them is sent first depends on how busy the disk is.
    jobs.sort(key=lambda job: run.state(job.id) != "refused")
    state = run.job(jobs[0].id).state
    assert isinstance(state, job_states.Refused)
    assert state.reason is why
    assert run.stop_reasons == [why]
    for job in jobs[1:]:
        assert run.queue.pending.is_paused(job.id)
        assert run.job(job.id).notice == REFUSALS[why].halts_queue_message
    assert harness.count_calls("create") == 1
    await run.queue.pending.send_now(jobs[1].id)
    await run.wait_until_done(jobs[1].id)
    assert run.queue.pending.is_paused(jobs[2].id)
    await run.queue.pending.send_now(jobs[2].id)
    await run.queue.pending.send_now(jobs[3].id)
    await run.wait_until_done(jobs[2].id, jobs[3].id)
    assert len(harness.world.creates) == 3


async def test_nothing_is_uploaded_while_sending_is_stopped(harness: JobHarness) -> None:
    harness.world.fail_next("no_credit")
    run = harness.start_app()
    await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_idle()
    draft = replace(FOX, start_frame=(LocalImage(str(write_image(harness.folder / "a.png"))),))
    job = await submit_one(run.queue, draft, harness.clips)
    await run.wait_until_idle()
    assert run.queue.pending.is_paused(job.id)
    assert harness.count_calls("upload") == 0


async def test_active_jobs_go_on(harness: JobHarness) -> None:
    run = harness.start_app()
    first = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(first.id, "generating")
    harness.world.fail_next("no_credit")
    second = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(first.id)
    assert run.state(second.id) == "refused"


@pytest.mark.parametrize("fault", ["moderation", "refuse_seed"])
async def test_a_refusal_of_one_request_stops_no_other(harness: JobHarness, fault: str) -> None:
    harness.world.fail_next(fault)
    run = harness.start_app()
    refused = await submit_one(run.queue, replace(FOX, seed=7), harness.clips)
    await run.wait_for_state(refused.id, "refused")
    other = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(other.id)
    assert run.stop_reasons == []
    assert run.job(refused.id).generation == ""
    assert len(harness.world.creates) == 1
