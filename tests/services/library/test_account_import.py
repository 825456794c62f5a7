"""Past generations are imported once; clips whose files are gone are downloaded again for free."""

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
from tests.services.job_harness import FOX, AppRun, JobHarness, wait_until
from tests.services.library.test_library import make_a_clip
from tests.support.job_submission import submit_one

NewImport = Callable[..., AccountImport]


@pytest.fixture
def run(harness: JobHarness) -> AppRun:
    return harness.start_app()


@pytest.fixture
async def downloader(harness: JobHarness, run: AppRun) -> AsyncIterator[ClipDownloader]:
    async with ClipDownloader.open(run.client, ClipSaver(harness.folder / "posters"), harness.clock) as downloader:
        yield downloader


@pytest.fixture
def new_import(harness: JobHarness, run: AppRun) -> NewImport:
    def make(*, all_sizes: bool = False) -> AccountImport:
        return AccountImport(
            run.client,
            ClipSaver(harness.folder / "posters"),
            run.library,
            Path(harness.clips),
            may_be_ours=run.queue.unknown.may_be_ours,
            all_sizes=all_sizes,
            sleep=harness.clock.sleep,
        )

    return make


def give_past(harness: JobHarness, count: int, videos: int = 1000) -> None:
    """The newest `videos` of them as they were, those before as pictures."""
    past = {made.id: made for made in history(count, harness.clock.now, 0)}
    past |= {made.id: replace(made, is_picture=True) for made in list(past.values())[:-videos]}
    harness.world.generations = past | harness.world.generations


async def clips_of(run: AppRun) -> list[Clip]:
    return await run.library.get_clips((await run.library.find(ClipQuery())).numbers)


async def test_past_videos_of_the_three_sizes_are_imported_with_their_facts(
    harness: JobHarness, run: AppRun, new_import: NewImport
) -> None:
    mine = await make_a_clip(harness, run)
    give_past(harness, 12)
    told = await new_import().run()
    assert told == ImportProgress(listed=13, imported=9, known=1, skipped=3, is_complete=True)
    brought = [clip for clip in await clips_of(run) if clip.id != mine.id]
    assert len(brought) == 9
    oldest = brought[-1]
    made = next(iter(history(12, harness.clock.now, 0)))
    assert oldest.done.generation == made.id
    assert (oldest.job.draft.prompt, oldest.job.seed, oldest.job.submitted_from) == (made.prompt, made.seed, "import")
    assert oldest.job.created_at == pytest.approx(made.created, abs=0.01)
    assert (oldest.done.image, oldest.digest) == (made.video, content_digest(oldest.file))
    # How large and how long is told by the video itself.
    assert (str(oldest.job.draft.size), oldest.job.draft.duration) == ("64 × 48", 1)
    assert made.id in (read_clip_metadata(oldest.file) or "")
    assert len(harness.world.creates) == 1


async def test_all_videos_are_imported_on_request(harness: JobHarness, run: AppRun, new_import: NewImport) -> None:
    give_past(harness, 12)
    assert await new_import(all_sizes=True).run() == ImportProgress(listed=12, imported=10, skipped=2, is_complete=True)


async def test_what_could_not_be_saved_is_imported_the_next_time(
    harness: JobHarness, run: AppRun, new_import: NewImport
) -> None:
    give_past(harness, 1)
    with sqlite3.connect(harness.database) as disk:
        disk.execute("CREATE TRIGGER full BEFORE INSERT ON clips BEGIN SELECT RAISE(ABORT, 'disk full'); END")
    told = await new_import(all_sizes=True).run()
    assert (told.imported, told.failed) == (0, 1)
    with sqlite3.connect(harness.database) as disk:
        disk.execute("DROP TRIGGER full")
    disk.close()
    told = await new_import(all_sizes=True).run()
    assert (told.imported, told.known) == (1, 0)


async def test_what_another_program_may_still_reconcile_is_left_to_it(
    harness: JobHarness, run: AppRun, new_import: NewImport
) -> None:
    await run.queue.start()
    render = harness.start_app(submitted_from="render")
    harness.network.answers_released.clear()
    job = await submit_one(render.queue, FOX, harness.clips)
    await render.wait_for_state(job.id, "sending")
    await wait_until(lambda: bool(harness.world.generations))
    harness.clock.now += 60
    told = await new_import().run()
    assert (told.imported, told.skipped) == (0, 1)
    harness.network.answers_released.set()
    [done] = await render.wait_until_done(job.id)
    assert [clip.done.generation for clip in await clips_of(run)] == [done.generation]


