"""Reviewing clips and moving them to the trash, one clip or thousands, with time to undo."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol, assert_never

from kling_desktop.controllers.connections import Connections
from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.jobs.actions import ReviewAction
from kling_desktop.domain.jobs.cancellation import UNDO_SECONDS
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.domain.library.review import NotesEdit
from kling_desktop.domain.text import plural
from kling_desktop.services.library.library import Library
from kling_desktop.services.library.trash import Trash
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import UNDO, Message, MessageBar

_CLIPS_PER_WRITE = 200
_RECOVERY_INTERVAL_SECONDS = 30.0
_TOO_LATE = "It's too late to undo. You can restore it from the system's trash."
Change = Callable[[Clip], Clip]
Work = Callable[[], Coroutine[Any, Any, None]]
Report = Callable[[int], str]
"""What to say of a change to so many clips."""


class OpenNotes(Protocol):
    """Lets the user write notes or tags of the clips of those numbers."""

    def __call__(self, clips: Sequence[int], *, at_tags: bool) -> None: ...


class ReviewController:
    """A change to a single clip is shown at once and saved then; one to several is reported.

    What an app that broke off had staged for the trash comes back.
    """

    def __init__(
        self,
        model: LibraryModel,
        messages: MessageBar,
        tasks: Tasks,
        connections: Connections,
        library: Library,
        trash: Trash,
        open_notes: OpenNotes,
    ) -> None:
        self._model = model
        self._messages = messages
        self._tasks = tasks
        self._library = library
        self._trash = trash
        self._open_notes = open_notes
        self._trash_message: Message | None = None
        self._being_trashed = 0
        self._trash_lock = asyncio.Lock()
        self._change_lock = asyncio.Lock()
        self._unsaved: dict[int, list[Change]] = {}
        connections.on(trash.failed, self._show_error)
        connections.on(library.changed, self._show_saved)
        tasks.spawn(self._recover(), "recover clips that were being deleted")

    async def _recover(self) -> None:
        """Until nothing is staged by an app that has ended; a window that is open may still want to undo."""
        while True:
            if recovered := await self._trash.recover():
                sentence = plural(
                    len(recovered),
                    one="A clip that was being deleted when the app ended is back.",
                    other="{count} clips that were being deleted when the app ended are back.",
                )
                self._messages.post(Message(sentence, Tone.ACCENT))
            if not await self._trash.has_foreign_staged_clips():
                return
            await asyncio.sleep(_RECOVERY_INTERVAL_SECONDS)

    def perform(self, action: ReviewAction, clips: Sequence[int], stars: int = 0) -> None:
        """Do it to the clips of these numbers. stars: of a rating."""
        match action:
            case ReviewAction.RATE:
                self._rate(clips, stars)
            case ReviewAction.PICK:
                self._flag(clips, Flag.PICK)
            case ReviewAction.REJECT:
                self._flag(clips, Flag.REJECT)
            case ReviewAction.UNFLAG:
                self._flag(clips, Flag.NONE)
            case ReviewAction.EDIT_NOTES:
                self._open_notes(clips, at_tags=False)
            case ReviewAction.EDIT_TAGS:
                self._open_notes(clips, at_tags=True)
            case ReviewAction.TRASH:
                self._spawn_trashing(partial(self._stage, clips, _clips_trashed), "move clips to the trash")
            case ReviewAction.TRASH_REJECTS:
                self._spawn_trashing(partial(self._stage_rejects, self._model.query), "move rejects to the trash")
            case _:
                assert_never(action)

    def undo(self) -> None:
        """Undo what a message offers to undo; else bring back the clips on their way to the trash."""
        message = self._messages.message
        if not self._being_trashed and message is not None and message.action == UNDO:
            self._messages.act()
        elif self._being_trashed or self._trash.staged:
            again = self._bring_back(too_late="")  # a key that was pressed twice
            self._tasks.spawn(again, "bring clips back", to_the_end=True)
        else:
            sentence = "There is nothing to undo in the library. In the form, Ctrl+Z undoes your last change."
            self._messages.show_now(Message(sentence, Tone.ACCENT))

    def save_notes(self, edit: NotesEdit) -> None:
        """Write notes and tags as the user changed them."""

        def report(count: int) -> str:
            return plural(count, one="Notes and tags of the clip saved.", other="Tags of {count} clips saved.")

        self._change(edit.clips, edit.apply_to, report)

    def _rate(self, clips: Sequence[int], stars: int) -> None:
        def report(count: int) -> str:
            if not stars:
                return plural(count, one="Rating of 1 clip removed.", other="Ratings of {count} clips removed.")
            rated = plural(stars, one="1 star", other="{count} stars")
            return plural(count, one="1 clip rated {rating}.", other="{count} clips rated {rating}.", rating=rated)

        self._change(clips, lambda clip: replace(clip, rating=stars), report)

    def _flag(self, clips: Sequence[int], flag: Flag) -> None:
        """Set the flag; if all of them have it already, remove it."""
        loaded = [self._model.loaded_clip(number) for number in clips]
        if all(clip is not None and clip.flag is flag for clip in loaded):
            flag = Flag.NONE

        def report(count: int) -> str:
            match flag:
                case Flag.PICK:
                    return plural(count, one="1 clip picked.", other="{count} clips picked.")
                case Flag.REJECT:
                    return plural(count, one="1 clip rejected.", other="{count} clips rejected.")
                case Flag.NONE:
                    return plural(count, one="1 clip unflagged.", other="{count} clips unflagged.")

        self._change(clips, lambda clip: replace(clip, flag=flag), report)

    def _change(self, clips: Sequence[int], change: Change, report: Report) -> None:
        if len(clips) == 1 and (clip := self._model.loaded_clip(clips[0])):
            if change(clip) != clip:
                self._unsaved.setdefault(clips[0], []).append(change)
                self._model.change_clip(change(clip))  # shown at once, and again when it is saved
                self._tasks.spawn(self._save(clips[0], change), f"save the review of {clip.id}", to_the_end=True)
        elif clips:
            self._tasks.spawn(self._change_all(clips, change, report), "change clips", to_the_end=True)

    async def _save(self, number: int, change: Change) -> None:
        try:
            async with self._change_lock:
                await self._library.update([number], change)
        except KlingError:
            self._forget_unsaved(number, change)
            self._show_saved(await self._library.get_clips([number]))
            raise
        self._forget_unsaved(number, change)

    def _forget_unsaved(self, number: int, change: Change) -> None:
        self._unsaved[number].remove(change)
        if not self._unsaved[number]:
            del self._unsaved[number]

    def _show_saved(self, clips: Sequence[Clip]) -> None:
        """Show what is saved, with the changes on top that are still to be saved."""
        for clip in clips:
            for change in self._unsaved.get(clip.number, ()):
                clip = change(clip)
            self._model.change_clip(clip)

    async def _change_all(self, clips: Sequence[int], change: Change, report: Report) -> None:
        before: dict[int, Clip] = {}
        async with self._change_lock:
            for start in range(0, len(clips), _CLIPS_PER_WRITE):
                pairs = await self._library.update(clips[start : start + _CLIPS_PER_WRITE], change)
                before |= {clip.number: clip for clip, _ in pairs}
        self._messages.show_now(
            Message(
                report(len(clips)),
                Tone.OK,
                UNDO if before else "",
                lambda: self._tasks.spawn(self._restore(before), "undo", to_the_end=True),
                seconds=UNDO_SECONDS,
            )
        )

    async def _restore(self, before: Mapping[int, Clip]) -> None:
        def change(clip: Clip) -> Clip:
            old = before[clip.number]
            return replace(clip, rating=old.rating, flag=old.flag, notes=old.notes, tags=old.tags)

        numbers = list(before)
        async with self._change_lock:
            for start in range(0, len(numbers), _CLIPS_PER_WRITE):
                await self._library.update(numbers[start : start + _CLIPS_PER_WRITE], change)

    def _spawn_trashing(self, work: Work, name: str) -> None:
        """One after the other; an undo waits for what was asked for before it."""
        self._being_trashed += 1
        self._tasks.spawn(self._trash_in_turn(work), name)

    async def _trash_in_turn(self, work: Work) -> None:
        try:
            async with self._trash_lock:
                await work()
        finally:
            self._being_trashed -= 1

    async def _stage_rejects(self, query: ClipQuery) -> None:
        rejects = replace(query, flags=frozenset({Flag.REJECT.value}))
        async with self._change_lock:  # reviews before this count, even if saving them takes a while
            numbers = (await self._library.find(rejects)).numbers
        if numbers:
            await self._stage(numbers, _rejects_trashed)
        else:
            sentence = "There are no rejected clips here. Press X to reject the selected clips."
            self._messages.show_now(Message(sentence, Tone.ACCENT))

    async def _stage(self, clips: Sequence[int], report: Report) -> None:
        before = {clip.id for clip in self._trash.staged}
        try:
            for start in range(0, len(clips), _CLIPS_PER_WRITE):
                await self._trash.stage(await self._library.get_clips(clips[start : start + _CLIPS_PER_WRITE]))
        finally:
            self._report_staged(before, report)

    def _report_staged(self, before: set[str], report: Report) -> None:
        """Undo brings back all that are staged, those from before as well."""
        staged = {clip.id for clip in self._trash.staged}
        if not staged:
            return
        now, earlier = len(staged - before), len(staged & before)
        if now and earlier:
            also = plural(earlier, one="Undo brings 1 more clip back.", other="Undo brings {count} more clips back.")
            sentence = f"{report(now)} {also}"
        else:
            sentence = report(now) if now else _clips_trashed(earlier)
        self._trash_message = Message(
            sentence,
            Tone.OK,
            UNDO,
            lambda: self._tasks.spawn(self._bring_back(), "bring clips back", to_the_end=True),
            seconds=UNDO_SECONDS,
        )
        self._messages.show_now(self._trash_message)

    async def _bring_back(self, too_late: str = _TOO_LATE) -> None:
        async with self._trash_lock:
            back = await self._trash.undo()
        if self._trash_message is not None:
            self._messages.withdraw(self._trash_message)
        if not back and too_late:
            self._messages.show_now(Message(too_late, Tone.ACCENT, seconds=0))

    def _show_error(self, sentence: str) -> None:
        self._messages.post(Message(sentence, Tone.BAD, seconds=0))


def _clips_trashed(count: int) -> str:
    return plural(count, one="Moving 1 clip to the trash.", other="Moving {count} clips to the trash.")


def _rejects_trashed(count: int) -> str:
    return plural(count, one="Moving 1 reject to the trash.", other="Moving {count} rejects to the trash.")
