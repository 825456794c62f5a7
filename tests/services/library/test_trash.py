"""Clips on their way to the trash: hidden, restored, moved, and never lost when the app is killed."""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.domain.request.draft import Draft
from kling_desktop.media.metadata.digest import content_digest
from kling_desktop.services.library.library import Library
from kling_desktop.services.library.trash import Trash
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.store.library.trash import STAGING_FOLDER, FileTrash
from tests.services.job_harness import wait_until
from tests.support.databases import open_test_database


class Shelf:
    """A library of real clips on disk, a bin that is a folder, and a clock that the test sets."""

    def __init__(self, home: Path, library: Library) -> None:
        self.home = home
        self.library = library
        self.now = 1000.0
        self.undo_is_over = asyncio.Event()
        self.complaints: list[str] = []
        self.full = False
        self.binning = self.begin()

    def begin(self) -> Trash:
        """As the app does at each start."""
        binning = Trash(self.library, FileTrash(self.throw), clock=lambda: self.now, sleep=self._sleep)
        binning.failed.connect(self.complaints.append)
        return binning

    async def clips(self) -> list[Clip]:
        return await self.library.get_clips((await self.library.find(ClipQuery())).numbers)

    async def names(self) -> list[str]:
        return sorted(clip.id for clip in await self.clips())

    @property
    def in_folder(self) -> list[str]:
        return sorted(path.name for path in (self.home / "clips").iterdir())

    @property
    def in_bin(self) -> list[str]:
        return sorted(path.name for path in (self.home / "bin").iterdir())

    def throw(self, file: Path) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        file.rename(self.home / "bin" / file.name)

    async def _sleep(self, _seconds: float) -> None:
        await self.undo_is_over.wait()


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[Shelf]:
    async with AsyncExitStack() as stack:
        connection = stack.enter_context(closing(open_test_database(home / "kling.db")))
        library = Library(ClipStore(connection), ClipStore(connection), service="s", profile="p")
        stack.push_async_callback(library.close)
        yield Shelf(home, library)


@pytest.fixture
async def shelf(tmp_path: Path) -> AsyncIterator[Shelf]:
    for folder in ("clips", "bin"):
        (tmp_path / folder).mkdir()
    with closing(open_test_database(tmp_path / "kling.db")) as connection:
        for age, name in enumerate(("a", "b", "c")):
            file = tmp_path / "clips" / f"{name}.mp4"
            file.write_text(name)
            done = Done(f"g{name}", f"i{name}", str(file))
            JobStore(connection).add(Job(name, "s", "p", "window", "/c", Draft(prompt=name), 9.0 - age, done), "me")
        clip = ClipStore(connection).get_clip("a")
        assert clip
        ClipStore(connection).save([replace(clip, rating=4, flag=Flag.PICK, notes="the one", tags=("fox",))])
    async with opened(tmp_path) as shelf:
        yield shelf


async def test_staged_clips_disappear_at_once_and_are_restored_as_they_were(shelf: Shelf) -> None:
    before = await shelf.clips()
    a, b, _ = before
    await shelf.binning.stage([a])
    await shelf.binning.stage([b])
    assert await shelf.names() == ["c"]
    assert shelf.in_folder == [STAGING_FOLDER, "c.mp4"]
    assert await shelf.binning.undo() == (a, b)
    assert await shelf.clips() == before
    assert shelf.in_folder == ["a.mp4", "b.mp4", "c.mp4"]
    shelf.undo_is_over.set()
    await shelf.binning.close()
    assert shelf.in_bin == []


async def test_a_review_made_during_staging_is_not_lost(shelf: Shelf) -> None:
    back: list[Clip] = []
    shelf.library.added.connect(back.extend)
    a, b, _ = await shelf.clips()
    await shelf.library.update([b.number], lambda clip: replace(clip, rating=5))  # after b was read
    await shelf.binning.stage([a, b])
    await shelf.library.update([a.number], lambda clip: replace(clip, notes="no, this one"))  # a key was slower
    await shelf.binning.undo()
    assert [(clip.rating, clip.notes, clip.trashed_at) for clip in back] == [(4, "no, this one", None), (5, "", None)]
    assert (await shelf.clips())[:2] == back


