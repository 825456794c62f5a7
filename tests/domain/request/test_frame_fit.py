"""A frame whose aspect ratio differs from the video's."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kling_desktop.domain.request import draft_edits
from kling_desktop.domain.request.draft import UPLOADED, Draft, LocalImage, StoredMedia
from kling_desktop.domain.request.form import resolve
from kling_desktop.domain.request.frame_fit import Box, Fit, aspect_label, fit_frame, is_same_aspect
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.domain.request.models import FRAMES, Size, Slot

WIDE, SQUARE, TALL = KLING_O1.sizes
PORTRAIT = LocalImage("/own/portrait.jpg", "portrait.jpg", "ab12", 1080, 1350)
WRITTEN = Draft(prompt="a cat")


def with_frame(image: LocalImage, size: Size = WIDE) -> Draft:
    return draft_edits.put(replace(WRITTEN, size=size), Slot.START_FRAME, image)


@pytest.mark.parametrize(
    ("picture", "fit", "size", "part", "at"),
    [
        (Size(1080, 1350), Fit.CROP, Size(1080, 608), Box(0, 371, 1080, 608), Box(0, 0, 1080, 608)),
        (Size(1080, 1350), Fit.PAD, WIDE, Box(0, 0, 1080, 1350), Box(528, 0, 864, 1080)),
        (Size(4000, 3000), Fit.CROP, WIDE, Box(0, 375, 4000, 2250), Box(0, 0, 1920, 1080)),
        (Size(3000, 1000), Fit.PAD, WIDE, Box(0, 0, 3000, 1000), Box(0, 220, 1920, 640)),
        (Size(800, 400), Fit.PAD, Size(800, 450), Box(0, 0, 800, 400), Box(0, 25, 800, 400)),
    ],
)
def test_an_image_is_cropped_or_padded_evenly(picture: Size, fit: Fit, size: Size, part: Box, at: Box) -> None:
    done = fit_frame(picture, WIDE, fit)
    assert (done.size, done.crop, done.position) == (size, part, at)


sides = st.integers(300, 12_000)


@given(sides, sides, st.sampled_from(KLING_O1.sizes), st.sampled_from(Fit))
def test_a_fitted_frame_has_the_aspect_ratio_of_the_video_and_no_more_pixels(
    width: int, height: int, video: Size, fit: Fit
) -> None:
    done = fit_frame(Size(width, height), video, fit)
    if min(done.size.width, done.size.height) >= 300:
        assert is_same_aspect(done.size, video)
    assert done.size.width <= video.width
    assert done.size.height <= video.height
    for box, outer in ((done.crop, Size(width, height)), (done.position, done.size)):
        assert 0 <= box.left <= box.left + box.width <= outer.width
        assert 0 <= box.top <= box.top + box.height <= outer.height
        assert abs(outer.width - box.width - 2 * box.left) <= 1
        assert abs(outer.height - box.height - 2 * box.top) <= 1
    assert done.position.width <= done.crop.width + 1
    assert done.position.height <= done.crop.height + 1


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (Size(1080, 1350), "4:5"),
        (Size(1920, 1080), "16:9"),
        (Size(1366, 768), "16:9"),
        (Size(4032, 3024), "4:3"),
        (Size(1200, 1200), "1:1"),
        (Size(2560, 1080), "19:8"),
        (Size(9000, 40), "225:1"),
        (Size(40, 9010), "1:225"),
    ],
)
def test_an_aspect_ratio_is_written_in_small_numbers(size: Size, words: str) -> None:
    assert aspect_label(size) == words


def test_a_frame_of_another_aspect_ratio_is_a_warning_until_it_is_fitted() -> None:
    asked = resolve(with_frame(PORTRAIT), KLING_O1).start_frame
    assert (asked.warnings, asked.note) == (("The start frame is 4:5. Fit it to 16:9?",), "")
    cropped = resolve(with_frame(replace(PORTRAIT, fit=Fit.CROP)), KLING_O1).start_frame
    assert (cropped.warnings, cropped.problems) == ((), ())
    assert cropped.note == "The start frame is cropped to 16:9"
    padded = resolve(with_frame(replace(PORTRAIT, fit=Fit.PAD), SQUARE), KLING_O1).start_frame
    assert (padded.warnings, padded.note) == ((), "The start frame is padded to 1:1")


def test_the_chosen_fit_has_no_effect_while_the_aspect_ratios_agree() -> None:
    frame = LocalImage("/a.png", width=1600, height=900, fit=Fit.CROP)
    draft = with_frame(frame)
    assert resolve(draft, KLING_O1).start_frame.note == ""
    assert resolve(replace(draft, size=TALL), KLING_O1).start_frame.note == "The start frame is cropped to 9:16"


def test_an_image_known_only_by_its_id_cannot_be_fitted() -> None:
    stored = StoredMedia("1f197fd2-30f6-11f0-9d2c-5a2e3c1b7a10", UPLOADED, 1080, 1350)
    [warning] = resolve(draft_edits.put(WRITTEN, Slot.START_FRAME, stored), KLING_O1).start_frame.warnings
    assert warning == "The start frame is 4:5, but the video is 16:9. Only an image from a file can be fitted"


def test_cropping_never_leaves_fewer_pixels_than_the_service_takes() -> None:
    small = LocalImage("/a.png", width=400, height=500)
    [warning] = resolve(with_frame(small), KLING_O1).start_frame.warnings
    assert warning == "The start frame is 4:5, and too small to crop. Pad it to 16:9?"
    [problem] = resolve(with_frame(replace(small, fit=Fit.CROP)), KLING_O1).start_frame.problems
    assert problem == "Cropped to 16:9, the image is 400 × 225. Leonardo needs at least 300 pixels on each side"
    assert resolve(with_frame(replace(small, fit=Fit.PAD)), KLING_O1).problems == ()
    assert resolve(with_frame(replace(small, fit=Fit.CROP), SQUARE), KLING_O1).problems == ()


def test_references_are_sent_as_they_are() -> None:
    for slot in set(Slot) - FRAMES:
        control = resolve(draft_edits.put(WRITTEN, slot, replace(PORTRAIT, fit=Fit.CROP)), KLING_O1).slot(slot)
        assert (control.warnings, control.note) == ((), "")