async def test_a_cancelled_import_continues_without_duplicates(
    harness: JobHarness, run: AppRun, new_import: NewImport
) -> None:
    give_past(harness, 130, videos=24)
    first = new_import()
    some = asyncio.Event()
    first.progress_changed.connect(lambda so_far: some.set() if so_far.imported >= 5 else None)
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
    assert not list(Path(harness.clips).glob(".*"))
    third = await new_import().run()
    assert (third.imported, third.known) == (0, len(clips))


async def test_generations_created_during_an_import_cause_no_duplicates(
    harness: JobHarness, run: AppRun, new_import: NewImport
) -> None:
    give_past(harness, 60, videos=15)
    importing = new_import()

    def make_another(so_far: ImportProgress) -> None:
        if so_far.listed == 40:
            extra = replace(next(iter(history(1, harness.clock.now, 99))), created=harness.clock.now)
            harness.world.generations[extra.id] = extra

    importing.progress_changed.connect(make_another)
    told = await importing.run()
    assert told.listed == 60
    clips = await clips_of(run)
    assert len({clip.done.generation for clip in clips}) == len(clips) == told.imported


async def test_a_failed_download_is_reported_and_the_rest_is_imported(
    harness: JobHarness, run: AppRun, new_import: NewImport
) -> None:
    give_past(harness, 5)
    harness.world.fail_next("wrong_video")
    told = await new_import().run()
    assert (told.imported, told.failed, told.is_complete) == (3, 1, False)
    assert told.problem
    again = await new_import().run()
    assert (again.imported, again.known, again.is_complete) == (1, 3, True)


async def test_an_expired_url_is_asked_for_again(harness: JobHarness, run: AppRun, new_import: NewImport) -> None:
    give_past(harness, 2)
    harness.world.fail_next("url_expired")
    told = await new_import().run()
    assert (told.imported, told.failed, told.is_complete) == (2, 0, True)
    assert harness.count_calls("poll") == 1


async def test_a_failing_list_is_retried_and_then_reported(
    harness: JobHarness, run: AppRun, new_import: NewImport
) -> None:
    give_past(harness, 5)
    harness.world.fail_next("rate_limit", 2)
    assert (await new_import().run()).is_complete
    harness.world.faults["list.html"] = 1.0
    told = await new_import().run()
    assert (told.is_complete, bool(told.problem)) == (False, True)


async def test_a_missing_file_is_downloaded_again_free_of_charge(
    harness: JobHarness, run: AppRun, downloader: ClipDownloader
) -> None:
    clip = await make_a_clip(harness, run)
    before = read_clip_metadata(clip.file)
    clip.file.unlink()
    harness.world.fail_next("url_expired")  # the address that was good then is none any more
    back = await downloader.redownload(clip, harness.folder)
    await run.library.replace(back)
    [kept] = await clips_of(run)
    assert kept.file.is_file()
    assert (kept.digest, kept.is_missing, kept.file.parent) == (content_digest(kept.file), False, clip.file.parent)
    settings = read_clip_metadata(kept.file)
    assert settings is not None
    assert before is not None
    assert (clip.id in settings, settings[:200]) == (True, before[:200])
    assert len(harness.world.creates) == 1


async def test_a_clip_whose_folder_is_gone_is_downloaded_to_the_present_one(
    harness: JobHarness, run: AppRun, downloader: ClipDownloader, tmp_path: Path
) -> None:
    clip = await make_a_clip(harness, run)
    clip.file.unlink()
    clip.file.parent.rmdir()
    today = tmp_path / "today"
    today.mkdir()
    assert (await downloader.redownload(clip, today)).file.parent == today


async def test_a_clip_that_leonardo_no_longer_has_is_reported(
    harness: JobHarness, run: AppRun, downloader: ClipDownloader
) -> None:
    clip = await make_a_clip(harness, run)
    await run.client.delete_generation(clip.done.generation)
    with pytest.raises(UserError, match="no longer has this clip"):
        await downloader.redownload(clip, harness.folder)


async def test_a_candidate_of_an_unknown_outcome_is_not_imported(
    harness: JobHarness, run: AppRun, new_import: NewImport
) -> None:
    harness.clock.is_running = False
    harness.world.fail_next("drop_after")
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(job.id, "unknown")
    [made] = harness.world.generations.values()
    harness.world.keep(replace(made, ready=harness.clock.now))
    assert (await new_import().run()).imported == 0
    harness.clock.is_running = True
    [done] = await run.wait_until_done(job.id)
    assert done.generation == made.id
