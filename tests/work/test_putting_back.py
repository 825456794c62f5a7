"""What was taken off the list can come back."""

import sqlite3

import pytest

from kling_desktop.domain.errors import NotUsable
from kling_desktop.domain.order import Order, keys_of
from tests.work.desk import FOX, Desk


async def test_a_job_that_was_removed_comes_back_as_it_was_and_stays(desk: Desk) -> None:
    run = desk.open()
    job = await run.queue.add(FOX, desk.clips, hold=5)
    await run.queue.unsent.cancel(job.id)
    before = run.queue.jobs
    await run.queue.remove(job.id)
    assert run.queue.jobs == ()
    await run.queue.put_back(before[0])
    assert run.queue.jobs == before
    again = await desk.reopen(run)
    assert again.queue.jobs == before


async def test_an_order_goes_on_although_its_place_in_line_can_t_be_kept(desk: Desk) -> None:
    run = desk.open()
    await run.queue.save(FOX, desk.clips)
    with sqlite3.connect(desk.database) as disk:
        disk.execute("CREATE TRIGGER full BEFORE INSERT ON line BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    disk.close()
    with pytest.raises(NotUsable, match="disk full"):
        await run.queue.add(FOX, desk.clips, front=True)
    await run.finished()
    assert len(desk.world.creates) == 1


async def test_what_is_a_clip_or_goes_on_is_not_put_back(desk: Desk) -> None:
    run = desk.open()
    waiting = await run.queue.save(FOX, desk.clips)
    job = await run.queue.add(FOX, desk.clips)
    await run.done(job.id)
    done = run.job(job.id)
    shown = len(run.history[job.id])
    await run.queue.put_back(done)
    await run.queue.put_back(waiting)
    assert len(run.history[job.id]) == shown
    assert len(run.history[waiting.id]) == 1


async def test_a_row_whose_take_was_taken_back_and_put_back_is_not_ordered_twice(desk: Desk) -> None:
    run = desk.open()
    [keys] = keys_of([FOX])
    [job] = await run.queue.order_all([Order(FOX, keys=keys)], desk.clips, hold=60)
    await run.queue.unsent.cancel(job.id)
    assert await run.queue.ordered(keys) == {}
    again = await run.queue.unsent.again(job, waits=True)
    [ordered] = (await run.queue.ordered(keys)).values()
    assert (ordered.job, ordered.is_waiting) == (again.id, True)
    with pytest.raises(NotUsable, match="has just been ordered"):
        await run.queue.order_all([Order(FOX, keys=keys)], desk.clips)


async def test_what_has_been_put_back_leaves_a_row_to_whoever_ordered_it_meanwhile(desk: Desk) -> None:
    run = desk.open()
    [keys] = keys_of([FOX])
    [job] = await run.queue.order_all([Order(FOX, keys=keys)], desk.clips, hold=60)
    await run.queue.unsent.cancel(job.id)
    [other] = await run.queue.order_all([Order(FOX, keys=keys)], desk.clips, hold=60)
    await run.queue.unsent.again(job, waits=True)
    [ordered] = (await run.queue.ordered(keys)).values()
    assert ordered.job == other.id
