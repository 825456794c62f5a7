"""Presets in the whole window: kept, changed, taken back, found again after a restart."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QLabel

from kling_desktop.domain.jobs.job_states import Held
from kling_desktop.domain.presets.file_format import write_preset
from kling_desktop.domain.presets.preset import PresetPart, from_draft
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.ui.presets.import_dialog import PresetImportDialog
from kling_desktop.ui.presets.list_popup import PresetAction, PresetListPopup
from kling_desktop.ui.presets.save_popup import PresetSavePopup
from kling_desktop.ui.shell.main_window import MainWindow
from kling_desktop.ui.widgets import IconButton
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import wait_until

FOX = Draft(prompt="A fox in the snow", duration=10)


def named(app: AppDriver) -> str:
    return app.application.shell.preset_bar.box.text()


def files(app: AppDriver) -> list[str]:
    return sorted(path.name for path in app.folders.presets.glob("*.json"))


async def test_a_preset_is_saved_changed_reverted_and_restored_after_a_restart(open_app: OpenApp) -> None:
    async with open_app(FOX) as app:
        await app.wait_until_connected()
        composer = app.application.composer
        await app.press("Ctrl+Shift+S")
        await wait_until(lambda: app.find_all(PresetSavePopup), "The sheet")
        await app.type("Snow study")
        await app.press("Return")
        await wait_until(lambda: named(app) == "Snow study", "The name on the line")
        assert "Snow study.preset.json" in files(app)
        composer.edit(duration=5)
        assert "length" in app.application.shell.preset_bar.box.toolTip()
        await app.click(app.find(IconButton, "Revert to the preset"))
        assert composer.draft.duration == 10
        composer.undo()
        assert composer.draft.duration == 5
        await app.press("Ctrl+S")
        await wait_until(lambda: app.find_all(PresetSavePopup), "The look at what changes")
        await app.press("Return")
        await wait_until(lambda: not app.application.shell.preset_bar.revert.isVisible(), "The preset as the form is")
    async with open_app() as app:
        await wait_until(lambda: named(app) == "Snow study", "The name on the line")
        assert not app.application.shell.preset_bar.revert.isVisible()
        current = app.controllers.presets.library.find_by_name("Snow study")
        assert current is not None
        assert current.draft.duration == 5


def key_at_once(key: str) -> Callable[[MainWindow], object]:
    """Pressed before anything works behind the window, which Qt's own hands are too late for."""
    pressed = QKeySequence(key)
    return lambda window: next(one for one in window.findChildren(QShortcut) if one.key() == pressed).activated.emit()


async def test_a_key_pressed_before_presets_are_loaded_works_once_they_are(open_app: OpenApp) -> None:
    async with open_app(FOX) as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Shift+S")
        await wait_until(lambda: app.find_all(PresetSavePopup), "The sheet")
        await app.type("Snow study")
        await app.press("Return")
        await wait_until(lambda: named(app) == "Snow study", "The name on the line")
        app.application.composer.edit(duration=5)
    async with open_app(at_once=key_at_once("Ctrl+S")) as app:
        await wait_until(lambda: app.find_all(PresetSavePopup), "The look at what changes")
        assert app.find(QLabel, "Save the form over “Snow study”?")
        await app.press("Esc")
    async with open_app(at_once=key_at_once("Ctrl+P")) as app:
        await wait_until(lambda: app.find_all(PresetListPopup), "The list")


async def test_a_starter_preset_is_found_and_loaded_and_tab_visits_its_blanks(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        app.application.shell.preset_bar.box.setFocus()
        await app.type("estab")
        await wait_until(lambda: app.find_all(PresetListPopup), "The list")
        await app.press("Return")
        composer = app.application.composer
        await wait_until(lambda: composer.draft.template_fields, "The blanks")
        assert composer.blocked_reason == ("prompt", "Fill in “place”")
        await wait_until(lambda: app.prompt.hasFocus(), "The keyboard in the prompt")
        await app.type("Venice")
        await app.press("Tab")
        await app.type("dawn")
        assert composer.draft.prompt.startswith("Wide establishing shot of Venice at dawn.")
        assert composer.blocked_reason is None
        await app.press("Ctrl+Return")
        await app.wait_for_state(Held)
        await wait_until(
            lambda: app.controllers.presets.library.last_field_value("time of day"), "What stood for the blanks"
        )
        composer.undo()
        app.controllers.presets.revert()
        await wait_until(lambda: app.prompt.hasFocus() and app.prompt.blanks.selected, "The first blank, selected")
        await app.press("Down")
        assert "shot of Venice at {time of day}" in composer.draft.prompt
        await app.press("Tab")
        await app.press("Down")
        assert not app.application.shell.preset_bar.revert.isVisible()
        await app.press("Tab")
        assert not app.prompt.hasFocus()


async def test_undo_restores_a_deleted_preset_and_a_key_loads_a_pinned_one(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        presets = app.controllers.presets.library
        await wait_until(lambda: presets.all, "The starters")
        first = presets.all[0]
        app.controllers.presets.list_popup.pin_requested.emit(first.id, 3)
        await wait_until(lambda: presets.get_pinned(3) == first, "The pin")
        app.controllers.presets.list_popup.action_requested.emit(first.id, PresetAction.DELETE)
        await wait_until(lambda: first not in presets.all, "The shorter list")
        assert len(files(app)) == 6
        undo = app.application.window.messages.message
        assert undo is not None
        assert undo.act is not None
        undo.act()
        await wait_until(lambda: first in presets.all, "The preset again")
        await app.press("Ctrl+3")
        await wait_until(lambda: named(app) == first.name, "The pinned preset")


async def test_a_dropped_preset_file_is_loaded_and_can_be_saved(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="Mine", takes=3)) as app:
        await app.wait_until_connected()
        file = app.folders.data / "Client look.preset.json"
        file.write_text(write_preset(from_draft(FOX, "x", "Client look", frozenset({PresetPart.SETTINGS}))))
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(file))])
        app.controllers.requests.fill(data)
        composer = app.application.composer
        await wait_until(lambda: composer.draft.duration == 10, "The settings")
        assert (composer.draft.prompt, composer.draft.takes) == ("Mine", 3)
        message = app.application.window.messages.message
        assert message is not None
        assert message.act is not None
        message.act()
        await wait_until(lambda: "Client look.preset.json" in files(app), "The file among the presets")


