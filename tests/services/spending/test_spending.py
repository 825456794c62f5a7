"""The spending as the window sees it: kept up to date, and reported when it changes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from decimal import Decimal

import pytest

from kling_desktop.domain.jobs.job import DOLLARS, Cost
from kling_desktop.domain.jobs.submission import Submission
from kling_desktop.domain.spending.limits import Headroom, LimitPeriod, PriceSettings, SpendingLimits, start_of_day
from kling_desktop.services.spending.spending import SpendingTracker
from kling_desktop.store.database import open_connection
from kling_desktop.store.jobs.ledger import Ledger
from tests.services.job_harness import BASE, FOX, JobHarness
from tests.support.databases import open_test_database
from tests.support.job_submission import submit_all, submit_one, submit_paused

TEN = replace(FOX, duration=10)


class Watched:
    def __init__(self, spending: SpendingTracker) -> None:
        self.spending = spending
        self.told = 0
        spending.changed.connect(self.count)

    def count(self) -> None:
        self.told += 1


@pytest.fixture
async def watched(harness: JobHarness) -> AsyncIterator[Watched]:
    open_test_database(harness.database).close()

    def terms() -> PriceSettings:
        return PriceSettings(SpendingLimits(day=Cost(Decimal(10), DOLLARS)), day_start=start_of_day(harness.clock.now))

    with closing(open_connection(harness.database, read_only=True)) as connection:
        spending = SpendingTracker(Ledger(connection), terms, service=BASE, profile="default", run_name="run")
        yield Watched(spending)
        await spending.close()


async def test_the_real_cost_of_a_take_is_the_estimate_of_the_next(harness: JobHarness, watched: Watched) -> None:
    spending = watched.spending
    run = harness.start_app()
    assert str(spending.estimate_price(TEN)) == "$1.51"
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    await spending.refresh_now()
    assert spending.prices.source_of(FOX) == "What the last clip like this cost."
    assert str(spending.spent.day) == "$0.755"
    assert [(charge.amount, charge.is_estimate) for charge in await spending.list_charges()] == [
        (Cost(Decimal("0.755"), DOLLARS), False)
    ]


async def test_pending_jobs_count_towards_the_limit(harness: JobHarness, watched: Watched) -> None:
    run = harness.start_app()
    await submit_all(run.queue, [Submission(replace(TEN, takes=3))], harness.clips, is_paused=True)
    await watched.spending.refresh_now()
    assert (str(watched.spending.pending), str(watched.spending.spent.day)) == ("$4.53", "nothing")
    room = watched.spending.headroom_after([Cost(Decimal("3.02"), DOLLARS)])
    assert room == Headroom(Cost(Decimal("2.45"), DOLLARS), LimitPeriod.DAY)


async def test_many_changes_cause_one_refresh_and_no_change_is_not_reported(
    harness: JobHarness, watched: Watched
) -> None:
    run = harness.start_app()
    await submit_paused(run.queue, FOX, harness.clips)
    for _ in range(50):
        watched.spending.refresh()
    async with asyncio.timeout(5):
        while not watched.told:
            await asyncio.sleep(0)
    assert watched.told == 1
    await watched.spending.refresh_now()
    assert watched.told == 1


async def test_the_day_ends(harness: JobHarness, watched: Watched) -> None:
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    await watched.spending.refresh_now()
    assert watched.spending.spent.day
    harness.clock.now += 86_400.0
    await watched.spending.refresh_now()
    assert not watched.spending.spent.day
