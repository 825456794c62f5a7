"""What leaves, when, and how often."""

from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.request.draft import Draft, LocalImage
from tests.services.job_harness import FOX, Desk, picture
from tests.support.job_submission import submit_one, submit_paused


def with_picture(folder: Path) -> Draft:
    return replace(FOX, start_frame=(LocalImage(str(picture(folder / "start.png"))),))


async def test_a_job_is_on_disk_as_sending_when_the_order_arrives(desk: Desk) -> None:
    seen: list[dict[str, str]] = []
    desk.line.before_create = lambda: seen.append(desk.on_disk())
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.done(job.id)
    assert seen == [{job.id: "sending"}]


async def test_an_order_that_did_not_get_through_is_sent_again_by_itself_and_charged_once(desk: Desk) -> None:
    desk.line.unreachable = 3
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.done(job.id)
    assert len(desk.world.creates) == 1
    assert run.history[job.id].count("sending") == 4


@pytest.mark.parametrize("fault", ["rate_limit", "rate_limit_date"])
async def test_too_many_requests_means_later_as_long_as_the_service_asks(desk: Desk, fault: str) -> None:
    desk.world.fail_next(f"create.{fault}", 2)
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.done(job.id)
    assert len(desk.world.creates) == 1
    assert "unknown" not in run.history[job.id]


async def test_a_picture_goes_up_once_though_used_twice_and_sent_again(desk: Desk) -> None:
    draft = with_picture(desk.folder)
    draft = replace(draft, end_frame=draft.start_frame)
    desk.line.unreachable = 2
    run = desk.open()
    job = await submit_one(run.queue, draft, desk.clips)
    await run.done(job.id)
    assert desk.asked("upload") == 1
    [order] = desk.world.creates
    guidances = order["parameters"]["guidances"]
    assert guidances["start_frame"] == guidances["end_frame"]


async def test_an_upload_that_fails_is_tried_again_before_anything_is_ordered(desk: Desk) -> None:
    desk.world.fail_next("init_image.error_500_before", 1)
    desk.world.fail_next("upload.drop_before", 1)
    run = desk.open()
    job = await submit_one(run.queue, with_picture(desk.folder), desk.clips)
    await run.done(job.id)
    assert len(desk.world.creates) == 1
    assert desk.asked("upload") == 2


async def test_what_went_up_stays_up_over_a_restart(desk: Desk) -> None:
    desk.line.unreachable = 1000
    run = desk.open()
    job = await submit_one(run.queue, with_picture(desk.folder), desk.clips)
    await run.until(job.id, "sending")
    again = await desk.reopen(run)
    desk.line.unreachable = 0
    await again.queue.pending.send_now(job.id)
    await again.done(job.id)
    assert desk.asked("upload") == 1


async def test_a_picture_that_vanished_or_is_none_is_refused_with_a_sentence(desk: Desk) -> None:
    text = desk.folder / "text.png"
    text.write_text("not a picture")
    run = desk.open()
    for file in (desk.folder / "gone.png", text):
        job = await submit_one(run.queue, replace(FOX, start_frame=(LocalImage(str(file)),)), desk.clips)
        await run.finished()
        state = run.job(job.id).state
        assert isinstance(state, job_states.Refused)
        assert file.name in state.message
    assert desk.world.creates == []


async def test_undo_within_the_hold_sends_nothing(desk: Desk) -> None:
    desk.time.runs = False
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips, hold=3)
    assert run.state(job.id) == "held"
    assert await run.queue.pending.cancel(job.id)
    desk.time.runs = True
    await run.finished()
    assert run.state(job.id) == "cancelled"
    assert desk.world.requests == []


async def test_a_held_job_goes_when_its_seconds_are_over(desk: Desk) -> None:
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips, hold=3)
    await run.done(job.id)
    assert run.job(job.id).sent_at == job.created_at + 3


async def test_send_now_ends_the_hold(desk: Desk) -> None:
    desk.time.runs = False
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips, hold=3)
    await run.queue.pending.send_now(job.id)
    await run.until(job.id, "generating")
    assert run.job(job.id).sent_at == job.created_at


async def test_a_saved_job_waits_for_a_click(desk: Desk) -> None:
    run = desk.open()
    job = await submit_paused(run.queue, FOX, desk.clips)
    await run.finished()
    assert run.queue.pending.is_paused(job.id)
    await run.queue.pending.send_now(job.id)
    assert not run.queue.pending.is_paused(job.id)
    await run.done(job.id)


