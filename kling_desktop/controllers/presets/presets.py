"""The presets of the window: loaded into the form, saved from it, and watched."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage

from kling_desktop.controllers.presets.preset_loader import PresetLoader
from kling_desktop.controllers.presets.preset_manager import PresetManager
from kling_desktop.controllers.presets.tasks import PresetTasks
from kling_desktop.domain.presets.diff import describe_changes
from kling_desktop.domain.presets.preset import Preset, PresetPart, changed_fields, default_parts
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.models import Slot
from kling_desktop.domain.request.template_fields import field_values
from kling_desktop.services.composer.composer import Composer
from kling_desktop.services.presets.preset_library import Presets
from kling_desktop.store.folders import Folders
from kling_desktop.store.presets.preset_folder import PresetFolder, presets_in
from kling_desktop.store.presets.preset_index import PresetIndexFile
from kling_desktop.ui.presets.list_popup import PresetListPopup
from kling_desktop.ui.presets.preset_bar import PresetBar
from kling_desktop.ui.presets.save_popup import PresetSavePopup
from kling_desktop.ui.qt.resources import resource
from kling_desktop.ui.qt.tasks import Tasks
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.shell.request_drop import RequestDrop
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message

_LOOK_EVERY_MS = 2000


class PresetController:
    """Fills the preset line over the form. What the keys of PresetKeys ask for is done here."""

    def __init__(
        self,
        theme: Theme,
        window: MainWindow,
        line: PresetBar,
        composer: Composer,
        tasks: Tasks,
        folders: Folders,
        made_with: Callable[[str], Path | None],
    ) -> None:
        """line: what shows the current one. made_with: the poster of the last clip made with the preset of that ID."""
        self._window = window
        self._composer = composer
        starters = partial(presets_in, resource("presets"))
        self.presets = Presets(PresetFolder(folders.presets), PresetIndexFile(folders.preset_index), starters)
        panel = window.composer
        panel.suggest_for_template_fields(self.presets.last_value)
        self.line = line
        self.list = PresetListPopup(theme, self.line, panel, self._picture_of)
        self.sheet = PresetSavePopup(theme, self.line, panel)
        self._deeds = PresetTasks(window, tasks)
        self.loading = PresetLoader(window, composer, self.presets, self._deeds)
        self.order = PresetManager(theme, window, self.presets, self.list, self.sheet, self._deeds, folders.media)
        self._made_with = made_with
        self._look = QTimer(window, interval=_LOOK_EVERY_MS)
        self._look.timeout.connect(lambda: self._deeds.do(self.presets.look_again(), "look for presets"))
        self.line.revert_requested.connect(self.revert)
        self.line.update_requested.connect(self.save)
        self.list.load_requested.connect(self._load_by_id)
        self.sheet.confirmed.connect(self._update)
        panel.pictures.loaded.connect(self.list.list.viewport().update)
        composer.changed.connect(self._show_current)
        self.presets.changed.connect(self._show)
        self.presets.told.connect(lambda sentence: self._deeds.tell(sentence, Tone.ODD))

    def listen_to(self, menu: FormMenu, requests: RequestDrop) -> None:
        """Take what is read as a preset, and do what the menu offers."""
        requests.preset_found.connect(self.loading.read)
        menu.begin_anew.triggered.connect(lambda: self.loading.begin_anew())
        self.order.listen_to(menu, requests)

    async def open(self) -> None:
        """Read the presets; a form in which nothing has been done yet begins with the default one."""
        try:
            await self.presets.open()
        except OSError as error:
            why = f"The presets can't be read: {error.strerror or error}."
            self._window.messages.post(Message(why, Tone.BAD))
        if self._composer.draft == Draft():
            self.loading.begin_anew()
        self._look.start()

    def close(self) -> None:
        self._look.stop()

    def load(self, preset: Preset) -> None:
        """Into the form."""
        self.loading.load(preset)

    def open_list(self, typed: str = "") -> None:
        current = self._current
        self.list.open_at(current.id if current else "", typed)

    def save(self) -> None:
        """Over the current preset, after a look at what changes; without one, under a new name."""
        current = self._current
        if current is None:
            self.save_as()
        elif told := describe_changes(current, self._composer.draft):
            starter = ("It is no starter any more then.",) if current.is_starter else ()
            self.sheet.ask_confirmation(f"Save the form over “{current.name}”?", (*told, *starter))
        else:
            self._deeds.tell(f"“{current.name}” is as it was saved.", Tone.OK)

    def save_as(self) -> None:
        parts = default_parts(self._composer.draft)
        self.sheet.ask_name("Keep the form as a preset", "", self._save_new, self.order.why_not_named, parts)

    def revert(self) -> None:
        """The form as the current preset has it."""
        if current := self._current:
            self.load(current)

    def _picture_of(self, preset: Preset) -> QImage | None:
        """The last clip made with it, else the first of its media that can be shown."""
        poster = self._made_with(preset.id)
        shown = (LocalImage(str(poster)),) if poster else ()
        media = (*shown, *(one for slot in Slot for one in preset.draft.media(slot)))
        pictures = self._window.composer.pictures
        return next((picture for one in media if (picture := pictures.of(one)) is not None), None)

    def _load_by_id(self, preset_id: str) -> None:
        if preset := self.presets.get(preset_id):
            self.load(preset)

    def load_pinned(self, number: int) -> None:
        """What is pinned to that key."""
        if preset := self.presets.pinned(number):
            self.load(preset)
        else:
            self._deeds.tell(
                f"No preset is pinned to Ctrl+{number}. Right-click one in the list to pin it.", Tone.ACCENT
            )

    def _save_new(self, name: str, parts: frozenset[PresetPart]) -> None:
        self._deeds.do(self._note(self.presets.save_new(self._composer.draft, name, parts)), "save a preset")

    def _update(self) -> None:
        if current := self._current:
            self._deeds.do(self._note(self.presets.update(current.id, self._composer.draft)), "save a preset")

    async def _note(self, saving: Coroutine[Any, Any, Preset]) -> None:
        saved = await saving
        self._composer.learn(lambda draft: replace(draft, preset=saved.id))
        self._show_current()

    def _show(self) -> None:
        default = self.presets.default
        begins_with_last = self.presets.begins_with_last
        default_id = default.id if default and not begins_with_last else ""
        self.list.show_presets(self.presets.all, self.presets.pins, default_id, begins_with_last=begins_with_last)
        self._show_current()

    def _show_current(self, _form: object = None) -> None:
        current = self._current
        if current:
            self.line.show_preset(current.name, changed_fields(current, self._composer.draft))
        else:
            self.line.show_preset("", ())

    def name_of(self, preset_id: str) -> str:
        """What the preset of that ID is called, "" if it is gone."""
        preset = self.presets.get(preset_id)
        return preset.name if preset else ""

    @property
    def _current(self) -> Preset | None:
        """The one that the form began with."""
        return self.presets.get(self._composer.draft.preset)

    def remember(self, draft: Draft) -> None:
        """What was ordered: what stands for its preset's blanks is offered the next time."""
        preset = self.presets.get(draft.preset)
        if preset and (values := field_values(draft.prompt, preset.draft.prompt)):
            self._deeds.do(self.presets.remember(values), "remember what was filled in")
