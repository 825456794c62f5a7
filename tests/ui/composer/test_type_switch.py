"""The five ways, from the keyboard and with the mouse."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel

from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, StoredMedia
from kling_desktop.domain.request.generation_type import GenerationType, type_of
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.place import END, START, VIDEO, Place
from kling_desktop.ui.composer.slots.group_header import GroupHeader
from kling_desktop.ui.composer.type_switch import TypeSwitch
from kling_desktop.ui.theme import SIZE, Theme
from kling_desktop.ui.widgets import LinkButton, SlotState
from tests.support.places import REFERENCES
from tests.ui.composer.conftest import IMAGE_ID, FormDriver

Open = Callable[..., FormDriver]
IMAGE = StoredMedia(IMAGE_ID, UPLOADED)


def _line(form: FormDriver) -> TypeSwitch:
    return form.panel.findChildren(TypeSwitch)[0]


def _heads(form: FormDriver) -> list[GroupHeader]:
    return [head for head in form.panel.findChildren(GroupHeader) if head.isVisible()]


@pytest.mark.parametrize(
    ("way", "place"),
    [
        (GenerationType.START, START),
        (GenerationType.START_AND_END, START),
        (GenerationType.REFERENCES, REFERENCES[0]),
        (GenerationType.EDIT, VIDEO),
    ],
)
def test_choosing_a_type_opens_the_slot_it_needs(form: FormDriver, way: GenerationType, place: Place) -> None:
    form.click(_line(form).cell(way))
    assert form.popover.place == place
    form.type(IMAGE_ID)
    form.press(Qt.Key.Key_Return)
    form.click(_line(form).cell(way))
    if way is GenerationType.START_AND_END:
        assert form.popover.place == END
        form.type(IMAGE_ID)
        form.press(Qt.Key.Key_Return)
    assert type_of(form.composer.draft) is way
    assert _line(form).value is way


def test_every_type_is_reached_with_the_arrow_keys(form: FormDriver) -> None:
    _line(form).setFocus()
    for _ in range(4):
        form.press(Qt.Key.Key_Right)
    assert _line(form).value is GenerationType.EDIT
    form.press(Qt.Key.Key_Return)
    assert form.popover.place == VIDEO
    form.press(Qt.Key.Key_Escape)
    assert _line(form).value is GenerationType.EDIT


def test_a_chosen_type_stays_and_generate_waits_for_its_slot(open_form: Open) -> None:
    form = open_form(Draft(prompt="x", start_frame=(IMAGE,), end_frame=(IMAGE,)))
    form.click(_line(form).cell(GenerationType.REFERENCES))
    form.press(Qt.Key.Key_Escape)
    assert _line(form).value is GenerationType.REFERENCES
    assert (form.generate.is_blocked, form.generate.text()) == (True, "Add a reference first")
    assert form.said() == []
    form.click(form.generate)
    assert form.popover.place == REFERENCES[0]
    form.type(IMAGE_ID)
    form.press(Qt.Key.Key_Return)
    assert not form.generate.is_blocked
    form.composer.undo()
    assert form.generate.is_blocked
    form.click(_line(form).cell(GenerationType.TEXT))
    assert not form.generate.is_blocked


@pytest.mark.parametrize(
    ("way", "place"),
    [(GenerationType.START, START), (GenerationType.REFERENCES, REFERENCES[0]), (GenerationType.EDIT, VIDEO)],
)
def test_the_popover_is_placed_right_below_its_slot(open_form: Open, way: GenerationType, place: Place) -> None:
    form = open_form(Draft(prompt="x", start_frame=(StoredMedia(IMAGE_ID, UPLOADED, 900, 1600),)))
    form.composer.replace(Draft(prompt="x", start_frame=(IMAGE,), end_frame=(IMAGE,)))
    form.click(_line(form).cell(GenerationType.TEXT))
    form.composer.remove_media(Slot.START_FRAME)
    form.click(_line(form).cell(way))
    for _ in range(3):
        QApplication.processEvents()
    box = form.box(place)
    assert form.popover.y() - box.mapTo(form.panel, QPoint(0, box.height())).y() == 8


def test_a_type_parks_media_that_it_does_not_take_and_restores_it(open_form: Open) -> None:
    form = open_form(Draft(prompt="x", start_frame=(IMAGE,), end_frame=(IMAGE,)))
    form.click(_line(form).cell(GenerationType.TEXT))
    assert form.box(START).view.state is SlotState.PARKED
    assert type_of(form.composer.draft) is GenerationType.TEXT
    form.click(_line(form).cell(GenerationType.START_AND_END))
    assert form.box(END).view.state is SlotState.ID_ONLY
    assert form.composer.draft.parked == frozenset()


def test_the_type_switch_follows_the_slots(open_form: Open) -> None:
    form = open_form(Draft(video_reference_base=(StoredMedia(IMAGE_ID, GENERATED),)))
    assert _line(form).value is GenerationType.EDIT
    form.box(VIDEO).setFocus()
    form.press(Qt.Key.Key_Delete)
    assert _line(form).value is GenerationType.TEXT


def test_an_end_frame_asks_for_the_start_frame_first(form: FormDriver) -> None:
    assert form.box(END).view.text == "Add a start frame first"
    form.click(form.box(END))
    assert form.popover.place == START


def test_a_blocked_group_says_why_and_opens_with_one_click(open_form: Open) -> None:
    form = open_form(Draft(prompt="x", image_reference=(IMAGE,)))
    assert form.box(START).view.text == "Frames can't be combined with references"
    assert [head.accessibleDescription() for head in _heads(form)] == [
        "Frames can't be combined with references",
        "",
        "",
    ]
    form.click(form.link("Use instead"))
    assert form.composer.draft.parked == {Slot.IMAGE_REFERENCE}
    assert form.box(START).view.state is SlotState.EMPTY


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (Draft(prompt="x", start_frame=(IMAGE,)), ["FRAMES", "REFERENCES AND VIDEO", " · not with frames"]),
        (Draft(image_reference=(IMAGE,)), ["FRAMES", " · not with references", "REFERENCES", "VIDEO TO EDIT"]),
        (
            Draft(video_reference_base=(StoredMedia(IMAGE_ID, GENERATED),)),
            ["FRAMES", " · not with a video", "REFERENCES", "VIDEO TO EDIT"],
        ),
    ],
)
def test_group_names_and_blocked_reasons_are_never_cut(
    open_form: Open, theme: Theme, draft: Draft, said: list[str]
) -> None:
    form = open_form(draft, height=626)
    parts = [part for head in _heads(form) for part in head.findChildren(QLabel) if part.isVisible() and part.text()]
    assert sorted(part.text() for part in parts) == sorted(said)
    small = QFontMetrics(theme.font(SIZE.CAPTION))
    assert all(part.width() >= small.horizontalAdvance(part.text()) for part in parts)


def test_a_click_on_a_blocked_slot_says_why_and_offers_the_fix(open_form: Open) -> None:
    form = open_form(Draft(prompt="x", start_frame=(IMAGE,)))
    form.click(form.box(VIDEO))
    assert form.said() == ["A video to edit can't be combined with frames"]
    form.click(form.link("Edit a video instead"))
    assert form.composer.form.video_reference_base.blocked_reason == ""


def test_a_request_with_frames_and_references_is_pointed_out_on_both(open_form: Open) -> None:
    form = open_form(Draft(prompt="@image1", start_frame=(IMAGE,), image_reference=(IMAGE,)))
    assert form.said() == [
        "Use either frames or references, not both",
        "Use either references or frames, not both",
    ]
    assert form.generate.is_blocked
    links = [link for link in form.panel.findChildren(LinkButton) if link.isVisible()]
    form.click(next(link for link in links if link.accessibleName() == "Use references instead"))
    assert not form.generate.is_blocked
