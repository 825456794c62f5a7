"""What keys do to clips on disk: nothing judged is lost, however quickly, and whoever else writes."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from kling_desktop.controllers.connections import Connections
from kling_desktop.controllers.library.review import ReviewController
from kling_desktop.domain.jobs.actions import ReviewAction
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.domain.library.review import NotesEdit
from kling_desktop.domain.request.draft import Draft
from kling_desktop.services.library.library import Library
from kling_desktop.services.library.trash import Trash
from kling_desktop.store.database import open_connection
from kling_desktop.store.library.clip_store import ClipStore
from kling_desktop.store.library.trash import FileTrash
from kling_desktop.ui.library.cards.poster_cache import PosterCache
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.theme import Theme
from kling_desktop.ui.widgets import MessageBar
from tests.support.databases import open_test_database
from tests.ui.library_panel import library_model

COUNT = 210


class Desk:
    def __init__(self, theme: Theme, home: Path, host: QWidget) -> None:
        self.connections = [open_test_database(home / "kling.db")]
        self.connections += [open_connection(home / "kling.db", read_only=reads) for reads in (True, False)]
        clips = []
        for number in range(COUNT):
            done = Done(f"g{number}", f"i{number}", f"/c/{number}.mp4")
            clips.append(Clip(Job(f"j{number}", "s", "p", "window", "/c", Draft(prompt="A fox"), 1e6 - number, done)))
        ClipStore(self.connections[0]).add(clips)
        self.library = Library(*map(ClipStore, self.connections[1:]), service="s", profile="p")
        self.posters = PosterCache(theme.tokens)
        self.model = library_model(self.posters, now=0.0)
        self.complaints: list[str] = []
        self.opened_notes: list[tuple[tuple[int, ...], bool]] = []
        self.tasks = Tasks(self.complaints.append, lambda: None)
        self.messages = MessageBar(theme, host)
        self.signals = Connections()
        self.library.changed.connect(self._changed)

    def _open_notes(self, clips: Sequence[int], *, at_tags: bool) -> None:
        self.opened_notes.append((tuple(clips), at_tags))

    def _changed(self, clips: tuple[Clip, ...]) -> None:
        for clip in clips:
            self.model.change_clip(clip)

    async def open(self) -> None:
        found = await self.library.find(ClipQuery())
        self.model.show(found, ())
        self.model.add_loaded(await self.library.get_clips(found.numbers[:64]))
        self.review = ReviewController(
            self.model,
            self.messages,
            self.tasks,
            self.signals,
            self.library,
            Trash(self.library, FileTrash()),
            self._open_notes,
        )

    async def settled(self) -> None:
        while not self.tasks.is_idle:
            await asyncio.sleep(0.001)

    async def kept(self, row: int = 0) -> Clip:
        [clip] = await self.library.get_clips([self.number(row)])
        return clip

    def number(self, row: int) -> int:
        number = self.model.number(row)
        assert number is not None
        return number

    async def close(self) -> None:
        self.signals.close()
        await self.tasks.close()
        await self.library.close()
        self.posters.close()
        for connection in self.connections:
            connection.close()


@pytest.fixture
async def desk(theme: Theme, tmp_path: Path, qtbot: QtBot) -> AsyncIterator[Desk]:
    host = QWidget()
    qtbot.addWidget(host)
    made = Desk(theme, tmp_path, host)
    await made.open()
    yield made
    await made.close()


async def test_keys_pressed_faster_than_saving_lose_nothing(desk: Desk) -> None:
    only = [desk.number(0)]
    for stars in (1, 4):
        desk.review.perform(ReviewAction.RATE, only, stars)
    desk.review.perform(ReviewAction.PICK, only)
    desk.review.save_notes(NotesEdit((only[0],), "for Anna", ("night",)))
    desk.review.save_notes(NotesEdit((only[0],), added_tags=("rain",)))
    shown = desk.model.loaded_clip(only[0])
    assert shown
    assert (shown.rating, shown.flag, shown.notes, shown.tags) == (4, Flag.PICK, "for Anna", ("night", "rain"))
    await desk.settled()
    assert await desk.kept() == shown == desk.model.loaded_clip(only[0])


async def test_the_same_mark_twice_clears_it(desk: Desk) -> None:
    only = [desk.number(0)]
    for expected in (Flag.PICK, Flag.NONE, Flag.PICK):
        desk.review.perform(ReviewAction.PICK, only)
        clip = desk.model.loaded_clip(only[0])
        assert clip
        assert clip.flag is expected
    desk.review.perform(ReviewAction.UNFLAG, only)
    await desk.settled()
    assert (await desk.kept()).flag is Flag.NONE


async def test_changes_of_other_programs_stay(desk: Desk) -> None:
    clip = await desk.kept()
    desk.review.perform(ReviewAction.RATE, [clip.number], 3)
    await desk.library.save(replace(clip, is_missing=True, digest="abc"))
    desk.review.perform(ReviewAction.REJECT, [clip.number])
    await desk.settled()
    kept = await desk.kept()
    assert (kept.flag, kept.is_missing, kept.digest) == (Flag.REJECT, True, "abc")


async def test_hundreds_are_reviewed_at_once_and_one_undo_restores_all(desk: Desk) -> None:
    desk.review.perform(ReviewAction.RATE, [desk.number(3)], 2)
    await desk.settled()
    desk.review.perform(ReviewAction.RATE, [desk.number(row) for row in range(COUNT)], 5)
    await desk.settled()
    assert len((await desk.library.find(ClipQuery(min_rating=5))).numbers) == COUNT
    message = desk.messages.message
    assert message is not None
    assert message.text == "210 clips rated 5 stars."
    assert message.act is not None
    message.act()
    await desk.settled()
    assert list((await desk.library.find(ClipQuery(min_rating=1))).numbers) == [desk.number(3)]
    assert (await desk.kept(3)).rating == 2


async def test_a_review_that_cannot_be_saved_is_not_shown(desk: Desk) -> None:
    full = "CREATE TRIGGER full BEFORE UPDATE ON clips BEGIN SELECT RAISE(ABORT, 'no room'); END"
    desk.connections[0].execute(full)
    desk.review.perform(ReviewAction.RATE, [desk.number(0)], 5)
    await desk.settled()
    clip = desk.model.loaded_clip(desk.number(0))
    assert clip
    assert clip.rating == 0
    assert desk.complaints


async def test_clips_no_longer_rejected_are_not_deleted_however_quick_the_click(desk: Desk) -> None:
    numbers = [desk.number(row) for row in range(COUNT)]
    await desk.library.update(numbers, lambda clip: replace(clip, flag=Flag.REJECT))
    desk.review.perform(ReviewAction.UNFLAG, numbers)
    desk.review.perform(ReviewAction.TRASH_REJECTS, ())
    await desk.settled()
    assert await desk.library.list_staged() == []
    assert await desk.library.count() == COUNT


async def test_without_rejects_there_is_nothing_to_clear(desk: Desk) -> None:
    desk.review.perform(ReviewAction.TRASH_REJECTS, ())
    await desk.settled()
    message = desk.messages.message
    assert message is not None
    assert "no rejected clips" in message.text


async def test_the_notes_popup_opens_for_the_clips(desk: Desk) -> None:
    desk.review.perform(ReviewAction.EDIT_NOTES, (1,))
    desk.review.perform(ReviewAction.EDIT_TAGS, (1, 2))
    assert desk.opened_notes == [((1,), False), ((1, 2), True)]
