"""Requests that come from elsewhere: pasted, dropped, undone, copied."""

import json
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.request.draft import Draft, Placeholder
from kling_desktop.ui.composer.prompt.autocomplete import Autocomplete
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import file_mime, wait_until

SAMPLE = """curl --request POST \\
     --url https://cloud.leonardo.ai/api/rest/v2/generations \\
     --header 'authorization: Bearer <YOUR_API_KEY>' \\
     --data '
{
  "model": "kling-video-o-1",
  "public": true,
  "parameters": {
    "prompt": "The woman plays with the cat",
    "guidances": {"start_frame": [{"image": {"id": "<YOUR_START_IMAGE_ID>", "type": "UPLOADED"}}]},
    "duration": 10, "width": 1080, "height": 1920
  }
}
'
"""


async def test_a_pasted_curl_command_fills_the_form_and_one_undo_restores_it(open_app: OpenApp) -> None:
    before = Draft(prompt="A kite")
    async with open_app(before) as app:
        await app.wait_until_connected()
        QGuiApplication.clipboard().setText(SAMPLE)
        await app.press("Ctrl+Shift+V")
        await wait_until(lambda: app.prompt.text() == "The woman plays with the cat", "The pasted prompt")
        draft = app.application.composer.draft
        assert draft.start_frame == (Placeholder("<YOUR_START_IMAGE_ID>"),)
        assert not draft.public
        assert "was public" in app.message
        await app.press("Ctrl+Z")
        assert app.application.composer.draft == before
        await app.press("Ctrl+Shift+Z")
        assert app.application.composer.draft == draft


async def test_a_pasted_text_without_a_request_says_why_and_changes_nothing(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        QGuiApplication.clipboard().setText("a shopping list")
        await app.press("Ctrl+Shift+V")
        await wait_until(lambda: "no request" in app.message, "The reason")
        assert app.application.composer.draft == Draft(prompt="A kite")


async def test_a_dropped_request_file_fills_the_form(open_app: OpenApp, tmp_path: Path) -> None:
    parameters = {"prompt": "From a file", "duration": 10, "width": 1440, "height": 1440}
    file = tmp_path / "request.json"
    file.write_text(json.dumps({"model": "kling-video-o-1", "public": False, "parameters": parameters}))
    async with open_app() as app:
        await app.wait_until_connected()
        await app.drop(app.grid, file_mime(file))
        await wait_until(lambda: app.prompt.text() == "From a file", "The dropped prompt")
        assert app.application.composer.draft.duration == 10


async def test_a_clip_dropped_from_a_folder_restores_its_settings(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite over the sea", seed=7)) as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        done = (await app.wait_for_state(Done)).state
        assert isinstance(done, Done)
        app.application.composer.replace(Draft())
        await app.drop(app.grid, file_mime(Path(done.file)))
        await wait_until(lambda: app.prompt.text() == "A kite over the sea", "The clip's prompt")
        assert app.application.composer.draft.seed == 7


async def test_an_unreadable_file_dropped_on_the_window_says_why(open_app: OpenApp, tmp_path: Path) -> None:
    file = tmp_path / "broken.json"
    file.write_bytes(b'{"prompt": "half a ')
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        await app.drop(app.grid, file_mime(file))
        await wait_until(lambda: "can't be read" in app.message, "The reason")
        assert app.prompt.text() == "A kite"


async def test_the_cursor_position_is_restored_after_a_restart(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        await app.type("A fox in the snow")
        for _ in range(4):
            await app.press("Left")
    async with open_app() as app:
        await wait_until(lambda: app.prompt.text() == "A fox in the snow", "The draft")
        assert app.prompt.cursor_position == (13, 13)


async def test_undo_history_survives_a_restart(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        app.prompt.setFocus()
        await app.type("!")
    async with open_app() as app:
        await app.wait_until_connected()
        assert "!" in app.prompt.text()
        await app.press("Ctrl+Z")
        assert app.prompt.text() == "A kite"


async def test_text_with_a_request_can_be_dropped(open_app: OpenApp) -> None:
    async with open_app() as app:
        await app.wait_until_connected()
        text = QMimeData()
        text.setText(SAMPLE)
        await app.drop(app.grid, text)
        await wait_until(lambda: app.prompt.text() == "The woman plays with the cat", "The dropped prompt")


async def test_a_snippet_is_saved_and_inserted_with_a_slash(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="Slow push-in, soft key")) as app:
        await app.wait_until_connected()
        app.prompt.setFocus()
        await app.press("Ctrl+A")
        await app.press("Ctrl+Shift+K")
        await wait_until(lambda: "/slow" in app.message, "The word that it is kept")
        await app.press("End")
        await app.type(" and then /pu")
        assert app.prompt.text().endswith("/pu")
    async with open_app() as app:
        await app.wait_until_connected()
        app.prompt.setFocus()
        await app.press("Ctrl+End")
        await app.type("s")
        await wait_until(lambda: app.find_all(Autocomplete), "The list")
        await app.press("Return")
        assert app.prompt.text() == "Slow push-in, soft key and then Slow push-in, soft key "
        await app.type("/s")
        await app.press("Shift+Delete")
        await wait_until(lambda: "was removed" in app.message, "The removal")
        await app.press("Backspace")
        await app.type("o")
        assert not app.find_all(Autocomplete)
