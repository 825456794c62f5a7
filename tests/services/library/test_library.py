"""A finished job is a clip of the library: it survives a restart, and is reviewed, removed and restored."""

import asyncio
from dataclasses import replace

from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.clip_query import ClipQuery
from tests.services.job_harness import FOX, AppRun, JobHarness
from tests.support.job_submission import submit_one


async def make_a_clip(harness: JobHarness, run: AppRun) -> Clip:
    come: asyncio.Queue[Clip] = asyncio.Queue()

    def note(clips: tuple[Clip, ...]) -> None:
        come.put_nowait(clips[0])

    run.library.added.connect(note)
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    return await asyncio.wait_for(come.get(), 10)


async def clips_of(run: AppRun) -> list[Clip]:
    found = await run.library.find(ClipQuery())
    clips = await run.library.get_clips(found.numbers)
    assert list(found.timestamps) == [clip.created_at for clip in clips]
    return clips


async def test_a_finished_job_leaves_the_queue_and_is_a_clip_after_a_restart_too(harness: JobHarness) -> None:
    run = harness.start_app()
    clip = await make_a_clip(harness, run)
    assert (run.queue.jobs, clip.job) == ((), run.job(clip.id))
    assert clip.file.exists()
    again = await harness.restart_app(run)
    assert again.queue.jobs == ()
    assert await clips_of(again) == [clip]
    assert await again.library.find_by_video_id(clip.done.image) == clip
    assert await again.library.count() == 1


async def test_reviews_are_reported_and_saved(harness: JobHarness) -> None:
    run = harness.start_app()
    clip = await make_a_clip(harness, run)
    told: list[Clip] = []
    run.library.changed.connect(told.extend)
    liked = replace(clip, rating=4, flag=Flag.PICK, notes="the one \udcff", tags=("fox", "winter night"))
    await run.library.save(liked)
    assert told == [liked]
    [kept] = await clips_of(await harness.restart_app(run))
    assert (kept.rating, kept.flag, kept.notes, kept.tags) == (4, Flag.PICK, "the one ?", ("fox", "winter night"))


async def test_a_removed_clip_is_restored_as_it_was_and_stays(harness: JobHarness) -> None:
    run = harness.start_app()
    clip = replace(await make_a_clip(harness, run), rating=5, tags=("fox",))
    await run.library.save(clip)
    gone: list[Clip] = []
    run.library.removed.connect(gone.extend)
    await run.library.remove(clip)
    assert (gone, await clips_of(run), harness.states_on_disk()) == ([clip], [], {})
    assert clip.file.exists()
    await run.library.restore(clip)
    await run.library.restore(clip)
    again = await harness.restart_app(run)
    [back] = await clips_of(again)
    assert back == replace(clip, number=back.number)
    assert again.queue.jobs == ()
    assert len(harness.world.creates) == 1


async def test_the_clips_of_another_account_are_not_found(harness: JobHarness) -> None:
    run = harness.start_app()
    await make_a_clip(harness, run)
    elsewhere = harness.start_app(base="http://elsewhere/api/rest")
    assert await clips_of(elsewhere) == []
    assert await elsewhere.library.recent_for_learning() == []
