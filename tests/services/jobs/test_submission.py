"""What is sent, when, and how often."""

from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.request.draft import Draft, LocalImage
from tests.services.job_harness import FOX, JobHarness, write_image
from tests.support.job_submission import submit_one, submit_paused


def with_picture(folder: Path) -> Draft:
    return replace(FOX, start_frame=(LocalImage(str(write_image(folder / "start.png"))),))


async def test_a_job_is_on_disk_as_sending_when_the_request_arrives(harness: JobHarness) -> None:
    seen: list[dict[str, str]] = []
    harness.network.before_create = lambda: seen.append(harness.states_on_disk())
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    assert seen == [{job.id: "sending"}]


async def test_a_request_that_did_not_get_through_is_sent_again_and_charged_once(harness: JobHarness) -> None:
    harness.network.failing_creates = 3
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    assert len(harness.world.creates) == 1
    assert run.history[job.id].count("sending") == 4


@pytest.mark.parametrize("fault", ["rate_limit", "rate_limit_date"])
async def test_too_many_requests_means_waiting_as_long_as_the_service_asks(harness: JobHarness, fault: str) -> None:
    harness.world.fail_next(f"create.{fault}", 2)
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    assert len(harness.world.creates) == 1
    assert "unknown" not in run.history[job.id]


async def test_an_image_is_uploaded_once_though_used_twice_and_sent_again(harness: JobHarness) -> None:
    draft = with_picture(harness.folder)
    draft = replace(draft, end_frame=draft.start_frame)
    harness.network.failing_creates = 2
    run = harness.start_app()
    job = await submit_one(run.queue, draft, harness.clips)
    await run.wait_until_done(job.id)
    assert harness.count_calls("upload") == 1
    [order] = harness.world.creates
    guidances = order["parameters"]["guidances"]
    assert guidances["start_frame"] == guidances["end_frame"]


async def test_a_failed_upload_is_retried_before_anything_is_submitted(harness: JobHarness) -> None:
    harness.world.fail_next("init_image.error_500_before", 1)
    harness.world.fail_next("upload.drop_before", 1)
    run = harness.start_app()
    job = await submit_one(run.queue, with_picture(harness.folder), harness.clips)
    await run.wait_until_done(job.id)
    assert len(harness.world.creates) == 1
    assert harness.count_calls("upload") == 2


async def test_uploads_survive_a_restart(harness: JobHarness) -> None:
    harness.network.failing_creates = 1000
    run = harness.start_app()
    job = await submit_one(run.queue, with_picture(harness.folder), harness.clips)
    await run.wait_for_state(job.id, "sending")
    again = await harness.restart_app(run)
    harness.network.failing_creates = 0
    await again.queue.pending.send_now(job.id)
    await again.wait_until_done(job.id)
    assert harness.count_calls("upload") == 1


async def test_a_missing_or_broken_image_is_refused_with_a_sentence(harness: JobHarness) -> None:
    text = harness.folder / "text.png"
    text.write_text("not a picture")
    run = harness.start_app()
    for file in (harness.folder / "gone.png", text):
        job = await submit_one(run.queue, replace(FOX, start_frame=(LocalImage(str(file)),)), harness.clips)
        await run.wait_until_idle()
        state = run.job(job.id).state
        assert isinstance(state, job_states.Refused)
        assert file.name in state.message
    assert harness.world.creates == []


async def test_cancelling_a_held_job_sends_nothing(harness: JobHarness) -> None:
    harness.clock.is_running = False
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips, hold=3)
    assert run.state(job.id) == "held"
    assert await run.queue.pending.cancel(job.id)
    harness.clock.is_running = True
    await run.wait_until_idle()
    assert run.state(job.id) == "cancelled"
    assert harness.world.requests == []


async def test_a_held_job_is_sent_when_its_time_is_up(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips, hold=3)
    await run.wait_until_done(job.id)
    assert run.job(job.id).sent_at == job.created_at + 3


async def test_send_now_ends_the_hold(harness: JobHarness) -> None:
    harness.clock.is_running = False
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips, hold=3)
    await run.queue.pending.send_now(job.id)
    await run.wait_for_state(job.id, "generating")
    assert run.job(job.id).sent_at == job.created_at


