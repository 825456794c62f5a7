"""An ID in the form is more than a string."""

from pathlib import Path

from PIL import Image
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QAbstractButton

from kling_desktop.domain.jobs.actions import JobAction
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, LocalImage, Media, StoredMedia
from kling_desktop.ui.composer.media_input.place import START, VIDEO
from kling_desktop.ui.viewer.details.input_pictures import InputPictures
from tests.journeys.conftest import OpenApp
from tests.journeys.ui_driver import wait_until

UNKNOWN = "99999999-9999-4999-8999-999999999999"


def text(words: str) -> QMimeData:
    data = QMimeData()
    data.setText(words)
    return data


async def test_ids_get_their_pictures_and_types(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        clip = (await app.wait_for_state(Done)).state
        assert isinstance(clip, Done)
        composer, intake = app.application.composer, app.application.window.composer.media_input
        # The generation's ID where the video's belongs: translated, sized, timed, in the same step as the paste.
        intake.insert_data(VIDEO, text(clip.generation))
        wanted = (StoredMedia(clip.image, GENERATED, 1920, 1080, 5.0, is_known=True),)

        def held() -> tuple[Media, ...]:
            return composer.draft.video_reference_base

        await wait_until(lambda: held() == wanted, "The video's own ID")
        assert "ID of a generation" in app.message
        composer.undo()
        assert held() == ()
        composer.redo()
        assert held() == wanted
        composer.undo()
        # One that nobody knows stays, and says so.
        intake.insert_data(START, text(UNKNOWN))
        await wait_until(lambda: composer.form.start_frame.warnings, "The warning")
        assert composer.draft.start_frame == (StoredMedia(UNKNOWN, UPLOADED, is_known=False),)
        assert composer.blocked_reason is None


async def test_an_image_known_only_by_its_id_is_shown_next_to_its_clip(open_app: OpenApp, tmp_path: Path) -> None:
    teal = tmp_path / "teal.png"
    Image.new("RGB", (1920, 1080), "teal").save(teal)
    async with open_app(Draft(prompt="A kite", start_frame=(LocalImage(str(teal)),))) as app:
        await app.wait_until_connected()
        await app.press("Ctrl+Return")
        await app.wait_for_state(Done)
        [image] = app.accepted_requests()[0]["parameters"]["guidances"]["start_frame"]
        by_id = Draft(prompt="Another kite", start_frame=(StoredMedia(image["image"]["id"], UPLOADED),))
        app.application.composer.replace(by_id)
        await app.press("Ctrl+Return")
        await wait_until(lambda: len(app.jobs) == 2, "The second job")
        clip = await app.wait_for_state(Done)
        app.request(JobAction.OPEN, clip.id)

        def colour() -> tuple[int, int, int]:
            for tile in app.find_all(InputPictures):
                seen = tile.findChildren(QAbstractButton)[0].grab().toImage().pixelColor(28, 28)
                return seen.red(), seen.green(), seen.blue()
            return (0, 0, 0)

        await wait_until(lambda: abs(colour()[1] - 128) < 12 and colour()[0] < 12, "The picture of the upload")
