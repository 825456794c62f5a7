"""A picture goes up once for an account, and again where the service has lost it."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.errors import RequestRefused
from kling_desktop.domain.request.draft import Draft, LocalImage
from kling_desktop.domain.request.frame_fit import Fit
from kling_desktop.domain.request.models import Size
from kling_desktop.services.jobs.uploads import FORM
from tests.services.job_harness import Desk, Open, comes, picture
from tests.support.job_submission import submit_one


def framed(folder: Path, colour: str = "teal") -> Draft:
    path = picture(folder / f"{colour}.png", colour)
    return Draft("A cat", start_frame=(LocalImage(str(path), width=640, height=360),))


def uploads(desk: Desk) -> int:
    return desk.asked("init_image")


async def test_jobs_at_once_and_later_ones_share_an_upload(desk: Desk) -> None:
    run = desk.open()
    draft = framed(desk.folder)
    jobs = [await submit_one(run.queue, draft, desk.clips) for _ in range(3)]
    await run.done(*(job.id for job in jobs))
    assert uploads(desk) == 1
    # The same picture under another name, after a restart.
    copy = desk.folder / "copy.png"
    copy.write_bytes((desk.folder / "teal.png").read_bytes())
    again = await desk.reopen(run)
    job = await submit_one(again.queue, Draft("A cat", start_frame=(LocalImage(str(copy)),)), desk.clips)
    await again.done(job.id)
    assert uploads(desk) == 1
    assert len(desk.world.creates) == 4


async def test_another_picture_and_the_same_one_cropped_go_up_by_themselves(desk: Desk) -> None:
    run = desk.open()
    draft = framed(desk.folder)
    tall = Size(1080, 1920)
    square = replace(
        draft, size=tall, start_frame=(LocalImage(str(desk.folder / "teal.png"), "", "", 640, 360, "", Fit.PAD),)
    )
    jobs = [await submit_one(run.queue, one, desk.clips) for one in (draft, framed(desk.folder, "red"), square)]
    await run.done(*(job.id for job in jobs))
    assert uploads(desk) == 3


async def test_a_picture_that_the_service_has_lost_is_brought_anew_and_paid_for_once(desk: Desk) -> None:
    run = desk.open()
    draft = framed(desk.folder)
    first = await submit_one(run.queue, draft, desk.clips)
    await run.done(first.id)
    [image] = run.job(first.id).uploads.values()
    await run.client.delete_image(image)
    second = await submit_one(run.queue, draft, desk.clips)
    await run.done(second.id)
    assert uploads(desk) == 2
    assert len(desk.world.generations) == 2
    [new] = run.job(second.id).uploads.values()
    assert new != image


async def test_a_picture_that_is_refused_even_when_brought_anew_ends_the_job(desk: Desk) -> None:
    run = desk.open()
    first = await submit_one(run.queue, framed(desk.folder), desk.clips)
    await run.done(first.id)
    desk.world.pictures.clear()
    real = desk.world.pictures

    class Forgetful(dict):  # type: ignore[type-arg]
        def __setitem__(self, key: object, value: object) -> None:
            """The service takes each picture, and knows none of them afterwards."""

    desk.world.pictures = Forgetful(real)
    second = await submit_one(run.queue, framed(desk.folder), desk.clips)
    await run.finished()
    assert run.state(second.id) == "refused"
    assert len(desk.world.generations) == 1


def brought_by_form(run: Open, draft: Draft, moved: list[int]) -> "asyncio.Task[str]":
    """The form brings its start frame, before any job wants it."""
    [image] = draft.start_frame
    assert isinstance(image, LocalImage)
    return asyncio.create_task(run.queue.uploader.upload(image, draft.size, FORM, lambda now, _: moved.append(now)))


async def on_its_way(desk: Desk, run: Open, wanted_by: int) -> None:
    """Until one picture is on its way, and so many wait for it."""

    def is_so() -> bool:
        return desk.line.waiting == 1 and run.queue.uploader.waiter_count == wanted_by

    await comes(is_so)


async def test_a_job_waits_for_what_the_form_is_bringing_already(desk: Desk) -> None:
    run = desk.open()
    draft, moved = framed(desk.folder), list[int]()
    desk.line.pictures.clear()
    form = brought_by_form(run, draft, moved)
    await on_its_way(desk, run, 1)
    job = await submit_one(run.queue, draft, desk.clips)
    await on_its_way(desk, run, 2)
    desk.line.pictures.set()
    image = await form
    await run.done(job.id)
    assert list(run.job(job.id).uploads.values()) == [image]
    assert uploads(desk) == 1
    assert moved[-1] == Path(draft.start_frame[0].file).stat().st_size  # type: ignore[union-attr]


async def test_what_the_form_no_longer_wants_still_arrives_for_the_job(desk: Desk) -> None:
    run = desk.open()
    draft = framed(desk.folder)
    desk.line.pictures.clear()
    form = brought_by_form(run, draft, [])
    await on_its_way(desk, run, 1)
    job = await submit_one(run.queue, draft, desk.clips)
    await on_its_way(desk, run, 2)
    form.cancel()
    with pytest.raises(asyncio.CancelledError):
        await form
    desk.line.pictures.set()
    await run.done(job.id)
    assert uploads(desk) == 1


async def test_what_nobody_wants_any_more_is_broken_off(desk: Desk) -> None:
    run = desk.open()
    draft = framed(desk.folder)
    desk.line.pictures.clear()
    form = brought_by_form(run, draft, [])
    await on_its_way(desk, run, 1)
    form.cancel()
    with pytest.raises(asyncio.CancelledError):
        await form
    await run.close()
    assert desk.world.pictures == {}


async def test_a_failure_reaches_all_who_wait_and_the_next_one_tries_again(desk: Desk) -> None:
    run = desk.open()
    draft = framed(desk.folder)
    desk.world.faults["upload_refused"] = 1.0
    first, second = brought_by_form(run, draft, []), brought_by_form(run, draft, [])
    for task in (first, second):
        with pytest.raises(RequestRefused):
            await task
    desk.world.faults["upload_refused"] = 0.0
    image = await brought_by_form(run, draft, [])
    assert image in desk.world.pictures
    # The first two asked together: for a place, and once more for one that isn't stale.
    assert uploads(desk) == 2 + 1
