"""A refusal that every other job would meet stops the sending of all, once."""

from dataclasses import replace

import pytest

from kling_desktop.domain.errors import RefusalReason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.failure_catalog import REFUSALS
from kling_desktop.domain.request.draft import LocalImage
from tests.services.job_harness import FOX, Desk, picture
from tests.support.job_submission import submit_one

FAULTS = [
    ("no_credit", RefusalReason.CREDIT),
    ("create.unauthorized", RefusalReason.KEY),
    ("model_missing", RefusalReason.MODEL),
]


@pytest.mark.parametrize(("fault", "why"), FAULTS)
async def test_the_rest_waits_for_a_click_and_is_told_once(desk: Desk, fault: str, why: RefusalReason) -> None:
    desk.world.fail_next(fault)
    run = desk.open()
    jobs = [await submit_one(run.queue, replace(FOX, prompt=f"Take {n}"), desk.clips) for n in range(4)]
    await run.finished()
    # Which of them is sent first depends on how busy the disk is.
    jobs.sort(key=lambda job: run.state(job.id) != "refused")
    state = run.job(jobs[0].id).state
    assert isinstance(state, job_states.Refused)
    assert state.reason is why
    assert run.halted == [why]
    for job in jobs[1:]:
        assert run.queue.pending.is_paused(job.id)
        assert run.job(job.id).notice == REFUSALS[why].halts_queue_message
    assert desk.asked("create") == 1
    await run.queue.pending.send_now(jobs[1].id)
    await run.done(jobs[1].id)
    assert run.queue.pending.is_paused(jobs[2].id)
    await run.queue.pending.send_now(jobs[2].id)
    await run.queue.pending.send_now(jobs[3].id)
    await run.done(jobs[2].id, jobs[3].id)
    assert len(desk.world.creates) == 3


async def test_nothing_is_uploaded_while_sending_is_stopped(desk: Desk) -> None:
    desk.world.fail_next("no_credit")
    run = desk.open()
    await submit_one(run.queue, FOX, desk.clips)
    await run.finished()
    draft = replace(FOX, start_frame=(LocalImage(str(picture(desk.folder / "a.png"))),))
    job = await submit_one(run.queue, draft, desk.clips)
    await run.finished()
    assert run.queue.pending.is_paused(job.id)
    assert desk.asked("upload") == 0


async def test_what_is_at_the_service_already_goes_on(desk: Desk) -> None:
    run = desk.open()
    first = await submit_one(run.queue, FOX, desk.clips)
    await run.until(first.id, "generating")
    desk.world.fail_next("no_credit")
    second = await submit_one(run.queue, FOX, desk.clips)
    await run.done(first.id)
    assert run.state(second.id) == "refused"


@pytest.mark.parametrize("fault", ["moderation", "refuse_seed"])
async def test_a_refusal_of_one_request_stops_no_other(desk: Desk, fault: str) -> None:
    desk.world.fail_next(fault)
    run = desk.open()
    refused = await submit_one(run.queue, replace(FOX, seed=7), desk.clips)
    await run.until(refused.id, "refused")
    other = await submit_one(run.queue, FOX, desk.clips)
    await run.done(other.id)
    assert run.halted == []
    assert run.job(refused.id).generation == ""
    assert len(desk.world.creates) == 1