async def test_a_paused_submission_waits_for_a_click(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_paused(run.queue, FOX, harness.clips)
    await run.wait_until_idle()
    assert run.queue.pending.is_paused(job.id)
    await run.queue.pending.send_now(job.id)
    assert not run.queue.pending.is_paused(job.id)
    await run.wait_until_done(job.id)


async def test_a_job_can_be_cancelled_in_every_pending_state(harness: JobHarness) -> None:
    harness.clock.is_running = False
    harness.network.failing_creates = 1000
    harness.world.faults["upload.drop_before"] = 1.0
    run = harness.start_app()
    waiting = await submit_paused(run.queue, FOX, harness.clips)
    held = await submit_one(run.queue, FOX, harness.clips, hold=3)
    uploading = await submit_one(run.queue, with_picture(harness.folder), harness.clips)
    retried = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for(uploading.id, lambda job: "Trying again" in job.notice)
    await run.wait_for(retried.id, lambda job: "Trying again" in job.notice)
    assert [run.state(job.id) for job in (waiting, held, uploading, retried)] == [
        *("waiting", "held", "uploading", "waiting")
    ]
    for job in (waiting, held, uploading, retried):
        assert await run.queue.pending.cancel(job.id)
        assert harness.states_on_disk()[job.id] == "cancelled"
    harness.network.failing_creates = 0
    await run.wait_until_idle()
    assert harness.world.creates == []


async def test_a_sent_job_can_not_be_cancelled(harness: JobHarness) -> None:
    harness.network.answers_released.clear()
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(job.id, "sending")
    assert not await run.queue.pending.cancel(job.id)
    harness.network.answers_released.set()
    await run.wait_until_done(job.id)
    assert not await run.queue.pending.cancel(job.id)
    assert run.state(job.id) == "done"


@pytest.mark.parametrize("after", ["uploading", "sending"])
async def test_a_click_at_the_very_moment_of_sending_leaves_no_unknown_outcome(harness: JobHarness, after: str) -> None:
    """Either nothing was sent and the job is cancelled, or it goes on as if nobody had clicked."""
    import asyncio

    run = harness.start_app()
    clicks: list[asyncio.Task[bool]] = []

    def click(job: object) -> None:
        if not clicks and run.queue.jobs[0].state.name == after:
            clicks.append(asyncio.ensure_future(run.queue.pending.cancel(run.queue.jobs[0].id)))

    run.queue.events.changed.connect(click)
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_idle()
    cancelled = await clicks[0]
    assert (run.state(job.id), len(harness.world.creates)) == (("cancelled", 0) if cancelled else ("done", 1))
    assert harness.states_on_disk()[job.id] == run.state(job.id)


async def test_create_requests_are_sent_one_after_the_other(harness: JobHarness) -> None:
    arrived: list[int] = []
    harness.network.before_create = lambda: arrived.append(
        sum(state == "sending" for state in harness.states_on_disk().values())
    )
    run = harness.start_app()
    jobs = [await submit_one(run.queue, FOX, harness.clips) for _ in range(4)]
    await run.wait_until_done(*(job.id for job in jobs))
    assert arrived == [1, 1, 1, 1]


async def test_a_failing_listener_stops_no_job(harness: JobHarness, caplog: pytest.LogCaptureFixture) -> None:
    run = harness.start_app()

    def broken(*_news: object) -> None:
        raise RuntimeError("a fault in what is shown")

    run.queue.events.changed.connect(broken)
    run.queue.events.progressed.connect(broken)
    run.queue.events.sending_stopped.connect(broken)
    run.queue.events.removed.connect(broken)
    harness.world.fail_next("no_credit")
    refused = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_idle()
    assert run.state(refused.id) == "refused"
    await run.queue.remove(refused.id)
    job = await submit_paused(run.queue, FOX, harness.clips)
    await run.queue.pending.send_now(job.id)
    await run.wait_until_done(job.id)
    assert {record.message for record in caplog.records if record.levelname == "ERROR"} == {
        *(
            "A listener of changed failed",
            "A listener of progressed failed",
            "A listener of sending_stopped failed",
            "A listener of removed failed",
        )
    }


async def test_removing_twice_removes_once(harness: JobHarness) -> None:
    import asyncio

    run = harness.start_app()
    removed: list[str] = []
    run.queue.events.removed.connect(removed.append)
    job = await submit_one(run.queue, FOX, harness.clips, hold=5)
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
