"""A job goes on after the app was closed, whatever its state was."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.store.jobs.process_lock import ProcessLock
from tests.services.job_harness import FOX, AppRun, JobHarness, wait_until, write_image
from tests.support.job_submission import submit_one, submit_paused


def closes_at(run: AppRun, state: str) -> Callable[[], bool]:
    """Close the app the moment a job comes into that state; says whether that has happened."""
    closings: list[asyncio.Task[None]] = []

    def look(job: Job) -> None:
        if job.state.name == state and not closings:
            closings.append(asyncio.ensure_future(run.close()))

    run.queue.events.changed.connect(look)
    run.history["listener"] = [look]  # type: ignore[list-item]
    return lambda: bool(closings) and closings[0].done()


@pytest.mark.parametrize("state", ["sending", "generating", "made", "downloading"])
async def test_sent_jobs_go_on_by_themselves(harness: JobHarness, state: str) -> None:
    run = harness.start_app()
    closed = closes_at(run, state)
    job = await submit_one(run.queue, FOX, harness.clips)
    await wait_until(closed)
    again = harness.start_app()
    assert await again.queue.start() == [job.id]
    await again.wait_until_done(job.id)
    assert len(harness.world.creates) == 1
    assert len(list(Path(harness.clips).glob("*.mp4"))) == 1


@pytest.mark.parametrize("state", ["waiting", "held", "uploading"])
async def test_pending_jobs_wait_for_a_click(harness: JobHarness, state: str) -> None:
    run = harness.start_app()
    closed = closes_at(run, state)
    draft = replace(FOX, start_frame=(LocalImage(str(write_image(harness.folder / "a.png"))),))
    job = await submit_one(run.queue, draft, harness.clips, hold=3 if state == "held" else 0)
    await wait_until(closed)
    again = harness.start_app()
    await again.queue.start()
    await again.wait_until_idle()
    assert again.queue.pending.is_paused(job.id)
    assert again.state(job.id) == "waiting" == harness.states_on_disk()[job.id]
    assert harness.world.creates == []
    await again.queue.pending.send_now(job.id)
    await again.wait_until_done(job.id)


@pytest.mark.parametrize(("fault", "ends"), [("drop_after", "done"), ("drop_before", "unknown")])
async def test_an_unknown_outcome_is_reconciled_again(harness: JobHarness, fault: str, ends: str) -> None:
    harness.world.fail_next(fault)
    run = harness.start_app()
    closed = closes_at(run, "unknown")
    job = await submit_one(run.queue, FOX, harness.clips)
    await wait_until(closed)
    again = harness.start_app()
    await again.queue.start()
    await again.wait_until_idle()
    assert again.state(job.id) == ends
    assert harness.count_calls("create") == 1


@pytest.mark.parametrize("made", [True, False])
async def test_an_app_that_closed_before_the_answer_reconciles(harness: JobHarness, made: bool) -> None:
    """The answer doesn't come within the grace that closing gives."""
    run = harness.start_app()
    if made:
        harness.network.answers_released.clear()
    else:
        harness.world.fail_next("create.slow")
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(job.id, "sending")
    if made:
        await wait_until(lambda: bool(harness.world.creates))
    await run.close(grace=0.05)
    assert harness.states_on_disk()[job.id] == "sending"
    harness.network.answers_released.set()
    again = harness.start_app()
    await again.queue.start()
    await again.wait_for_state(job.id, "unknown")
    await again.wait_until_idle()
    assert again.state(job.id) == ("done" if made else "unknown")
    assert len(harness.world.creates) == int(made)


async def test_closing_waits_for_an_answer_that_is_on_its_way(harness: JobHarness) -> None:
    run = harness.start_app()
    harness.network.answers_released.clear()
    job = await submit_one(run.queue, FOX, harness.clips)
    waits = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(job.id, "sending")
    closing = asyncio.ensure_future(run.close())
    await asyncio.sleep(0.02)
    harness.network.answers_released.set()
    await closing
    assert harness.states_on_disk()[job.id] == "generating"
    assert harness.states_on_disk()[waits.id] in ("waiting", "uploading")
    assert len(harness.world.creates) == 1


