"""Text of prompts, files, tables, presets and the service is text: nothing in the window reads it as markup."""

from dataclasses import replace
from pathlib import Path

from PIL import Image

from kling_desktop.domain.request.draft import GENERATED, Draft, LocalImage, StoredMedia
from kling_desktop.ui.batch.dialog import BatchDialog
from kling_desktop.ui.presets.list_popup import PresetListPopup
from kling_desktop.ui.presets.save_popup import PresetSavePopup
from kling_desktop.ui.theme import Tone
from kling_desktop.ui.viewer.details.lineage_row import LineageRow
from kling_desktop.ui.widgets import Message
from tests.journeys.app_fixture import AppDriver
from tests.journeys.conftest import OpenApp
from tests.journeys.seeded_library import seed_clips
from tests.journeys.ui_driver import file_mime, wait_until
from tests.support.markup_search import EVIL, read_as_markup, texts_that_may_be_markup

NAME = "<b>evil<b> <img src=x>"
FIRST = "22222222-2222-4222-8222-000000000001"


def assert_text_is_text(*places: str) -> None:
    """Nothing is read as markup, and the evil text is there in each of these places."""
    texts = texts_that_may_be_markup()
    assert read_as_markup(texts) == []
    told = [place for place, text in texts if "evil" in text]
    for place in places:
        assert any(place in one for one in told), (place, told)


async def test_nothing_in_the_window_reads_text_from_outside_as_markup(open_app: OpenApp, tmp_path: Path) -> None:
    picture = tmp_path / f"{NAME}.png"
    Image.new("RGB", (1920, 1080), "teal").save(picture)
    frame = LocalImage(str(picture), picture.name, width=1920, height=1080, note=EVIL)
    made = Draft(EVIL, start_frame=(frame,))
    edit = Draft(EVIL, video_reference_base=(StoredMedia(FIRST, GENERATED),))
    seed_clips(tmp_path / "home", [edit, made], {0: {"notes": EVIL, "tags": (NAME,)}})
    table = tmp_path / f"{NAME}.csv"
    table.write_text(f'prompt,duration,preset\n"{EVIL.replace(chr(34), chr(34) * 2)}",7,{NAME}\n')
    async with open_app(replace(made, seed=7)) as app:
        await app.wait_until_connected()
        app.application.window.messages.post(Message(EVIL, Tone.BAD, "R&D", lambda: None, seconds=0, caption=EVIL))
        await wait_until(lambda: len(app.jobs) == 2, "The clips")
        assert_text_is_text("SlotBox", "LibraryModel: item")
        await a_preset(app)
        await lineage_and_inputs(app)
        await a_table(app, table)


async def lineage_and_inputs(app: AppDriver) -> None:
    app.grid.setFocus()
    await app.press("Home")
    await app.press("Return")
    await wait_until(lambda: app.find_all(LineageRow), "The lineage")
    assert_text_is_text("ClipRow")


async def a_table(app: AppDriver, table: Path) -> None:
    await app.drop(app.grid.viewport(), file_mime(table))
    await wait_until(lambda: app.find_all(BatchDialog), "The table")
    assert_text_is_text("BatchRow")


async def a_preset(app: AppDriver) -> None:
    await app.press("Ctrl+Shift+S")
    await wait_until(lambda: app.find_all(PresetSavePopup), "The sheet")
    await app.type(NAME)
    await app.press("Return")
    await wait_until(lambda: app.application.shell.preset_bar.box.text() == NAME, "The name on the line")
    await app.press("Ctrl+P")
    await wait_until(lambda: app.find_all(PresetListPopup), "The presets")
    assert_text_is_text()
    await app.press("Escape")
