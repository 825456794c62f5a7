"""The presets: loaded into the form, saved from it, and kept up to date with their folder."""

from collections.abc import Coroutine
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.presets.preset_loader import PresetLoader
from kling_desktop.controllers.presets.preset_manager import PresetManager
from kling_desktop.controllers.presets.tasks import PresetTasks
from kling_desktop.domain.errors import os_error_reason
from kling_desktop.domain.presets.diff import describe_changes
from kling_desktop.domain.presets.preset import Preset, PresetPart, changed_fields, default_parts
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.template_fields import field_values
from kling_desktop.services.composer.composer import Composer
from kling_desktop.services.presets.preset_library import PresetLibrary
from kling_desktop.store.presets.preset_folder import PresetFolder, read_presets
from kling_desktop.store.presets.preset_index import PresetIndexFile
from kling_desktop.ui.presets.list_popup import PresetListPopup
from kling_desktop.ui.presets.preset_bar import PresetBar
from kling_desktop.ui.presets.save_popup import PresetSavePopup
from kling_desktop.ui.qt.resources import resource
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.shell.request_drop import RequestDrop
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.widgets import Message

_REFRESH_MS = 2000


class PresetController:
    """Fills the preset bar over the form and does what the keys of PresetShortcuts ask for."""

    def __init__(self, context: AppContext, bar: PresetBar, composer: Composer) -> None:
        self._context = context
        self._composer = composer
        self._panel = context.window.composer
        folders = context.folders
        starters = partial(read_presets, resource("presets"))
        self.library = PresetLibrary(PresetFolder(folders.presets), PresetIndexFile(folders.preset_index), starters)
        self._panel.suggest_for_template_fields(self.library.last_field_value)
        self._bar = bar
        self.list_popup = PresetListPopup(context.theme, bar, self._panel, self._picture_of)
        self.save_popup = PresetSavePopup(context.theme, bar, self._panel)
        self._tasks = PresetTasks(context)
        self.loader = PresetLoader(context, composer, self.library, self._tasks)
        self.manager = PresetManager(context, self.library, self.list_popup, self.save_popup, self._tasks)
        self._timer = QTimer(context.window)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(lambda: self._tasks.start(self.library.refresh(), "look for presets"))
        context.connections.on_close(self._timer.stop)
        self._bar.revert_requested.connect(self.revert)
        self._bar.update_requested.connect(self.save)
        self.list_popup.load_requested.connect(self._load_by_id)
        self.save_popup.confirmed.connect(self._update)
        self._panel.pictures.loaded.connect(self.list_popup.list.viewport().update)
        composer.changed.connect(self._show_current)
        self.library.changed.connect(self._show)
        self.library.notice_posted.connect(lambda sentence: self._tasks.show(sentence, Tone.ODD))

    def listen_to(self, menu: FormMenu, requests: RequestDrop) -> None:
        """Do what the menu offers, and load presets that come from outside."""
        requests.preset_found.connect(self.loader.load_from_outside)
        menu.begin_anew.triggered.connect(lambda: self.loader.begin_anew())
        self.manager.listen_to(menu, requests)

    async def open(self) -> None:
        """Read the presets. A form in which nothing has been done yet starts with the preset for new forms."""
        try:
            await self.library.open()
        except OSError as error:
            why = f"The presets can't be read: {os_error_reason(error)}."
            self._context.messages.post(Message(why, Tone.BAD))
        if self._composer.draft == Draft():
            self.loader.start_new_form()
        self._timer.start()

    def load(self, preset: Preset) -> None:
        """Load a preset into the form."""
        self.loader.load(preset)

    def open_list(self, typed: str = "") -> None:
        current = self._current
        self.list_popup.open_at(current.id if current else "", typed)

    def save(self) -> None:
        """Save over the current preset once the user has seen what changes; without one, under a new name."""
        current = self._current
        if current is None:
            self.save_as()
        elif changes := describe_changes(current, self._composer.draft):
            starter = ("It will then be one of your own presets.",) if current.is_starter else ()
            self.save_popup.ask_confirmation(f"Save the form over “{current.name}”?", (*changes, *starter))
        else:
            self._tasks.show(f"“{current.name}” has no changes to save.", Tone.OK)

    def save_as(self) -> None:
        parts = default_parts(self._composer.draft)
        self.save_popup.ask_name("Save the form as a preset", "", self._save_new, self.manager.name_problem, parts)

    def revert(self) -> None:
        """Set the form back to the current preset."""
        if current := self._current:
            self.load(current)

    def _picture_of(self, preset: Preset) -> QImage | None:
        """The poster of the latest clip made with it, or the first of its media that can be shown."""
        poster = self._panel.sources.preset_poster(preset.id)
        shown = (LocalImage(str(poster)),) if poster else ()
        media = (*shown, *(one for slot in Slot for one in preset.draft.media(slot)))
        pictures = self._panel.pictures
        return next((picture for one in media if (picture := pictures.of(one)) is not None), None)

    def _load_by_id(self, preset_id: str) -> None:
        if preset := self.library.get(preset_id):
            self.load(preset)

    def load_starter(self, preset_id: str) -> None:
        """Load a starter, even one that the user has deleted, and show the form."""
        self._context.window.show_form()
        preset = self.library.get(preset_id)
        if preset is None:
            preset = next(one for one in read_presets(resource("presets")) if one.id == preset_id)
        self.load(preset)

    def load_pinned(self, number: int) -> None:
        """Load the preset that is pinned to a key."""
        if preset := self.library.get_pinned(number):
            self.load(preset)
        else:
            self._tasks.show(
                f"No preset is pinned to Ctrl+{number}. Right-click one in the list to pin it.", Tone.ACCENT
            )

    def _save_new(self, name: str, parts: frozenset[PresetPart]) -> None:
        self._tasks.start(self._save(self.library.save_new(self._composer.draft, name, parts)), "save a preset")

    def _update(self) -> None:
        if current := self._current:
            self._tasks.start(self._save(self.library.update(current.id, self._composer.draft)), "save a preset")

    async def _save(self, saving: Coroutine[Any, Any, Preset]) -> None:
        saved = await saving
        self._composer.amend(lambda draft: replace(draft, preset=saved.id))
        self._show_current()

    def _show(self) -> None:
        default = self.library.default
        is_last_used = self.library.is_default_last_used
        default_id = default.id if default and not is_last_used else ""
        self.list_popup.show_presets(self.library.all, self.library.pins, default_id, begins_with_last=is_last_used)
        self._show_current()

    def _show_current(self, _form: object = None) -> None:
        current = self._current
        if current:
            self._bar.show_preset(current.name, changed_fields(current, self._composer.draft))
        else:
            self._bar.show_preset("", ())

    def name_of(self, preset_id: str) -> str:
        """The name of the preset of an ID; "" if it is gone."""
        preset = self.library.get(preset_id)
        return preset.name if preset else ""

    def heading_of(self, preset_id: str) -> str:
        """The heading over the clips made with the preset of an ID; "" is for clips without a preset."""
        if not preset_id:
            return "No preset"
        return self.name_of(preset_id) or "Deleted preset"

    @property
    def _current(self) -> Preset | None:
        """The preset that the form started with."""
        return self.library.get(self._composer.draft.preset)

    def remember(self, draft: Draft) -> None:
        """Note what was filled into the template fields, to offer it the next time."""
        preset = self.library.get(draft.preset)
        if preset and (values := field_values(draft.prompt, preset.draft.prompt)):
            self._tasks.start(self.library.record_field_values(values), "remember what was filled in")
