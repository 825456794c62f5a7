"""Create requests keep to the account's rate limit, and wait as long as the service asks."""

import asyncio
from dataclasses import replace

from kling_desktop.services.jobs.create_rate_limit import CREATES_PER_MINUTE
from tests.services.job_harness import FOX, JobHarness
from tests.support.job_submission import submit_one, submit_paused


async def test_no_more_creates_a_minute_than_the_account_allows(harness: JobHarness) -> None:
    run = harness.start_app()
    run.queue.pending.set_slots(1000)
    times: list[float] = []
    harness.network.before_create = lambda: times.append(harness.clock.now)
    jobs = [
        await submit_paused(run.queue, replace(FOX, prompt=f"{number}"), harness.clips)
        for number in range(CREATES_PER_MINUTE + 5)
    ]
    for job in jobs:
        await run.queue.pending.send_now(job.id)
    await asyncio.gather(*(run.wait_for_state(job.id, "generating") for job in jobs))
    assert len(times) == CREATES_PER_MINUTE + 5
    assert all(later - first >= 60 for first, later in zip(times, times[CREATES_PER_MINUTE:], strict=False))


async def test_all_jobs_wait_when_the_service_asks_one_to_wait(harness: JobHarness) -> None:
    run = harness.start_app()
    times: list[float] = []
    harness.network.before_create = lambda: times.append(harness.clock.now)
    harness.world.fail_next("create.rate_limit")
    jobs = [await submit_one(run.queue, replace(FOX, prompt=f"{number}"), harness.clips) for number in range(4)]
    await run.wait_until_done(*(job.id for job in jobs))
    assert len(times) == 5
    assert times[1] - times[0] >= 2
    assert len(harness.world.creates) == 4