async def test_a_clip_that_was_saved_but_not_recorded_is_not_downloaded_again(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    [done] = await run.wait_until_done(job.id)
    downloading = job_states.Downloading(done.generation, done.image, "http://sandbox/gone.mp4")
    run.store.save(replace(run.job(job.id), state=downloading))
    again = await harness.restart_app(run)
    [same] = await again.wait_until_done(job.id)
    assert same.file == done.file
    assert harness.count_calls("video") == 1


async def test_a_damaged_clip_that_was_not_recorded_is_downloaded_again(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    [done] = await run.wait_until_done(job.id)
    file = Path(done.file)
    file.write_bytes(file.read_bytes()[:2000])
    video = next(one.path for one in harness.world.requests if one.call == "video")
    downloading = job_states.Downloading(done.generation, done.image, f"http://sandbox{video}")
    run.store.save(replace(run.job(job.id), state=downloading))
    again = await harness.restart_app(run)
    [other] = await again.wait_until_done(job.id)
    assert other.file != done.file


async def test_two_processes_never_run_the_same_job(harness: JobHarness) -> None:
    first, second = harness.start_app(), harness.start_app()
    harness.clock.is_running = False
    job = await submit_one(first.queue, FOX, harness.clips)
    await first.wait_for_state(job.id, "generating")
    assert await second.queue.start() == []
    assert second.queue.is_foreign(job.id)
    assert not first.queue.is_foreign(job.id)
    assert not await second.queue.pending.cancel(job.id)
    await second.queue.active.forget(job.id)
    harness.clock.is_running = True
    await first.wait_until_done(job.id)
    assert len(harness.world.creates) == 1


async def test_a_closed_process_lock_is_free_whichever_thread_took_it(tmp_path: Path) -> None:
    first, other = await asyncio.to_thread(ProcessLock, tmp_path), ProcessLock(tmp_path)
    assert other.is_alive(first.name)
    first.close()
    assert not other.is_alive(first.name)
    other.close()


async def test_orphaned_jobs_are_taken_over_once(harness: JobHarness) -> None:
    first = harness.start_app()
    harness.clock.is_running = False
    job = await submit_one(first.queue, FOX, harness.clips)
    await first.wait_for_state(job.id, "generating")
    await first.close()
    harness.clock.is_running = True
    others = [harness.start_app() for _ in range(3)]
    taken = await asyncio.gather(*(other.queue.start() for other in others))
    assert sorted(map(len, taken)) == [0, 0, 1]
    await asyncio.gather(*(other.wait_until_idle() for other in others))
    assert harness.states_on_disk()[job.id] == "done"


async def test_the_window_takes_over_the_paid_jobs_of_a_killed_render(harness: JobHarness) -> None:
    render = harness.start_app(submitted_from="render")
    harness.clock.is_running = False
    job = await submit_one(render.queue, FOX, harness.clips)
    await render.wait_for_state(job.id, "generating")
    harness.clock.is_running = True
    window = await harness.restart_app(render)
    await window.wait_until_done(job.id)


async def test_a_job_goes_on_only_at_its_own_service_and_for_its_own_origin(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_paused(run.queue, FOX, harness.clips)
    await run.close()
    elsewhere, render = harness.start_app(base="http://other/api/rest"), harness.start_app(submitted_from="render")
    assert await elsewhere.queue.start() == []
    assert elsewhere.queue.jobs == ()
    assert await render.queue.start({"render"}, send_pending=True) == []
    assert await render.queue.start({"render", "window"}, send_pending=True) == [job.id]
    await render.wait_until_done(job.id)


async def test_nothing_goes_on_after_closing(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(job.id, "generating")
    await run.close()
    asked = len(harness.world.requests)
    await asyncio.sleep(0.05)
    assert len(harness.world.requests) == asked
