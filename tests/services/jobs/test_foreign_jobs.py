"""What another program does with the same account shows up here."""

from dataclasses import replace

from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.request.draft import LocalImage
from tests.services.job_harness import FOX, AppRun, JobHarness, wait_until, write_image
from tests.support.job_submission import submit_one, submit_paused

_LOOKS = 12


def brought(run: AppRun) -> list[str]:
    """The jobs of the clips that come to the library from now on."""
    ids: list[str] = []

    def note(clips: tuple[Clip, ...]) -> None:
        ids.extend(clip.id for clip in clips)

    run.library.added.connect(note)
    return ids


async def some_looks(harness: JobHarness) -> None:
    """As long as it takes to look several times, by the harness's clock."""
    until = harness.clock.now + 2.0 * _LOOKS
    while harness.clock.now < until:
        await harness.clock.sleep(1.0)


async def test_a_foreign_job_is_reported_until_it_is_a_clip(harness: JobHarness) -> None:
    window, render = harness.start_app(), harness.start_app(submitted_from="render")
    clips = brought(window)
    harness.clock.is_running = False
    job = await submit_one(render.queue, FOX, harness.clips, hold=10)
    await window.queue.watch_foreign_jobs()
    await window.wait_for_state(job.id, "held")
    assert window.queue.is_foreign(job.id)
    assert not await window.queue.pending.cancel(job.id)
    harness.clock.is_running = True
    await render.wait_until_done(job.id)
    await window.wait_for_state(job.id, "done")
    await wait_until(lambda: bool(clips))
    await some_looks(harness)
    assert (clips, window.queue.jobs) == ([job.id], ())
    assert len(harness.world.creates) == 1


async def test_a_job_that_started_and_finished_between_two_checks_is_not_missed(harness: JobHarness) -> None:
    window, render = harness.start_app(), harness.start_app(submitted_from="render")
    before = await submit_one(render.queue, FOX, harness.clips)
    await render.wait_until_done(before.id)
    clips = brought(window)
    await window.queue.watch_foreign_jobs()
    await some_looks(harness)
    jobs = [await submit_one(render.queue, FOX, harness.clips) for _ in range(3)]
    await render.wait_until_done(*(job.id for job in jobs))
    await wait_until(lambda: len(clips) >= len(jobs))
    await some_looks(harness)
    assert sorted(clips) == sorted(job.id for job in jobs), "and what was there before is no news"


async def test_own_jobs_are_reported_once(harness: JobHarness) -> None:
    run = harness.start_app()
    clips = brought(run)
    await run.queue.watch_foreign_jobs()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    await some_looks(harness)
    clip = await run.library.get_clip(job.id)
    assert clip
    await run.library.save(replace(clip, rating=4))
    await run.library.remove(clip)
    await some_looks(harness)
    await run.library.restore(clip)
    await some_looks(harness)
    assert clips == [job.id, job.id]
    assert run.history[job.id].count("done") == 1


async def test_a_job_that_another_program_removed_disappears(harness: JobHarness) -> None:
    window, other = harness.start_app(), harness.start_app(submitted_from="render")
    removed: list[str] = []
    window.queue.events.removed.connect(removed.append)
    harness.clock.is_running = False
    job = await submit_one(other.queue, FOX, harness.clips, hold=10)
    await window.queue.watch_foreign_jobs()
    await window.wait_for_state(job.id, "held")
    await other.queue.pending.cancel(job.id)
    harness.clock.is_running = True
    await window.wait_for_state(job.id, "cancelled")
    await other.queue.remove(job.id)
    await wait_until(lambda: not window.queue.jobs)
    assert removed == [job.id]


async def test_another_profiles_jobs_and_clips_are_not_shown(harness: JobHarness) -> None:
    window, other = harness.start_app(), harness.start_app(profile="second")
    clips = brought(window)
    await window.queue.watch_foreign_jobs()
    job = await submit_one(other.queue, FOX, harness.clips)
    await other.wait_until_done(job.id)
    await some_looks(harness)
    assert (clips, window.history) == ([], {})


async def test_orphaned_jobs_are_reported_and_recovered_with_a_click(harness: JobHarness) -> None:
    window, render = harness.start_app(), harness.start_app(submitted_from="render")
    left: list[int] = []
    window.queue.events.orphaned.connect(left.append)
    await window.queue.watch_foreign_jobs()
    harness.network.uploads_released.clear()
    framed = replace(FOX, start_frame=(LocalImage(str(write_image(harness.folder / "start.png"))),))
    own = await submit_one(window.queue, framed, harness.clips)
    await window.wait_for_state(own.id, "uploading")
    harness.clock.is_running = False
    sent = await submit_one(render.queue, FOX, harness.clips)
    await render.wait_for_state(sent.id, "generating")
    unsent = await submit_paused(render.queue, FOX, harness.clips)
    await render.close()
    harness.clock.is_running = True
    await wait_until(lambda: left == [2])
    assert window.queue.is_foreign(unsent.id)
    await window.queue.recover()
    assert not window.queue.is_foreign(unsent.id)
    assert window.state(own.id) == "uploading", "what is carried here already goes on as it was"
    harness.network.uploads_released.set()
    await window.wait_until_done(sent.id, own.id)
    assert window.queue.pending.is_paused(unsent.id)
    await wait_until(lambda: left == [2, 0])
    assert len(harness.world.creates) == 2
