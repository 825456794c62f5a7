"""A click during a slow save doesn't undo what has happened already."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.services.job_harness import FOX, AppRun, JobHarness, wait_until
from tests.support.job_submission import submit_one

_LONG_ENOUGH = 0.05


@asynccontextmanager
async def disk_busy_after(harness: JobHarness, run: AppRun, job_id: str, state: str) -> AsyncIterator[None]:
    """From the moment the job is in that state, the next save takes until the body is over."""
    other = sqlite3.connect(harness.database, isolation_level=None)
    run.queue.events.changed.connect(lock := lambda job: job.state.name == state and other.execute("BEGIN IMMEDIATE"))
    try:
        await wait_until(lambda: other.in_transaction)
        run.queue.events.changed.disconnect(lock)
        await wait_until(lambda: run.queue.registry.lock(job_id).locked())
        yield
        other.execute("COMMIT")
    finally:
        other.close()


async def test_a_generation_that_is_just_being_attached_is_not_sent_again(harness: JobHarness) -> None:
    run = harness.start_app()
    harness.world.fail_next("drop_after")
    job = await submit_one(run.queue, FOX, harness.clips)
    async with disk_busy_after(harness, run, job.id, "unknown"):
        click = asyncio.ensure_future(run.queue.unknown.send_again(job.id))
        await asyncio.sleep(_LONG_ENOUGH)
    await click
    await run.wait_until_done(job.id)
    assert len(harness.world.creates) == 1


async def test_a_clip_that_is_just_being_saved_is_not_forgotten(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    async with disk_busy_after(harness, run, job.id, "downloading"):
        click = asyncio.ensure_future(run.queue.active.forget(job.id))
        await asyncio.sleep(_LONG_ENOUGH)
    await click
    await run.wait_until_done(job.id)


async def test_closing_while_a_request_is_saved_waits_for_its_answer(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    async with disk_busy_after(harness, run, job.id, "uploading"):
        closing = asyncio.ensure_future(run.close())
        await asyncio.sleep(_LONG_ENOUGH)
    await closing
    assert harness.states_on_disk()[job.id] == "generating"
    assert len(harness.world.creates) == 1
