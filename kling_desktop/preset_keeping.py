"""The presets of the window: loaded into the form, saved from it, kept in order, and watched."""

import logging
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage, QKeySequence, QShortcut

from kling_desktop.domain.blanks import values_in
from kling_desktop.domain.draft import Draft, LocalImage
from kling_desktop.domain.model import Slot
from kling_desktop.domain.preset import Part, Preset, applied, drift, sensible_parts
from kling_desktop.store.folders import Folders
from kling_desktop.store.presets import PresetFolder, PresetIndexFile, presets_in
from kling_desktop.ui.form_menu import FormMenu
from kling_desktop.ui.presets.line import PresetLine
from kling_desktop.ui.presets.list_sheet import ListSheet
from kling_desktop.ui.presets.save_sheet import SaveSheet
from kling_desktop.ui.resources import resource
from kling_desktop.ui.tasks import Tasks
from kling_desktop.ui.theme import Theme, Tone
from kling_desktop.ui.widgets import Message
from kling_desktop.ui.window import Window
from kling_desktop.work.composer import Composer
from kling_desktop.work.presets import Presets

if TYPE_CHECKING:
    from kling_desktop.preset_files import PresetFiles

log = logging.getLogger(__name__)

_LOOK_EVERY_MS = 2000
_UNDO_SECONDS = 10.0


