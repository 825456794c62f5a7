"""Loads presets into the form and says what is worth knowing about it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.presets.tasks import PresetTasks
from kling_desktop.domain.presets.preset import Preset, apply_preset
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.text import list_and, plural
from kling_desktop.services.composer.composer import Composer
from kling_desktop.services.presets.preset_library import PresetLibrary
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import UNDO, Message


class PresetLoader:
    """Each preset is loaded in one step to undo. The cursor then goes to the first template field, if there is one."""

    def __init__(
        self, context: AppContext, composer: Composer, presets: PresetLibrary, preset_tasks: PresetTasks
    ) -> None:
        self._messages = context.messages
        self._window = context.window
        self._panel = context.window.composer
        self._composer = composer
        self._presets = presets
        self._tasks = preset_tasks
        self._requested: Preset | None = None

    def begin_anew(self) -> None:
        """Start a new form, and go to its prompt."""
        self.start_new_form()
        self._window.show_form()
        if not self._composer.draft.template_fields:
            self._panel.focus_control("prompt")

    def start_new_form(self) -> None:
        """An empty form, or the preset for new forms."""
        default = self._presets.default
        draft = apply_preset(default, Draft()) if default else Draft()
        if draft != self._composer.draft:
            self._composer.replace(draft)
            self._focus_template_field()

    def load(self, preset: Preset) -> None:
        """Load a preset. A message says which of its images are missing and which media of the form is parked."""
        self._requested = preset
        if any(isinstance(media, LocalImage) for slot in Slot for media in preset.draft.media(slot)):
            self._tasks.start(self._load_without_missing(preset), "load a preset")
        else:
            self._load(preset, ())

    async def _load_without_missing(self, preset: Preset) -> None:
        found = await asyncio.to_thread(_without_missing_images, preset)
        if self._requested is preset:  # else the user has chosen another one in the meantime
            self._load(*found)

    def _load(self, preset: Preset, missing: Sequence[str]) -> None:
        before = self._composer.draft
        draft = apply_preset(preset, before)
        self._composer.replace(draft)
        notes = []
        if missing:
            notes.append(
                plural(
                    len(missing),
                    one="1 of its images no longer exists: {names}.",
                    other="{count} of its images no longer exist: {names}.",
                    names=list_and(missing),
                )
            )
        if preset.unread:
            notes.append(_unread_note(preset))
        if draft.parked - before.parked:
            notes.append("Media that can't be combined with it stays in the form but isn't sent.")
        if notes:
            words = " ".join((f"“{preset.name}” is loaded.", *notes))
            # What was done since is a step of its own and comes back with Ctrl+Z.
            self._messages.show_now(Message(words, Tone.ACCENT, UNDO, lambda: self._composer.replace(before)))
        self._focus_template_field()
        self._tasks.start(self._presets.record_use(preset.id), "note the use of a preset")

    def load_from_outside(self, preset: Preset) -> None:
        """Load a preset that came as a file or was pasted, and offer to save it among the user's own."""
        self._composer.replace(apply_preset(preset, self._composer.draft))

        def save() -> None:
            self._tasks.start(self._save(preset), "save a preset")

        words = " ".join(filter(None, (f"“{preset.name}” is loaded.", _unread_note(preset))))
        self._messages.show_now(Message(words, Tone.OK, "Save to my presets", save, seconds=0))
        self._focus_template_field()

    async def _save(self, preset: Preset) -> None:
        saved = await self._presets.add(preset)
        self._composer.amend(lambda draft: replace(draft, preset=saved.id))
        self._tasks.show(f"“{saved.name}” is saved to your presets.", Tone.OK)

    def _focus_template_field(self) -> None:
        if self._composer.draft.template_fields:
            self._panel.focus_template_field()


def _unread_note(preset: Preset) -> str:
    """What a newer version must have written; "" if everything was understood."""
    if not preset.unread:
        return ""
    parts = list_and(preset.unread_labels)
    return f"This version can't read everything in its file ({parts}). Those parts stay in the file."


def _without_missing_images(preset: Preset) -> tuple[Preset, tuple[str, ...]]:
    """The preset without the images whose files are gone, and their names."""
    draft, missing = preset.draft, []
    for slot in Slot:
        found = []
        for media in draft.media(slot):
            if isinstance(media, LocalImage) and not Path(media.file).is_file():
                missing.append(media.name or Path(media.file).name)
            else:
                found.append(media)
        draft = draft.with_media(slot, tuple(found))
    return replace(preset, draft=draft), tuple(missing)
