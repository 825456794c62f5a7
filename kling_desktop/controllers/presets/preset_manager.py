"""The list of presets: names, tags, order, keys, the preset for new forms, import and export."""

from functools import partial
from pathlib import Path
from typing import assert_never

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.presets.import_export import PresetTransfer
from kling_desktop.controllers.presets.tasks import PresetTasks
from kling_desktop.controllers.undo_message import undo_message
from kling_desktop.domain.presets.file_format import tidy_name
from kling_desktop.domain.presets.preset import Preset, PresetPart
from kling_desktop.domain.text import plural
from kling_desktop.services.presets.preset_library import PresetLibrary
from kling_desktop.store.presets.preset_index import LAST_USED
from kling_desktop.ui.presets.list_popup import PresetAction, PresetListPopup
from kling_desktop.ui.presets.save_popup import PresetSavePopup
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.shell.request_drop import RequestDrop
from kling_desktop.ui.theme import Tone


class PresetManager:
    """Does what the list and the menu ask for."""

    def __init__(
        self,
        context: AppContext,
        presets: PresetLibrary,
        popup: PresetListPopup,
        name_popup: PresetSavePopup,
        preset_tasks: PresetTasks,
    ) -> None:
        self._messages = context.messages
        self._presets = presets
        self._popup = popup
        self._name_popup = name_popup
        self._tasks = preset_tasks
        self.transfer = PresetTransfer(context, presets, preset_tasks)
        start = preset_tasks.start
        popup.action_requested.connect(self._perform)
        popup.export_requested.connect(self._export_by_id)
        popup.move_requested.connect(lambda name, to: start(presets.move(name, to), "move a preset"))
        popup.pin_requested.connect(lambda name, key: start(presets.pin(name, key or None), "pin a preset"))

    def listen_to(self, menu: FormMenu, requests: RequestDrop) -> None:
        """Do what the menu offers, and import what is dropped."""
        requests.presets_dropped.connect(lambda names: self.transfer.import_from(*map(Path, names)))
        menu.export_presets.triggered.connect(lambda: self._export_all())
        menu.import_presets.triggered.connect(lambda: self.transfer.ask_for_import())
        menu.restore_starters.triggered.connect(
            lambda: self._tasks.start(self._restore_starters(), "restore the starters")
        )

    def name_problem(self, name: str, own_id: str = "") -> str:
        """Why a preset can't have this name; "" if it can. The preset of `own_id` may keep its own."""
        if not name:
            return "Enter a name."
        taken = self._presets.find_by_name(name)
        return f"There is already a preset called “{taken.name}”." if taken and taken.id != own_id else ""

    def _perform(self, preset_id: str, action: PresetAction) -> None:
        preset, start = self._presets.get(preset_id), self._tasks.start
        if preset is None:
            return
        go_back = partial(self._popup.reopen_at, preset_id)
        match action:
            case PresetAction.RENAME:
                problem = partial(self.name_problem, own_id=preset_id)
                rename = partial(self._rename, preset_id)
                self._name_popup.ask_name("Rename the preset", preset.name, rename, problem, go_back=go_back)
            case PresetAction.EDIT_TAGS:
                title, tags = f"Tags for “{preset.name}”, separated by commas", ", ".join(preset.tags)
                self._name_popup.ask_name(
                    title, tags, partial(self._set_tags, preset_id), lambda _tags: "", go_back=go_back
                )
            case PresetAction.DUPLICATE:
                start(self._presets.duplicate(preset_id), "duplicate a preset")
            case PresetAction.DELETE:
                start(self._delete(preset), "delete a preset")
            case PresetAction.EXPORT:
                self.transfer.export((preset,))
            case PresetAction.USE_FOR_NEW_FORMS:
                self._set_default(preset_id)
            case PresetAction.USE_LAST_FOR_NEW_FORMS:
                self._set_default(LAST_USED)
            case PresetAction.START_NEW_FORMS_EMPTY:
                self._set_default("")
            case _:
                assert_never(action)

    def _set_default(self, preset_id: str) -> None:
        self._tasks.start(self._presets.set_default(preset_id), "set the preset for new forms")

    def _rename(self, preset_id: str, name: str, _parts: frozenset[PresetPart]) -> None:
        self._tasks.start(self._presets.rename(preset_id, name), "rename a preset")

    def _set_tags(self, preset_id: str, words: str, _parts: frozenset[PresetPart]) -> None:
        tags = tuple(dict.fromkeys(filter(None, (tidy_name(word) for word in words.split(",")))))
        self._tasks.start(self._presets.set_tags(preset_id, tags), "tag a preset")

    async def _delete(self, preset: Preset) -> None:
        undo = await self._presets.delete(preset.id)

        def bring_back() -> None:
            self._tasks.start(undo(), "bring a preset back")

        self._messages.show_now(undo_message(f"“{preset.name}” is deleted.", bring_back))

    def _export_by_id(self, preset_ids: tuple[str, ...]) -> None:
        self.transfer.export([preset for name in preset_ids if (preset := self._presets.get(name))])

    def _export_all(self) -> None:
        if own := [preset for preset in self._presets.all if not preset.is_starter]:
            self.transfer.export(own)
        else:
            self._tasks.show(
                "You have no presets of your own yet. Press Ctrl+Shift+S to save the form as one.", Tone.ACCENT
            )

    async def _restore_starters(self) -> None:
        count = await self._presets.restore_starters()
        sentence = plural(count, one="1 starter preset is back.", other="{count} starter presets are back.")
        self._tasks.show(sentence if count else "No starter presets were missing.", Tone.OK)
