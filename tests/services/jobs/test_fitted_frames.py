"""A frame goes up in the shape that was chosen for it."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from kling_desktop.domain.jobs.upload_plan import local_images, upload_key
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.models import KLING_O1
from kling_desktop.media.image.frame_fit import fit_image
from kling_desktop.media.image.import_copy import import_image
from tests.services.job_harness import FOX, Desk
from tests.support.job_submission import submit_one

WIDE, SQUARE, _ = KLING_O1.sizes


def frame(folder: Path, fit: Fit | None = None) -> LocalImage:
    """A dropped portrait with a pattern in it."""
    Image.linear_gradient("L").resize((900, 1125)).convert("RGB").save(folder / "portrait.png")
    kept = import_image(folder / "portrait.png", folder / "media")
    return LocalImage(str(kept.path), kept.name, kept.sha256, kept.info.width, kept.info.height, fit=fit)


@pytest.mark.parametrize("fit", Fit)
async def test_what_goes_up_is_what_was_chosen(desk: Desk, fit: Fit) -> None:
    image = frame(desk.folder, fit)
    run = desk.open()
    job = await submit_one(run.queue, replace(FOX, start_frame=(image,)), desk.clips)
    await run.done(job.id)
    [order] = desk.world.creates
    uploaded = desk.world.pictures[order["parameters"]["guidances"]["start_frame"][0]["image"]["id"]]
    shown = fit_image(Path(image.file), WIDE, fit, desk.folder / "elsewhere")
    with Image.open(desk.world.picture_file(uploaded)) as arrived, Image.open(shown) as expected:
        assert arrived.size == expected.size == ((900, 506) if fit is Fit.CROP else (1920, 1080))
        assert arrived.tobytes() == expected.tobytes()
    assert [one.file for one in local_images(job.draft)] == [image.file]


async def test_a_frame_without_a_choice_goes_up_byte_for_byte(desk: Desk) -> None:
    image = frame(desk.folder)
    run = desk.open()
    job = await submit_one(run.queue, replace(FOX, start_frame=(image,)), desk.clips)
    await run.done(job.id)
    [uploaded] = desk.world.pictures.values()
    assert desk.world.picture_file(uploaded).read_bytes() == (desk.folder / "portrait.png").read_bytes()


async def test_a_fitted_frame_that_went_up_stays_up_over_a_restart(desk: Desk) -> None:
    desk.line.unreachable = 1000
    run = desk.open()
    both = replace(FOX, start_frame=(frame(desk.folder, Fit.PAD),), end_frame=(frame(desk.folder, Fit.CROP),))
    job = await submit_one(run.queue, both, desk.clips)
    await run.until(job.id, "sending")
    again = await desk.reopen(run)
    desk.line.unreachable = 0
    await again.queue.pending.send_now(job.id)
    await again.done(job.id)
    assert desk.asked("upload") == 2
    [order] = desk.world.creates
    guidances = order["parameters"]["guidances"]
    assert guidances["start_frame"] != guidances["end_frame"]


def test_another_aspect_or_fit_is_another_upload_and_nothing_else_is() -> None:
    image = LocalImage("/a.png", width=900, height=1125)
    keys = {upload_key(replace(image, fit=fit), size) for fit in Fit for size in (WIDE, SQUARE)}
    assert len(keys) == 4
    assert {upload_key(image, size) for size in (WIDE, SQUARE)} == {"/a.png"}


def test_a_choice_has_effect_on_frames_of_another_shape_alone() -> None:
    image = LocalImage("/a.png", width=1600, height=900, fit=Fit.CROP)
    reference = Draft(size=SQUARE, image_reference=(image,))
    same = Draft(size=WIDE, start_frame=(image,))
    other = Draft(size=SQUARE, start_frame=(image,))
    assert [local_images(draft)[0].fit for draft in (reference, same, other)] == [None, None, Fit.CROP]
