"""Frames are uploaded in the shape that was chosen for them."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from kling_desktop.domain.jobs.upload_plan import local_images, upload_key
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.model_table import KLING_O1
from kling_desktop.media.image.frame_fit import fit_image
from kling_desktop.media.image.import_copy import import_image
from tests.services.job_harness import FOX, JobHarness
from tests.support.job_submission import submit_one

WIDE, SQUARE, _ = KLING_O1.sizes


def frame(folder: Path, fit: Fit | None = None) -> LocalImage:
    """A dropped portrait with a pattern in it."""
    Image.linear_gradient("L").resize((900, 1125)).convert("RGB").save(folder / "portrait.png")
    kept = import_image(folder / "portrait.png", folder / "media")
    return LocalImage(str(kept.path), kept.name, kept.sha256, kept.info.width, kept.info.height, fit=fit)


@pytest.mark.parametrize("fit", Fit)
async def test_frames_are_uploaded_as_chosen(harness: JobHarness, fit: Fit) -> None:
    image = frame(harness.folder, fit)
    run = harness.start_app()
    job = await submit_one(run.queue, replace(FOX, start_frame=(image,)), harness.clips)
    await run.wait_until_done(job.id)
    [order] = harness.world.creates
    uploaded = harness.world.pictures[order["parameters"]["guidances"]["start_frame"][0]["image"]["id"]]
    shown = fit_image(Path(image.file), WIDE, fit, harness.folder / "elsewhere")
    with Image.open(harness.world.picture_file(uploaded)) as arrived, Image.open(shown) as expected:
        assert arrived.size == expected.size == ((900, 506) if fit is Fit.CROP else (1920, 1080))
        assert arrived.tobytes() == expected.tobytes()
    assert [one.file for one in local_images(job.draft)] == [image.file]


async def test_a_frame_without_a_choice_is_uploaded_byte_for_byte(harness: JobHarness) -> None:
    image = frame(harness.folder)
    run = harness.start_app()
    job = await submit_one(run.queue, replace(FOX, start_frame=(image,)), harness.clips)
    await run.wait_until_done(job.id)
    [uploaded] = harness.world.pictures.values()
    assert harness.world.picture_file(uploaded).read_bytes() == (harness.folder / "portrait.png").read_bytes()


async def test_the_upload_of_a_fitted_frame_survives_a_restart(harness: JobHarness) -> None:
    harness.network.failing_creates = 1000
    run = harness.start_app()
    both = replace(FOX, start_frame=(frame(harness.folder, Fit.PAD),), end_frame=(frame(harness.folder, Fit.CROP),))
    job = await submit_one(run.queue, both, harness.clips)
    await run.wait_for_state(job.id, "sending")
    again = await harness.restart_app(run)
    harness.network.failing_creates = 0
    await again.queue.pending.send_now(job.id)
    await again.wait_until_done(job.id)
    assert harness.count_calls("upload") == 2
    [order] = harness.world.creates
    guidances = order["parameters"]["guidances"]
    assert guidances["start_frame"] != guidances["end_frame"]


def test_another_aspect_or_fit_is_another_upload_and_nothing_else_is() -> None:
    image = LocalImage("/a.png", width=900, height=1125)
    keys = {upload_key(replace(image, fit=fit), size) for fit in Fit for size in (WIDE, SQUARE)}
    assert len(keys) == 4
    assert {upload_key(image, size) for size in (WIDE, SQUARE)} == {"/a.png"}


def test_a_choice_only_affects_frames_of_another_shape() -> None:
    image = LocalImage("/a.png", width=1600, height=900, fit=Fit.CROP)
    reference = Draft(size=SQUARE, image_reference=(image,))
    same = Draft(size=WIDE, start_frame=(image,))
    other = Draft(size=SQUARE, start_frame=(image,))
    assert [local_images(draft)[0].fit for draft in (reference, same, other)] == [None, None, Fit.CROP]
