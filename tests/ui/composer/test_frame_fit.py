"""A frame of another shape than the video: asked about, tried on, chosen, taken back, sent as shown."""

import asyncio
import gc
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QApplication

from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.models import Slot
from kling_desktop.sandbox.app import create_app
from kling_desktop.sandbox.settings import SandboxSettings
from kling_desktop.ui.composer.media_input.place import END, START, Place
from kling_desktop.ui.composer.media_input.preview_cache import load_preview
from kling_desktop.ui.composer.slots.frame_fit import FitBar
from kling_desktop.ui.widgets import LinkButton
from tests.media.video_fixtures import write_video
from tests.services.job_harness import JobHarness as Queueing
from tests.services.job_harness import JumpingClock, SandboxNetwork
from tests.support.job_submission import submit_one
from tests.support.places import REFERENCES
from tests.ui.composer.conftest import FormDriver, files

DROPS = int(os.environ.get("DROPS", "25"))
"""A leak of one picture a drop, 36 MB each, shows after one; `dev.py bench` drops a hundred of 50 megapixels."""

Open = Callable[..., FormDriver]
WIDE, SQUARE, TALL = (preset.size for preset in KLING_O1.aspects)


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    """A photo of 4:5 whose rows all differ."""
    path = tmp_path / "portrait.jpg"
    Image.linear_gradient("L").resize((1080, 1350)).convert("RGB").save(path, quality=95)
    return path


@pytest.fixture
def asked(form: FormDriver, portrait: Path) -> FormDriver:
    """The form with that photo as start frame of a landscape video."""
    form.composer.edit(prompt="a cat")
    form.drop(START, files(portrait))
    form.until(lambda: line_of(form).isVisible() and form.box(START).view.picture is not None)
    return form


def line_of(form: FormDriver, place: Place = START) -> FitBar:
    return form.panel.findChildren(FitBar)[0 if place is START else 1]


def links(form: FormDriver, place: Place = START) -> list[str]:
    return [link.text() for link in line_of(form, place).findChildren(LinkButton) if link.isVisible()]


def shape(form: FormDriver, place: Place = START) -> float:
    picture = form.box(place).view.picture
    assert picture is not None
    return picture.width() / picture.height()


def is_shaped(form: FormDriver, ratio: float) -> bool:
    return shape(form) == pytest.approx(ratio, rel=0.01)


def point_at(link: LinkButton) -> None:
    at = QPointF(link.rect().center())
    QApplication.sendEvent(link, QEnterEvent(at, at, QPointF(link.mapToGlobal(at.toPoint()))))


def point_away(link: LinkButton) -> None:
    QApplication.sendEvent(link, QEvent(QEvent.Type.Leave))


def image_in(form: FormDriver, slot: Slot = Slot.START_FRAME) -> LocalImage:
    [image] = form.composer.draft.media(slot)
    assert isinstance(image, LocalImage)
    return image


def test_a_frame_of_another_shape_asks_once(asked: FormDriver) -> None:
    assert line_of(asked).offer.sentence == "The start frame is 4:5. Fit it to 16:9?"
    assert links(asked) == ["Crop", "Pad"]
    assert asked.said() == []
    assert not asked.generate.is_blocked
    assert not line_of(asked, END).isVisible()


@pytest.mark.parametrize(("word", "fit", "told"), [("Crop", Fit.CROP, "cropped"), ("Pad", Fit.PAD, "padded")])
def test_a_click_chooses_and_another_clears_the_choice(asked: FormDriver, word: str, fit: Fit, told: str) -> None:
    before = asked.composer.draft
    asked.click(asked.link(word))
    assert image_in(asked).fit is fit
    assert line_of(asked).offer.sentence == f"The start frame is {told} to 16:9"
    assert links(asked) == ["Undo"]
    asked.until(lambda: shape(asked) == pytest.approx(16 / 9, rel=0.01))
    assert asked.box(START).view.whole is (fit is Fit.PAD)  # a cropped one fills its slot
    assert asked.box(START).view.caption == ("1080 × 608" if fit is Fit.CROP else "1920 × 1080")
    asked.click(asked.link("Undo"))
    assert asked.composer.draft == before
    assert links(asked) == ["Crop", "Pad"]
    assert shape(asked) == pytest.approx(0.8, rel=0.01)
    asked.composer.undo()
    assert image_in(asked).fit is fit
    asked.composer.undo()
    assert asked.composer.draft == before


