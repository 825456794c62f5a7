"""What the account made elsewhere comes into the library, once; a clip whose file is gone comes again for nothing."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.media.metadata.clip_metadata import read_clip_metadata
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.sandbox.past import history
from kling_desktop.services.clips.clip_downloader import ClipDownloader
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.services.library.account_import import AccountImport, ImportProgress
from tests.services.job_harness import FOX, Desk, Open, comes
from tests.services.library.test_library import make_a_clip
from tests.support.job_submission import submit_one

NewImport = Callable[..., AccountImport]


@pytest.fixture
def run(desk: Desk) -> Open:
    return desk.open()


@pytest.fixture
async def downloader(desk: Desk, run: Open) -> AsyncIterator[ClipDownloader]:
    async with ClipDownloader.open(run.client, ClipSaver(desk.folder / "posters"), desk.time) as downloader:
        yield downloader


@pytest.fixture
def new_import(desk: Desk, run: Open) -> NewImport:
    def make(*, all_sizes: bool = False) -> AccountImport:
        return AccountImport(
            run.client,
            ClipSaver(desk.folder / "posters"),
            run.library,
            Path(desk.clips),
            may_be_ours=run.queue.unknown.may_be_ours,
            all_sizes=all_sizes,
            sleep=desk.time.sleep,
        )

    return make


def give_past(desk: Desk, count: int, videos: int = 1000) -> None:
    """The newest `videos` of them as they were, those before as pictures."""
    past = {made.id: made for made in history(count, desk.time.now, 0)}
    past |= {made.id: replace(made, is_picture=True) for made in list(past.values())[:-videos]}
    desk.world.generations = past | desk.world.generations


async def clips_of(run: Open) -> list[Clip]:
    return await run.library.get_clips((await run.library.find(ClipQuery())).numbers)


async def test_past_videos_of_the_three_sizes_come_with_what_is_known_of_them(
    desk: Desk, run: Open, new_import: NewImport
) -> None:
    mine = await make_a_clip(desk, run)
    give_past(desk, 12)
    told = await new_import().run()
    assert told == ImportProgress(listed=13, imported=9, known=1, skipped=3, is_complete=True)
    brought = [clip for clip in await clips_of(run) if clip.id != mine.id]
    assert len(brought) == 9
    oldest = brought[-1]
    made = next(iter(history(12, desk.time.now, 0)))
    assert oldest.done.generation == made.id
    assert (oldest.job.draft.prompt, oldest.job.seed, oldest.job.submitted_from) == (made.prompt, made.seed, "import")
    assert oldest.job.created_at == pytest.approx(made.created, abs=0.01)
    assert (oldest.done.image, oldest.digest) == (made.video, content_digest(oldest.file))
    # How large and how long is told by the video itself.
    assert (str(oldest.job.draft.size), oldest.job.draft.duration) == ("64 × 48", 1)
    assert made.id in (read_clip_metadata(oldest.file) or "")
    assert len(desk.world.creates) == 1


async def test_all_videos_come_if_all_are_asked_for(desk: Desk, run: Open, new_import: NewImport) -> None:
    give_past(desk, 12)
    assert await new_import(all_sizes=True).run() == ImportProgress(listed=12, imported=10, skipped=2, is_complete=True)


async def test_what_the_disk_did_not_take_comes_with_the_next_import(
    desk: Desk, run: Open, new_import: NewImport
) -> None:
    give_past(desk, 1)
    with sqlite3.connect(desk.database) as disk:
        disk.execute("CREATE TRIGGER full BEFORE INSERT ON clips BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    told = await new_import(all_sizes=True).run()
    assert (told.imported, told.failed) == (0, 1)
    with sqlite3.connect(desk.database) as disk:
        disk.execute("DROP TRIGGER full")
    disk.close()
    told = await new_import(all_sizes=True).run()
    assert (told.imported, told.known) == (1, 0)


async def test_what_another_program_has_yet_to_find_is_left_to_it(desk: Desk, run: Open, new_import: NewImport) -> None:
    await run.queue.start()
    render = desk.open(origin="render")
    desk.line.answers.clear()
    job = await submit_one(render.queue, FOX, desk.clips)
    await render.until(job.id, "sending")
    await comes(lambda: bool(desk.world.generations))
    desk.time.now += 60
    told = await new_import().run()
    assert (told.imported, told.skipped) == (0, 1)
    desk.line.answers.set()
    [done] = await render.done(job.id)
    assert [clip.done.generation for clip in await clips_of(run)] == [done.generation]


async def test_an_import_that_is_broken_off_goes_on_and_doubles_nothing(
    desk: Desk, run: Open, new_import: NewImport
) -> None:
    give_past(desk, 130, videos=24)
    first = new_import()
    some = asyncio.Event()
    first.progress.connect(lambda so_far: some.set() if so_far.imported >= 5 else None)
    importing = asyncio.create_task(first.run())
    await asyncio.wait_for(some.wait(), 30)
    importing.cancel()
    await asyncio.wait({importing})
    kept = len(await clips_of(run))
    assert 5 <= kept < 18
    second = await new_import().run()
    assert (second.listed, second.known, second.is_complete) == (130, kept, True)
    clips = await clips_of(run)
    assert len({clip.done.generation for clip in clips}) == len(clips) == kept + second.imported
    assert len({clip.file for clip in clips}) == len(clips)
    assert not list(Path(desk.clips).glob(".*"))
    third = await new_import().run()
    assert (third.imported, third.known) == (0, len(clips))


async def test_what_is_made_while_the_pages_are_read_doubles_nothing(
    desk: Desk, run: Open, new_import: NewImport
) -> None:
    give_past(desk, 60, videos=15)
    importing = new_import()

    def make_another(so_far: ImportProgress) -> None:
        if so_far.listed == 40:
            extra = replace(next(iter(history(1, desk.time.now, 99))), created=desk.time.now)
            desk.world.generations[extra.id] = extra

    importing.progress.connect(make_another)
    told = await importing.run()
    assert told.listed == 60
    clips = await clips_of(run)
    assert len({clip.done.generation for clip in clips}) == len(clips) == told.imported


async def test_a_video_that_can_t_be_fetched_is_told_and_the_rest_comes(
    desk: Desk, run: Open, new_import: NewImport
) -> None:
    give_past(desk, 5)
    desk.world.fail_next("wrong_video")
    told = await new_import().run()
    assert (told.imported, told.failed, told.is_complete) == (3, 1, False)
    assert told.problem
    again = await new_import().run()
    assert (again.imported, again.known, again.is_complete) == (1, 3, True)


async def test_an_address_that_the_list_told_too_long_ago_is_asked_for_anew(
    desk: Desk, run: Open, new_import: NewImport
) -> None:
    give_past(desk, 2)
    desk.world.fail_next("url_expired")
    told = await new_import().run()
    assert (told.imported, told.failed, told.is_complete) == (2, 0, True)
    assert desk.asked("poll") == 1


async def test_trouble_with_the_list_is_waited_out_or_told(desk: Desk, run: Open, new_import: NewImport) -> None:
    give_past(desk, 5)
    desk.world.fail_next("rate_limit", 2)
    assert (await new_import().run()).is_complete
    desk.world.faults["list.html"] = 1.0
    told = await new_import().run()
    assert (told.is_complete, bool(told.problem)) == (False, True)


async def test_a_clip_whose_file_is_gone_is_fetched_again_for_nothing(
    desk: Desk, run: Open, downloader: ClipDownloader
) -> None:
    clip = await make_a_clip(desk, run)
    before = read_clip_metadata(clip.file)
    clip.file.unlink()
    desk.world.fail_next("url_expired")  # the address that was good then is none any more
    back = await downloader.redownload(clip, desk.folder)
    await run.library.replace(back)
    [kept] = await clips_of(run)
    assert kept.file.is_file()
    assert (kept.digest, kept.is_missing, kept.file.parent) == (content_digest(kept.file), False, clip.file.parent)
    settings = read_clip_metadata(kept.file)
    assert settings is not None
    assert before is not None
    assert (clip.id in settings, settings[:200]) == (True, before[:200])
    assert len(desk.world.creates) == 1


async def test_where_its_folder_is_gone_a_clip_comes_into_the_one_of_today(
    desk: Desk, run: Open, downloader: ClipDownloader, tmp_path: Path
) -> None:
    clip = await make_a_clip(desk, run)
    clip.file.unlink()
    clip.file.parent.rmdir()
    today = tmp_path / "today"
    today.mkdir()
    assert (await downloader.redownload(clip, today)).file.parent == today


async def test_a_clip_that_leonardo_no_longer_has_is_told(desk: Desk, run: Open, downloader: ClipDownloader) -> None:
    clip = await make_a_clip(desk, run)
    await run.client.delete_generation(clip.done.generation)
    with pytest.raises(UserError, match="doesn't have this clip any more"):
        await downloader.redownload(clip, desk.folder)


async def test_what_could_be_a_job_whose_answer_never_came_is_left_for_it(
    desk: Desk, run: Open, new_import: NewImport
) -> None:
    desk.time.runs = False
    desk.world.fail_next("drop_after")
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.until(job.id, "unknown")
    [made] = desk.world.generations.values()
    desk.world.keep(replace(made, ready=desk.time.now))
    assert (await new_import().run()).imported == 0
    desk.time.runs = True
    [done] = await run.done(job.id)
    assert done.generation == made.id
