"""An image is uploaded once for an account, and again if the service has lost it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from kling_desktop.domain.errors import RequestRefused
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.models import Size
from kling_desktop.services.jobs.uploads import FORM
from tests.services.job_harness import AppRun, JobHarness, wait_until, write_image
from tests.support.job_submission import submit_one


def framed(folder: Path, colour: str = "teal") -> Draft:
    path = write_image(folder / f"{colour}.png", colour)
    return Draft("A cat", start_frame=(LocalImage(str(path), width=640, height=360),))


def uploads(harness: JobHarness) -> int:
    return harness.count_calls("init_image")


async def test_concurrent_and_later_jobs_share_an_upload(harness: JobHarness) -> None:
    run = harness.start_app()
    draft = framed(harness.folder)
    jobs = [await submit_one(run.queue, draft, harness.clips) for _ in range(3)]
    await run.wait_until_done(*(job.id for job in jobs))
    assert uploads(harness) == 1
    # The same picture under another name, after a restart.
    copy = harness.folder / "copy.png"
    copy.write_bytes((harness.folder / "teal.png").read_bytes())
    again = await harness.restart_app(run)
    job = await submit_one(again.queue, Draft("A cat", start_frame=(LocalImage(str(copy)),)), harness.clips)
    await again.wait_until_done(job.id)
    assert uploads(harness) == 1
    assert len(harness.world.creates) == 4


async def test_another_image_and_the_same_one_cropped_are_uploads_of_their_own(harness: JobHarness) -> None:
    run = harness.start_app()
    draft = framed(harness.folder)
    tall = Size(1080, 1920)
    square = replace(
        draft, size=tall, start_frame=(LocalImage(str(harness.folder / "teal.png"), "", "", 640, 360, "", Fit.PAD),)
    )
    jobs = [await submit_one(run.queue, one, harness.clips) for one in (draft, framed(harness.folder, "red"), square)]
    await run.wait_until_done(*(job.id for job in jobs))
    assert uploads(harness) == 3


async def test_an_image_that_the_service_has_lost_is_uploaded_again_and_paid_for_once(harness: JobHarness) -> None:
    run = harness.start_app()
    draft = framed(harness.folder)
    first = await submit_one(run.queue, draft, harness.clips)
    await run.wait_until_done(first.id)
    [image] = run.job(first.id).uploads.values()
    await run.client.delete_image(image)
    second = await submit_one(run.queue, draft, harness.clips)
    await run.wait_until_done(second.id)
    assert uploads(harness) == 2
    assert len(harness.world.generations) == 2
    [new] = run.job(second.id).uploads.values()
    assert new != image


async def test_an_image_that_is_not_ready_yet_is_tried_again_before_anything_is_paid(harness: JobHarness) -> None:
    refused = [httpx.Response(400, json={"error": "invalid init image id"}) for _ in range(3)]
    harness.network.instead = [("/generations", one) for one in refused]
    run = harness.start_app()
    job = await submit_one(run.queue, framed(harness.folder), harness.clips)
    waiting = await run.wait_for(job.id, lambda job: "Trying again" in job.notice)
    assert "image ready" in waiting.notice
    await run.wait_until_done(job.id)
    assert (uploads(harness), len(harness.world.creates)) == (1, 1)


async def test_an_image_that_is_refused_twice_ends_the_job(harness: JobHarness) -> None:
    run = harness.start_app()
    first = await submit_one(run.queue, framed(harness.folder), harness.clips)
    await run.wait_until_done(first.id)
    harness.world.pictures.clear()
    real = harness.world.pictures

    class Forgetful(dict):  # type: ignore[type-arg]
        def __setitem__(self, key: object, value: object) -> None:
            """The service takes each picture, and knows none of them afterwards."""

    harness.world.pictures = Forgetful(real)
    second = await submit_one(run.queue, framed(harness.folder), harness.clips)
    await run.wait_until_idle()
    assert run.state(second.id) == "refused"
    assert len(harness.world.generations) == 1


def brought_by_form(run: AppRun, draft: Draft, moved: list[int]) -> "asyncio.Task[str]":
    """The form brings its start frame, before any job wants it."""
    [image] = draft.start_frame
    assert isinstance(image, LocalImage)
    return asyncio.create_task(run.queue.uploader.upload(image, draft.size, FORM, lambda now, _: moved.append(now)))


async def on_its_way(harness: JobHarness, run: AppRun, wanted_by: int) -> None:
    """Until one picture is on its way, and so many wait for it."""

    def is_so() -> bool:
        return harness.network.waiting_uploads == 1 and run.queue.uploader.waiter_count == wanted_by

    await wait_until(is_so)


async def test_a_job_waits_for_an_upload_of_the_form(harness: JobHarness) -> None:
    run = harness.start_app()
    draft, moved = framed(harness.folder), list[int]()
    harness.network.uploads_released.clear()
    form = brought_by_form(run, draft, moved)
    await on_its_way(harness, run, 1)
    job = await submit_one(run.queue, draft, harness.clips)
    await on_its_way(harness, run, 2)
    harness.network.uploads_released.set()
    image = await form
    await run.wait_until_done(job.id)
    assert list(run.job(job.id).uploads.values()) == [image]
    assert uploads(harness) == 1
    assert moved[-1] == Path(draft.start_frame[0].file).stat().st_size  # type: ignore[union-attr]


async def test_an_upload_that_the_form_no_longer_wants_still_arrives_for_the_job(harness: JobHarness) -> None:
    run = harness.start_app()
    draft = framed(harness.folder)
    harness.network.uploads_released.clear()
    form = brought_by_form(run, draft, [])
    await on_its_way(harness, run, 1)
    job = await submit_one(run.queue, draft, harness.clips)
    await on_its_way(harness, run, 2)
    form.cancel()
    with pytest.raises(asyncio.CancelledError):
        await form
    harness.network.uploads_released.set()
    await run.wait_until_done(job.id)
    assert uploads(harness) == 1


async def test_an_upload_that_nobody_wants_is_cancelled(harness: JobHarness) -> None:
    run = harness.start_app()
    draft = framed(harness.folder)
    harness.network.uploads_released.clear()
    form = brought_by_form(run, draft, [])
    await on_its_way(harness, run, 1)
    form.cancel()
    with pytest.raises(asyncio.CancelledError):
        await form
    await run.close()
    assert harness.world.pictures == {}


async def test_a_failed_upload_reaches_all_who_wait_and_is_tried_again_by_the_next(harness: JobHarness) -> None:
    run = harness.start_app()
    draft = framed(harness.folder)
    harness.world.faults["upload_refused"] = 1.0
    first, second = brought_by_form(run, draft, []), brought_by_form(run, draft, [])
    for task in (first, second):
        with pytest.raises(RequestRefused):
            await task
    harness.world.faults["upload_refused"] = 0.0
    image = await brought_by_form(run, draft, [])
    assert image in harness.world.pictures
    # The first two asked together: for a place, and once more for one that isn't stale.
    assert uploads(harness) == 2 + 1