def test_each_choice_is_previewed(asked: FormDriver) -> None:
    for word in ("Crop", "Pad", "Crop"):
        point_at(asked.link(word))
        asked.until(lambda: shape(asked) == pytest.approx(16 / 9, rel=0.01))
        point_away(asked.link(word))
        assert shape(asked) == pytest.approx(0.8, rel=0.01)
        assert not asked.box(START).view.whole
    assert image_in(asked).fit is None
    assert links(asked) == ["Crop", "Pad"]


def test_everything_can_be_previewed_and_chosen_with_the_keyboard(asked: FormDriver) -> None:
    asked.box(START).setFocus(Qt.FocusReason.TabFocusReason)
    seen: list[str] = []
    for _ in range(6):
        asked.press(Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        if isinstance(focused, LinkButton):
            seen.append(focused.text())
        if seen == ["Crop", "Pad"]:
            break
    assert seen == ["Crop", "Pad"]
    asked.until(lambda: is_shaped(asked, 16 / 9))
    assert image_in(asked).fit is None
    asked.press(Qt.Key.Key_Return)
    assert image_in(asked).fit is Fit.PAD
    focused = QApplication.focusWidget()
    assert isinstance(focused, LinkButton)
    assert focused.text() == "Undo"
    asked.press(Qt.Key.Key_Space)
    assert image_in(asked).fit is None
    # The keyboard is on Crop again, but only Tab tries it on: what was taken back is seen to be.
    assert not asked.box(START).view.whole


def test_the_choice_stays_with_another_aspect_ratio_and_is_redrawn(asked: FormDriver) -> None:
    asked.click(asked.link("Crop"))
    for size, ratio in ((SQUARE, 1.0), (TALL, 9 / 16), (WIDE, 16 / 9)):
        asked.composer.edit(size=size)
        asked.until(partial(is_shaped, asked, ratio))
        assert line_of(asked).offer.sentence == f"The start frame is cropped to {size.aspect}"


def test_an_image_too_small_to_crop_can_be_padded(form: FormDriver, picture: Callable[..., Path]) -> None:
    form.composer.edit(prompt="a cat", size=SQUARE)
    form.drop(START, files(picture("small.png", 400, 500)))
    form.until(lambda: line_of(form).isVisible())
    assert links(form) == ["Crop", "Pad"]
    form.click(form.link("Crop"))
    form.composer.edit(size=WIDE)
    assert form.said() == ["Cropped to 16:9, the image is 400 × 225. Leonardo needs at least 300 pixels on each side"]
    assert form.generate.is_blocked
    assert links(form) == ["Pad instead", "Undo"]
    form.click(form.link("Undo"))
    assert links(form) == ["Pad"]
    assert line_of(form).offer.sentence == "The start frame is 4:5, and too small to crop. Pad it to 16:9?"
    form.click(form.link("Pad"))
    assert not form.generate.is_blocked


def fits(form: FormDriver) -> tuple[Fit | None, Fit | None]:
    return image_in(form).fit, image_in(form, Slot.END_FRAME).fit


def test_frames_of_one_shape_are_asked_about_together_and_fitted_in_one_step(asked: FormDriver, portrait: Path) -> None:
    asked.drop(END, files(portrait))
    asked.until(lambda: line_of(asked).offer.sentence == "Both frames are 4:5. Fit them to 16:9?")
    assert not line_of(asked, END).isVisible()
    asked.until(lambda: asked.box(END).view.picture is not None)
    point_at(asked.link("Crop"))
    asked.until(lambda: all(asked.box(place).view.tag == "CROPPED" for place in (START, END)))  # tried on
    asked.click(asked.link("Crop"))
    assert fits(asked) == (Fit.CROP, Fit.CROP)
    assert line_of(asked).offer.sentence == "Both frames are cropped to 16:9"
    asked.composer.undo()
    assert fits(asked) == (None, None)


def test_frames_of_one_shape_can_be_fitted_in_different_ways(asked: FormDriver, portrait: Path) -> None:
    asked.drop(END, files(portrait))
    asked.until(lambda: line_of(asked).offer.of_both)
    asked.click(asked.link("Crop"))
    assert links(asked) == ["Separately", "Undo"]
    asked.click(asked.link("Separately"))
    assert links(asked, END) == ["Undo"]
    asked.click(next(link for link in line_of(asked, END).findChildren(LinkButton) if link.text() == "Undo"))
    assert fits(asked) == (Fit.CROP, None)
    asked.click(next(link for link in line_of(asked, END).findChildren(LinkButton) if link.text() == "Pad"))
    assert fits(asked) == (Fit.CROP, Fit.PAD)
    assert line_of(asked).offer.sentence == "The start frame is cropped to 16:9"


def test_frames_of_different_shapes_ask_separately(asked: FormDriver, tmp_path: Path) -> None:
    square = tmp_path / "square.png"
    Image.new("RGB", (900, 900), "teal").save(square)
    asked.drop(END, files(square))
    asked.until(lambda: line_of(asked, END).isVisible())
    asked.click(next(link for link in line_of(asked, END).findChildren(LinkButton) if link.text() == "Pad"))
    assert fits(asked) == (None, Fit.PAD)


def test_changes_to_an_image_are_shown_at_its_slot(form: FormDriver, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned, scan = tmp_path / "turned.jpg", tmp_path / "scan.tif"
    Image.new("RGB", (900, 1600), "teal").save(turned, exif=exif)
    Image.new("CMYK", (800, 600)).save(scan)
    form.drop(START, files(turned))
    form.until(lambda: form.box(START).view.caption.startswith("1600"))
    assert (form.box(START).view.caption, form.box(START).view.tag) == ("1600 × 900", "ROTATED")
    assert "1600 × 900 · ROTATED" in form.box(START).toolTip()
    assert "Rotated upright" in form.box(START).toolTip()
    form.composer.replace(Draft(prompt="a cat"))
    form.drop(REFERENCES[0], files(scan))
    form.until(lambda: bool(form.images(Slot.IMAGE_REFERENCE)))
    assert "800 × 600 · Converted from TIFF and CMYK" in form.box(REFERENCES[0]).toolTip()


@pytest.mark.parametrize("word", ["Crop", "Pad"])
def test_the_uploaded_image_is_the_one_shown_in_the_slot(asked: FormDriver, tmp_path: Path, word: str) -> None:
    asked.click(asked.link(word))
    asked.until(lambda: is_shaped(asked, 16 / 9))
    shown = asked.box(START).view.picture
    assert shown is not None
    arrived = asyncio.run(uploaded(asked.composer.draft, tmp_path / "work"))
    with Image.open(arrived) as frame:
        assert frame.width / frame.height == pytest.approx(16 / 9, rel=0.005)
    assert shown == load_preview(arrived)


async def uploaded(draft: Draft, folder: Path) -> Path:
    """Send the draft through the queue to a sandbox; the file that it got as start frame."""
    folder.mkdir()
    time = JumpingClock()
    app = create_app(SandboxSettings(data=folder / "service"), clock=time)
    film = write_video(folder / "film.mp4", frames=12, size=(64, 48))
    desk = Queueing(folder, time, SandboxNetwork(app, film), app.state.world)
    clock = asyncio.create_task(time.run())
    run = desk.start_app()
    job = await submit_one(run.queue, draft, desk.clips)
    await run.wait_until_done(job.id)
    await run.close(grace=1.0)
    clock.cancel()
    with suppress(asyncio.CancelledError):
        await clock
    [order] = desk.world.creates
    key = order["parameters"]["guidances"]["start_frame"][0]["image"]["id"]
    return desk.world.picture_file(desk.world.pictures[key])


def test_dropping_and_removing_large_photos_leaks_no_memory(form: FormDriver, tmp_path: Path) -> None:
    grain = Image.effect_noise((500, 375), 50).resize((4000, 3000), Image.Resampling.BICUBIC).convert("RGB")
    photos = []
    for number in range(DROPS):
        photos.append(tmp_path / f"{number}.jpg")
        if number == 0:
            grain.save(photos[0], quality=80)
        else:  # Another content, though the same picture: a comment behind its end.
            photos[-1].write_bytes(photos[0].read_bytes() + bytes([number]))

    def drop_and_remove(photo: Path) -> None:
        form.drop(START, files(photo))
        form.until(lambda: form.box(START).view.picture is not None)
        form.box(START).setFocus()
        form.press(Qt.Key.Key_Delete)
        assert not form.composer.draft.start_frame

    drop_and_remove(photos[0])
    before = resident()
    for photo in photos[1:]:
        drop_and_remove(photo)
    gc.collect()
    grew = (resident() - before) / 2**20
    print(f"memory after {DROPS} drops and removals of 12 megapixels: {grew:+.1f} MB")
    assert grew < 30


def resident() -> int:
    """Bytes of this process that are in memory."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def test_the_choice_is_part_of_the_draft(asked: FormDriver, open_form: Open) -> None:
    asked.click(asked.link("Pad"))
    again = open_form(replace(asked.composer.draft))
    again.until(lambda: again.box(START).view.whole)
    assert links(again) == ["Undo"]
