"""A job goes on after the app was closed, in whatever state it was."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.request.draft import LocalImage
from kling_desktop.store.jobs.process_lock import ProcessLock
from tests.services.job_harness import FOX, Desk, Open, comes, picture
from tests.support.job_submission import submit_one, submit_paused


def closes_at(run: Open, state: str) -> Callable[[], bool]:
    """Close the app the moment a job comes into that state; says whether that has happened."""
    closings: list[asyncio.Task[None]] = []

    def look(job: Job) -> None:
        if job.state.name == state and not closings:
            closings.append(asyncio.ensure_future(run.close()))

    run.queue.events.changed.connect(look)
    run.history["listener"] = [look]  # type: ignore[list-item]
    return lambda: bool(closings) and closings[0].done()


@pytest.mark.parametrize("state", ["sending", "generating", "made", "downloading"])
async def test_what_was_sent_goes_on_by_itself(desk: Desk, state: str) -> None:
    run = desk.open()
    closed = closes_at(run, state)
    job = await submit_one(run.queue, FOX, desk.clips)
    await comes(closed)
    again = desk.open()
    assert await again.queue.start() == [job.id]
    await again.done(job.id)
    assert len(desk.world.creates) == 1
    assert len(list(Path(desk.clips).glob("*.mp4"))) == 1


@pytest.mark.parametrize("state", ["waiting", "held", "uploading"])
async def test_what_was_not_sent_waits_for_a_click(desk: Desk, state: str) -> None:
    run = desk.open()
    closed = closes_at(run, state)
    draft = replace(FOX, start_frame=(LocalImage(str(picture(desk.folder / "a.png"))),))
    job = await submit_one(run.queue, draft, desk.clips, hold=3 if state == "held" else 0)
    await comes(closed)
    again = desk.open()
    await again.queue.start()
    await again.finished()
    assert again.queue.pending.is_paused(job.id)
    assert again.state(job.id) == "waiting" == desk.on_disk()[job.id]
    assert desk.world.creates == []
    await again.queue.pending.send_now(job.id)
    await again.done(job.id)


@pytest.mark.parametrize(("fault", "ends"), [("drop_after", "done"), ("drop_before", "unknown")])
async def test_one_of_unknown_outcome_is_looked_for_again(desk: Desk, fault: str, ends: str) -> None:
    desk.world.fail_next(fault)
    run = desk.open()
    closed = closes_at(run, "unknown")
    job = await submit_one(run.queue, FOX, desk.clips)
    await comes(closed)
    again = desk.open()
    await again.queue.start()
    await again.finished()
    assert again.state(job.id) == ends
    assert desk.asked("create") == 1


@pytest.mark.parametrize("made", [True, False])
async def test_one_closed_before_its_answer_came_is_looked_for(desk: Desk, made: bool) -> None:
    """The answer doesn't come within the grace that closing gives."""
    run = desk.open()
    if made:
        desk.line.answers.clear()
    else:
        desk.world.fail_next("create.slow")
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.until(job.id, "sending")
    if made:
        await comes(lambda: bool(desk.world.creates))
    await run.close(grace=0.05)
    assert desk.on_disk()[job.id] == "sending"
    desk.line.answers.set()
    again = desk.open()
    await again.queue.start()
    await again.until(job.id, "unknown")
    await again.finished()
    assert again.state(job.id) == ("done" if made else "unknown")
    assert len(desk.world.creates) == int(made)


async def test_closing_hears_an_answer_that_is_on_its_way(desk: Desk) -> None:
    run = desk.open()
    desk.line.answers.clear()
    job = await submit_one(run.queue, FOX, desk.clips)
    waits = await submit_one(run.queue, FOX, desk.clips)
    await run.until(job.id, "sending")
    closing = asyncio.ensure_future(run.close())
    await asyncio.sleep(0.02)
    desk.line.answers.set()
    await closing
    assert desk.on_disk()[job.id] == "generating"
    assert desk.on_disk()[waits.id] in ("waiting", "uploading")
    assert len(desk.world.creates) == 1


async def test_a_clip_that_landed_before_it_was_noted_is_not_fetched_again(desk: Desk) -> None:
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    [done] = await run.done(job.id)
    downloading = job_states.Downloading(done.generation, done.image, "http://sandbox/gone.mp4")
    run.store.save(replace(run.job(job.id), state=downloading))
    again = await desk.reopen(run)
    [same] = await again.done(job.id)
    assert same.file == done.file
    assert desk.asked("video") == 1


async def test_a_clip_that_was_damaged_before_it_was_noted_is_fetched_again(desk: Desk) -> None:
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    [done] = await run.done(job.id)
    file = Path(done.file)
    file.write_bytes(file.read_bytes()[:2000])
    video = next(one.path for one in desk.world.requests if one.call == "video")
    downloading = job_states.Downloading(done.generation, done.image, f"http://sandbox{video}")
    run.store.save(replace(run.job(job.id), state=downloading))
    again = await desk.reopen(run)
    [other] = await again.done(job.id)
    assert other.file != done.file


async def test_two_programs_never_carry_the_same_job(desk: Desk) -> None:
    first, second = desk.open(), desk.open()
    desk.time.runs = False
    job = await submit_one(first.queue, FOX, desk.clips)
    await first.until(job.id, "generating")
    assert await second.queue.start() == []
    assert second.queue.is_foreign(job.id)
    assert not first.queue.is_foreign(job.id)
    assert not await second.queue.pending.cancel(job.id)
    await second.queue.active.forget(job.id)
    desk.time.runs = True
    await first.done(job.id)
    assert len(desk.world.creates) == 1


async def test_what_a_closed_window_left_is_free_whichever_thread_took_it(tmp_path: Path) -> None:
    first, other = await asyncio.to_thread(ProcessLock, tmp_path), ProcessLock(tmp_path)
    assert other.is_alive(first.name)
    first.close()
    assert not other.is_alive(first.name)
    other.close()


async def test_what_a_dead_program_left_is_taken_over_once(desk: Desk) -> None:
    first = desk.open()
    desk.time.runs = False
    job = await submit_one(first.queue, FOX, desk.clips)
    await first.until(job.id, "generating")
    await first.close()
    desk.time.runs = True
    others = [desk.open() for _ in range(3)]
    taken = await asyncio.gather(*(other.queue.start() for other in others))
    assert sorted(map(len, taken)) == [0, 0, 1]
    await asyncio.gather(*(other.finished() for other in others))
    assert desk.on_disk()[job.id] == "done"


async def test_the_window_takes_over_what_a_killed_render_has_paid_for(desk: Desk) -> None:
    render = desk.open(origin="render")
    desk.time.runs = False
    job = await submit_one(render.queue, FOX, desk.clips)
    await render.until(job.id, "generating")
    desk.time.runs = True
    window = await desk.reopen(render)
    await window.done(job.id)


async def test_a_job_goes_on_only_at_its_own_service_and_for_its_own_kind(desk: Desk) -> None:
    run = desk.open()
    job = await submit_paused(run.queue, FOX, desk.clips)
    await run.close()
    elsewhere, render = desk.open(base="http://other/api/rest"), desk.open(origin="render")
    assert await elsewhere.queue.start() == []
    assert elsewhere.queue.jobs == ()
    assert await render.queue.start({"render"}, send_pending=True) == []
    assert await render.queue.start({"render", "window"}, send_pending=True) == [job.id]
    await render.done(job.id)


async def test_nothing_goes_on_after_closing(desk: Desk) -> None:
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.until(job.id, "generating")
    await run.close()
    asked = len(desk.world.requests)
    await asyncio.sleep(0.05)
    assert len(desk.world.requests) == asked
