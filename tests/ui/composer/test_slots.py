"""Giving pictures, IDs and clips to the slots."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QDir, QEvent, QMimeData, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from kling_desktop.domain.request.draft import GENERATED, UPLOADED, Draft, LocalImage, Placeholder, StoredMedia
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.models import Slot
from kling_desktop.ui.composer.media_input.place import END, START, VIDEO, Place
from kling_desktop.ui.composer.slots.full_preview import FullPreview
from kling_desktop.ui.composer.slots.media_thumbnails import ClipChoice
from kling_desktop.ui.composer.slots.rejection_card import RejectionCard
from kling_desktop.ui.widgets import Button, DropAnswer, SlotState
from tests.media.video_fixtures import write_video
from tests.support.places import REFERENCES
from tests.ui.composer.conftest import IMAGE_ID, FormDriver, clip, files, words

Open = Callable[..., FormDriver]
Picture = Callable[..., Path]
REFERENCE = Slot.IMAGE_REFERENCE


def test_a_dropped_image_is_copied_because_browsers_delete_theirs(form: FormDriver, picture: Picture) -> None:
    original = picture("cat.png", 1920, 1080)
    form.drop(START, files(original))
    assert (form.box(START).view.state, form.box(START).view.text) == (SlotState.BUSY, "Copying…")
    form.until(lambda: bool(form.composer.draft.start_frame))
    original.unlink()
    (image,) = form.composer.draft.start_frame
    assert isinstance(image, LocalImage)
    assert (image.name, image.width, image.height) == ("cat.png", 1920, 1080)
    assert Path(image.file).parent == form.folder
    assert Path(image.file).read_bytes()
    form.until(lambda: form.box(START).view.picture is not None)
    assert form.box(START).view.caption == "1920 × 1080"


def test_an_id_is_pasted_into_a_focused_slot(form: FormDriver) -> None:
    QGuiApplication.clipboard().setText(f'  "{IMAGE_ID}" ')
    form.box(START).setFocus()
    form.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert form.composer.draft.start_frame == (StoredMedia(IMAGE_ID, UPLOADED),)
    assert form.box(START).view.state is SlotState.ID_ONLY
    assert form.box(START).view.tag == UPLOADED


def test_the_url_of_a_result_is_a_generated_image(form: FormDriver) -> None:
    owner = "aaaaaaaa-30f6-41a0-9d2c-5a2e3c1b7a10"
    address = f"https://cdn.leonardo.ai/users/{owner}/generations/{owner}/segments/{IMAGE_ID}.jpg"
    form.drop(START, words(address))
    assert form.composer.draft.start_frame == (StoredMedia(IMAGE_ID, GENERATED),)


def test_an_id_is_typed_into_a_focused_slot(form: FormDriver) -> None:
    form.box(START).setFocus()
    form.type(IMAGE_ID)
    assert form.line.text() == IMAGE_ID
    form.press(Qt.Key.Key_Return)
    assert form.composer.draft.start_frame == (StoredMedia(IMAGE_ID, UPLOADED),)
    assert form.popover.place is None
    assert form.box(START).hasFocus()


def test_an_invalid_id_is_explained_and_stays_for_correction(form: FormDriver) -> None:
    form.box(START).setFocus()
    form.press(Qt.Key.Key_Return)
    form.type("not an id")
    form.press(Qt.Key.Key_Return)
    assert form.popover.place == START
    assert "isn't an ID" in form.line.accessibleDescription()
    assert form.line.text() == "not an id"
    form.press(Qt.Key.Key_Escape)
    assert form.composer.draft == Draft()
    assert form.box(START).hasFocus()


def test_the_type_of_an_id_can_be_changed_in_its_slot(open_form: Open) -> None:
    form = open_form(Draft(start_frame=(StoredMedia(IMAGE_ID, UPLOADED),)))
    form.box(START).setFocus()
    form.press(Qt.Key.Key_Return)
    form.press(Qt.Key.Key_Tab)
    form.press(Qt.Key.Key_Right)
    assert form.composer.draft.start_frame == (StoredMedia(IMAGE_ID, GENERATED),)


@pytest.mark.parametrize("place", [START, REFERENCES[0]])
def test_a_click_on_the_type_switches_it(open_form: Open, place: Place) -> None:
    form = open_form(Draft().with_media(place.slot, (StoredMedia(IMAGE_ID, UPLOADED),)))
    box = form.box(place)
    tag = QPoint(box.width() // 2 if place is REFERENCES[0] else box.width() - 20, box.height() - 13)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=tag)
    assert form.composer.draft.media(place.slot) == (StoredMedia(IMAGE_ID, GENERATED),)
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=tag)
    assert form.composer.draft.media(place.slot) == (StoredMedia(IMAGE_ID, UPLOADED),)
    assert form.popover.place is None


def test_image_data_on_the_clipboard_is_pasted(form: FormDriver) -> None:
    image = QImage(800, 450, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    QGuiApplication.clipboard().setImage(image)
    form.box(START).setFocus()
    form.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    form.until(lambda: bool(form.composer.draft.start_frame))
    (pasted,) = form.composer.draft.start_frame
    assert isinstance(pasted, LocalImage)
    assert (pasted.width, pasted.height) == (800, 450)
    assert [path.name for path in form.folder.iterdir()] == [Path(pasted.file).name]


def test_a_url_with_an_id_next_to_dragged_image_data_saves_the_upload(form: FormDriver) -> None:
    data = words(f"https://cdn.leonardo.ai/pictures/{IMAGE_ID}.jpg")
    data.setImageData(QImage(400, 400, QImage.Format.Format_RGB32))
    form.drop(START, data)
    assert form.composer.draft.start_frame == (StoredMedia(IMAGE_ID, UPLOADED),)


def test_a_text_file_named_png_is_explained_and_changes_nothing(open_form: Open, tmp_path: Path) -> None:
    kept = StoredMedia(IMAGE_ID, UPLOADED)
    form = open_form(Draft(start_frame=(kept,)))
    wrong = tmp_path / "cat.png"
    wrong.write_text("meow")
    form.drop(START, files(wrong))
    form.until(lambda: bool(form.said()))
    assert "“cat.png” is a text file" in form.said()[0]
    assert form.composer.draft.start_frame == (kept,)


def test_an_image_that_is_too_small_is_named(form: FormDriver, picture: Picture) -> None:
    form.drop(START, files(picture("dot.png", 64, 64)))
    form.until(lambda: bool(form.said()))
    assert form.said()[0].startswith("“dot.png”: too small: 64 × 64 px")
    assert [form.box(place).view.refused for place in (START, END)] == [True, False]
    form.drop(START, files(picture()))
    form.until(lambda: bool(form.composer.draft.start_frame))
    assert not form.box(START).view.refused


def test_the_next_drop_clears_the_last_rejection(form: FormDriver, picture: Picture, tmp_path: Path) -> None:
    form.drop(START, files(tmp_path / "gone.png"))
    form.until(lambda: bool(form.said()))
    assert "no longer exists" in form.said()[0]
    form.drop(START, files(picture()))
    form.until(lambda: bool(form.composer.draft.start_frame))
    assert form.said() == []


def test_a_later_paste_wins_over_an_image_that_is_still_copied(form: FormDriver, picture: Picture) -> None:
    form.drop(START, files(picture("large.png", 3000, 2000)))
    form.drop(START, words(IMAGE_ID))
    form.drop(END, files(picture("end.png")))
    form.until(lambda: bool(form.composer.draft.end_frame))
    assert form.composer.draft.start_frame == (StoredMedia(IMAGE_ID, UPLOADED),)


def test_several_images_fill_the_free_references_in_order(form: FormDriver, picture: Picture) -> None:
    form.drop(REFERENCES[0], files(picture("one.png"), picture("two.png"), picture("three.png")))
    form.until(lambda: len(form.composer.draft.image_reference) == 3)
    assert form.images(REFERENCE) == ["one.png", "two.png", "three.png"]
    assert form.composer.history.past == (Draft(),)
    form.drop(REFERENCES[3], files(picture("four.png"), picture("five.png")))
    form.until(lambda: len(form.composer.draft.image_reference) == 4)
    assert form.images(REFERENCE) == ["one.png", "two.png", "three.png", "four.png"]
    assert form.said()[0] == "There is room for 4 references. 1 file was left out"


def test_an_image_dropped_on_a_filled_reference_replaces_it(open_form: Open, picture: Picture) -> None:
    ids = [f"{n}f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10" for n in range(1, 5)]
    form = open_form(Draft(image_reference=tuple(StoredMedia(image, UPLOADED) for image in ids)))
    form.drop(REFERENCES[1], files(picture("new.png")))
    form.until(lambda: form.images(REFERENCE) == ["new.png"])
    held = form.composer.draft.image_reference
    assert [getattr(image, "id", "new") for image in held] == [ids[0], "new", ids[2], ids[3]]


def test_a_frame_takes_one_image(form: FormDriver, picture: Picture) -> None:
    form.drop(START, files(picture("one.png"), picture("two.png")))
    assert form.said() == ["The start frame takes one image. Drop a single file."]


def test_a_dropped_clip_is_edited_or_gives_the_frame_on_its_card(form: FormDriver, tmp_path: Path) -> None:
    form.drop(VIDEO, clip())
    assert form.composer.draft.video_reference_base == (StoredMedia(IMAGE_ID, GENERATED, 1920, 1080, 5.0),)
    form.composer.replace(Draft())
    form.drop(START, clip())
    assert "isn't on this computer" in form.said()[0]
    film = write_video(tmp_path / "fox.mp4", frames=12, size=(640, 360))
    for place, promise in ((REFERENCES[0], "@image1"), (START, "the start frame")):
        form.composer.replace(Draft())
        form.drag_over(form.box(place), clip(file=str(film)))
        assert form.box(place).drop_answer == DropAnswer(True, f"Use its first frame as {promise}", "Frame")
        form.drop(place, clip(file=str(film)))
        form.until(lambda place=place: bool(form.composer.draft.media(place.slot)))  # type: ignore[misc]
        [frame] = form.composer.draft.media(place.slot)
        assert isinstance(frame, LocalImage)
        assert (frame.name, frame.width, frame.height) == ("fox, frame 1.png", 640, 360)
        assert frame.origin is not None
        assert (frame.origin.job, frame.origin.frame) == ("j", 0)
        assert len(form.composer.history.past) >= 1
        form.composer.undo()
        assert form.composer.draft == Draft()


def test_an_image_is_previewed_in_full_as_it_will_be_used(open_form: Open, picture: Picture) -> None:
    tall = LocalImage(str(picture("tall.png", 600, 900)), "tall.png", "", 600, 900, fit=Fit.PAD)
    form = open_form(Draft("A tower", start_frame=(tall,)))
    box = form.box(START)
    form.until(lambda: box.view.picture is not None)
    box.setFocus()
    form.press(Qt.Key.Key_Space)
    [preview] = form.panel.findChildren(FullPreview)
    assert preview.geometry() == form.panel.rect()
    form.until(lambda: preview.picture is not None and preview.picture.size() == QSize(1600, 900))
    assert "tall.png" in preview.accessibleName()
    form.press(Qt.Key.Key_Escape)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    assert not form.panel.findChildren(FullPreview)
    assert box.hasFocus()


def test_a_clip_of_the_library_is_chosen_for_editing_with_a_click(open_form: Open) -> None:
    ids = [f"{n}f197fd2-30f6-41a0-9d2c-5a2e3c1b7a10" for n in (1, 2)]
    videos = [StoredMedia(one, GENERATED, 1920, 1080, 5.0) for one in ids]
    form = open_form(clips=tuple(ClipChoice(video, f"prompt {at}") for at, video in enumerate(videos)))
    form.click(form.box(VIDEO))
    assert [thumb.text() for thumb in form.thumbs()] == ["prompt 0", "prompt 1"]
    form.click(form.thumbs()[1])
    assert form.composer.draft.video_reference_base == (videos[1],)
    assert form.popover.place is None
    form.click(form.box(START))
    assert form.thumbs() == []


def test_without_clips_the_video_slot_explains_itself_and_takes_an_id(form: FormDriver) -> None:
    form.click(form.box(VIDEO))
    told = [part.text() for part in form.popover.findChildren(QLabel) if part.isVisible()]
    assert told == ["Make a clip first, then edit it here.", "or paste a clip's ID"]
    form.type(IMAGE_ID)
    form.press(Qt.Key.Key_Return)
    assert form.composer.draft.video_reference_base == (StoredMedia(IMAGE_ID, GENERATED),)


def test_a_clip_that_cannot_be_edited_says_why(form: FormDriver) -> None:
    form.drop(VIDEO, clip(image=None))
    assert form.said() == ["This clip has no Leonardo ID yet. Wait until it's done."]
    form.drop(VIDEO, clip(seconds=2.0))
    assert form.said() == ["The video to edit must be 3 to 10 seconds long; this one lasts 2 s"]


def test_an_image_is_no_base_video(form: FormDriver, picture: Picture) -> None:
    form.drop(VIDEO, files(picture()))
    assert form.said()[0].startswith("Only videos made at Leonardo can be edited")


def test_malformed_data_from_another_program_is_refused_with_a_reason(form: FormDriver) -> None:
    broken = QMimeData()
    broken.setData("application/x-kling-clip", b"{not json")
    form.drop(VIDEO, broken)
    assert form.said() == ["There's nothing here that can be used. Try an image or an ID."]
    assert form.composer.draft == Draft()


def test_a_drop_on_a_blocked_slot_is_refused_with_reason_and_fix(open_form: Open, picture: Picture) -> None:
    form = open_form(Draft(prompt="x", start_frame=(StoredMedia(IMAGE_ID, UPLOADED),)))
    form.drop(REFERENCES[0], files(picture()))
    assert form.said() == ["References can't be combined with frames"]
    form.click(form.link("Use instead"))
    assert form.composer.draft.parked == {Slot.START_FRAME}
    assert form.said() == []
    assert form.box(START).view.state is SlotState.PARKED


def test_del_empties_a_slot_and_parked_media_comes_back(open_form: Open) -> None:
    start, reference = StoredMedia(IMAGE_ID, UPLOADED), StoredMedia(IMAGE_ID, GENERATED)
    form = open_form(
        Draft(start_frame=(start,), image_reference=(reference,), parked=frozenset({Slot.IMAGE_REFERENCE}))
    )
    assert form.box(REFERENCES[0]).view.state is SlotState.PARKED
    form.box(START).setFocus()
    form.press(Qt.Key.Key_Delete)
    assert form.composer.draft == Draft(image_reference=(reference,))
    assert form.box(START).view.state is SlotState.SHUT


def test_the_id_of_a_slot_can_be_copied(open_form: Open) -> None:
    form = open_form(Draft(start_frame=(StoredMedia(IMAGE_ID, UPLOADED),)))
    QGuiApplication.clipboard().clear()
    form.box(START).setFocus()
    form.press(Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == IMAGE_ID


def test_during_a_drag_the_slots_show_what_a_drop_would_do(open_form: Open, picture: Picture) -> None:
    form = open_form(Draft(start_frame=(StoredMedia(IMAGE_ID, UPLOADED),)))
    data = files(picture())
    before = form.panel.grab().toImage()
    form.panel.start_drag(data)
    during = form.panel.grab().toImage()
    form.drag_over(form.box(END), data)
    form.drag_away(form.box(END))
    assert form.panel.grab().toImage() == during
    form.panel.end_drag()
    assert form.panel.grab().toImage() == before
    assert before != during


def test_the_file_dialog_does_not_block_and_starts_in_the_last_folder(form: FormDriver, picture: Picture) -> None:
    form.box(START).setFocus()
    form.press(Qt.Key.Key_Return)
    form.press(Qt.Key.Key_Return)
    (dialog,) = form.panel.findChildren(QFileDialog)
    chosen = picture("chosen.png")
    dialog.filesSelected.emit([str(chosen)])
    dialog.close()
    form.until(lambda: form.images(Slot.START_FRAME) == ["chosen.png"])
    form.click(form.box(END))
    form.click(next(button for button in form.popover.findChildren(Button) if button.isVisible()))
    again = next(dialog for dialog in form.panel.findChildren(QFileDialog) if dialog.isVisible())
    assert again.directory() == QDir(chosen.parent)
    again.close()


def test_a_recent_image_can_be_used_again(form: FormDriver) -> None:
    form.drop(START, words(IMAGE_ID))
    form.box(END).setFocus()
    form.press(Qt.Key.Key_Return)
    form.press(Qt.Key.Key_Tab)
    form.press(Qt.Key.Key_Return)
    assert form.composer.draft.end_frame == (StoredMedia(IMAGE_ID, UPLOADED),)


def test_an_unfilled_placeholder_of_a_sample_is_pointed_out(open_form: Open) -> None:
    form = open_form(Draft(prompt="x", start_frame=(Placeholder("<YOUR_START_IMAGE_ID>"),)))
    assert form.box(START).view.state is SlotState.PROBLEM
    assert form.said() == ["Add your start image as the start frame"]


def test_a_frame_of_another_shape_gets_a_warning(open_form: Open) -> None:
    form = open_form(Draft(prompt="x", start_frame=(StoredMedia(IMAGE_ID, UPLOADED, 1080, 1350),)))
    assert form.said() == ["The start frame is 4:5, but the video is 16:9. Only an image from a file can be fitted"]
    assert not form.generate.is_blocked


def test_recent_ids_of_another_account_come_last_with_a_note(form: FormDriver) -> None:
    recents = form.panel.recents
    ids = [StoredMedia(f"1f197fd2-30f6-41a0-9d2c-5a2e3c1b7a1{n}", UPLOADED) for n in range(3)]
    recents.account = "service another"
    recents.add(ids[:1])
    recents.account = "service mine"
    recents.add(ids[1:2])
    recents.account = "service another"
    recents.add(ids[2:])
    recents.account = "service mine"
    form.click(form.box(START))
    assert [thumb.media for thumb in form.thumbs()] == [ids[1], ids[2], ids[0]]
    told = [thumb.toolTip() for thumb in form.thumbs()]
    assert [("another account" in one) for one in told] == [False, True, True]
    # It can be taken all the same: the service says whether it knows it.
    form.click(form.thumbs()[2])
    assert form.composer.draft.start_frame == (ids[0],)


def test_a_rejection_closes_on_esc_on_the_next_drag_and_after_a_while(
    form: FormDriver, picture: Picture, tmp_path: Path
) -> None:
    card = form.panel.findChildren(RejectionCard)[0]

    def refused() -> None:
        form.drop(START, files(tmp_path))
        form.until(lambda: card.isVisible() and bool(form.said()))
        assert form.box(START).view.refused

    refused()
    form.prompt.setFocus()
    form.press(Qt.Key.Key_Escape)
    assert not card.isVisible()
    assert not form.box(START).view.refused
    refused()
    form.panel.start_drag(files(picture()))
    assert not card.isVisible()
    form.panel.end_drag()
    refused()
    [timer] = card.findChildren(QTimer)
    assert timer.isActive()
    timer.setInterval(0)
    form.until(lambda: not card.isVisible())


def test_a_rejection_does_not_move_the_form(form: FormDriver, tmp_path: Path) -> None:
    def places() -> list[QRect]:
        return [QRect(part.mapTo(form.panel, QPoint()), part.size()) for part in (form.prompt, form.box(REFERENCES[0]))]

    before = places()
    form.drop(START, files(tmp_path))
    form.until(lambda: bool(form.said()))
    QApplication.processEvents()
    assert places() == before


def test_an_image_pasted_while_the_popover_is_open_goes_into_its_slot(form: FormDriver, picture: Picture) -> None:
    form.click(form.box(START))
    assert form.popover.place == START
    QGuiApplication.clipboard().setMimeData(files(picture("cat.png")))
    form.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    form.until(lambda: form.images(Slot.START_FRAME) == ["cat.png"])
    assert form.popover.place is None
    form.click(form.box(END))
    form.line.setFocus()
    QGuiApplication.clipboard().setImage(QImage(640, 360, QImage.Format.Format_RGB32))
    form.press(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    form.until(lambda: bool(form.composer.draft.end_frame))