async def test_presets_are_exported_and_imported_elsewhere(open_app: OpenApp) -> None:
    async with open_app(FOX) as app:
        await app.wait_until_connected()
        presets = app.controllers.presets
        picture = app.folders.data / "dog.png"
        Image.new("RGB", (800, 600), "brown").save(picture)
        framed = replace(FOX, start_frame=(LocalImage(str(picture), "dog.png", "d" * 64, 800, 600),))
        await presets.library.save_new(framed, "With a dog", frozenset(PresetPart))
        file = app.folders.data / "mine.klingpresets"
        own = [preset for preset in presets.library.all if not preset.is_starter]
        presets.manager.transfer.export_to(own, file, as_archive=True)
        await wait_until(file.exists, "The file")
        await presets.library.delete(own[0].id)
        picture.unlink()
        presets.manager.transfer.import_from(file)
        await wait_until(lambda: app.find_all(PresetImportDialog), "The look at what is in it")
        dialog = app.find(PresetImportDialog)
        await app.click(dialog.take)
        await wait_until(lambda: presets.library.find_by_name("With a dog"), "The preset")
        came = presets.library.find_by_name("With a dog")
        assert came is not None
        [frame] = came.draft.start_frame
        assert isinstance(frame, LocalImage)
        assert Path(frame.file).parent == app.folders.media
        # The same file once more: both are kept unless the user says otherwise.
        presets.manager.transfer.import_from(file)
        await wait_until(lambda: app.find_all(PresetImportDialog), "The look again")
        await app.click(app.find(PresetImportDialog).take)
        await wait_until(lambda: presets.library.find_by_name("With a dog 2"), "Both")


async def test_new_forms_start_with_the_default_preset(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        presets = app.controllers.presets
        await wait_until(lambda: presets.library.all, "The starters")
        starter = presets.library.all[1]
        presets.list_popup.action_requested.emit(starter.id, PresetAction.USE_FOR_NEW_FORMS)
        await wait_until(lambda: presets.library.default == starter, "The default")
        await app.press("Ctrl+N")
        assert app.application.composer.draft.prompt == starter.draft.prompt
        other = presets.library.all[2]
        presets.load(other)
        presets.list_popup.action_requested.emit(other.id, PresetAction.USE_LAST_FOR_NEW_FORMS)
        await wait_until(lambda: presets.library.default == other, "The last preset used")
        presets.list_popup.action_requested.emit(other.id, PresetAction.START_NEW_FORMS_EMPTY)
        await wait_until(lambda: presets.library.default is None, "None")
        for _ in range(2):  # with something in the form, and without
            app.grid.setFocus()
            await app.press("Ctrl+N")
            assert app.application.composer.draft == Draft()
            assert app.prompt.hasFocus()


async def test_naming_a_preset_returns_to_the_list(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        presets = app.controllers.presets
        await wait_until(lambda: presets.library.all, "The starters")
        app.prompt.setFocus()
        for key in ("Return", "Esc"):
            await app.press("Ctrl+P")
            await wait_until(lambda: app.find_all(PresetListPopup), "The list")
            await app.press("Down")
            await app.press("F2")
            await wait_until(lambda: app.find_all(PresetSavePopup), "The question for a name")
            await app.type(f"Renamed {key}")
            await app.press(key)
            await wait_until(lambda: app.find_all(PresetListPopup), "The list again")
            await app.press("Esc")
            assert app.prompt.hasFocus()
        await wait_until(lambda: presets.library.find_by_name("Renamed Return"), "The new name")
        assert not presets.library.find_by_name("Renamed Esc")


async def test_a_preset_with_a_missing_image_says_so_and_loads_the_rest(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="Mine")) as app:
        await app.wait_until_connected()
        presets = app.controllers.presets
        gone = replace(FOX, start_frame=(LocalImage("/nowhere/dog.png", "dog.png", "d" * 64, 800, 600),))
        presets.load(await presets.library.save_new(gone, "With a dog", frozenset(PresetPart)))
        await wait_until(lambda: app.message, "The message")
        assert "dog.png" in app.message
        assert app.application.composer.draft.prompt == FOX.prompt
        assert app.application.composer.draft.start_frame == ()


async def test_several_files_are_imported_together_and_a_broken_one_is_named(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        presets = app.controllers.presets
        await wait_until(lambda: presets.library.all, "The starters")
        paths = [app.folders.config / f"{name}.preset.json" for name in ("One", "Two", "Three")]
        for path in paths:
            path.write_text(write_preset(from_draft(FOX, "same", path.name.partition(".")[0], frozenset(PresetPart))))
        paths[2].write_text("{")
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        app.controllers.requests.fill(data)
        await wait_until(lambda: app.find_all(PresetImportDialog), "The look at what is in them")
        dialog = app.find(PresetImportDialog)
        told = " ".join(label.text() for label in dialog.findChildren(QLabel))
        assert "Import 2 presets?" in told
        assert "“Three.preset.json” is skipped" in told
        await app.click(dialog.take)
        await wait_until(
            lambda: presets.library.find_by_name("One") and presets.library.find_by_name("Two"), "Both presets"
        )
