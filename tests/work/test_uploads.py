"""A picture goes up once for an account, and again where the service has lost it."""

from dataclasses import replace
from pathlib import Path

from kling_desktop.domain.draft import Draft, LocalImage
from kling_desktop.domain.fit import Fit
from kling_desktop.domain.model import Size
from tests.work.desk import Desk, picture


def framed(folder: Path, colour: str = "teal") -> Draft:
    path = picture(folder / f"{colour}.png", colour)
    return Draft("A cat", start_frame=(LocalImage(str(path), width=640, height=360),))


def uploads(desk: Desk) -> int:
    return desk.asked("init_image")


async def test_jobs_at_once_and_later_ones_share_an_upload(desk: Desk) -> None:
    run = desk.open()
    draft = framed(desk.folder)
    jobs = [await run.queue.add(draft, desk.clips) for _ in range(3)]
    await run.done(*(job.id for job in jobs))
    assert uploads(desk) == 1
    # The same picture under another name, after a restart.
    copy = desk.folder / "copy.png"
    copy.write_bytes((desk.folder / "teal.png").read_bytes())
    again = await desk.reopen(run)
    job = await again.queue.add(Draft("A cat", start_frame=(LocalImage(str(copy)),)), desk.clips)
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
    jobs = [await run.queue.add(one, desk.clips) for one in (draft, framed(desk.folder, "red"), square)]
    await run.done(*(job.id for job in jobs))
    assert uploads(desk) == 3


async def test_a_picture_that_the_service_has_lost_is_brought_anew_and_paid_for_once(desk: Desk) -> None:
    run = desk.open()
    draft = framed(desk.folder)
    first = await run.queue.add(draft, desk.clips)
    await run.done(first.id)
    [image] = run.job(first.id).uploads.values()
    await run.client.delete_image(image)
    second = await run.queue.add(draft, desk.clips)
    await run.done(second.id)
    assert uploads(desk) == 2
    assert len(desk.world.generations) == 2
    [new] = run.job(second.id).uploads.values()
    assert new != image


async def test_a_picture_that_is_refused_even_when_brought_anew_ends_the_job(desk: Desk) -> None:
    run = desk.open()
    first = await run.queue.add(framed(desk.folder), desk.clips)
    await run.done(first.id)
    desk.world.pictures.clear()
    real = desk.world.pictures

    class Forgetful(dict):  # type: ignore[type-arg]
        def __setitem__(self, key: object, value: object) -> None:
            """The service takes each picture, and knows none of them afterwards."""

    desk.world.pictures = Forgetful(real)
    second = await run.queue.add(framed(desk.folder), desk.clips)
    await run.finished()
    assert run.state(second.id) == "refused"
    assert len(desk.world.generations) == 1
