"""Presets into the form, and what has to be said about it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.presets.tasks import PresetTasks
from kling_desktop.domain.presets.preset import Preset, apply_preset
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.models import Slot
from kling_desktop.services.composer.composer import Composer
from kling_desktop.services.presets.preset_library import PresetLibrary
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message


class PresetLoader:
    """Each loading is one step to undo; afterwards the keyboard is at the first blank, if there is one."""

    def __init__(
        self, context: AppContext, composer: Composer, presets: PresetLibrary, preset_tasks: PresetTasks
    ) -> None:
        self._messages = context.messages
        self._panel = context.window.composer
        self._composer = composer
        self._presets = presets
        self._tasks = preset_tasks
        self._wanted: Preset | None = None

    def begin_anew(self) -> None:
        """An empty form, or the preset that new forms begin with."""
        default = self._presets.default
        draft = apply_preset(default, Draft()) if default else Draft()
        if draft != self._composer.draft:
            self._composer.replace(draft)
            self._lead_to_blank()

    def load(self, preset: Preset) -> None:
        """Into the form, in one step to undo; what had to make way is said, and which of its pictures are gone."""
        self._wanted = preset
        if any(isinstance(media, LocalImage) for slot in Slot for media in preset.draft.media(slot)):
            self._tasks.start(self._load_whats_there(preset), "load a preset")
        else:
            self._load(preset, ())

    async def _load_whats_there(self, preset: Preset) -> None:
        found = await asyncio.to_thread(_with_what_is_there, preset)
        if self._wanted is preset:  # else the user has chosen another meanwhile
            self._load(*found)

    def _load(self, preset: Preset, gone: Sequence[str]) -> None:
        before = self._composer.draft
        draft = apply_preset(preset, before)
        self._composer.replace(draft)
        told = [f"These pictures of it are gone: {', '.join(gone)}."] if gone else []
        if preset.unread:
            told.append(_cant_read(preset))
        if draft.parked - before.parked:
            told.append("Media that doesn't go with it is set aside in its place.")
        if told:
            words = " ".join((f"“{preset.name}” is in the form.", *told))
            # What has been done since is a step of its own, and comes back with Ctrl+Z.
            self._messages.show_now(Message(words, Tone.ACCENT, "Undo", lambda: self._composer.replace(before)))
        self._lead_to_blank()
        self._tasks.start(self._presets.record_use(preset.id), "note the preset")

    def read(self, preset: Preset) -> None:
        """One that came as a file or a paste: into the form, and kept if the user says so."""
        self._composer.replace(apply_preset(preset, self._composer.draft))

        def keep() -> None:
            self._tasks.start(self._keep(preset), "keep a preset")

        words = f"“{preset.name}” is in the form. {_cant_read(preset)}".strip()
        self._messages.show_now(Message(words, Tone.OK, "Keep it among your presets", keep, seconds=0))
        self._lead_to_blank()

    async def _keep(self, preset: Preset) -> None:
        kept = await self._presets.add(preset)
        self._composer.amend(lambda draft: replace(draft, preset=kept.id))
        self._tasks.show(f"“{kept.name}” is among your presets.", Tone.OK)

    def _lead_to_blank(self) -> None:
        if self._composer.draft.template_fields:
            self._panel.focus_template_field()


def _cant_read(preset: Preset) -> str:
    """What of it a newer version must have written; "" where all was understood."""
    if not preset.unread:
        return ""
    return f"This version can't read its {', '.join(preset.unread_labels)}: kept in its file, left out of the form."


def _with_what_is_there(preset: Preset) -> tuple[Preset, tuple[str, ...]]:
    """The preset without the pictures whose files are gone, and what those were called."""
    draft, gone = preset.draft, []
    for slot in Slot:
        there = []
        for media in draft.media(slot):
            if isinstance(media, LocalImage) and not Path(media.file).is_file():
                gone.append(media.name or Path(media.file).name)
            else:
                there.append(media)
        draft = draft.with_media(slot, tuple(there))
    return replace(preset, draft=draft), tuple(gone)
