"""The list of presets: names, tags, order, keys, what new forms begin with; going and coming."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kling_desktop.controllers.context import AppContext
from kling_desktop.controllers.presets.import_export import PresetTransfer
from kling_desktop.controllers.presets.tasks import PresetTasks
from kling_desktop.controllers.undo_message import undo_message
from kling_desktop.domain.presets.file_format import tidy_name
from kling_desktop.domain.presets.preset import Preset, PresetPart
from kling_desktop.services.presets.preset_library import PresetLibrary
from kling_desktop.store.presets.preset_index import LAST_USED
from kling_desktop.ui.presets.list_popup import PresetListPopup
from kling_desktop.ui.presets.save_popup import PresetSavePopup
from kling_desktop.ui.shell.form_menu import FormMenu
from kling_desktop.ui.shell.request_drop import RequestDrop
from kling_desktop.ui.theme import Tone

_DEFAULTS: dict[str, Callable[[str], str]] = {
    "default": lambda preset_id: preset_id,
    "default last": lambda _id: LAST_USED,
    "default none": lambda _id: "",
}


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
        self._name_popup = name_popup
        self._tasks = preset_tasks
        self.files = PresetTransfer(context, presets, preset_tasks)
        start = preset_tasks.start
        popup.wanted.connect(self._change)
        popup.export_requested.connect(self._export_several)
        popup.move_requested.connect(lambda name, to: start(presets.move(name, to), "move a preset"))
        popup.pin_requested.connect(lambda name, key: start(presets.pin(name, key or None), "pin a preset"))

    def listen_to(self, menu: FormMenu, requests: RequestDrop) -> None:
        """What goes out and comes in by the menu, or by a drop."""
        requests.presets_dropped.connect(lambda names: self.files.import_from(*map(Path, names)))
        menu.export_presets.triggered.connect(lambda: self._export_all())
        menu.import_presets.triggered.connect(lambda: self.files.ask_for_import())
        menu.restore_starters.triggered.connect(
            lambda: self._tasks.start(self._restore_starters(), "restore the starters")
        )

    def why_not_named(self, name: str, but: str = "") -> str:
        """Why a preset can't be called so, "" when it can; its own name is `but`'s, by its ID."""
        if not name:
            return "Give it a name."
        taken = self._presets.find_by_name(name)
        return f"There is a preset “{taken.name}” already." if taken and taken.id != but else ""

    def _change(self, preset_id: str, what: str) -> None:
        preset, do = self._presets.get(preset_id), self._tasks.start
        if preset is None:
            return
        match what:
            case "rename":
                why_not = partial(self.why_not_named, but=preset_id)
                self._name_popup.ask_name("Rename the preset", preset.name, partial(self._rename, preset_id), why_not)
            case "tag":
                title, tags = f"Tags of “{preset.name}”, with commas between", ", ".join(preset.tags)
                self._name_popup.ask_name(title, tags, partial(self._tag, preset_id), lambda _tags: "")
            case "duplicate":
                do(self._presets.duplicate(preset_id), "duplicate a preset")
            case "delete":
                do(self._delete(preset), "delete a preset")
            case "export":
                self.files.export((preset,))
            case _:
                do(self._presets.set_default(_DEFAULTS[what](preset_id)), "set what new forms begin with")

    def _rename(self, preset_id: str, name: str, _parts: frozenset[PresetPart]) -> None:
        self._tasks.start(self._presets.rename(preset_id, name), "rename a preset")

    def _tag(self, preset_id: str, words: str, _parts: frozenset[PresetPart]) -> None:
        tags = tuple(dict.fromkeys(filter(None, (tidy_name(word) for word in words.split(",")))))
        self._tasks.start(self._presets.set_tags(preset_id, tags), "tag a preset")

    async def _delete(self, preset: Preset) -> None:
        undo = await self._presets.delete(preset.id)

        def bring_back() -> None:
            self._tasks.start(undo(), "bring a preset back")

        self._messages.show_now(undo_message(f"“{preset.name}” is deleted.", bring_back))

    def _export_several(self, preset_ids: tuple[str, ...]) -> None:
        self.files.export([preset for name in preset_ids if (preset := self._presets.get(name))])

    def _export_all(self) -> None:
        if own := [preset for preset in self._presets.all if not preset.is_starter]:
            self.files.export(own)
        else:
            self._tasks.show("There is no preset of your own yet. Ctrl+Shift+S keeps the form as one.", Tone.ACCENT)

    async def _restore_starters(self) -> None:
        count = await self._presets.restore_starters()
        self._tasks.show(f"{count} starters are back." if count else "All starters are there.", Tone.OK)
