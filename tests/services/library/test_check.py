"""Files are the user's: whatever happens to them outside is noticed, reported and repaired."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kling_desktop.domain.jobs.job import Cost
from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.domain.library.lineage import origin_of
from kling_desktop.media.errors import BadMedia
from kling_desktop.media.export.concat import ConcatTags, concat
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.services.clips.clip_downloader import ClipDownloader
from kling_desktop.services.clips.clip_metadata import build_concat_metadata, to_json
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.services.library.check import LibraryCheck
from kling_desktop.services.library.file_verifier import FileVerifier
from kling_desktop.services.library.library import Library
from kling_desktop.services.library.video_files import list_videos
from kling_desktop.store.library.clip_store import ClipStore
from tests.media.video_fixtures import write_video
from tests.services.job_harness import BASE, FOX, AppRun, JobHarness
from tests.services.library.test_library import make_a_clip
from tests.support.job_submission import submit_one

if TYPE_CHECKING:
    from kling_desktop.domain.library.library_check import CheckReport

ACCOUNT = (BASE, "default")


@pytest.fixture
async def run(harness: JobHarness) -> AppRun:
    return harness.start_app()


@pytest.fixture
async def checking(harness: JobHarness, run: AppRun) -> AsyncIterator[LibraryCheck]:
    checking = LibraryCheck(run.library, harness.folder / "posters", ACCOUNT, lambda: [Path(harness.clips)])
    yield checking
    await checking.close()


async def now(run: AppRun, clip: Clip) -> Clip:
    found = await run.library.get_clip(clip.id)
    assert found is not None
    return found


async def seen(harness: JobHarness, run: AppRun, checking: LibraryCheck) -> Clip:
    """A clip that the library has looked at."""
    clip = await make_a_clip(harness, run)
    await checking.check_quickly()
    return await now(run, clip)


async def test_the_digest_of_a_new_file_is_saved(harness: JobHarness, run: AppRun, checking: LibraryCheck) -> None:
    clip = await seen(harness, run, checking)
    assert clip.digest == content_digest(clip.file)
    assert (await checking.check_quickly()).digests == {}


@pytest.mark.parametrize("to", ["other name.mp4", "sorted/keep/A fox.mp4"])
async def test_a_file_that_was_renamed_or_moved_is_followed(
    harness: JobHarness, run: AppRun, checking: LibraryCheck, to: str
) -> None:
    clip = await seen(harness, run, checking)
    moved = clip.file.parent / to
    moved.parent.mkdir(parents=True, exist_ok=True)
    clip.file.rename(moved)
    changed: list[Clip] = []
    run.library.changed.connect(changed.extend)
    report = await checking.check_quickly()
    assert [(one.job, file) for one, file in report.moved] == [(clip.id, moved)]
    assert (await now(run, clip)).file == moved
    assert [one.file for one in changed] == [moved]
    assert (await now(await harness.restart_app(run), clip)).file == moved


async def test_a_deleted_file_is_marked_as_missing_until_it_is_back(
    harness: JobHarness, run: AppRun, checking: LibraryCheck
) -> None:
    clip, other = await seen(harness, run, checking), await seen(harness, run, checking)
    aside = clip.file.rename(harness.folder / "aside.mp4")
    report = await checking.check_quickly()
    assert [one.job for one in report.missing] == [clip.id]
    assert ((await now(run, clip)).is_missing, (await now(run, other)).is_missing) == (True, False)
    aside.rename(clip.file)
    report = await checking.check_quickly()
    assert [one.job for one in report.found_again] == [clip.id]
    assert not (await now(run, clip)).is_missing


@pytest.mark.parametrize("bare", [True, False])
async def test_a_drive_that_is_not_connected_is_no_loss(
    harness: JobHarness, run: AppRun, checking: LibraryCheck, bare: bool
) -> None:
    clip = await seen(harness, run, checking)
    folder = clip.file.parent
    away = folder.rename(harness.folder / "unplugged")
    if bare:  # the place where it was mounted stays, empty
        folder.mkdir()
    report = await checking.check_quickly()
    assert report.offline == ((folder, 1),)
    assert (report.missing, report.moved) == ((), ())
    assert not (await now(run, clip)).is_missing
    if bare:
        folder.rmdir()
    away.rename(folder)
    assert (await checking.check_quickly()).ok == 1


async def test_a_folder_that_was_moved_as_a_whole_is_found_where_the_user_points(
    harness: JobHarness, run: AppRun, checking: LibraryCheck
) -> None:
    clip = await seen(harness, run, checking)
    folder = clip.file.parent.rename(harness.folder / "elsewhere")
    report = await checking.check([folder])
    assert [file for _, file in report.moved] == [folder / clip.file.name]
    assert (await now(run, clip)).file == folder / clip.file.name


async def test_a_check_distinguishes_complete_unknown_broken_and_duplicate_files(
    harness: JobHarness, run: AppRun, checking: LibraryCheck
) -> None:
    clip = await seen(harness, run, checking)
    folder = clip.file.parent
    shutil.copy(clip.file, folder / "copy.mp4")
    write_video(folder / "holiday.mp4")
    (folder / "page.mp4").write_text("<html>")
    (folder / "notes.txt").write_text("no video")
    report = await checking.check()
    assert report.ok == 1
    assert report.duplicates == ((folder / "copy.mp4", clip.file),)
    assert {stranger.file.name: stranger.description for stranger in report.unknown}["holiday.mp4"] == "64 × 48, 1.0 s"
    assert "web page" in {stranger.file.name: stranger.description for stranger in report.unknown}["page.mp4"]
    assert len(report.unknown) == 2


@pytest.mark.parametrize("was_read", [True, False])
async def test_the_only_file_of_a_clip_is_never_taken_for_a_copy(
    harness: JobHarness, run: AppRun, checking: LibraryCheck, was_read: bool
) -> None:
    clip = await seen(harness, run, checking) if was_read else await make_a_clip(harness, run)
    moved = clip.file.rename(clip.file.parent / "other name.mp4")
    if was_read:  # another program has written into it as it renamed it
        with moved.open("ab") as file:
            file.write((16).to_bytes(4) + b"free" + bytes(8))
    report = await checking.check()
    assert report.duplicates == ()
    assert [(one.job, file) for one, file in report.moved] == [(clip.id, moved)]
    found = await now(run, clip)
    assert (found.file, found.digest, found.is_missing) == (moved, content_digest(moved), False)
    report = await checking.check()
    assert (report.ok, report.changed, report.duplicates) == (1, (), ())


async def test_a_changed_file_is_reported_until_the_user_accepts_it(
    harness: JobHarness, run: AppRun, checking: LibraryCheck
) -> None:
    clip = await seen(harness, run, checking)
    with clip.file.open("ab") as file:
        file.write(b"\0\0\0\x08free")
    for _ in range(2):  # a look alone decides nothing
        report = await checking.check()
        assert [one.job for one in report.changed] == [one.job for one in report.usable] == [clip.id]
        assert (await now(run, clip)).digest == clip.digest
    await checking.accept(report.usable)
    assert (await now(run, clip)).digest == content_digest(clip.file)
    report = await checking.check()
    assert (report.ok, report.changed) == (1, ())
    clip.file.write_bytes(b"<html>")
    await checking.accept((await checking.check()).changed)
    assert [one.job for one in (await checking.check()).changed] == [clip.id]


async def test_the_original_of_a_changed_file_can_be_downloaded_beside_it(
    harness: JobHarness, run: AppRun, checking: LibraryCheck
) -> None:
    clip = await seen(harness, run, checking)
    original = clip.file.read_bytes()
    clip.file.write_bytes(original + b"\0\0\0\x08free")
    async with ClipDownloader.open(run.client, ClipSaver(harness.folder / "posters")) as fetching:
        await run.library.replace(await fetching.redownload(await now(run, clip), harness.folder))
    again = await now(run, clip)
    assert again.file != clip.file
    assert again.digest == content_digest(again.file)
    report = await checking.check()
    assert (report.ok, report.changed, report.duplicates) == (1, (), ((clip.file, again.file),))


async def test_new_content_under_a_clips_name_is_inspected_in_isolation(
    harness: JobHarness, run: AppRun, checking: LibraryCheck
) -> None:
    clip = await seen(harness, run, checking)
    prove = FileVerifier(run.library).verify
    await asyncio.to_thread(prove, clip.file)
    size = clip.file.stat().st_size
    clip.file.write_bytes(b"\0\0\0\x18ftypisom" + bytes(size - 12))
    with pytest.raises(BadMedia, match="damaged"):
        await asyncio.to_thread(prove, clip.file)
    clip.file.write_bytes(b"<html>")
    report = await checking.check()
    assert [one.job for one in report.changed] == [clip.id]
    assert (await now(run, clip)).digest == clip.digest
    with pytest.raises(BadMedia, match="web page"):
        await asyncio.to_thread(prove, clip.file)
    clip.file.unlink()
    await asyncio.to_thread(prove, clip.file)


async def test_the_library_is_rebuilt_from_the_files_alone(harness: JobHarness, run: AppRun) -> None:
    parent = await make_a_clip(harness, run)
    come: asyncio.Queue[Clip] = asyncio.Queue()
    run.library.added.connect(lambda clips: come.put_nowait(clips[0]))
    draft = replace(FOX, prompt="At dawn", duration=10, seed=77, preset="p1", origin=origin_of(parent.job))
    job = await submit_one(run.queue, draft, harness.clips)
    await run.wait_until_done(job.id)
    child = await asyncio.wait_for(come.get(), 10)
    await run.close()
    for file in harness.folder.glob("kling.db*"):
        file.unlink()
    shutil.rmtree(harness.folder / "posters")
    again = harness.start_app()
    checking = LibraryCheck(again.library, harness.folder / "posters", ACCOUNT, lambda: [Path(harness.clips)])
    report = await checking.check()
    assert {clip.id for clip in report.unregistered} == {parent.id, child.id}
    await checking.add_clips(report.unregistered)
    back = {clip.id: clip for clip in await again.library.get_clips((await again.library.find(ClipQuery())).numbers)}
    assert set(back) == {parent.id, child.id}
    kept = back[child.id]
    assert (kept.job.draft.prompt, kept.job.draft.duration, kept.job.draft.preset) == ("At dawn", 10, "p1")
    assert (kept.job.seed, kept.job.cost) == (77, Cost(Decimal("1.51"), "DOLLARS"))
    assert (kept.job.created_at, kept.job.ended_at) == pytest.approx((child.job.created_at, child.job.ended_at))
    assert (kept.done.generation, kept.done.image, kept.file) == (child.done.generation, child.done.image, child.file)
    assert Path(kept.poster).is_file()
    [made_from] = (await again.library.lineage(kept.job, harness.folder / "posters")).nodes
    assert (made_from.job, made_from.prompt_excerpt) == (parent.id, "A fox in the snow")
    assert not (await checking.check()).unregistered
    assert not await checking.has_unregistered()
    # What was paid for is known to be paid for: it is nobody else's find.
    assert await again.library.claimed_generations() == {parent.done.generation, child.done.generation}
    await checking.close()


async def test_a_joined_video_is_recognized_and_found_by_its_prompts(
    harness: JobHarness, run: AppRun, checking: LibraryCheck
) -> None:
    clip = await seen(harness, run, checking)
    told = ConcatTags(to_json(build_concat_metadata([clip.job, clip.job])), "2 clips", "1. A fox")
    joined = clip.file.with_name("joined.mp4")
    concat([clip.file, clip.file], joined, info=told)
    report = await checking.check()
    [strange] = report.unknown
    assert (strange.file, strange.is_playable) == (joined, True)
    assert strange.description.endswith("joined from 2 clips")
    assert not report.duplicates
    assert await checking.import_videos([joined]) == []
    found = await run.library.get_clips((await run.library.find(ClipQuery(text="fox"))).numbers)
    assert {one.file for one in found} == {clip.file, joined}


async def test_a_clip_of_another_account_is_added_to_its_library(harness: JobHarness, run: AppRun) -> None:
    clip = await make_a_clip(harness, run)
    await run.close()
    for file in harness.folder.glob("kling.db*"):
        file.unlink()
    again = harness.start_app()
    elsewhere = Library(
        ClipStore(again.connections[1]), ClipStore(again.connections[2]), service="sandbox", profile="default"
    )
    told: list[Clip] = []
    elsewhere.added.connect(told.extend)
    checking = LibraryCheck(elsewhere, harness.folder / "posters", elsewhere.account, lambda: [Path(harness.clips)])
    assert await checking.has_unregistered()
    await checking.add_clips((await checking.check()).unregistered)
    assert (told, await elsewhere.count(), await again.library.count()) == ([], 0, 1)
    assert not await checking.has_unregistered()
    assert (await again.library.get_clip(clip.id)) is not None
    await checking.close()
    await elsewhere.close()


async def test_an_unknown_video_can_be_imported(harness: JobHarness, run: AppRun, checking: LibraryCheck) -> None:
    clip = await seen(harness, run, checking)
    holiday = write_video(clip.file.parent / "holiday.mp4", frames=48)
    (clip.file.parent / "page.mp4").write_text("<html>")
    trouble = await checking.import_videos([holiday, clip.file.parent / "page.mp4"])
    [sentence] = trouble
    assert "web page" in sentence
    [adopted] = [
        one for one in await run.library.get_clips((await run.library.find(ClipQuery())).numbers) if one.id != clip.id
    ]
    assert (adopted.job.draft.prompt, adopted.job.draft.duration, adopted.job.submitted_from) == (
        "holiday",
        2,
        "import",
    )
    assert str(adopted.job.draft.size) == "64 × 48"
    assert (await checking.check()).unknown[0].file.name == "page.mp4"


async def test_missing_clips_can_be_removed(harness: JobHarness, run: AppRun, checking: LibraryCheck) -> None:
    clip, other = await seen(harness, run, checking), await seen(harness, run, checking)
    clip.file.unlink()
    await checking.remove_missing((await checking.check()).missing)
    assert await run.library.get_clip(clip.id) is None
    assert await run.library.get_clip(other.id) is not None


async def test_changes_from_outside_are_noticed(harness: JobHarness, run: AppRun, checking: LibraryCheck) -> None:
    clip, _other = await seen(harness, run, checking), await seen(harness, run, checking)
    noticed: asyncio.Queue[CheckReport] = asyncio.Queue()
    checking.changes_found.connect(noticed.put_nowait)
    watching = asyncio.create_task(checking.watch(harness.clock.sleep))
    renamed = clip.file.rename(clip.file.with_name("renamed.mp4"))
    assert [file for _, file in (await asyncio.wait_for(noticed.get(), 10)).moved] == [renamed]
    renamed.unlink()
    assert [one.job for one in (await asyncio.wait_for(noticed.get(), 10)).missing] == [clip.id]
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


def test_a_folder_is_scanned_once_however_often_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    (tmp_path / ".hidden").mkdir()
    for name in ("a.mp4", "below/b.MP4", ".hidden/c.mp4", ".d.mp4", "e.txt"):
        (tmp_path / name).write_bytes(b"x")
    disk = list_videos([tmp_path, tmp_path / "below", tmp_path / "gone"])
    assert sorted(Path(path).name for path in disk.paths.values()) == ["a.mp4", "b.MP4"]
    assert disk.gone == set()
