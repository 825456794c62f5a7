"""What is thought of clips outlives the database."""

import asyncio
import shutil
from dataclasses import replace
from pathlib import Path

from kling_desktop.domain.library.clip import Flag
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.services.library.check import LibraryCheck
from kling_desktop.services.library.review_sync import ReviewFileSync
from kling_desktop.store.library.review_file import FILE_NAME, read_reviews
from tests.services.job_harness import BASE, Desk, comes
from tests.services.library.test_library import make_a_clip


async def test_ratings_marks_notes_and_tags_come_back_with_the_clips_when_the_database_is_gone(desk: Desk) -> None:
    run = desk.open()
    clip = await make_a_clip(desk, run)
    content = clip.file.read_bytes()
    cataloguing = ReviewFileSync(run.library)
    await run.library.save(replace(clip, rating=4, flag=Flag.PICK, notes="the one", tags=("fox", "winter")))
    await cataloguing.close()
    assert clip.file.read_bytes() == content  # it is known by that
    await run.close()
    for file in desk.folder.glob("kling.db*"):
        file.unlink()
    shutil.rmtree(desk.folder / "posters")
    again = desk.open()
    fresh = ReviewFileSync(again.library)
    checking = LibraryCheck(again.library, desk.folder / "posters", (BASE, "default"), lambda: [Path(desk.clips)])
    other = await make_a_clip(desk, again)  # the new library tells of its own, and leaves what is told
    await again.library.save(replace(other, rating=2))
    await fresh.close()
    await checking.add_clips((await checking.check()).unregistered)
    back = {one.id: one for one in await again.library.get_clips((await again.library.find(ClipQuery())).numbers)}
    kept = back[clip.id]
    assert (kept.rating, kept.flag, kept.notes, kept.tags) == (4, Flag.PICK, "the one", ("fox", "winter"))
    assert back[other.id].rating == 2
    await checking.close()


async def test_it_is_told_once_after_many_keys_when_the_user_rests(desk: Desk) -> None:
    run = desk.open()
    clip = await make_a_clip(desk, run)
    rested, rests = asyncio.Event(), 0

    async def rest(_seconds: float) -> None:
        nonlocal rests
        rests += 1
        await rested.wait()

    cataloguing = ReviewFileSync(run.library, sleep=rest)
    for stars in (1, 2, 3):
        await run.library.save(replace(clip, rating=stars))
    assert (rests, (Path(desk.clips) / FILE_NAME).exists()) == (1, False)
    rested.set()
    await comes(lambda: bool(read_reviews(Path(desk.clips))))
    assert [one.rating for one in read_reviews(Path(desk.clips))] == [3]
    await run.library.stage_for_trash(replace(clip, rating=3), at=1.0)
    await cataloguing.close()
    assert not (Path(desk.clips) / FILE_NAME).exists()


async def test_what_was_judged_before_is_told_some_time_after_the_start(desk: Desk) -> None:
    run = desk.open()
    clip = await make_a_clip(desk, run)
    await run.library.save(replace(clip, rating=5))

    async def at_once(_seconds: float) -> None:
        return None

    cataloguing = ReviewFileSync(run.library, sleep=at_once)
    cataloguing.start()
    await comes(lambda: bool(read_reviews(Path(desk.clips))))
    await cataloguing.close()


async def test_what_is_judged_while_the_file_is_being_written_is_told_without_another_key(desk: Desk) -> None:
    run = desk.open()
    clip = await make_a_clip(desk, run)
    later: list[asyncio.Task[None]] = []

    async def rest(_seconds: float) -> None:
        if not later:  # it is on its way to the disk when the first writing begins
            later.append(asyncio.create_task(run.library.save(replace(clip, rating=5))))
            await asyncio.sleep(0)

    cataloguing = ReviewFileSync(run.library, sleep=rest)
    await run.library.save(replace(clip, rating=1))
    await comes(lambda: [one.rating for one in read_reviews(Path(desk.clips))] == [5])
    await cataloguing.close()
