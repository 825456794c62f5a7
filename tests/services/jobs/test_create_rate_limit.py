"""Orders keep to the account's limits, and to what the service asks for."""

import asyncio
from dataclasses import replace

from kling_desktop.services.jobs.create_rate_limit import CREATES_PER_MINUTE
from tests.services.job_harness import FOX, Desk
from tests.support.job_submission import submit_one, submit_paused


async def test_no_more_is_ordered_in_a_minute_than_the_account_may(desk: Desk) -> None:
    run = desk.open()
    run.queue.pending.set_slots(1000)
    times: list[float] = []
    desk.line.before_create = lambda: times.append(desk.time.now)
    jobs = [
        await submit_paused(run.queue, replace(FOX, prompt=f"{number}"), desk.clips)
        for number in range(CREATES_PER_MINUTE + 5)
    ]
    for job in jobs:
        await run.queue.pending.send_now(job.id)
    await asyncio.gather(*(run.until(job.id, "generating") for job in jobs))
    assert len(times) == CREATES_PER_MINUTE + 5
    assert all(later - first >= 60 for first, later in zip(times, times[CREATES_PER_MINUTE:], strict=False))


async def test_what_the_service_asks_one_order_to_wait_all_others_wait_too(desk: Desk) -> None:
    run = desk.open()
    times: list[float] = []
    desk.line.before_create = lambda: times.append(desk.time.now)
    desk.world.fail_next("create.rate_limit")
    jobs = [await submit_one(run.queue, replace(FOX, prompt=f"{number}"), desk.clips) for number in range(4)]
    await run.done(*(job.id for job in jobs))
    assert len(times) == 5
    assert times[1] - times[0] >= 2
    assert len(desk.world.creates) == 4
