"""A click that comes while the disk still takes note of something doesn't undo what is true already."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.services.job_harness import FOX, Desk, Open, comes
from tests.support.job_submission import submit_one

_LONG_ENOUGH = 0.05


@asynccontextmanager
async def disk_busy_after(desk: Desk, run: Open, job_id: str, state: str) -> AsyncIterator[None]:
    """From the moment the job is in that state, the next save takes until the body is over."""
    other = sqlite3.connect(desk.database, isolation_level=None)
    run.queue.events.changed.connect(lock := lambda job: job.state.name == state and other.execute("BEGIN IMMEDIATE"))
    try:
        await comes(lambda: other.in_transaction)
        run.queue.events.changed.disconnect(lock)
        await comes(lambda: run.queue.registry.lock(job_id).locked())
        yield
        other.execute("COMMIT")
    finally:
        other.close()


async def test_a_generation_that_is_just_being_attached_is_not_sent_again(desk: Desk) -> None:
    run = desk.open()
    desk.world.fail_next("drop_after")
    job = await submit_one(run.queue, FOX, desk.clips)
    async with disk_busy_after(desk, run, job.id, "unknown"):
        click = asyncio.ensure_future(run.queue.unknown.send_again(job.id))
        await asyncio.sleep(_LONG_ENOUGH)
    await click
    await run.done(job.id)
    assert len(desk.world.creates) == 1


async def test_a_clip_that_is_just_being_noted_as_done_is_not_forgotten(desk: Desk) -> None:
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    async with disk_busy_after(desk, run, job.id, "downloading"):
        click = asyncio.ensure_future(run.queue.active.forget(job.id))
        await asyncio.sleep(_LONG_ENOUGH)
    await click
    await run.done(job.id)


async def test_closing_while_an_order_is_noted_hears_its_answer(desk: Desk) -> None:
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    async with disk_busy_after(desk, run, job.id, "uploading"):
        closing = asyncio.ensure_future(run.close())
        await asyncio.sleep(_LONG_ENOUGH)
    await closing
    assert desk.on_disk()[job.id] == "generating"
    assert len(desk.world.creates) == 1
