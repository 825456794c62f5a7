"""Moving and swapping what lies in the slots: with the mouse, from the keyboard, from the menu."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
import qasync
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.drop_data import SLOT_MIME
from kling_desktop.ui.composer.media_input.place import END, START, VIDEO, Place
from kling_desktop.ui.composer.slots.drop_hint import DropHint
from kling_desktop.ui.widgets import DropAnswer
from tests.support.places import REFERENCES
from tests.ui.composer.conftest import IMAGE_ID, FormDriver, words

Open = Callable[..., FormDriver]
LEFT = Qt.MouseButton.LeftButton
ALT = Qt.KeyboardModifier.AltModifier
ONE, TWO, THREE = (StoredMedia(f"{n}f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10", UPLOADED) for n in (1, 2, 3))
CLIP = StoredMedia(IMAGE_ID, GENERATED, 1920, 1080, 5.0)


@pytest.fixture
def three(open_form: Open) -> FormDriver:
    """A form with three references, each mentioned."""
    return open_form(Draft(prompt="@image1, @image2, @image3", image_reference=(ONE, TWO, THREE)))


def drag(form: FormDriver, place: Place, to: Place, meanwhile: Callable[[], None] = lambda: None) -> None:
    """With the mouse: pressed, carried over and let go. The offscreen platform carries nothing by itself."""
    box = form.box(place)

    def carry(data: QMimeData) -> None:
        form.drag_over(form.box(to), data)
        meanwhile()
        form.drop(to, data)

    box.drag_started.connect(carry)
    QTest.mousePress(box, LEFT, pos=QPoint(20, 20))
    QTest.mouseMove(box, QPoint(20 + QApplication.startDragDistance(), 20))
    box.drag_started.disconnect(carry)
    QTest.mouseRelease(box, LEFT, pos=QPoint(20, 20))
    assert form.popover.place is None


def menu_of(form: FormDriver, place: Place) -> QMenu:
    box = form.box(place)
    at = box.rect().center()
    QApplication.sendEvent(box, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, box.mapToGlobal(at)))
    return box.findChildren(QMenu, options=Qt.FindChildOption.FindDirectChildrenOnly)[-1]


def choose(form: FormDriver, place: Place, label: str) -> None:
    menu = menu_of(form, place)
    action = next(action for action in menu.actions() if action.text().split("\t")[0] == label)
    assert action.isEnabled(), action.toolTip()
    action.trigger()
    menu.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def test_a_reference_is_dragged_to_another_place_and_its_mentions_follow(three: FormDriver) -> None:
    drag(three, REFERENCES[0], REFERENCES[2])
    assert three.composer.draft.image_reference == (TWO, THREE, ONE)
    assert three.prompt.text() == "@image3, @image1, @image2"
    three.composer.undo()
    assert three.composer.draft.image_reference == (ONE, TWO, THREE)
    assert three.prompt.text() == "@image1, @image2, @image3"


def test_a_click_with_a_slight_move_still_opens_the_slot(three: FormDriver) -> None:
    box = three.box(REFERENCES[0])
    QTest.mousePress(box, LEFT, pos=QPoint(20, 20))
    QTest.mouseMove(box, QPoint(22, 21))
    QTest.mouseRelease(box, LEFT, pos=QPoint(22, 21))
    assert three.popover.place == REFERENCES[0]
    assert three.composer.draft.image_reference == (ONE, TWO, THREE)


def test_dragging_one_frame_onto_the_other_swaps_them(open_form: Open) -> None:
    form = open_form(Draft(start_frame=(ONE,), end_frame=(TWO,)))
    drag(form, END, START)
    assert (form.composer.draft.start_frame, form.composer.draft.end_frame) == ((TWO,), (ONE,))


def test_a_drag_that_would_break_a_rule_changes_nothing_and_says_why(open_form: Open) -> None:
    form = open_form(Draft(start_frame=(ONE,)))
    drag(form, START, END)
    assert form.composer.draft == Draft(start_frame=(ONE,))
    assert form.said() == ["An end frame needs a start frame"]


def test_while_a_slot_is_dragged_the_others_show_what_a_drop_would_do(three: FormDriver) -> None:
    said: dict[Place, DropAnswer] = {}

    def listen() -> None:
        for place in (START, REFERENCES[0], REFERENCES[1], REFERENCES[3], VIDEO):
            said[place] = three.panel.media_input.answer_for(place, REFERENCES[0])
        hint = three.panel.findChildren(DropHint)[0]
        assert hint.isVisible()
        assert hint.accessibleName() == "Move here, as @image3"

    drag(three, REFERENCES[0], REFERENCES[3], listen)
    assert said == {
        START: DropAnswer(False, "Frames can't be combined with references"),
        REFERENCES[0]: DropAnswer(False, "It's already here"),
        REFERENCES[1]: DropAnswer(True, "Move here, as @image2", "@image2"),
        REFERENCES[3]: DropAnswer(True, "Move here, as @image3", "@image3"),
        VIDEO: DropAnswer(False, "An image can't be edited as a video"),
    }
    assert not three.panel.findChildren(DropHint)[0].isVisible()


def test_tasks_run_during_a_drag(qapp: QApplication, three: FormDriver) -> None:
    ticks: list[int] = []
    during: list[int] = []

    async def tick() -> None:
        for number in range(10_000):
            ticks.append(number)
            await asyncio.sleep(0)

    def meanwhile() -> None:
        before = len(ticks)
        three.until(lambda: len(ticks) > before + 5)
        during.append(len(ticks) - before)

    async def use() -> None:
        ticking = asyncio.create_task(tick())
        done = asyncio.Event()

        def act() -> None:
            drag(three, REFERENCES[0], REFERENCES[1], meanwhile)
            done.set()

        # From the window's side, as a mouse event comes: a task that drags would hold up the others.
        QTimer.singleShot(0, act)
        await done.wait()
        ticking.cancel()

    loop = qasync.QEventLoop(qapp, already_running=False)
    qapp.setQuitOnLastWindowClosed(False)
    with loop:
        loop.run_until_complete(use())
    assert during[0] > 5
    assert three.composer.draft.image_reference == (TWO, ONE, THREE)


def test_alt_and_arrows_move_a_reference_with_the_focus(three: FormDriver) -> None:
    three.box(REFERENCES[0]).setFocus()
    three.press(Qt.Key.Key_Right, ALT)
    three.press(Qt.Key.Key_Right, ALT)
    assert three.composer.draft.image_reference == (TWO, THREE, ONE)
    assert three.prompt.text() == "@image3, @image1, @image2"
    assert three.box(REFERENCES[2]).hasFocus()
    three.press(Qt.Key.Key_Right, ALT)
    assert three.composer.draft.image_reference == (TWO, THREE, ONE)
    assert three.box(REFERENCES[2]).hasFocus()
    three.press(Qt.Key.Key_Left, ALT)
    assert three.composer.draft.image_reference == (TWO, ONE, THREE)


def test_alt_and_arrow_swap_the_frames(open_form: Open) -> None:
    form = open_form(Draft(start_frame=(ONE,), end_frame=(TWO,)))
    form.box(START).setFocus()
    form.press(Qt.Key.Key_Right, ALT)
    assert (form.composer.draft.start_frame, form.composer.draft.end_frame) == ((TWO,), (ONE,))
    assert form.box(END).hasFocus()


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_the_menu_offers_what_dragging_does(three: FormDriver) -> None:
    choose(three, REFERENCES[1], "Move left")
    assert three.composer.draft.image_reference == (TWO, ONE, THREE)
    menu = menu_of(three, REFERENCES[0])
    frame = next(action for action in menu.actions() if action.text() == "Use as the start frame")
    assert not frame.isEnabled()
    assert frame.toolTip() == "Frames can't be combined with references"
    menu.close()
    for place in (REFERENCES[2], REFERENCES[1]):
        three.box(place).setFocus()
        three.press(Qt.Key.Key_Delete)
    choose(three, REFERENCES[0], "Use as the start frame")
    assert three.composer.draft.media(Slot.START_FRAME) == (TWO,)
    choose(three, START, "Add as @image1")
    assert three.composer.draft.media(Slot.IMAGE_REFERENCE) == (TWO,)


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_the_frames_are_swapped_from_the_menu(open_form: Open) -> None:
    form = open_form(Draft(start_frame=(ONE,), end_frame=(TWO,)))
    choose(form, START, "Swap with the end frame")
    assert form.composer.draft.end_frame == (ONE,)


def test_media_from_another_window_is_taken_by_its_id(form: FormDriver) -> None:
    data: QMimeData = words(IMAGE_ID)
    data.setData(SLOT_MIME, b'{"form": "another", "slot": "start_frame", "at": 0}')
    form.drop(START, data)
    assert form.composer.draft.start_frame == (StoredMedia(IMAGE_ID, UPLOADED),)


def test_a_dragged_image_is_a_file_for_other_programs(open_form: Open, tmp_path: Path) -> None:
    file = LocalImage(str(tmp_path / "cat.png"), "cat.png")
    form = open_form(Draft(start_frame=(file,), video_reference_base=()))
    data = form.panel.media_input.drag_data(START)
    assert data.urls() == [QUrl.fromLocalFile(str(tmp_path / "cat.png"))]


def test_malformed_slot_data_changes_nothing(form: FormDriver) -> None:
    for garbage in (b"", b"[]", b"{", b'{"form": 1}', b'{"slot": "nowhere", "form": "x", "at": "y"}'):
        data = QMimeData()
        data.setData(SLOT_MIME, garbage)
        form.drop(START, data)
    assert form.composer.draft == Draft()


def test_several_ids_fill_the_free_references_in_one_step(open_form: Open) -> None:
    form = open_form(Draft(image_reference=(ONE,)))
    ids = [f"{n}e197fd2-30f6-41a0-9d2c-5a2e3c1b7a10" for n in range(5)]
    form.drop(REFERENCES[1], words("\n".join(ids)))
    assert [getattr(one, "id", "") for one in form.composer.draft.media(Slot.IMAGE_REFERENCE)] == [ONE.id, *ids[:3]]
    assert form.said()[0] == "There is room for 4 references. 2 IDs were left out"
    form.composer.undo()
    assert form.composer.draft.image_reference == (ONE,)
