"""A web address without an ID is a picture to be fetched."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kling_desktop.domain.request.draft import UPLOADED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.place import END, START, VIDEO, Place
from kling_desktop.ui.widgets import SlotState
from tests.support.places import REFERENCES
from tests.ui.composer.conftest import IMAGE_ID, FormDriver, words

TABBY = "https://example.com/cats/tabby%20cat.png?w=2"
CTRL = Qt.KeyboardModifier.ControlModifier


def page(picture: str, link: str) -> QMimeData:
    """A linked picture as a browser drags it that gives no bytes."""
    data = QMimeData()
    data.setUrls([QUrl(link)])
    data.setHtml(f'<a href="{link}"><img src="{picture}"></a>')
    data.setText(link)
    return data


def test_a_fetched_image_fills_the_slot_and_one_undo_removes_it(form: FormDriver, picture: Callable[..., Path]) -> None:
    form.drop(START, words(TABBY))
    assert (form.box(START).view.state, form.box(START).view.text) == (SlotState.BUSY, "Fetching…")
    form.web.answers[TABBY](picture().read_bytes())
    form.until(lambda: bool(form.composer.draft.start_frame))
    [image] = form.composer.draft.start_frame
    assert isinstance(image, LocalImage)
    assert (image.name, image.width, image.height) == ("tabby cat.png", 640, 360)
    assert Path(image.file).parent == form.folder
    form.composer.undo()
    assert form.composer.draft == Draft()


def test_the_image_in_a_link_is_fetched_not_the_linked_page(form: FormDriver) -> None:
    form.drop(START, page("https://example.com/a.jpg", "https://example.com/page"))
    assert form.web.asked == ["https://example.com/a.jpg"]


def test_numbers_in_other_urls_are_no_ids(form: FormDriver) -> None:
    address = f"https://example.com/{IMAGE_ID}.png"
    form.drop(START, words(address))
    assert form.web.asked == [address]
    form.drop(REFERENCES[0], words(f"https://cdn.leonardo.ai/users/x/generations/y/{IMAGE_ID}.jpg"))
    assert form.web.asked == [address]


def test_a_url_that_is_no_image_is_explained_and_changes_nothing(form: FormDriver) -> None:
    before = form.box(REFERENCES[0]).mapTo(form.panel, QPoint())
    form.drop(START, words(TABBY))
    form.web.answers[TABBY]("“tabby cat.png” is a web page. Drag the picture itself.")
    assert form.said() == ["“tabby cat.png” is a web page. Drag the picture itself."]
    assert form.composer.draft == Draft()
    assert form.box(REFERENCES[0]).mapTo(form.panel, QPoint()) == before


@pytest.mark.parametrize("place", [START, REFERENCES[0]])
def test_del_cancels_a_slow_fetch(form: FormDriver, place: Place, picture: Callable[..., Path]) -> None:
    box = form.box(place)
    form.drop(box.place, words(TABBY))
    box.setFocus()
    form.press(Qt.Key.Key_Delete)
    assert form.web.given_up == [TABBY]
    assert box.view.state is SlotState.EMPTY
    form.web.answers[TABBY](picture().read_bytes())
    assert form.composer.draft == Draft()
    # What it should have replaced stays.
    form.composer.put_media(box.place.slot, StoredMedia(IMAGE_ID, UPLOADED), 0)
    form.drop(box.place, words(TABBY))
    form.press(Qt.Key.Key_Delete)
    assert form.composer.draft.media(box.place.slot) == (StoredMedia(IMAGE_ID, UPLOADED),)


def test_an_image_that_is_still_fetched_cannot_be_moved(form: FormDriver) -> None:
    box = form.box(REFERENCES[0])
    form.drop(REFERENCES[0], words(TABBY))
    began: list[object] = []
    box.drag_started.connect(began.append)
    QTest.mousePress(box, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    QTest.mouseMove(box, QPoint(20 + QApplication.startDragDistance(), 20))
    QTest.mouseRelease(box, Qt.MouseButton.LeftButton, pos=QPoint(60, 20))
    box.setFocus()
    form.press(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert began == []
    assert form.composer.draft == Draft()


def test_a_later_drop_wins_and_the_slow_fetch_is_cancelled(form: FormDriver) -> None:
    form.drop(START, words(TABBY))
    form.drop(START, words(IMAGE_ID))
    assert form.web.given_up == [TABBY]
    assert form.composer.draft.start_frame == (StoredMedia(IMAGE_ID, UPLOADED),)


def test_a_finished_id_lookup_does_not_cancel_the_fetch_that_replaces_it(
    form: FormDriver, picture: Callable[..., Path]
) -> None:
    form.composer.put_media(Slot.START_FRAME, StoredMedia(IMAGE_ID, UPLOADED))
    form.drop(START, words(TABBY))
    form.composer.amend(
        lambda draft: draft.with_media(Slot.START_FRAME, (StoredMedia(IMAGE_ID, UPLOADED, is_known=True),))
    )
    assert form.box(START).view.text == "Fetching…"
    form.web.answers[TABBY](picture().read_bytes())
    form.until(lambda: form.images(Slot.START_FRAME) == ["tabby cat.png"])


def test_a_url_is_pasted_into_the_window_or_typed_into_the_popover(
    form: FormDriver, picture: Callable[..., Path]
) -> None:
    form.composer.put_media(Slot.START_FRAME, StoredMedia(IMAGE_ID, UPLOADED))
    assert form.panel.paste(words(TABBY))
    assert form.box(END).view.text == "Fetching…"
    form.web.answers[TABBY](picture().read_bytes())
    form.until(lambda: bool(form.composer.draft.end_frame))
    form.composer.replace(Draft())
    form.click(form.box(START))
    QGuiApplication.clipboard().setText("http://example.com/dog")
    form.press(Qt.Key.Key_V, CTRL)
    form.press(Qt.Key.Key_Return)
    assert form.web.asked[-1] == "http://example.com/dog"
    assert form.popover.place is None


def test_a_video_slot_and_a_full_row_say_why_not(form: FormDriver) -> None:
    form.drop(VIDEO, words(TABBY))
    assert "contains no ID" in form.said()[0]
    full = tuple(StoredMedia(f"1f197fd2-30f6-41a0-9d2c-5a2e3c1b7a1{n}", UPLOADED) for n in range(4))
    form.composer.replace(Draft(image_reference=full))
    assert form.panel.paste(words(TABBY))
    form.web.answers.popitem()[1]("gone")
    assert form.web.asked == [TABBY]
