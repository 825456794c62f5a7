"""Whatever is dropped or pasted, from wherever: taken, or told why not."""

from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication

from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, LocalImage, Placeholder, StoredMedia
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.place import END, START, VIDEO, Place
from kling_desktop.ui.widgets import SlotFrame
from tests.support.drag_events import send_drop
from tests.support.places import REFERENCES
from tests.ui.composer.conftest import IMAGE_ID, FormDriver, clip, files, words

Open = Callable[..., FormDriver]
Picture = Callable[..., Path]
IMAGE = StoredMedia(IMAGE_ID, UPLOADED)
PAGE = "https://example.com/cats/tabby"


def png(width: int = 400, height: int = 400) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "png")
    return file.getvalue()


def from_chromium() -> QMimeData:
    """A picture dragged out of a page, as Chromium on Linux gives it, with the bytes of the picture."""
    data = QMimeData()
    data.setUrls([QUrl(PAGE + ".png")])
    data.setHtml(f'<meta http-equiv="content-type" content="text/html"><img src="{PAGE}.png" alt="tabby"/>')
    data.setData("image/png", png())
    return data


def from_firefox() -> QMimeData:
    data = from_chromium()
    data.setData("text/x-moz-url", (PAGE + ".png\ntabby").encode("utf-16-le"))
    data.setData("text/_moz_htmlcontext", "<html><body></body></html>".encode("utf-16-le"))
    return data


def data_address() -> str:
    return f"data:image/png;base64,{b64encode(png()).decode()}"


def embedded() -> QMimeData:
    data = QMimeData()
    data.setHtml(f"<p>A cat</p><IMG width=3 SRC='{data_address()}'>")
    return data


def drop_on_prompt(form: FormDriver, data: QMimeData) -> None:
    viewport = form.prompt.viewport()
    form.drag_over(viewport, data)
    send_drop(viewport, data)


def paste_beside_the_fields(form: FormDriver, data: QMimeData) -> None:
    QGuiApplication.clipboard().setMimeData(data)
    form.generate.setFocus()
    form.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("gift", [from_chromium, from_firefox, embedded, lambda: words(data_address())])
def test_an_image_dragged_out_of_a_page_is_taken_unchanged(form: FormDriver, gift: Callable[[], QMimeData]) -> None:
    form.drop(START, gift())
    form.until(lambda: bool(form.composer.draft.start_frame))
    (image,) = form.composer.draft.start_frame
    assert isinstance(image, LocalImage)
    assert (image.width, image.height) == (400, 400)


def test_the_url_of_an_image_at_the_service_saves_the_upload(form: FormDriver) -> None:
    data = QMimeData()
    data.setHtml(
        f'<img alt="x" src="https://cdn.leonardo.ai/users/{IMAGE_ID}/generations/{IMAGE_ID}/a_{IMAGE_ID}.jpg">'
    )
    data.setData("image/png", png())
    form.drop(START, data)
    assert form.composer.draft.start_frame == (StoredMedia(IMAGE_ID, GENERATED),)


def test_a_damaged_image_out_of_a_page_is_explained(form: FormDriver) -> None:
    form.drop(START, words("data:image/png;base64,%%%"))
    form.until(lambda: bool(form.said()))
    form.drop(START, words("data:image/png;base64," + b64encode(png()[:200]).decode()))
    form.until(lambda: "damaged" in "".join(form.said()))
    assert form.composer.draft == Draft()


def test_a_url_alone_is_fetched(form: FormDriver) -> None:
    data = QMimeData()
    data.setUrls([QUrl(PAGE)])
    form.drop(START, data)
    assert form.web.asked == [PAGE]


@pytest.mark.parametrize("place", [START, REFERENCES[0]])
def test_a_video_file_on_an_image_slot_is_explained(form: FormDriver, tmp_path: Path, place: Place) -> None:
    video = tmp_path / "holiday.MP4"
    video.write_bytes(b"\0\0\0\x18ftypmp42" + b"\0" * 64)
    form.drop(place, files(video))
    form.until(lambda: "“holiday.MP4” is damaged or incomplete" in "".join(form.said()))
    disguised = video.rename(tmp_path / "holiday.png")
    form.drop(place, files(disguised))
    form.until(lambda: "“holiday.png” is damaged or incomplete" in "".join(form.said()))
    assert form.composer.draft == Draft()


def test_a_folder_is_explained(form: FormDriver, tmp_path: Path) -> None:
    form.drop(START, files(tmp_path))
    form.until(lambda: bool(form.said()))
    assert "is a folder" in form.said()[0]


def test_a_file_of_two_gigabytes_is_explained_at_once(form: FormDriver, tmp_path: Path) -> None:
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(2 * 2**30)
    form.drop(START, files(huge))
    form.until(lambda: bool(form.said()))
    assert "“huge.png”" in form.said()[0]
    assert not form.folder.exists() or not list(form.folder.iterdir())
    assert form.composer.draft == Draft()


