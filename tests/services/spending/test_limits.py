"""Spending limits while jobs run: a job that would exceed one waits and says so."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from kling_desktop.domain.errors import LimitExceeded
from kling_desktop.domain.jobs.job import DOLLARS, Cost
from kling_desktop.domain.jobs.submission import Submission, row_keys, subset
from kling_desktop.domain.spending.limits import PriceSettings, SpendingLimits
from tests.services.job_harness import FOX, AppRun, JobHarness
from tests.support.job_submission import submit_all, submit_one, submit_takes


def terms(amount: str) -> Callable[[], PriceSettings]:
    return lambda: PriceSettings(SpendingLimits(day=Cost(Decimal(amount), DOLLARS)))


def open_capped(harness: JobHarness, amount: str) -> AppRun:
    return harness.start_app(price_settings=terms(amount))


async def test_takes_over_the_limit_are_not_submitted_without_consent(harness: JobHarness) -> None:
    run = open_capped(harness, "2")
    with pytest.raises(LimitExceeded, match="over your daily limit"):
        await submit_takes(run.queue, replace(FOX, takes=3), harness.clips)
    assert (run.queue.jobs, harness.count_calls("create")) == ((), 0)
    jobs = await submit_takes(run.queue, replace(FOX, takes=3), harness.clips, over_limit=True)
    await run.wait_until_done(*[job.id for job in jobs])
    assert harness.count_calls("create") == 3


async def test_a_job_that_would_exceed_the_limit_when_sent_waits_and_is_asked_about(harness: JobHarness) -> None:
    run = open_capped(harness, "1.6")
    asked: dict[str, str] = {}
    run.queue.events.limit_reached.connect(asked.__setitem__)
    jobs = await submit_all(run.queue, [Submission(replace(FOX, takes=3))], harness.clips, is_paused=True)
    for job in jobs:
        await run.queue.pending.send_now(job.id)
    await run.wait_until_idle()
    assert harness.count_calls("create") == 2
    [kept] = asked
    assert "over your daily limit of $1.60" in asked[kept]
    assert run.state(kept) == "waiting"
    assert run.queue.pending.is_paused(kept)
    assert run.job(kept).notice == asked[kept]
    await run.queue.pending.send_over_limit([kept])
    await run.wait_until_done(*[job.id for job in jobs])
    assert harness.count_calls("create") == 3


async def test_earlier_spending_counts_towards_the_limit_after_a_restart(harness: JobHarness) -> None:
    run = open_capped(harness, "1.6")
    done = [await submit_one(run.queue, FOX, harness.clips) for _ in range(2)]
    await run.wait_until_done(*[job.id for job in done])
    await run.close()
    again = open_capped(harness, "1.6")
    await again.queue.start()
    with pytest.raises(LimitExceeded):
        await submit_takes(again.queue, FOX, harness.clips)


async def test_a_refused_request_frees_its_part_of_the_limit(harness: JobHarness) -> None:
    run = open_capped(harness, "1")
    harness.world.fail_next("moderation")
    refused = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_idle()
    assert run.state(refused.id) == "refused"
    [job] = await submit_takes(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    with pytest.raises(LimitExceeded):
        await submit_takes(run.queue, FOX, harness.clips)


async def test_a_retry_that_would_exceed_the_limit_leaves_the_failed_job_in_place(harness: JobHarness) -> None:
    run = open_capped(harness, "1")
    harness.world.fail_next("moderation")
    refused = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_idle()
    spent = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(spent.id)
    again = Submission(FOX, replaces=run.job(refused.id))
    with pytest.raises(LimitExceeded):
        await submit_all(run.queue, [again], harness.clips)
    assert run.state(refused.id) == "refused"
    [job] = await submit_all(run.queue, [again], harness.clips, over_limit=True)
    assert refused.id not in [one.id for one in run.queue.jobs]
    await run.wait_until_done(job.id)


async def test_takes_within_the_limit_are_submitted_and_other_windows_count(
    harness: JobHarness,
) -> None:
    harness.clock.is_running = False
    run, other = open_capped(harness, "2.5"), open_capped(harness, "2.5")
    rows = [replace(FOX, prompt="a", takes=3), replace(FOX, prompt="b", duration=10), replace(FOX, prompt="c")]
    orders = [Submission(row, row_keys=keys) for row, keys in zip(rows, row_keys(rows), strict=True)]
    with pytest.raises(LimitExceeded) as over:
        await submit_all(run.queue, orders, harness.clips, hold=60)
    assert over.value.allowed_takes == (0, 1, 2)
    assert run.queue.jobs == ()
    await submit_one(other.queue, FOX, harness.clips, hold=60)
    with pytest.raises(LimitExceeded) as over_now:
        await submit_all(run.queue, subset(orders, over.value.allowed_takes), harness.clips, hold=60)
    assert over_now.value.allowed_takes == (0, 1)
    jobs = await submit_all(run.queue, subset(orders, over_now.value.allowed_takes), harness.clips, hold=60)
    assert [(job.draft.prompt, job.take, job.takes) for job in jobs] == [("a", 1, 2), ("a", 2, 2)]
    ordered = await run.queue.find_submitted_rows(key for order in orders for key in order.row_keys)
    assert list(ordered) == list(orders[0].row_keys[:2])


async def test_which_takes_fit_is_not_said_if_some_were_submitted_before(harness: JobHarness) -> None:
    run = open_capped(harness, "1")
    harness.world.fail_next("moderation")
    refused = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_idle()
    again = Submission(FOX, replaces=run.job(refused.id))
    await run.queue.remove(refused.id)
    with pytest.raises(LimitExceeded) as over:
        await submit_all(run.queue, [again, Submission(replace(FOX, takes=2))], harness.clips)
    assert over.value.allowed_takes == ()
