"""A finished job is a clip of the library: there after a restart, judged, taken away and brought back."""

import asyncio
from dataclasses import replace

from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.clip_query import ClipQuery
from tests.services.job_harness import FOX, Desk, Open
from tests.support.job_submission import submit_one


async def make_a_clip(desk: Desk, run: Open) -> Clip:
    come: asyncio.Queue[Clip] = asyncio.Queue()

    def note(clips: tuple[Clip, ...]) -> None:
        come.put_nowait(clips[0])

    run.library.added.connect(note)
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.done(job.id)
    return await asyncio.wait_for(come.get(), 10)


async def clips_of(run: Open) -> list[Clip]:
    found = await run.library.find(ClipQuery())
    clips = await run.library.get_clips(found.numbers)
    assert list(found.timestamps) == [clip.created_at for clip in clips]
    return clips


async def test_a_job_that_is_done_leaves_the_queue_and_is_a_clip_after_a_restart_too(desk: Desk) -> None:
    run = desk.open()
    clip = await make_a_clip(desk, run)
    assert (run.queue.jobs, clip.job) == ((), run.job(clip.id))
    assert clip.file.exists()
    again = await desk.reopen(run)
    assert again.queue.jobs == ()
    assert await clips_of(again) == [clip]
    assert await again.library.find_by_video_id(clip.done.image) == clip
    assert await again.library.count() == 1


async def test_what_the_user_thinks_of_a_clip_is_told_and_stays(desk: Desk) -> None:
    run = desk.open()
    clip = await make_a_clip(desk, run)
    told: list[Clip] = []
    run.library.changed.connect(told.extend)
    liked = replace(clip, rating=4, flag=Flag.PICK, notes="the one \udcff", tags=("fox", "winter night"))
    await run.library.save(liked)
    assert told == [liked]
    [kept] = await clips_of(await desk.reopen(run))
    assert (kept.rating, kept.flag, kept.notes, kept.tags) == (4, Flag.PICK, "the one ?", ("fox", "winter night"))


async def test_a_clip_that_was_removed_comes_back_as_it_was_and_stays(desk: Desk) -> None:
    run = desk.open()
    clip = replace(await make_a_clip(desk, run), rating=5, tags=("fox",))
    await run.library.save(clip)
    gone: list[Clip] = []
    run.library.removed.connect(gone.extend)
    await run.library.remove(clip)
    assert (gone, await clips_of(run), desk.on_disk()) == ([clip], [], {})
    assert clip.file.exists()
    await run.library.restore(clip)
    await run.library.restore(clip)
    again = await desk.reopen(run)
    [back] = await clips_of(again)
    assert back == replace(clip, number=back.number)
    assert again.queue.jobs == ()
    assert len(desk.world.creates) == 1


async def test_the_clips_of_another_account_are_not_found(desk: Desk) -> None:
    run = desk.open()
    await make_a_clip(desk, run)
    elsewhere = desk.open(base="http://elsewhere/api/rest")
    assert await clips_of(elsewhere) == []
    assert await elsewhere.library.recent_for_learning() == []
