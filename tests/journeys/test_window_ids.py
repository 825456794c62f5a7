"""An ID in the form is more than a string."""

from PySide6.QtCore import QMimeData

from kling_desktop.domain.draft import GENERATED, UPLOADED, Draft, Media, StoredMedia
from kling_desktop.domain.states import Done
from kling_desktop.ui.composer.places import START, VIDEO
from tests.journeys.conftest import OpenApp
from tests.journeys.hands import until

UNKNOWN = "99999999-9999-4999-8999-999999999999"


def text(words: str) -> QMimeData:
    data = QMimeData()
    data.setText(words)
    return data


async def test_ids_get_their_pictures_and_are_what_they_should_be(open_app: OpenApp) -> None:
    async with open_app(Draft(prompt="A kite")) as app:
        await app.connected()
        await app.press("Ctrl+Return")
        clip = (await app.comes_to(Done)).state
        assert isinstance(clip, Done)
        composer, intake = app.desktop.composer, app.desktop.window.composer._intake
        # The generation's ID where the video's belongs: translated, sized, timed, in the same step as the paste.
        intake.give_data(VIDEO, text(clip.generation))
        wanted = (StoredMedia(clip.image, GENERATED, 1920, 1080, 5.0, known=True),)

        def held() -> tuple[Media, ...]:
            return composer.draft.video_reference_base

        await until(lambda: held() == wanted, "The video's own ID")
        assert "ID of a generation" in app.message
        composer.undo()
        assert held() == ()
        composer.redo()
        assert held() == wanted
        composer.undo()
        # One that nobody knows stays, and says so.
        intake.give_data(START, text(UNKNOWN))
        await until(lambda: composer.form.start_frame.warnings, "The warning")
        assert composer.draft.start_frame == (StoredMedia(UNKNOWN, UPLOADED, known=False),)
        assert composer.why_not is None
