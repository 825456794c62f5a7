"""The user's presets as they live in the window: loaded, changed, put in order, watched for changes from outside."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from psygnal import Signal

from kling_desktop.domain.errors import UserError, os_error_reason
from kling_desktop.domain.presets.conflicts import ConflictChoice, resolve_conflicts
from kling_desktop.domain.presets.preset import Preset, PresetPart, from_draft, move_preset, updated_from
from kling_desktop.domain.request.draft import Draft
from kling_desktop.store.presets.preset_folder import PresetFolder, StoredPreset
from kling_desktop.store.presets.preset_index import LAST_USED, PresetIndex, PresetIndexFile

if TYPE_CHECKING:
    from kling_desktop.store.presets.preset_archive import PresetArchive

log = logging.getLogger(__name__)


class PresetLibrary:
    """changed: the list or its order is another. told: a sentence about files.

    starters reads those that come with the app. Every method that changes something returns once it is on disk, and may
    raise OSError.
    """

    changed = Signal()
    notice = Signal(str)

    def __init__(
        self, folder: PresetFolder, index: PresetIndexFile, starters: Callable[[], tuple[Preset, ...]]
    ) -> None:
        self._folder = folder
        self._index_file = index
        self._starters = starters
        self._kept: dict[str, StoredPreset] = {}
        self._index = PresetIndex()
        self._troubles: frozenset[str] = frozenset()
        self._turn = asyncio.Lock()

    @property
    def all(self) -> tuple[Preset, ...]:
        """In the user's order: pinned ones first by their numbers, then as they were put, then the rest by name."""
        known = {name: kept.preset for name, kept in self._kept.items()}
        placed = dict.fromkeys((*(self._index.pins[n] for n in sorted(self._index.pins)), *self._index.order))
        rest = sorted((p for name, p in known.items() if name not in placed), key=lambda p: p.name.casefold())
        return (*(known[name] for name in placed if name in known), *rest)

    def get(self, preset_id: str) -> Preset | None:
        """None where there is none of that ID, any more."""
        kept = self._kept.get(preset_id)
        return kept.preset if kept else None

    @property
    def default(self) -> Preset | None:
        """What new drafts begin with."""
        return self.get(self._index.last_loaded if self.is_default_last_used else self._index.default)

    @property
    def is_default_last_used(self) -> bool:
        """Whether new drafts begin with the preset that was loaded last, whichever it is."""
        return self._index.default == LAST_USED

    @property
    def pins(self) -> Mapping[str, int]:
        """The numbers by the IDs of the presets pinned to them."""
        return {name: number for number, name in self._index.pins.items()}

    def get_pinned(self, number: int) -> Preset | None:
        """The preset that Ctrl and a number load."""
        return self.get(self._index.pins.get(number, ""))

    def last_field_value(self, field: str) -> str:
        """What stood for a blank of that name the last time; "" if nothing has."""
        return self._index.field_values.get(field, "")

    def find_by_name(self, name: str) -> Preset | None:
        """The preset of that name, whatever its case."""
        wanted = name.strip().casefold()
        return next((preset for preset in self.all if preset.name.casefold() == wanted), None)

    async def open(self) -> None:
        """Read everything; the first time, with the starters."""
        async with self._turn:
            self._index = await asyncio.to_thread(self._index_file.read)
            try:
                await asyncio.to_thread(self._folder.clean_up)
            except OSError as error:  # what can't be written to may be read all the same
                self.notice.emit(f"Presets can be loaded but not saved: {os_error_reason(error)}.")
            await self._read()
            if not self._kept and not self._troubles and not self._index.order:
                try:
                    await self._add_starters()
                except OSError as error:  # a full disk: they come another time, and nobody waits for them
                    log.info("the starter presets can't be written: %s", error)
        self.changed.emit()

    async def refresh(self) -> None:
        """Take up what other programs have changed in the folder."""
        async with self._turn:
            before = self._kept, self._index
            self._index = await asyncio.to_thread(self._index_file.read)
            await self._read()
        if before != (self._kept, self._index):
            self.changed.emit()

    async def restore_starters(self) -> int:
        """Bring back the starters that are gone; says how many."""
        async with self._turn:
            count = await self._add_starters()
        self.changed.emit()
        return count

    async def save_new(self, draft: Draft, name: str, parts: frozenset[PresetPart]) -> Preset:
        """Keep the form under a new name."""
        return await self.add(from_draft(draft, uuid4().hex, name, parts))

    async def add(self, preset: Preset) -> Preset:
        """Keep a preset that came from elsewhere. One whose ID is known becomes another."""
        if preset.id in self._kept:
            preset = replace(preset, id=uuid4().hex)
        async with self._turn:
            kept, _ = await asyncio.to_thread(self._folder.save, preset)
            self._kept[kept.preset.id] = kept
            await self._point_to(partial(self._with_own, preset_id=kept.preset.id))
        self.changed.emit()
        return kept.preset

    async def import_presets(
        self, archives: "Sequence[PresetArchive]", choices: Mapping[str, ConflictChoice], pictures: Path
    ) -> int:
        """Import what archives hold, their pictures to that folder; says how many presets came. UserError, and nothing
        has changed, when a picture in one is damaged.
        """
        from kling_desktop.store.presets.preset_archive import extract_images

        unpacked: list[Preset] = []
        for bundle in archives:
            unpacked += await asyncio.to_thread(extract_images, bundle, bundle.presets, pictures)
        async with self._turn:
            new_ids = (uuid4().hex for _ in unpacked)
            coming = resolve_conflicts(unpacked, self.all, choices, new_ids)
            writes = [(one.preset, self._kept[one.replaces.id] if one.replaces else None) for one in coming]
            beside = await asyncio.to_thread(self._folder.import_presets, writes)
            await self._read()
        if beside:
            told = ", ".join(f"“{preset.name}”" for preset in beside)
            self.notice.emit(f"The presets to replace were changed elsewhere, so both versions were kept: see {told}.")
        self.changed.emit()
        return len(coming)

    async def export(self, presets: Sequence[Preset], to: Path) -> tuple[str, ...]:
        """Write them into one file; names the pictures that could not be found. OSError as writing may."""
        from kling_desktop.media.image.conversion import pack_image
        from kling_desktop.store.presets.preset_archive import write_archive  # zip files are rare, starts are not

        return await asyncio.to_thread(write_archive, presets, to, pack_image)

    async def update(self, preset_id: str, draft: Draft) -> Preset:
        """Save the form over a preset, the parts that it holds. The answer is another preset where that one was changed
        elsewhere meanwhile.
        """
        return await self._change(preset_id, lambda preset: replace(updated_from(preset, draft), is_starter=False))

    async def rename(self, preset_id: str, name: str) -> None:
        await self._change(preset_id, lambda preset: replace(preset, name=name, is_starter=False))

    async def set_tags(self, preset_id: str, tags: tuple[str, ...]) -> None:
        await self._change(preset_id, lambda preset: replace(preset, tags=tags))

    async def duplicate(self, preset_id: str) -> Preset:
        """A copy to be changed, named after the original."""
        original = self._kept[preset_id].preset
        name, number = f"{original.name} copy", 2
        while self.find_by_name(name):
            name, number = f"{original.name} copy {number}", number + 1
        return await self.add(replace(original, id=uuid4().hex, name=name, is_starter=False))

    async def delete(self, preset_id: str) -> Callable[[], Coroutine[Any, Any, None]]:
        """Remove a preset. The answer, called, brings it back where it was."""
        async with self._turn:
            kept, index = self._kept.get(preset_id), self._index
            if kept is None:
                raise UserError("This preset is gone: another program deleted it.")
            await asyncio.to_thread(self._folder.delete, kept)
            del self._kept[preset_id]
        self.changed.emit()
        return lambda: self._undelete(kept, index)

    async def record_use(self, preset_id: str) -> None:
        """Note which one has been loaded."""
        await self._note_by_the_way(lambda index: replace(index, last_loaded=preset_id))

    async def record_field_values(self, values: Mapping[str, str]) -> None:
        """What was filled in for blanks, to be offered the next time."""
        await self._note_by_the_way(lambda index: replace(index, field_values={**index.field_values, **values}))

    async def move(self, preset_id: str, to: int) -> None:
        """Put a preset at a place of the list, 0 first. Those with a key come first, in the order of their keys."""
        before = tuple(preset.id for preset in self.all)

        def arranged(index: PresetIndex) -> PresetIndex:
            order, pins = move_preset(before, index.pins, preset_id, to)
            return replace(index, order=order, pins=pins)

        async with self._turn:
            await self._point_to(arranged)
        if before == tuple(preset.id for preset in self.all) and before.index(preset_id) != to:
            self.notice.emit("Presets with a key come first, in the order of their keys. Pin or unpin it instead.")
        self.changed.emit()

    async def pin(self, preset_id: str, number: int | None) -> None:
        """Let Ctrl and a number load it, None: no longer. Another one that had the number loses it."""

        def pinned(index: PresetIndex) -> PresetIndex:
            pins = {at: name for at, name in index.pins.items() if name != preset_id and at != number}
            return replace(index, pins=pins if number is None else {**pins, number: preset_id})

        async with self._turn:
            await self._point_to(pinned)
        self.changed.emit()

    async def set_default(self, preset_id: str) -> None:
        """New drafts begin with it; "": with nothing; LAST_USED: with the one loaded last."""
        async with self._turn:
            await self._point_to(lambda index: replace(index, default=preset_id))
        self.changed.emit()

    async def _undelete(self, kept: StoredPreset, index: PresetIndex) -> None:
        async with self._turn:
            restored = await asyncio.to_thread(self._folder.restore, kept)
            self._kept[restored.preset.id] = restored
            await self._point_to(lambda now: replace(now, order=index.order, pins={**index.pins, **now.pins}))
        self.changed.emit()

    async def _change(self, preset_id: str, change: Callable[[Preset], Preset]) -> Preset:
        async with self._turn:
            over = self._kept.get(preset_id)
            if over is None:
                raise UserError("This preset is gone: another program deleted it.", "Save it under a new name.")
            kept, clash = await asyncio.to_thread(self._folder.save, change(over.preset), over)
            self._kept[kept.preset.id] = kept
            if clash:
                await self._read()
        if clash:
            self.notice.emit(
                f"“{over.preset.name}” was changed elsewhere. Both versions were kept: yours is “{kept.preset.name}”."
            )
        self.changed.emit()
        return kept.preset

    async def _read(self) -> None:
        shelf = await asyncio.to_thread(self._folder.read)
        self._kept = {kept.preset.id: kept for kept in shelf.presets}
        for trouble in shelf.problems:
            if trouble not in self._troubles:
                self.notice.emit(trouble)
        self._troubles = frozenset(shelf.problems)

    def _with_own(self, index: PresetIndex, preset_id: str) -> PresetIndex:
        """With one more of the user's own: after the others, and before the starters that stand at the end."""
        known = [name for name in index.order if name in self._kept]
        own = next(
            (at for at, name in enumerate(reversed(known)) if not self._kept[name].preset.is_starter), len(known)
        )
        at = len(index.order) if not own else index.order.index(known[len(known) - own])
        return replace(index, order=(*index.order[:at], preset_id, *index.order[at:]))

    async def _add_starters(self) -> int:
        missing = [preset for preset in await asyncio.to_thread(self._starters) if preset.id not in self._kept]
        for preset in missing:
            kept, _ = await asyncio.to_thread(self._folder.save, preset)
            self._kept[kept.preset.id] = kept
        new = tuple(preset.id for preset in missing)
        await self._point_to(lambda index: replace(index, order=(*index.order, *new)))
        return len(missing)

    async def _note_by_the_way(self, change: Callable[[PresetIndex], PresetIndex]) -> None:
        """What nobody asked to be kept isn't worth a complaint where it can't be."""
        async with self._turn:
            try:
                await self._point_to(change)
            except OSError as error:
                log.info("the order of the presets can't be written: %s", error)

    async def _point_to(self, change: Callable[[PresetIndex], PresetIndex]) -> None:
        self._index = await asyncio.to_thread(self._index_file.change, change)