async def test_when_undo_expires_the_clip_is_in_the_trash_and_forgotten(shelf: Shelf) -> None:
    a, b, _ = await shelf.clips()
    await shelf.binning.stage([a, b])
    shelf.undo_is_over.set()
    await wait_until(lambda: len(shelf.in_bin) == 2 and not shelf.binning.staged)
    await shelf.binning.finish()
    assert shelf.in_bin == ["a.mp4", "b.mp4"]
    assert shelf.in_folder == ["c.mp4"]
    assert await shelf.library.list_staged() == []
    assert await shelf.binning.undo() == ()  # too late
    assert await shelf.names() == ["c"]


async def test_closing_moves_staged_clips_to_the_trash(shelf: Shelf) -> None:
    await shelf.binning.stage((await shelf.clips())[:1])
    await shelf.binning.close()
    assert (shelf.in_bin, shelf.in_folder) == (["a.mp4"], ["b.mp4", "c.mp4"])


async def test_a_clip_that_can_not_be_moved_stays_and_the_others_are_staged(shelf: Shelf) -> None:
    (shelf.home / "clips" / STAGING_FOLDER).mkdir()
    (shelf.home / "clips" / STAGING_FOLDER / "a").write_text("in the way")
    with pytest.raises(UserError, match=r"a\.mp4 can't be moved"):
        await shelf.binning.stage((await shelf.clips())[:2])
    assert await shelf.names() == ["a", "c"]
    await shelf.binning.close()
    assert shelf.in_bin == ["b.mp4"]


async def test_a_clip_that_the_trash_refuses_is_back_with_the_reason(shelf: Shelf) -> None:
    before = await shelf.clips()
    shelf.full = True
    await shelf.binning.stage(before[:1])
    await shelf.binning.finish()
    assert shelf.complaints == ["a.mp4 can't be moved to the trash: the disk is full. The clip stays in the library."]
    assert sorted(clip.id for clip in await shelf.clips()) == ["a", "b", "c"]
    assert before[0] in await shelf.clips()


async def test_a_refused_clip_is_not_mixed_up_with_one_that_took_its_name(shelf: Shelf) -> None:
    a, *_ = await shelf.clips()
    shelf.full = True
    await shelf.binning.stage([a])
    a.file.write_text("another clip, that was paid for as well")
    await shelf.binning.finish()
    back = await shelf.library.get_clip("a")
    assert back
    assert back.file.read_text() == "a"
    assert a.file.read_text() == "another clip, that was paid for as well"


async def test_a_clip_whose_name_was_taken_is_restored_under_another_name(shelf: Shelf) -> None:
    a, *_ = await shelf.clips()
    await shelf.binning.stage([a])
    a.file.write_text("another")
    await shelf.binning.undo()
    back = await shelf.library.get_clip("a")
    assert back
    assert back.file.name == "a 2.mp4"
    assert back.file.read_text() == "a"
    assert back.rating == 4


async def test_a_clip_without_a_file_can_be_deleted(shelf: Shelf) -> None:
    a, *_ = await shelf.clips()
    a.file.unlink()
    await shelf.binning.stage([a])
    assert shelf.in_folder == ["b.mp4", "c.mp4"], "nothing is made for what isn't there"
    await shelf.binning.close()
    assert await shelf.names() == ["b", "c"]
    assert shelf.in_bin == []


@pytest.mark.parametrize("broke_off", ["before it was moved", "while it was kept aside", "before the bin took it"])
async def test_a_killed_app_loses_nothing(shelf: Shelf, broke_off: str) -> None:
    a, *_ = before = await shelf.clips()
    await shelf.library.stage_for_trash(a, at=shelf.now)
    if broke_off == "while it was kept aside":
        FileTrash(shelf.throw).stage(a.file, a.id)
    again = shelf.begin()
    assert await again.recover() == ()  # another window may still be about to undo it
    assert await again.has_foreign_staged_clips()
    shelf.now += 61
    assert [clip.id for clip in await again.recover()] == ["a"]
    assert not await again.has_foreign_staged_clips()
    assert await shelf.clips() == before
    assert shelf.in_folder == ["a.mp4", "b.mp4", "c.mp4"]