async def test_a_job_is_taken_back_in_every_unsent_state(desk: Desk) -> None:
    desk.time.runs = False
    desk.line.unreachable = 1000
    desk.world.faults["upload.drop_before"] = 1.0
    run = desk.open()
    waiting = await submit_paused(run.queue, FOX, desk.clips)
    held = await submit_one(run.queue, FOX, desk.clips, hold=3)
    uploading = await submit_one(run.queue, with_picture(desk.folder), desk.clips)
    retried = await submit_one(run.queue, FOX, desk.clips)
    await run.now(uploading.id, lambda job: "Trying again" in job.notice)
    await run.now(retried.id, lambda job: "Trying again" in job.notice)
    assert [run.state(job.id) for job in (waiting, held, uploading, retried)] == [
        *("waiting", "held", "uploading", "waiting")
    ]
    for job in (waiting, held, uploading, retried):
        assert await run.queue.pending.cancel(job.id)
        assert desk.on_disk()[job.id] == "cancelled"
    desk.line.unreachable = 0
    await run.finished()
    assert desk.world.creates == []


async def test_it_is_too_late_to_take_back_what_was_sent(desk: Desk) -> None:
    desk.line.answers.clear()
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.until(job.id, "sending")
    assert not await run.queue.pending.cancel(job.id)
    desk.line.answers.set()
    await run.done(job.id)
    assert not await run.queue.pending.cancel(job.id)
    assert run.state(job.id) == "done"


@pytest.mark.parametrize("after", ["uploading", "sending"])
async def test_a_click_at_the_very_moment_of_sending_leaves_no_doubt(desk: Desk, after: str) -> None:
    """Either nothing was sent and the job is cancelled, or it goes on as if nobody had clicked."""
    import asyncio

    run = desk.open()
    clicks: list[asyncio.Task[bool]] = []

    def click(job: object) -> None:
        if not clicks and run.queue.jobs[0].state.name == after:
            clicks.append(asyncio.ensure_future(run.queue.pending.cancel(run.queue.jobs[0].id)))

    run.queue.events.changed.connect(click)
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.finished()
    cancelled = await clicks[0]
    assert (run.state(job.id), len(desk.world.creates)) == (("cancelled", 0) if cancelled else ("done", 1))
    assert desk.on_disk()[job.id] == run.state(job.id)


async def test_one_order_goes_out_after_the_other(desk: Desk) -> None:
    arrived: list[int] = []
    desk.line.before_create = lambda: arrived.append(sum(state == "sending" for state in desk.on_disk().values()))
    run = desk.open()
    jobs = [await submit_one(run.queue, FOX, desk.clips) for _ in range(4)]
    await run.done(*(job.id for job in jobs))
    assert arrived == [1, 1, 1, 1]


async def test_a_listener_that_raises_stops_no_job(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    run = desk.open()

    def broken(*_news: object) -> None:
        raise RuntimeError("a fault in what is shown")

    run.queue.events.changed.connect(broken)
    run.queue.events.progressed.connect(broken)
    run.queue.events.sending_stopped.connect(broken)
    run.queue.events.removed.connect(broken)
    desk.world.fail_next("no_credit")
    refused = await submit_one(run.queue, FOX, desk.clips)
    await run.finished()
    assert run.state(refused.id) == "refused"
    await run.queue.remove(refused.id)
    job = await submit_paused(run.queue, FOX, desk.clips)
    await run.queue.pending.send_now(job.id)
    await run.done(job.id)
    assert {record.message for record in caplog.records if record.levelname == "ERROR"} == {
        *(
            "A listener of changed failed",
            "A listener of progressed failed",
            "A listener of sending_stopped failed",
            "A listener of removed failed",
        )
    }


async def test_removing_twice_removes_once(desk: Desk) -> None:
    import asyncio

    run = desk.open()
    removed: list[str] = []
    run.queue.events.removed.connect(removed.append)
    job = await submit_one(run.queue, FOX, desk.clips, hold=5)
    assert await run.queue.pending.cancel(job.id)
    await asyncio.gather(run.queue.remove(job.id), run.queue.remove(job.id))
    assert (removed, run.queue.jobs) == ([job.id], ())
    for verb in (
        run.queue.pending.send_now,
        run.queue.pending.cancel,
        run.queue.active.forget,
        run.queue.unknown.send_again,
    ):
        await verb(job.id)
