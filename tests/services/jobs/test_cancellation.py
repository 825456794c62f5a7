"""Removed and cancelled jobs can be restored."""

import asyncio
import sqlite3
from dataclasses import replace
from decimal import Decimal

import pytest

from kling_desktop.domain.errors import LimitExceeded, UserError
from kling_desktop.domain.jobs.submission import Submission, row_keys
from kling_desktop.domain.spending.limits import PriceSettings, SpendingLimits
from kling_desktop.domain.spending.prices import DOLLARS, Cost
from tests.services.job_harness import FOX, JobHarness
from tests.support.job_submission import submit_all, submit_one, submit_paused, submit_takes


async def test_a_removed_job_is_restored_as_it_was_and_stays(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips, hold=5)
    await run.queue.pending.cancel(job.id)
    before = run.queue.jobs
    await run.queue.remove(job.id)
    assert run.queue.jobs == ()
    await run.queue.restore(before[0])
    assert run.queue.jobs == before
    again = await harness.restart_app(run)
    assert again.queue.jobs == before


async def test_a_job_is_sent_although_its_position_can_not_be_saved(harness: JobHarness) -> None:
    run = harness.start_app()
    await submit_paused(run.queue, FOX, harness.clips)
    with sqlite3.connect(harness.database) as disk:
        disk.execute("CREATE TRIGGER full BEFORE INSERT ON line BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    disk.close()
    with pytest.raises(UserError, match="disk has space"):
        await submit_one(run.queue, FOX, harness.clips, front=True)
    await run.wait_until_idle()
    assert len(harness.world.creates) == 1


async def test_running_jobs_and_clips_are_not_restored(harness: JobHarness) -> None:
    run = harness.start_app()
    waiting = await submit_paused(run.queue, FOX, harness.clips)
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    done = run.job(job.id)
    shown = len(run.history[job.id])
    await run.queue.restore(done)
    await run.queue.restore(waiting)
    assert len(run.history[job.id]) == shown
    assert len(run.history[waiting.id]) == 1


async def test_a_row_whose_job_was_cancelled_and_resubmitted_is_not_sent_twice(harness: JobHarness) -> None:
    run = harness.start_app()
    [keys] = row_keys([FOX])
    [job] = await submit_all(run.queue, [Submission(FOX, row_keys=keys)], harness.clips, hold=60)
    await run.queue.pending.cancel(job.id)
    assert await run.queue.find_submitted_rows(keys) == {}
    again = await run.queue.resubmit(job, is_paused=True)
    assert again
    [ordered] = (await run.queue.find_submitted_rows(keys)).values()
    assert (ordered.job_id, ordered.is_pending) == (again.id, True)
    with pytest.raises(UserError, match="was just submitted"):
        await submit_all(run.queue, [Submission(FOX, row_keys=keys)], harness.clips)


async def test_a_resubmitted_job_leaves_its_row_to_whoever_submitted_it_meanwhile(harness: JobHarness) -> None:
    run = harness.start_app()
    [keys] = row_keys([FOX])
    [job] = await submit_all(run.queue, [Submission(FOX, row_keys=keys)], harness.clips, hold=60)
    await run.queue.pending.cancel(job.id)
    [other] = await submit_all(run.queue, [Submission(FOX, row_keys=keys)], harness.clips, hold=60)
    await run.queue.resubmit(job, is_paused=True)
    [ordered] = (await run.queue.find_submitted_rows(keys)).values()
    assert ordered.job_id == other.id


async def test_an_edited_job_counts_as_the_original_for_its_table(harness: JobHarness) -> None:
    run = harness.start_app()
    [keys] = row_keys([FOX])
    [job] = await submit_all(run.queue, [Submission(FOX, row_keys=keys)], harness.clips, hold=60)
    await run.queue.pending.cancel(job.id)
    await run.queue.remove(job.id)
    run = await harness.restart_app(run)
    edited = replace(FOX, prompt="A fox in the rain", takes=2, replaces=job.id)
    first, second = await submit_takes(run.queue, edited, harness.clips, hold=60)
    [ordered] = (await run.queue.find_submitted_rows(keys)).values()
    assert (ordered.job_id, ordered.is_pending) == (first.id, True)
    assert first.draft == second.draft == replace(FOX, prompt="A fox in the rain")


async def test_a_job_that_was_edited_and_submitted_is_not_resubmitted_as_well(harness: JobHarness) -> None:
    run = harness.start_app()
    told: list[str] = []
    run.queue.events.replaced.connect(told.append)
    job = await submit_one(run.queue, FOX, harness.clips, hold=60)
    await run.queue.pending.cancel(job.id)
    await run.queue.remove(job.id)
    anew = await submit_one(run.queue, replace(FOX, replaces=job.id), harness.clips)
    assert told == [job.id]
    assert await run.queue.resubmit(job) is None
    await run.wait_until_done(anew.id)
    assert len(harness.world.creates) == 1


async def test_the_quicker_of_resubmitting_and_the_form_replaces_a_job(harness: JobHarness) -> None:
    run = harness.start_app()
    [keys] = row_keys([FOX])
    [job] = await submit_all(run.queue, [Submission(FOX, row_keys=keys)], harness.clips, hold=60)
    await run.queue.pending.cancel(job.id)
    back, [ordered] = await asyncio.gather(
        run.queue.resubmit(job, is_paused=True),
        submit_takes(run.queue, replace(FOX, replaces=job.id), harness.clips, hold=60),
    )
    assert back
    [row] = (await run.queue.find_submitted_rows(keys)).values()
    assert row.job_id == back.id
    assert {one.id for one in run.queue.jobs} == {back.id, ordered.id}


async def test_an_edited_job_over_the_limit_can_still_be_put_back(harness: JobHarness) -> None:
    run = harness.start_app(price_settings=lambda: PriceSettings(SpendingLimits(day=Cost(Decimal("1"), DOLLARS))))
    job = await submit_one(run.queue, FOX, harness.clips, hold=60)
    await run.queue.pending.cancel(job.id)
    with pytest.raises(LimitExceeded):
        await submit_takes(run.queue, replace(FOX, takes=2, replaces=job.id), harness.clips)
    assert await run.queue.resubmit(job, is_paused=True)


async def test_a_submission_to_another_account_leaves_the_row_alone(harness: JobHarness) -> None:
    run = harness.start_app()
    [keys] = row_keys([FOX])
    [job] = await submit_all(run.queue, [Submission(FOX, row_keys=keys)], harness.clips, hold=60)
    elsewhere = harness.start_app(base="http://another/api/rest")
    await submit_paused(elsewhere.queue, replace(FOX, replaces=job.id), harness.clips)
    [ordered] = (await run.queue.find_submitted_rows(keys)).values()
    assert ordered.job_id == job.id