@pytest.mark.parametrize("then", ["the app breaks off", "undo", "undo is over"])
async def test_a_clip_on_an_unplugged_drive_is_restored_with_it(shelf: Shelf, then: str) -> None:
    before = await shelf.clips()
    await shelf.binning.stage(before[:1])
    away = (shelf.home / "clips").rename(shelf.home / "unplugged")
    match then:
        case "undo":
            await shelf.binning.undo()
        case "undo is over":
            await shelf.binning.finish()
    assert [("doesn't exist" in said) for said in shelf.complaints] == [True] * (then != "the app breaks off")
    again = shelf.begin()
    shelf.now += 61
    assert await again.recover() == ()
    assert await again.has_foreign_staged_clips(), "it is asked for again"
    away.rename(shelf.home / "clips")
    assert [clip.id for clip in await again.recover()] == ["a"]
    assert await shelf.clips() == before
    assert shelf.in_folder == ["a.mp4", "b.mp4", "c.mp4"]


async def test_clips_on_an_unplugged_drive_are_not_staged_and_no_folder_is_created(
    shelf: Shelf,
) -> None:
    before = await shelf.clips()
    (shelf.home / "clips").rename(shelf.home / "unplugged")
    with pytest.raises(UserError, match="doesn't exist"):
        await shelf.binning.stage(before[:2])
    assert await shelf.clips() == before
    assert not (shelf.home / "clips").exists()


async def test_a_clip_that_is_missing_with_its_folder_can_be_deleted(shelf: Shelf) -> None:
    (shelf.home / "clips").rename(shelf.home / "deleted")
    await shelf.library.record_files(moved={}, missing={"a": True, "b": True}, digests={})
    before = await shelf.clips()
    await shelf.binning.stage(before[:1])
    await shelf.binning.undo()
    assert await shelf.clips() == before
    await shelf.binning.stage(before[:1])
    await shelf.binning.finish()
    await shelf.library.stage_for_trash(before[1], at=shelf.now)  # by an app that broke off
    shelf.now += 61
    assert await shelf.begin().recover() == ()
    assert await shelf.library.list_staged() == []
    assert (await shelf.names(), shelf.complaints) == (["c"], [])
    assert not (shelf.home / "clips").exists()


async def test_what_was_in_the_trash_when_the_app_was_killed_is_forgotten(shelf: Shelf) -> None:
    a, *_ = await shelf.clips()
    await shelf.library.stage_for_trash(a, at=shelf.now)
    FileTrash(shelf.throw).stage(a.file, a.id)
    FileTrash(shelf.throw).discard(a.file, a.id)
    shelf.now += 61
    assert await shelf.begin().recover() == ()
    assert await shelf.library.list_staged() == []
    assert shelf.in_bin == ["a.mp4"]


async def test_a_trashed_clip_is_not_restored_as_the_file_that_took_its_name(shelf: Shelf) -> None:
    a, *_ = await shelf.clips()
    await shelf.library.save(replace(a, digest=content_digest(a.file)))
    await shelf.library.stage_for_trash(a, at=shelf.now)
    FileTrash(shelf.throw).stage(a.file, a.id)
    FileTrash(shelf.throw).discard(a.file, a.id)
    a.file.write_text("another clip, that was paid for as well")
    shelf.now += 61
    assert await shelf.begin().recover() == ()
    assert await shelf.names() == ["b", "c"]
    assert a.file.exists()


KEEPS_ASIDE = """
import asyncio, sys
from pathlib import Path
from tests.services.library.test_trash import opened

async def main(home):
    async with opened(home) as shelf:
        await shelf.binning.stage((await shelf.clips())[:2])
        print("kept aside", flush=True)
        sys.stdin.readline()

asyncio.run(main(Path(sys.argv[1])))
"""


async def test_a_process_killed_before_undo_expires_loses_nothing(shelf: Shelf) -> None:
    before = await shelf.clips()
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KEEPS_ASIDE, shelf.home, stdin=PIPE, stdout=PIPE, cwd=Path(__file__).parents[3]
    )
    assert program.stdout
    assert await asyncio.wait_for(program.stdout.readline(), 30) == b"kept aside\n"
    program.kill()
    await program.wait()
    assert await shelf.names() == ["c"]
    shelf.now = time.time() + 61
    assert [clip.id for clip in await shelf.begin().recover()] == ["a", "b"]
    assert await shelf.clips() == before
    assert shelf.in_folder == ["a.mp4", "b.mp4", "c.mp4"]
    assert shelf.in_bin == []
