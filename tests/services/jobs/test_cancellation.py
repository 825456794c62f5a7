"""What was taken off the list can come back."""

import asyncio
import sqlite3
from dataclasses import replace
from decimal import Decimal

import pytest

from kling_desktop.domain.errors import LimitExceeded, UserError
from kling_desktop.domain.jobs.submission import Submission, row_keys
from kling_desktop.domain.spending.limits import PriceSettings, SpendingLimits
from kling_desktop.domain.spending.prices import DOLLARS, Cost
from tests.services.job_harness import FOX, Desk
from tests.support.job_submission import submit_all, submit_one, submit_paused, submit_takes


async def test_a_job_that_was_removed_comes_back_as_it_was_and_stays(desk: Desk) -> None:
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips, hold=5)
    await run.queue.pending.cancel(job.id)
    before = run.queue.jobs
    await run.queue.remove(job.id)
    assert run.queue.jobs == ()
    await run.queue.restore(before[0])
    assert run.queue.jobs == before
    again = await desk.reopen(run)
    assert again.queue.jobs == before


async def test_an_order_goes_on_although_its_place_in_line_can_t_be_kept(desk: Desk) -> None:
    run = desk.open()
    await submit_paused(run.queue, FOX, desk.clips)
    with sqlite3.connect(desk.database) as disk:
        disk.execute("CREATE TRIGGER full BEFORE INSERT ON line BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    disk.close()
    with pytest.raises(UserError, match="disk full"):
        await submit_one(run.queue, FOX, desk.clips, front=True)
    await run.finished()
    assert len(desk.world.creates) == 1


async def test_what_is_a_clip_or_goes_on_is_not_put_back(desk: Desk) -> None:
    run = desk.open()
    waiting = await submit_paused(run.queue, FOX, desk.clips)
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.done(job.id)
    done = run.job(job.id)
    shown = len(run.history[job.id])
    await run.queue.restore(done)
    await run.queue.restore(waiting)
    assert len(run.history[job.id]) == shown
    assert len(run.history[waiting.id]) == 1


async def test_a_row_whose_take_was_taken_back_and_put_back_is_not_ordered_twice(desk: Desk) -> None:
    run = desk.open()
    [keys] = row_keys([FOX])
    [job] = await submit_all(run.queue, [Submission(FOX, row_keys=keys)], desk.clips, hold=60)
    await run.queue.pending.cancel(job.id)
    assert await run.queue.find_submitted_rows(keys) == {}
    again = await run.queue.resubmit(job, is_paused=True)
    assert again
    [ordered] = (await run.queue.find_submitted_rows(keys)).values()
    assert (ordered.job_id, ordered.is_pending) == (again.id, True)
    with pytest.raises(UserError, match="was just submitted"):
        await submit_all(run.queue, [Submission(FOX, row_keys=keys)], desk.clips)


async def test_what_has_been_put_back_leaves_a_row_to_whoever_ordered_it_meanwhile(desk: Desk) -> None:
    run = desk.open()
    [keys] = row_keys([FOX])
    [job] = await submit_all(run.queue, [Submission(FOX, row_keys=keys)], desk.clips, hold=60)
    await run.queue.pending.cancel(job.id)
    [other] = await submit_all(run.queue, [Submission(FOX, row_keys=keys)], desk.clips, hold=60)
    await run.queue.resubmit(job, is_paused=True)
    [ordered] = (await run.queue.find_submitted_rows(keys)).values()
    assert ordered.job_id == other.id


async def test_what_was_ordered_from_the_form_that_a_job_was_taken_into_is_that_job_to_its_table(desk: Desk) -> None:
    run = desk.open()
    [keys] = row_keys([FOX])
    [job] = await submit_all(run.queue, [Submission(FOX, row_keys=keys)], desk.clips, hold=60)
    await run.queue.pending.cancel(job.id)
    await run.queue.remove(job.id)
    run = await desk.reopen(run)
    edited = replace(FOX, prompt="A fox in the rain", takes=2, replaces=job.id)
    first, second = await submit_takes(run.queue, edited, desk.clips, hold=60)
    [ordered] = (await run.queue.find_submitted_rows(keys)).values()
    assert (ordered.job_id, ordered.is_pending) == (first.id, True)
    assert first.draft == second.draft == replace(FOX, prompt="A fox in the rain")


async def test_a_job_that_was_taken_into_the_form_and_ordered_from_there_is_not_put_back_beside(desk: Desk) -> None:
    run = desk.open()
    told: list[str] = []
    run.queue.events.replaced.connect(told.append)
    job = await submit_one(run.queue, FOX, desk.clips, hold=60)
    await run.queue.pending.cancel(job.id)
    await run.queue.remove(job.id)
    anew = await submit_one(run.queue, replace(FOX, replaces=job.id), desk.clips)
    assert told == [job.id]
    assert await run.queue.resubmit(job) is None
    await run.done(anew.id)
    assert len(desk.world.creates) == 1


async def test_the_quicker_of_putting_back_and_ordering_from_the_form_has_the_place(desk: Desk) -> None:
    run = desk.open()
    [keys] = row_keys([FOX])
    [job] = await submit_all(run.queue, [Submission(FOX, row_keys=keys)], desk.clips, hold=60)
    await run.queue.pending.cancel(job.id)
    back, [ordered] = await asyncio.gather(
        run.queue.resubmit(job, is_paused=True),
        submit_takes(run.queue, replace(FOX, replaces=job.id), desk.clips, hold=60),
    )
    assert back
    [row] = (await run.queue.find_submitted_rows(keys)).values()
    assert row.job_id == back.id
    assert {one.id for one in run.queue.jobs} == {back.id, ordered.id}


async def test_a_cap_that_keeps_an_edited_order_leaves_the_way_back_open(desk: Desk) -> None:
    run = desk.open(terms=lambda: PriceSettings(SpendingLimits(day=Cost(Decimal("1"), DOLLARS))))
    job = await submit_one(run.queue, FOX, desk.clips, hold=60)
    await run.queue.pending.cancel(job.id)
    with pytest.raises(LimitExceeded):
        await submit_takes(run.queue, replace(FOX, takes=2, replaces=job.id), desk.clips)
    assert await run.queue.resubmit(job, is_paused=True)


async def test_another_accounts_order_from_the_same_form_leaves_the_row_alone(desk: Desk) -> None:
    run = desk.open()
    [keys] = row_keys([FOX])
    [job] = await submit_all(run.queue, [Submission(FOX, row_keys=keys)], desk.clips, hold=60)
    elsewhere = desk.open(base="http://another/api/rest")
    await submit_paused(elsewhere.queue, replace(FOX, replaces=job.id), desk.clips)
    [ordered] = (await run.queue.find_submitted_rows(keys)).values()
    assert ordered.job_id == job.id