class PresetKeeping:
    """Puts the preset line over the form. Ctrl+P opens the list, Ctrl+S saves, Ctrl+Shift+S saves under a new name,
    Ctrl+1 to Ctrl+9 load what is pinned.
    """

    def __init__(
        self,
        theme: Theme,
        window: Window,
        composer: Composer,
        tasks: Tasks,
        folders: Folders,
        made_with: Callable[[str], Path | None],
    ) -> None:
        """made_with: the poster of the last clip made with the preset of that ID."""
        self._window = window
        self._composer = composer
        self._tasks = tasks
        starters = partial(presets_in, resource("presets"))
        self.presets = Presets(PresetFolder(folders.presets), PresetIndexFile(folders.preset_index), starters)
        panel = window.composer
        panel.offer_for_blanks(self.presets.last_value)
        self.line = PresetLine(theme)
        panel.show_above(self.line)
        self.list = ListSheet(theme, self.line, panel, self._picture_of)
        self.sheet = SaveSheet(theme, self.line, panel, self._why_not_named)
        self._theme = theme
        self._made_with = made_with
        self._pictures = folders.media
        self._renamed = ""
        self._look = QTimer(window, interval=_LOOK_EVERY_MS)
        self._look.timeout.connect(lambda: self._do(self.presets.look_again(), "look for presets"))
        self.line.opened.connect(self.open_list)
        self.line.reverted.connect(self.revert)
        self.line.updated.connect(self.save)
        self.list.loaded.connect(self._load_by_id)
        self.list.wanted.connect(self._change)
        self.list.moved.connect(lambda name, to: self._do(self.presets.move(name, to), "move a preset"))
        self.list.pinned.connect(lambda name, key: self._do(self.presets.pin(name, key or None), "pin a preset"))
        self.sheet.named.connect(self._save_named)
        self.sheet.confirmed.connect(self._update)
        panel.pictures.loaded.connect(self.list.list.viewport().update)
        composer.changed.connect(self._show_current)
        self.presets.changed.connect(self._show)
        self.presets.told.connect(lambda sentence: self._tell(sentence, Tone.ODD))
        keys = {"Ctrl+P": self.open_list, "Ctrl+S": self.save, "Ctrl+Shift+S": self.save_as}
        for number in range(1, 10):
            keys[f"Ctrl+{number}"] = partial(self._load_pinned, number)
        for key, act in keys.items():
            shortcut = QShortcut(QKeySequence(key), window)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(act)

    def follow(self, menu: FormMenu) -> None:
        """Take what is read as a preset, and do what the menu offers."""
        menu.preset_read.connect(self.read)
        menu.presets_dropped.connect(lambda name: self.files.import_from(Path(name)))
        menu.export_presets.triggered.connect(lambda: self.export_all())
        menu.import_presets.triggered.connect(lambda: self.files.ask_for_import())
        menu.restore_starters.triggered.connect(lambda: self.restore_starters())

    async def open(self, *, new_draft: bool) -> None:
        """Read the presets; a form in which nothing has been done yet begins with the default one."""
        try:
            await self.presets.open()
        except OSError as error:
            why = f"The presets can't be read: {error.strerror or error}."
            self._window.messages.tell(Message(why, Tone.BAD))
        if new_draft and (default := self.presets.default):
            self.load(default)
        self._look.start()

    def close(self) -> None:
        self._look.stop()

    def open_list(self) -> None:
        current = self._current
        self.list.open_at(current.id if current else "")

    def load(self, preset: Preset) -> None:
        """Into the form, in one step to undo; what had to make way is said."""
        before = self._composer.draft
        draft = applied(preset, before)
        self._composer.replace(draft)
        self._say_loaded(preset, draft.parked - before.parked)
        self._lead_to_blank()

    def read(self, preset: Preset) -> None:
        """One that came as a file or a paste: into the form, and kept if the user says so."""
        self._composer.replace(applied(preset, self._composer.draft))

        def keep() -> None:
            self._do(self._keep(preset), "keep a preset")

        self._window.messages.answer(
            Message(f"“{preset.name}” is in the form.", Tone.OK, "Keep it among your presets", keep, seconds=0)
        )
        self._lead_to_blank()

    def save(self) -> None:
        """Over the current preset, after a look at what changes; without one, under a new name."""
        current = self._current
        if current is None:
            self.save_as()
        elif changes := drift(current, self._composer.draft):
            told = f"Changes: {', '.join(changes)}"
            starter = ("It is no starter any more then.",) if current.starter else ()
            self.sheet.ask_confirmation(f"Save the form over “{current.name}”?", (told, *starter))
        else:
            self._tell(f"“{current.name}” is as it was saved.", Tone.OK)

    def save_as(self) -> None:
        self._renamed = ""
        self.sheet.ask_name("Keep the form as a preset", "", sensible_parts(self._composer.draft))

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

    @property
    def files(self) -> "PresetFiles":
        from kling_desktop.preset_files import PresetFiles  # for those who hand presets on to pay, not the start

        return PresetFiles(self._theme, self._window, self.presets, self._tasks, self._pictures)

    def _load_by_id(self, preset_id: str) -> None:
        if preset := self.presets.get(preset_id):
            self.load(preset)

    def _load_pinned(self, number: int) -> None:
        if preset := self.presets.pinned(number):
            self.load(preset)
        else:
            self._tell(f"No preset is pinned to Ctrl+{number}. Right-click one in the list to pin it.", Tone.ACCENT)

    def _change(self, preset_id: str, what: str) -> None:
        preset = self.presets.get(preset_id)
        if preset is None:
            return
        match what:
            case "rename":
                self._renamed = preset_id
                self.sheet.ask_name("Rename the preset", preset.name, None)
            case "duplicate":
                self._do(self.presets.duplicate(preset_id), "duplicate a preset")
            case "delete":
                self._do(self._delete(preset), "delete a preset")
            case "export":
                self.files.export((preset,))
            case "default":
                is_default = self.presets.default == preset
                self._do(self.presets.set_default("" if is_default else preset_id), "set the default preset")

    def export_all(self) -> None:
        if own := [preset for preset in self.presets.all if not preset.starter]:
            self.files.export(own)
        else:
            self._tell("There is no preset of your own yet. Ctrl+Shift+S keeps the form as one.", Tone.ACCENT)

    def restore_starters(self) -> None:
        self._do(self._restore_starters(), "restore the starters")

    async def _restore_starters(self) -> None:
        count = await self.presets.restore_starters()
        self._tell(f"{count} starters are back." if count else "All starters are there.", Tone.OK)

    async def _delete(self, preset: Preset) -> None:
        undo = await self.presets.delete(preset.id)

        def bring_back() -> None:
            self._do(undo(), "bring a preset back")

        said = Message(f"“{preset.name}” is deleted.", Tone.OK, "Undo", bring_back, seconds=_UNDO_SECONDS)
        self._window.messages.answer(said)

    async def _keep(self, preset: Preset) -> None:
        kept = await self.presets.add(preset)
        self._composer.note(preset=kept.id)
        self._tell(f"“{kept.name}” is among your presets.", Tone.OK)

    def _save_named(self, name: str, parts: frozenset[Part]) -> None:
        if self._renamed:
            self._do(self.presets.rename(self._renamed, name), "rename a preset")
        else:
            self._do(self._note(self.presets.save_new(self._composer.draft, name, parts)), "save a preset")

    def _update(self) -> None:
        if current := self._current:
            self._do(self._note(self.presets.update(current.id, self._composer.draft)), "save a preset")

    async def _note(self, saving: Coroutine[Any, Any, Preset]) -> None:
        saved = await saving
        self._composer.note(preset=saved.id)
        self._show_current()

    def _why_not_named(self, name: str) -> str:
        if not name:
            return "Give it a name."
        taken = self.presets.named(name)
        return f"There is a preset “{taken.name}” already." if taken and taken.id != self._renamed else ""

    def _show(self) -> None:
        default = self.presets.default
        self.list.show_presets(self.presets.all, self.presets.pins, default.id if default else "")
        self._show_current()

    def _show_current(self, _form: object = None) -> None:
        current = self._current
        if current:
            self.line.show_preset(current.name, drift(current, self._composer.draft))
        else:
            self.line.show_preset("", ())

    def _say_loaded(self, preset: Preset, parked: frozenset[Slot]) -> None:
        if parked:
            told = f"“{preset.name}” is in the form. Media that doesn't go with it is set aside in its place."
            self._window.messages.answer(Message(told, Tone.ACCENT, "Undo", self._composer.undo))

    def _lead_to_blank(self) -> None:
        if self._composer.draft.blanks:
            self._window.composer.lead_to_blank()

    @property
    def _current(self) -> Preset | None:
        """The one that the form began with."""
        return self.presets.get(self._composer.draft.preset)

    def remember(self, draft: Draft) -> None:
        """What was ordered: what stands for its preset's blanks is offered the next time."""
        preset = self.presets.get(draft.preset)
        if preset and (values := values_in(draft.prompt, preset.draft.prompt)):
            self._do(self.presets.remember(values), "remember what was filled in")

    def _tell(self, sentence: str, tone: Tone) -> None:
        self._window.messages.answer(Message(sentence, tone))

    def _do(self, work: Coroutine[Any, Any, object], name: str) -> None:
        self._tasks.spawn(self._guarded(work), name, to_the_end=True)

    async def _guarded(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except OSError as error:
            log.warning("the presets can't be written: %s", error)
            why = error.strerror or error
            self._tell(f"The presets can't be written: {why}. The form is as it was.", Tone.BAD)
