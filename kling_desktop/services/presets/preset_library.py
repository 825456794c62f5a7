"""The user's presets: loaded, changed, ordered, and watched for changes from outside."""

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
from kling_desktop.domain.presets.conflicts import ConflictChoice, free_name, resolve_conflicts
from kling_desktop.domain.presets.preset import Preset, PresetPart, from_draft, move_preset, updated_from
from kling_desktop.domain.request.draft import Draft
from kling_desktop.domain.text import list_and, name_key
from kling_desktop.store.presets.preset_folder import PresetFolder, StoredPreset
from kling_desktop.store.presets.preset_index import LAST_USED, PresetIndex, PresetIndexFile

if TYPE_CHECKING:
    from kling_desktop.store.presets.preset_archive import PresetArchive

log = logging.getLogger(__name__)


class PresetLibrary:
    """The presets in one folder. Methods that change something return once it is on disk, and may raise OSError.

    Attributes:
        changed: Emitted when the list or its order has changed.
        notice: Emitted with a sentence about the files.
    """

    changed = Signal()
    notice_posted = Signal(str)

    def __init__(
        self, folder: PresetFolder, index: PresetIndexFile, starters: Callable[[], tuple[Preset, ...]]
    ) -> None:
        """Have no presets until `open`.

        Args:
            folder: With a file for each preset.
            index: With their order, keys and default.
            starters: Reads the presets that come with the app.
        """
        self._folder = folder
        self._index_file = index
        self._starters = starters
        self._stored: dict[str, StoredPreset] = {}
        self._index = PresetIndex()
        self._problems: frozenset[str] = frozenset()
        self._lock = asyncio.Lock()

    @property
    def all(self) -> tuple[Preset, ...]:
        """In the user's order: pinned ones by number, then those that were moved, then the rest by name."""
        known = {name: stored.preset for name, stored in self._stored.items()}
        placed = dict.fromkeys((*(self._index.pins[n] for n in sorted(self._index.pins)), *self._index.order))
        rest = sorted((p for name, p in known.items() if name not in placed), key=lambda p: p.name.casefold())
        return (*(known[name] for name in placed if name in known), *rest)

    def get(self, preset_id: str) -> Preset | None:
        """Return a preset; None if there is none with this ID any more."""
        stored = self._stored.get(preset_id)
        return stored.preset if stored else None

    @property
    def default(self) -> Preset | None:
        """The preset that new drafts begin with."""
        return self.get(self._index.last_loaded if self.is_default_last_used else self._index.default)

    @property
    def is_default_last_used(self) -> bool:
        """Whether new drafts begin with the preset that was loaded last."""
        return self._index.default == LAST_USED

    @property
    def pins(self) -> Mapping[str, int]:
        """The numbers of pinned presets, by ID."""
        return {name: number for number, name in self._index.pins.items()}

    def get_pinned(self, number: int) -> Preset | None:
        """Return the preset that Ctrl and a number load."""
        return self.get(self._index.pins.get(number, ""))

    def last_field_value(self, field: str) -> str:
        """Return what was last filled in for a template field of this name; "" if nothing was."""
        return self._index.field_values.get(field, "")

    def find_by_name(self, name: str) -> Preset | None:
        """Return the preset of a name, however it is spelled."""
        wanted = name_key(name)
        return next((preset for preset in self.all if name_key(preset.name) == wanted), None)

    async def open(self) -> None:
        """Read everything. The first time, add the starters."""
        async with self._lock:
            await self._read_index()
            try:
                await asyncio.to_thread(self._folder.clean_up)
            except OSError as error:  # a read-only folder can still be read
                self.notice_posted.emit(f"Presets can be loaded but not saved: {os_error_reason(error)}.")
            await self._read()
            if not self._stored and not self._problems and not self._index.order:
                try:
                    await self._add_starters()
                except OSError as error:  # a full disk, for example: they are added another time
                    log.info("the starter presets can't be written: %s", error)
        self.changed.emit()

    async def refresh(self) -> None:
        """Read what other programs have changed in the folder."""
        async with self._lock:
            before = self._stored, self._index
            await self._read_index()
            await self._read()
        if before != (self._stored, self._index):
            self.changed.emit()

    async def restore_starters(self) -> int:
        """Add the starters that are missing, and return how many they were."""
        async with self._lock:
            count = await self._add_starters()
        self.changed.emit()
        return count

    async def save_new(self, draft: Draft, name: str, parts: frozenset[PresetPart]) -> Preset:
        """Save the form under a new name."""
        return await self.add(from_draft(draft, uuid4().hex, name, parts))

    async def add(self, preset: Preset) -> Preset:
        """Add a preset from elsewhere. It gets a new ID, and a number after its name, if its own is taken."""
        preset = replace(preset, name=free_name(preset.name, {name_key(one.name) for one in self.all}))
        if preset.id in self._stored:
            preset = replace(preset, id=uuid4().hex)
        async with self._lock:
            stored, _ = await asyncio.to_thread(self._folder.save, preset)
            self._stored[stored.preset.id] = stored
            await self._change_index(partial(self._with_new, preset_id=stored.preset.id))
        self.changed.emit()
        return stored.preset

    async def import_presets(
        self, archives: "Sequence[PresetArchive]", choices: Mapping[str, ConflictChoice], pictures: Path
    ) -> int:
        """Import the presets of archives.

        Args:
            archives: The archives.
            choices: What to do about presets with the same name.
            pictures: The folder for their images.

        Returns:
            How many presets were imported.

        Raises:
            UserError: An image in an archive is damaged; nothing has changed.
        """
        from kling_desktop.store.presets.preset_archive import extract_images

        unpacked: list[Preset] = []
        for archive in archives:
            unpacked += await asyncio.to_thread(extract_images, archive, archive.presets, pictures)
        async with self._lock:
            new_ids = (uuid4().hex for _ in unpacked)
            coming = resolve_conflicts(unpacked, self.all, choices, new_ids)
            writes = [(one.preset, self._stored[one.replaces.id] if one.replaces else None) for one in coming]
            copies = await asyncio.to_thread(self._folder.import_presets, writes)
            await self._read()
        if copies:
            names = list_and(f"“{preset.name}”" for preset in copies)
            self.notice_posted.emit(
                f"The presets to replace were changed elsewhere, so both versions were kept: see {names}."
            )
        self.changed.emit()
        return len(coming)

    async def export(self, presets: Sequence[Preset], to: Path) -> tuple[str, ...]:
        """Write presets into one file.

        Returns:
            The names of images that could not be found.
        """
        from kling_desktop.media.image.conversion import pack_image
        from kling_desktop.store.presets.preset_archive import write_archive

        return await asyncio.to_thread(write_archive, presets, to, pack_image)

    async def update(self, preset_id: str, draft: Draft) -> Preset:
        """Save the form to a preset, with the parts that it holds.

        Returns:
            The preset, or a new one if another program has changed it meanwhile.
        """
        return await self._change(preset_id, lambda preset: replace(updated_from(preset, draft), is_starter=False))

    async def rename(self, preset_id: str, name: str) -> None:
        await self._change(preset_id, lambda preset: replace(preset, name=name, is_starter=False))

    async def set_tags(self, preset_id: str, tags: tuple[str, ...]) -> None:
        await self._change(preset_id, lambda preset: replace(preset, tags=tags))

    async def duplicate(self, preset_id: str) -> Preset:
        """Add a copy, named after the original."""
        original = self._stored[preset_id].preset
        name, number = f"{original.name} copy", 2
        while self.find_by_name(name):
            name, number = f"{original.name} copy {number}", number + 1
        return await self.add(replace(original, id=uuid4().hex, name=name, is_starter=False))

    async def delete(self, preset_id: str) -> Callable[[], Coroutine[Any, Any, None]]:
        """Delete a preset, and return a function that restores it at its old place."""
        async with self._lock:
            stored, index = self._stored.get(preset_id), self._index
            if stored is None:
                raise UserError("This preset is gone: another program deleted it.")
            await asyncio.to_thread(self._folder.delete, stored)
            del self._stored[preset_id]
        self.changed.emit()
        return lambda: self._restore(stored, index)

    async def record_use(self, preset_id: str) -> None:
        """Record which preset was loaded."""
        await self._record(lambda index: replace(index, last_loaded=preset_id))

    async def record_field_values(self, values: Mapping[str, str]) -> None:
        """Record what was filled in for template fields, to offer it the next time."""
        await self._record(lambda index: replace(index, field_values={**index.field_values, **values}))

    async def move(self, preset_id: str, to: int) -> None:
        """Move a preset to a place in the list, from 0. Presets with a key always come first, in key order."""
        before = tuple(preset.id for preset in self.all)

        def arranged(index: PresetIndex) -> PresetIndex:
            order, pins = move_preset(before, index.pins, preset_id, to)
            return replace(index, order=order, pins=pins)

        async with self._lock:
            await self._change_index(arranged)
        if before == tuple(preset.id for preset in self.all) and before.index(preset_id) != to:
            self.notice_posted.emit(
                "Presets with a key come first, in the order of their keys. Pin or unpin it instead."
            )
        self.changed.emit()

    async def pin(self, preset_id: str, number: int | None) -> None:
        """Let Ctrl and a number load a preset, or no longer for None. Another preset with this number loses it."""

        def pinned(index: PresetIndex) -> PresetIndex:
            pins = {at: name for at, name in index.pins.items() if name != preset_id and at != number}
            return replace(index, pins=pins if number is None else {**pins, number: preset_id})

        async with self._lock:
            await self._change_index(pinned)
        self.changed.emit()

    async def set_default(self, preset_id: str) -> None:
        """Let new drafts begin with a preset; with none for "", with the one loaded last for LAST_USED."""
        async with self._lock:
            await self._change_index(lambda index: replace(index, default=preset_id))
        self.changed.emit()

    async def _restore(self, stored: StoredPreset, index: PresetIndex) -> None:
        async with self._lock:
            restored = await asyncio.to_thread(self._folder.restore, stored)
            self._stored[restored.preset.id] = restored
            await self._change_index(lambda now: replace(now, order=index.order, pins={**index.pins, **now.pins}))
        self.changed.emit()

    async def _change(self, preset_id: str, change: Callable[[Preset], Preset]) -> Preset:
        async with self._lock:
            old = self._stored.get(preset_id)
            if old is None:
                raise UserError("This preset is gone: another program deleted it.", "Save it under a new name.")
            stored, is_conflict = await asyncio.to_thread(self._folder.save, change(old.preset), old)
            self._stored[stored.preset.id] = stored
            if is_conflict:
                await self._read()
        if is_conflict:
            self.notice_posted.emit(
                f"“{old.preset.name}” was changed elsewhere. Both versions were kept: yours is “{stored.preset.name}”."
            )
        self.changed.emit()
        return stored.preset

    async def _read_index(self) -> None:
        before = self._index_file.problem
        self._index = await asyncio.to_thread(self._index_file.read)
        if (problem := self._index_file.problem) and problem != before:
            self.notice_posted.emit(problem)

    async def _read(self) -> None:
        contents = await asyncio.to_thread(self._folder.read)
        self._stored = {one.preset.id: one for one in contents.presets}
        for problem in contents.problems:
            if problem not in self._problems:
                self.notice_posted.emit(problem)
        self._problems = frozenset(contents.problems)

    def _with_new(self, index: PresetIndex, preset_id: str) -> PresetIndex:
        """Place a new preset after the user's own, and before the starters at the end."""
        known = [name for name in index.order if name in self._stored]
        own = next(
            (at for at, name in enumerate(reversed(known)) if not self._stored[name].preset.is_starter), len(known)
        )
        at = len(index.order) if not own else index.order.index(known[len(known) - own])
        return replace(index, order=(*index.order[:at], preset_id, *index.order[at:]))

    async def _add_starters(self) -> int:
        missing = [preset for preset in await asyncio.to_thread(self._starters) if preset.id not in self._stored]
        for preset in missing:
            stored, _ = await asyncio.to_thread(self._folder.save, preset)
            self._stored[stored.preset.id] = stored
        new = tuple(preset.id for preset in missing)
        await self._change_index(lambda index: replace(index, order=(*index.order, *new)))
        return len(missing)

    async def _record(self, change: Callable[[PresetIndex], PresetIndex]) -> None:
        """Save what the user didn't ask to save; a failure is only logged."""
        async with self._lock:
            try:
                await self._change_index(change)
            except OSError as error:
                log.info("the order of the presets can't be written: %s", error)

    async def _change_index(self, change: Callable[[PresetIndex], PresetIndex]) -> None:
        self._index = await asyncio.to_thread(self._index_file.change, change)