def test_four_of_three_hundred_files_are_taken_and_the_rest_counted(form: FormDriver, picture: Picture) -> None:
    one = picture()
    form.drop(REFERENCES[0], files(*[one] * 300))
    assert form.said() == ["There is room for 4 references. 296 files were left out"]
    form.until(lambda: len(form.composer.draft.image_reference) == 4)
    form.drop(START, files(*[one] * 300))
    assert form.composer.draft.start_frame == ()


def test_an_image_dropped_on_the_prompt_becomes_a_reference_and_keeps_the_text(
    form: FormDriver, picture: Picture
) -> None:
    form.type("a cat")
    drop_on_prompt(form, files(picture("new.png")))
    form.until(lambda: form.images(Slot.IMAGE_REFERENCE) == ["new.png"])
    assert form.prompt.text() == "a cat"
    drop_on_prompt(form, from_chromium())
    form.until(lambda: len(form.composer.draft.image_reference) == 2)
    assert form.prompt.text() == "a cat"


def test_an_image_dropped_on_the_prompt_is_refused_while_there_are_frames(open_form: Open, picture: Picture) -> None:
    form = open_form(Draft(prompt="x", start_frame=(IMAGE,)))
    drop_on_prompt(form, files(picture()))
    assert form.said() == ["References can't be combined with frames"]
    assert form.composer.draft == Draft(prompt="x", start_frame=(IMAGE,))


def test_a_reference_dropped_on_the_prompt_becomes_a_mention(open_form: Open) -> None:
    form = open_form(Draft(image_reference=(IMAGE, IMAGE)))
    drop_on_prompt(form, form.panel.media_input.drag_data(REFERENCES[1]))
    assert form.composer.draft.prompt == "@image2 "
    assert len(form.composer.draft.image_reference) == 2


def test_text_dropped_on_the_prompt_stays_text_even_with_an_image(form: FormDriver) -> None:
    data = words("From a word processor")
    data.setData("image/png", png())
    drop_on_prompt(form, data)
    assert form.composer.draft.prompt == "From a word processor"


FULL = tuple(StoredMedia(f"{n}f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10", UPLOADED) for n in range(4))


@pytest.mark.parametrize(
    ("before", "place"),
    [
        (Draft(start_frame=(IMAGE,)), END),
        (Draft(end_frame=(IMAGE,)), START),
        (Draft(image_reference=(IMAGE,)), REFERENCES[1]),
        (Draft(video_reference_base=(StoredMedia(IMAGE_ID, GENERATED),)), REFERENCES[0]),
        (Draft(start_frame=(Placeholder("<YOUR_START_IMAGE_ID>"),), end_frame=(IMAGE,)), START),
    ],
)
def test_an_id_pasted_outside_the_fields_goes_to_a_fitting_slot(open_form: Open, before: Draft, place: Place) -> None:
    form = open_form(before)
    paste_beside_the_fields(form, words(FULL[0].id))
    assert form.composer.draft.media(place.slot)[place.at] == FULL[0]


def test_a_clip_pasted_outside_the_fields_becomes_the_base_video(form: FormDriver) -> None:
    paste_beside_the_fields(form, clip())
    assert form.composer.draft.media(VIDEO.slot) == (StoredMedia(IMAGE_ID, GENERATED, 1920, 1080, 5.0),)


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        (Draft(), "This could be a start frame or a reference. Select one of them and paste again."),
        (
            Draft(start_frame=(IMAGE,), end_frame=(IMAGE,)),
            "Both frames are filled. Select the one to replace and paste again.",
        ),
    ],
)
def test_the_form_asks_if_several_slots_would_fit(open_form: Open, before: Draft, asked: str) -> None:
    form = open_form(before)
    paste_beside_the_fields(form, words(IMAGE_ID))
    assert form.said()[0] == asked
    assert form.composer.draft == before


def test_text_pasted_outside_the_fields_changes_nothing(form: FormDriver) -> None:
    paste_beside_the_fields(form, words("just words"))
    assert form.composer.draft == Draft()
    assert form.said() == []


def test_every_slot_is_checked_before_a_drop(form: FormDriver) -> None:
    form.panel.start_drag(from_chromium())
    said = {box.accessibleName(): box.drop_answer for box in form.panel.findChildren(SlotFrame)}
    assert {name: answer.sentence for name, answer in said.items() if answer and answer.accepted} == {
        "Start frame": "Use as the start frame",
        "Reference 1": "Add as @image1",
        "Reference 2": "Add as @image1",
        "Reference 3": "Add as @image1",
        "Reference 4": "Add as @image1",
    }
    end = said["End frame"]
    assert end
    assert end.sentence == "Add a start frame first"
