"""What browsers and file managers really hand over, dropped on the slots, the prompt, and pasted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication

from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.place import START
from tests.support.drag_events import send_drop
from tests.support.places import REFERENCES
from tests.support.recorded_drags import FOLDER, from_finder, from_nautilus, from_windows_explorer, recorded
from tests.ui.composer.conftest import IMAGE_ID, FormDriver

Picture = Callable[..., Path]
CTRL = Qt.KeyboardModifier.ControlModifier
BROWSERS = ("chromium", "firefox")
PICTURES = tuple(
    f"{browser}_{what}" for browser in BROWSERS for what in ("image", "linked_image", "data_image", "blob_image")
)


def lies_in(form: FormDriver, slot: Slot) -> LocalImage:
    form.until(lambda: bool(form.composer.draft.media(slot)))
    (image,) = form.composer.draft.media(slot)
    assert isinstance(image, LocalImage)
    return image


@pytest.mark.parametrize("name", PICTURES)
def test_an_image_dragged_out_of_a_browser_is_dropped_on_a_slot(form: FormDriver, name: str) -> None:
    data = recorded(name)
    form.drag_over(form.box(START), data)
    assert form.panel.is_drag_over
    answer = form.box(START).drop_answer
    assert answer
    assert (answer.accepted, answer.sentence) == (True, "Use as the start frame")
    form.drop(START, data)
    image = lies_in(form, Slot.START_FRAME)
    assert (image.width, image.height) == (640, 360)


@pytest.mark.parametrize("name", PICTURES)
def test_an_image_dragged_out_of_a_browser_onto_the_prompt_becomes_a_reference(form: FormDriver, name: str) -> None:
    form.type("a cat")
    viewport = form.prompt.viewport()
    data = recorded(name)
    form.drag_over(viewport, data)
    send_drop(viewport, data)
    lies_in(form, Slot.IMAGE_REFERENCE)
    assert form.prompt.text() == "a cat"


@pytest.mark.parametrize("browser", BROWSERS)
def test_an_id_selected_in_a_page_is_taken(form: FormDriver, browser: str) -> None:
    form.drop(START, recorded(f"{browser}_selected_id"))
    assert form.composer.draft.start_frame == (StoredMedia(IMAGE_ID, UPLOADED),)


@pytest.mark.parametrize("browser", BROWSERS)
def test_a_link_to_a_page_is_fetched_and_explained(form: FormDriver, browser: str) -> None:
    form.drop(START, recorded(f"{browser}_link"))
    [address] = form.web.asked
    form.web.answers[address]("“tabby” is a web page. Drag the image itself, or copy its own address.")
    assert form.said() == ["“tabby” is a web page. Drag the image itself, or copy its own address."]
    assert form.composer.draft == Draft()


@pytest.mark.parametrize("browser", BROWSERS)
def test_a_link_to_a_generation_is_explained(form: FormDriver, browser: str) -> None:
    form.drop(START, recorded(f"{browser}_leonardo_link"))
    assert "leads to a user or a generation" in form.said()[0]
    assert form.composer.draft == Draft()


def test_an_image_copied_in_a_browser_is_pasted_on_a_slot(form: FormDriver) -> None:
    QGuiApplication.clipboard().setMimeData(recorded("chromium_copied_image"))
    form.box(REFERENCES[0]).setFocus()
    form.press(Qt.Key.Key_V, CTRL)
    assert lies_in(form, Slot.IMAGE_REFERENCE).width == 640


def test_an_image_url_pasted_on_a_slot_is_fetched(form: FormDriver, picture: Callable[..., Path]) -> None:
    QGuiApplication.clipboard().setMimeData(recorded("chromium_copied_address"))
    form.box(START).setFocus()
    form.press(Qt.Key.Key_V, CTRL)
    [address] = form.web.asked
    assert address.endswith(".png")
    form.web.answers[address](picture().read_bytes())
    assert lies_in(form, Slot.START_FRAME).name == address.rpartition("/")[2]


def test_an_image_of_another_site_is_no_id_whatever_its_url_contains(form: FormDriver) -> None:
    data = recorded("chromium_image")
    html = bytes(data.data("text/html").data()).replace(b"tabby.png", f"{IMAGE_ID}.png".encode())
    data.setData("text/html", html)
    data.setData("text/plain", f"http://127.0.0.1:8765/{IMAGE_ID}.png".encode())
    form.drop(START, data)
    lies_in(form, Slot.START_FRAME)


def test_a_linked_image_is_identified_by_its_own_url(form: FormDriver) -> None:
    data = recorded("chromium_linked_image")
    link = b"https://app.leonardo.ai/image-generation/0c197fd2-30f6-41a0-9d2c-5a2e3c1b7a10"
    picture = f"https://cdn.leonardo.ai/users/x/generations/y/a_{IMAGE_ID}.jpg".encode()
    html = bytes(data.data("text/html").data())
    data.setData("text/html", html.replace(b"http://127.0.0.1:8765/tabby.png", picture))
    for kind in ("text/plain", "text/uri-list"):
        data.setData(kind, link)
    form.drop(START, data)
    assert form.composer.draft.start_frame == (StoredMedia(IMAGE_ID, GENERATED),)


@pytest.mark.parametrize("name", ["pcmanfm_file", "pcmanfm_copied_file"])
def test_a_file_from_a_file_manager_is_copied_into_the_slot(form: FormDriver, picture: Picture, name: str) -> None:
    folder = picture("tabby.png").parent
    form.drop(START, recorded(name, folder))
    assert lies_in(form, Slot.START_FRAME).name == "tabby.png"


def test_two_files_from_a_file_manager_are_two_references(form: FormDriver, picture: Picture) -> None:
    folder = picture("tabby.png").parent
    picture("zweite Katze é.png")
    form.drop(REFERENCES[0], recorded("pcmanfm_two_files", folder))
    form.until(lambda: form.images(Slot.IMAGE_REFERENCE) == ["tabby.png", "zweite Katze é.png"])


@pytest.mark.parametrize("shell", [from_nautilus, from_windows_explorer, from_finder])
def test_files_from_every_systems_file_manager_are_taken(
    form: FormDriver, picture: Picture, shell: Callable[..., QMimeData]
) -> None:
    form.drop(REFERENCES[0], shell(picture("one.png"), picture("zweite Katze é.png")))
    form.until(lambda: form.images(Slot.IMAGE_REFERENCE) == ["one.png", "zweite Katze é.png"])


def test_every_recording_is_tested() -> None:
    browsers = {f"{browser}_{what}" for browser in BROWSERS for what in ("selected_id", "link", "leonardo_link")}
    copies = {"chromium_copied_image", "chromium_copied_address"}
    folders = {"pcmanfm_file", "pcmanfm_two_files", "pcmanfm_copied_file"}
    assert {path.stem for path in FOLDER.glob("*.json")} == {*PICTURES, *browsers, *copies, *folders}


def test_a_drop_closes_the_popover_of_its_slot(form: FormDriver) -> None:
    form.click(form.box(START))
    assert form.popover.place == START
    form.drop(START, recorded("chromium_image"))
    assert form.popover.place is None
    lies_in(form, Slot.START_FRAME)
