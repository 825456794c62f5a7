"""Judging clips and taking them away: what the keys of the library do, one clip or thousands, with time to undo."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.library.clip import Clip, Flag
from kling_desktop.domain.library.clip_query import ClipQuery
from kling_desktop.services.library.trash import UNDO_SECONDS
from kling_desktop.ui.library.model.library_model import LibraryModel
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import UNDO, Message, MessageBar

if TYPE_CHECKING:
    from kling_desktop.services.library.library import Library
    from kling_desktop.services.library.trash import Trash

_AT_ONCE = 200
_LOOK_AGAIN_SECONDS = 30.0
_LATE = "It is too late for that: restore it from the system's bin."
_CLIPS, _REJECTS = ("clip", "clips"), ("reject", "rejects")
_FLAGS = {"pick": Flag.PICK, "reject": Flag.REJECT}
Change = Callable[[Clip], Clip]
Work = Callable[[], Coroutine[Any, Any, None]]


class Culling:
    """Follows one library at a time. A single clip is shown changed at once and kept then; of several it is said."""

    def __init__(self, model: LibraryModel, messages: MessageBar, tasks: Tasks) -> None:
        self._model = model
        self._messages = messages
        self._tasks = tasks
        self._library: Library | None = None
        self._binning: Trash | None = None
        self._said: Message | None = None
        self._leaving = 0
        self._turn = asyncio.Lock()
        self._judging = asyncio.Lock()
        self._coming: dict[int, list[Change]] = {}

    def follow(self, library: "Library", binning: "Trash") -> None:
        """Work on these from now on. What an app that broke off had kept aside is back."""
        self._library, self._binning = library, binning
        binning.failed.connect(self._complain)
        library.changed.connect(self._show_as_kept)
        self._tasks.spawn(self._recover(binning), "bring back what was being deleted")

    async def _recover(self, binning: "Trash") -> None:
        """Until nothing is kept aside by an app that has ended; a window that is open may still want to undo."""
        while binning is self._binning:
            if back := await binning.recover():
                which = "A clip is back that was" if len(back) == 1 else f"{len(back)} clips are back that were"
                self._messages.post(Message(f"{which} being deleted when the app ended.", Tone.ACCENT))
            if not await binning.has_foreign_staged():
                return
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)

    def leave(self) -> None:
        if self._binning:
            self._binning.failed.disconnect(self._complain)
        if self._library:
            self._library.changed.disconnect(self._show_as_kept)
        self._library = self._binning = None

    def do(self, deed: str, numbers: Sequence[int]) -> None:
        """A deed of `ui/library/cull_keys` to the clips of these numbers."""
        match deed.split("_"):
            case ["rate", stars]:
                self.rate(numbers, int(stars))
            case ["pick" | "reject"]:
                self.flag(numbers, _FLAGS[deed])
            case ["unflag"]:
                self.flag(numbers, Flag.NONE)
            case ["bin"]:
                self._throw_away(partial(self._bin, numbers, _CLIPS), "move clips to the bin")
            case ["clear", "rejects"]:
                self._throw_away(partial(self._clear_rejects, self._model.query), "move rejects to the bin")

    def undo(self) -> None:
        """What is offered to be undone, as its button does; else those that are on their way to the bin."""
        message = self._messages.message
        if not self._leaving and message is not None and message.action == UNDO:
            self._messages.act()
        elif self._binning and (self._leaving or self._binning.staged):
            again = self._bring_back(self._binning, is_late="")  # a key that was pressed twice
            self._tasks.spawn(again, "bring clips back", to_the_end=True)
        else:
            nothing = "There is nothing to undo among the clips. In the form, Ctrl+Z goes back a step."
            self._messages.show_now(Message(nothing, Tone.ACCENT))

    def rate(self, numbers: Sequence[int], stars: int) -> None:
        """0 takes the stars away."""
        said = {0: "No stars", 1: "1 star"}.get(stars, f"{stars} stars")
        self._change(numbers, lambda clip: replace(clip, rating=stars), said)

    def flag(self, numbers: Sequence[int], flag: Flag) -> None:
        """The mark that all of them have already is taken away."""
        at_hand = [self._model.loaded_clip(number) for number in numbers]
        if all(clip is not None and clip.flag is flag for clip in at_hand):
            flag = Flag.NONE
        said = {Flag.PICK: "Picked", Flag.REJECT: "Rejected", Flag.NONE: "Unmarked"}[flag]
        self._change(numbers, lambda clip: replace(clip, flag=flag), said)

    def note(self, numbers: Sequence[int], notes: str | None, added: Sequence[str], taken: Sequence[str]) -> None:
        """Write the notes (None: leave them), add tags and take tags away."""

        def change(clip: Clip) -> Clip:
            tags = tuple(dict.fromkeys((*(tag for tag in clip.tags if tag not in taken), *added)))
            return replace(clip, tags=tags, notes=clip.notes if notes is None else notes)

        self._change(numbers, change, "Noted")

    def _change(self, numbers: Sequence[int], change: Change, said: str) -> None:
        if len(numbers) == 1 and (clip := self._model.loaded_clip(numbers[0])):
            if change(clip) != clip:
                self._coming.setdefault(numbers[0], []).append(change)
                self._model.change_clip(change(clip))  # seen at once, and once more when it is kept
                self._tasks.spawn(self._keep(numbers[0], change), f"keep what is thought of {clip.id}", to_the_end=True)
        elif numbers:
            self._tasks.spawn(self._change_all(numbers, change, said), "change clips", to_the_end=True)

    async def _keep(self, number: int, change: Change) -> None:
        library = self._library
        if library is None:
            return
        try:
            async with self._judging:
                await library.change([number], change)
        except KlingError:
            self._no_longer_coming(number, change)
            self._show_as_kept(await library.clips([number]))
            raise
        self._no_longer_coming(number, change)

    def _no_longer_coming(self, number: int, change: Change) -> None:
        self._coming[number].remove(change)
        if not self._coming[number]:
            del self._coming[number]

    def _show_as_kept(self, clips: Sequence[Clip]) -> None:
        """What has been judged since and is still to be kept is shown on top of what is."""
        for clip in clips:
            for change in self._coming.get(clip.number, ()):
                clip = change(clip)
            self._model.change_clip(clip)

    async def _change_all(self, numbers: Sequence[int], change: Change, said: str) -> None:
        library = self._library
        if library is None:
            return
        before: dict[int, Clip] = {}
        async with self._judging:
            for start in range(0, len(numbers), _AT_ONCE):
                pairs = await library.change(numbers[start : start + _AT_ONCE], change)
                before |= {clip.number: clip for clip, _ in pairs}
        count = "1 clip" if len(numbers) == 1 else f"{len(numbers):,} clips"
        self._messages.show_now(
            Message(
                f"{said}: {count}.",
                Tone.OK,
                UNDO if before else "",
                lambda: self._tasks.spawn(self._restore(library, before), "undo", to_the_end=True),
                seconds=UNDO_SECONDS,
            )
        )

    async def _restore(self, library: "Library", before: Mapping[int, Clip]) -> None:
        def change(clip: Clip) -> Clip:
            was = before[clip.number]
            return replace(clip, rating=was.rating, flag=was.flag, notes=was.notes, tags=was.tags)

        numbers = list(before)
        async with self._judging:
            for start in range(0, len(numbers), _AT_ONCE):
                await library.change(numbers[start : start + _AT_ONCE], change)

    def _throw_away(self, work: Work, name: str) -> None:
        """One after the other, and an undo that is asked for meanwhile after those that were asked for before it."""
        self._leaving += 1
        self._tasks.spawn(self._in_turn(work), name)

    async def _in_turn(self, work: Work) -> None:
        try:
            async with self._turn:
                await work()
        finally:
            self._leaving -= 1

    async def _clear_rejects(self, query: ClipQuery) -> None:
        if self._library is None:
            return
        rejects = replace(query, flags=frozenset({Flag.REJECT.value}))
        async with self._judging:  # what was judged before this was asked for counts, also where it takes a while
            numbers = (await self._library.find(rejects)).numbers
        if numbers:
            await self._bin(numbers, _REJECTS)
        else:
            self._messages.show_now(
                Message("There are no rejected clips here. X rejects the chosen ones.", Tone.ACCENT)
            )

    async def _bin(self, numbers: Sequence[int], words: tuple[str, str]) -> None:
        library, binning = self._library, self._binning
        if library is None or binning is None:
            return
        before = {clip.id for clip in binning.staged}
        try:
            for start in range(0, len(numbers), _AT_ONCE):
                await binning.stage(await library.clips(numbers[start : start + _AT_ONCE]))
        finally:
            self._say_binned(binning, before, words)

    def _say_binned(self, binning: "Trash", before: set[str], words: tuple[str, str]) -> None:
        """What goes, and what goes back with it: an undo is for all that are not in the bin yet."""
        kept = {clip.id for clip in binning.staged}
        if kept:
            self._said = Message(
                _said_of_binned(len(kept - before), len(kept & before), words),
                Tone.OK,
                UNDO,
                lambda: self._tasks.spawn(self._bring_back(binning), "bring clips back", to_the_end=True),
                seconds=UNDO_SECONDS,
            )
            self._messages.show_now(self._said)

    async def _bring_back(self, binning: "Trash", is_late: str = _LATE) -> None:
        async with self._turn:
            back = await binning.undo()
        if self._said is not None:
            self._messages.withdraw(self._said)
        if not back and is_late:
            self._messages.show_now(Message(is_late, Tone.ACCENT, seconds=0))

    def _complain(self, sentence: str) -> None:
        self._messages.post(Message(sentence, Tone.BAD, seconds=0))


def _said_of_binned(now: int, before: int, words: tuple[str, str]) -> str:
    one, many = words
    which = f"The {one} goes" if now == 1 else f"{now:,} {many} go"
    if not before:
        return f"{which} to the system's bin."
    earlier = "the clip" if before == 1 else f"the {before:,} clips"
    if not now:
        return f"{'The clip goes' if before == 1 else f'{before:,} clips go'} to the system's bin."
    return f"{which} to the system's bin. Undo brings {'it' if now == 1 else 'them'} back, and {earlier} before."
