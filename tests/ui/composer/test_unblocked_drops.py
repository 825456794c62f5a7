"""What a blocked slot refused goes into it with the click that unblocks it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData

from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, StoredMedia
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.place import END, START, VIDEO, Place
from kling_desktop.ui.widgets import LinkButton
from tests.support.places import REFERENCES
from tests.ui.composer.conftest import IMAGE_ID, FormDriver, clip, files, words

Open = Callable[..., FormDriver]
OTHER = "2f3a7d52-1c1e-4f0a-9d3b-0a8f5a8c7e11"
FRAMES = Draft(start_frame=(StoredMedia(OTHER, UPLOADED),))
WITH_REFERENCES = Draft(image_reference=(StoredMedia(OTHER, UPLOADED),))
EDIT = Draft(video_reference_base=(StoredMedia(OTHER, GENERATED),))


@pytest.mark.parametrize(
    ("draft", "place", "data", "link"),
    [
        (FRAMES, VIDEO, clip(), "Edit a video instead"),
        (FRAMES, REFERENCES[0], words(IMAGE_ID), "Use references instead"),
        (WITH_REFERENCES, START, words(IMAGE_ID), "Use frames instead"),
        (EDIT, START, words(IMAGE_ID), "Use frames instead"),
    ],
)
def test_the_drop_comes_with_the_click(open_form: Open, draft: Draft, place: Place, data: QMimeData, link: str) -> None:
    form = open_form(draft)
    form.drop(place, data)
    assert not form.composer.draft.used(place.slot)
    form.click(link_named(form, link))
    [media] = form.composer.draft.media(place.slot)
    assert isinstance(media, StoredMedia)
    assert media.id == IMAGE_ID
    assert form.composer.draft.used(place.slot)
    assert not form.composer.form.slot(place.slot).is_parked


def test_a_file_comes_with_the_click_once_it_is_copied(open_form: Open, picture: Callable[..., Path]) -> None:
    form = open_form(FRAMES)
    form.drop(REFERENCES[0], files(picture("cat.png")))
    form.click(link_named(form, "Use references instead"))
    form.until(lambda: form.images(Slot.IMAGE_REFERENCE) == ["cat.png"])


def test_an_end_frame_waits_for_the_start_frame(form: FormDriver) -> None:
    form.drop(END, words(IMAGE_ID))
    form.click(form.link("Add a start frame"))
    assert not form.composer.draft.end_frame
    form.drop(START, words(OTHER))
    [end] = form.composer.draft.end_frame
    assert isinstance(end, StoredMedia)
    assert end.id == IMAGE_ID


def test_a_rejection_that_was_closed_brings_nothing(open_form: Open) -> None:
    form = open_form(FRAMES)
    form.drop(VIDEO, clip())
    form.panel.slots.show_rejections()
    form.click(form.box(VIDEO))
    form.click(form.link("Edit a video instead"))
    assert not form.composer.draft.media(Slot.VIDEO_REFERENCE_BASE)


def link_named(form: FormDriver, name: str) -> LinkButton:
    links = [link for link in form.panel.findChildren(LinkButton) if link.isVisible()]
    return next(link for link in links if name in (link.text(), link.accessibleName()))
