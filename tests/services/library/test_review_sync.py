"""Reviews outlive the database."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

from kling_desktop.domain.library.clip import Flag
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.services.library.check import LibraryCheck
from kling_desktop.services.library.review_sync import ReviewFileSync
from kling_desktop.store.library.review_file import FILE_NAME, read_reviews
from tests.services.job_harness import BASE, JobHarness, wait_until
from tests.services.library.test_library import make_a_clip


async def test_reviews_are_restored_with_the_clips_when_the_database_is_lost(harness: JobHarness) -> None:
    run = harness.start_app()
    clip = await make_a_clip(harness, run)
    content = clip.file.read_bytes()
    cataloguing = ReviewFileSync(run.library)
    await run.library.save(replace(clip, rating=4, flag=Flag.PICK, notes="the one", tags=("fox", "winter")))
    await cataloguing.close()
    assert clip.file.read_bytes() == content  # it is known by that
    await run.close()
    for file in harness.folder.glob("kling.db*"):
        file.unlink()
    shutil.rmtree(harness.folder / "posters")
    again = harness.start_app()
    fresh = ReviewFileSync(again.library)
    checking = LibraryCheck(again.library, harness.folder / "posters", (BASE, "default"), lambda: [Path(harness.clips)])
    other = await make_a_clip(harness, again)  # the new library tells of its own, and leaves what is told
    await again.library.save(replace(other, rating=2))
    await fresh.close()
    await checking.add_clips((await checking.check()).unregistered)
    back = {one.id: one for one in await again.library.get_clips((await again.library.find(ClipQuery())).numbers)}
    kept = back[clip.id]
    assert (kept.rating, kept.flag, kept.notes, kept.tags) == (4, Flag.PICK, "the one", ("fox", "winter"))
    assert back[other.id].rating == 2
    await checking.close()


async def test_many_reviews_are_written_once_after_a_pause(harness: JobHarness) -> None:
    run = harness.start_app()
    clip = await make_a_clip(harness, run)
    rested, rests = asyncio.Event(), 0

    async def rest(_seconds: float) -> None:
        nonlocal rests
        rests += 1
        await rested.wait()

    cataloguing = ReviewFileSync(run.library, sleep=rest)
    for stars in (1, 2, 3):
        await run.library.save(replace(clip, rating=stars))
    assert (rests, (Path(harness.clips) / FILE_NAME).exists()) == (1, False)
    rested.set()
    await wait_until(lambda: bool(read_reviews(Path(harness.clips))))
    assert [one.rating for one in read_reviews(Path(harness.clips))] == [3]
    await run.library.stage_for_trash(replace(clip, rating=3), at=1.0)
    await cataloguing.close()
    assert not (Path(harness.clips) / FILE_NAME).exists()


async def test_earlier_reviews_are_written_some_time_after_the_start(harness: JobHarness) -> None:
    run = harness.start_app()
    clip = await make_a_clip(harness, run)
    await run.library.save(replace(clip, rating=5))

    async def at_once(_seconds: float) -> None:
        return None

    cataloguing = ReviewFileSync(run.library, sleep=at_once)
    cataloguing.start()
    await wait_until(lambda: bool(read_reviews(Path(harness.clips))))
    await cataloguing.close()


async def test_reviews_made_while_the_file_is_written_are_written_too(harness: JobHarness) -> None:
    run = harness.start_app()
    clip = await make_a_clip(harness, run)
    later: list[asyncio.Task[None]] = []

    async def rest(_seconds: float) -> None:
        if not later:  # it is on its way to the disk when the first writing begins
            later.append(asyncio.create_task(run.library.save(replace(clip, rating=5))))
            await asyncio.sleep(0)

    cataloguing = ReviewFileSync(run.library, sleep=rest)
    await run.library.save(replace(clip, rating=1))
    await wait_until(lambda: [one.rating for one in read_reviews(Path(harness.clips))] == [5])
    await cataloguing.close()
