"""Pending jobs: slots, the user's order, pausing, sending, cancelling."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from kling_desktop.domain.errors import LimitExceeded
from kling_desktop.domain.jobs.submission import Submission
from kling_desktop.domain.spending.limits import PriceSettings, SpendingLimits
from kling_desktop.domain.spending.prices import DOLLARS, Cost
from tests.services.job_harness import FOX, AppRun, JobHarness
from tests.support.job_submission import submit_all, submit_one, submit_paused, submit_takes


async def saved(run: AppRun, harness: JobHarness, *names: str) -> dict[str, str]:
    return {name: (await submit_paused(run.queue, replace(FOX, prompt=name), harness.clips)).id for name in names}


def at_the_service(run: AppRun) -> int:
    return sum(job.state.name in ("uploading", "sending", "generating") for job in run.queue.jobs)


def sent_order(harness: JobHarness) -> list[str]:
    return [order["parameters"]["prompt"] for order in harness.world.creates]


async def test_no_more_jobs_are_active_than_the_account_has_slots(harness: JobHarness) -> None:
    run = harness.start_app()
    run.queue.pending.set_slots(3)
    most: list[int] = []
    run.queue.events.changed.connect(lambda _job: most.append(at_the_service(run)))
    jobs = [await submit_one(run.queue, FOX, harness.clips, hold=hold) for hold in (0, 0, 3, 0, 3, 0, 0)]
    await run.wait_until_done(*(job.id for job in jobs))
    assert max(most) == 3
    assert len(harness.world.creates) == 7


async def test_ten_jobs_are_active_until_the_account_says_otherwise(harness: JobHarness) -> None:
    harness.clock.is_running = False
    run = harness.start_app()
    jobs = [await submit_one(run.queue, FOX, harness.clips) for _ in range(12)]
    await run.wait_for_state(jobs[9].id, "generating")
    assert [run.state(job.id) for job in jobs[10:]] == ["waiting"] * 2
    assert not run.queue.pending.is_paused(jobs[11].id)
    run.queue.pending.set_slots(11)
    await run.wait_for_state(jobs[10].id, "generating")
    assert run.state(jobs[11].id) == "waiting"


async def test_pending_jobs_keep_the_users_order_across_a_restart(harness: JobHarness) -> None:
    run = harness.start_app()
    ids = await saved(run, harness, "a", "b", "c", "d")
    await run.queue.pending.move([ids["d"]], ids["a"])
    await run.queue.pending.move([ids["a"]], None)
    assert run.queue.pending.job_ids == tuple(ids[name] for name in "dbca")
    again = await harness.restart_app(run)
    again.queue.pending.set_slots(1)
    assert again.queue.pending.job_ids == tuple(ids[name] for name in "dbca")
    ids |= await saved(again, harness, "e")
    await again.queue.pending.send_all()
    await again.wait_until_done(*ids.values())
    assert sent_order(harness) == list("dbcae")


async def test_jobs_moved_together_stay_in_order(harness: JobHarness) -> None:
    run = harness.start_app()
    ids = await saved(run, harness, *"abcde")
    await run.queue.pending.move({ids["e"], ids["b"]}, ids["a"])
    assert run.queue.pending.job_ids == tuple(ids[name] for name in "beacd")
    await run.queue.pending.move([ids["a"], "gone"], "gone too")
    assert run.queue.pending.job_ids == tuple(ids[name] for name in "becda")


async def test_a_job_submitted_to_the_front_is_sent_before_all_others(harness: JobHarness) -> None:
    harness.clock.is_running = False
    run = harness.start_app()
    run.queue.pending.set_slots(1)
    first = await submit_one(run.queue, replace(FOX, prompt="first"), harness.clips)
    await run.wait_for_state(first.id, "generating")
    late = await submit_one(run.queue, replace(FOX, prompt="late"), harness.clips)
    takes = await submit_takes(run.queue, replace(FOX, prompt="urgent", takes=2), harness.clips, front=True)
    assert run.queue.pending.job_ids == (takes[0].id, takes[1].id, late.id)
    harness.clock.is_running = True
    await run.wait_until_done(first.id, late.id, *(take.id for take in takes))
    assert sent_order(harness) == ["first", "urgent", "urgent", "late"]


async def test_takes_of_one_click_know_their_numbers_and_are_jobs_of_their_own(harness: JobHarness) -> None:
    run = harness.start_app()
    takes = await submit_takes(run.queue, replace(FOX, takes=3), harness.clips)
    assert [(job.take, job.takes, job.draft.takes) for job in takes] == [(1, 3, 1), (2, 3, 1), (3, 3, 1)]
    await run.wait_until_done(*(job.id for job in takes))
    assert len(harness.world.creates) == 3


@pytest.mark.parametrize("hold", [0, 3])
async def test_a_paused_job_waits_for_a_click_and_lets_others_pass(harness: JobHarness, hold: float) -> None:
    harness.clock.is_running = False
    run = harness.start_app()
    run.queue.pending.set_slots(1)
    busy = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(busy.id, "generating")
    paused = await submit_one(run.queue, replace(FOX, prompt="paused"), harness.clips, hold=hold)
    other = await submit_one(run.queue, replace(FOX, prompt="other"), harness.clips)
    await run.queue.pending.pause(paused.id)
    await run.queue.pending.pause(busy.id)
    assert run.queue.pending.is_paused(paused.id)
    assert run.state(paused.id) == "waiting" == harness.states_on_disk()[paused.id]
    harness.clock.is_running = True
    await run.wait_until_done(busy.id, other.id)
    assert run.state(paused.id) == "waiting"
    await run.queue.pending.send_now(paused.id)
    await run.wait_until_done(paused.id)
    assert len(harness.world.creates) == 3


async def test_all_are_paused_and_sent_with_one_click_each(harness: JobHarness) -> None:
    harness.clock.is_running = False
    run = harness.start_app()
    run.queue.pending.set_slots(2)
    jobs = [await submit_one(run.queue, replace(FOX, prompt=str(n)), harness.clips) for n in range(5)]
    for job in jobs[:2]:  # which of them arrives first is up to the threads that write them down
        await run.wait_for_state(job.id, "generating")
    await run.queue.pending.pause_all()
    harness.clock.is_running = True
    await run.wait_until_idle()
    assert [run.state(job.id) for job in jobs] == ["done", "done", "waiting", "waiting", "waiting"]
    assert sorted(sent_order(harness)) == list("01")
    run.queue.pending.set_slots(1)
    await run.queue.pending.send_all()
    await run.wait_until_done(*(job.id for job in jobs))
    assert sent_order(harness)[2:] == list("234")


async def test_a_waiting_job_that_is_cancelled_lets_others_pass(harness: JobHarness) -> None:
    harness.clock.is_running = False
    run = harness.start_app()
    run.queue.pending.set_slots(1)
    busy, gone, last = [await submit_one(run.queue, FOX, harness.clips) for _ in range(3)]
    await run.wait_for_state(busy.id, "generating")
    assert await run.queue.pending.cancel(gone.id)
    harness.clock.is_running = True
    await run.wait_until_done(busy.id, last.id)
    assert run.state(gone.id) == "cancelled"
    assert len(harness.world.creates) == 2


async def test_with_one_slot_a_request_that_does_not_get_through_is_retried(harness: JobHarness) -> None:
    harness.network.failing_creates = 3
    run = harness.start_app()
    run.queue.pending.set_slots(1)
    jobs = [await submit_one(run.queue, FOX, harness.clips) for _ in range(3)]
    await run.wait_until_done(*(job.id for job in jobs))
    assert len(harness.world.creates) == 3


async def test_waiting_jobs_learn_that_sending_is_stopped(harness: JobHarness) -> None:
    harness.world.fail_next("no_credit")
    run = harness.start_app()
    run.queue.pending.set_slots(1)
    jobs = [await submit_one(run.queue, FOX, harness.clips) for _ in range(4)]
    await run.wait_until_idle()
    assert [run.state(job.id) for job in jobs] == ["refused", "waiting", "waiting", "waiting"]
    assert all(run.queue.pending.is_paused(job.id) and "credit" in run.job(job.id).notice for job in jobs[1:])
    await run.queue.pending.send_all()
    await run.wait_until_done(*(job.id for job in jobs[1:]))
    assert harness.count_calls("create") == 4


async def test_a_job_that_the_user_is_asked_about_takes_no_slot(harness: JobHarness) -> None:
    harness.world.fail_next("drop_before")
    run = harness.start_app()
    run.queue.pending.set_slots(1)
    lost, other = [await submit_one(run.queue, replace(FOX, prompt=name), harness.clips) for name in ("lost", "other")]
    await run.wait_until_done(other.id)
    assert run.state(lost.id) == "unknown"


async def test_another_order_is_reported(harness: JobHarness) -> None:
    run = harness.start_app()
    heard: list[tuple[str, ...]] = []
    run.queue.events.reordered.connect(lambda: heard.append(run.queue.pending.job_ids))
    ids = await saved(run, harness, "a", "b")
    await asyncio.gather(run.queue.pending.move([ids["b"]], ids["a"]), run.queue.pending.move([ids["b"]], ids["a"]))
    assert heard == [(ids["b"], ids["a"])]


async def test_a_retry_takes_the_place_of_the_failed_job_as_the_same_take(harness: JobHarness) -> None:
    harness.world.faults["failed"] = 1.0
    run = harness.start_app()
    takes = await submit_takes(run.queue, replace(FOX, takes=2), harness.clips)
    await run.wait_until_idle()
    assert [run.state(job.id) for job in takes] == ["failed", "failed"]
    harness.world.faults.clear()
    failed = run.job(takes[1].id)
    [anew] = await submit_all(run.queue, [Submission(failed.draft, replaces=failed)], "elsewhere")
    assert (anew.take, anew.takes, anew.folder) == (2, 2, harness.clips)
    await run.wait_until_done(anew.id)
    assert failed.id not in harness.states_on_disk()
    assert len(harness.world.creates) == 3


async def test_a_retry_over_the_limit_leaves_the_failed_job_in_place(harness: JobHarness) -> None:
    harness.world.fail_next("moderation")
    run = harness.start_app(price_settings=lambda: PriceSettings(SpendingLimits(day=Cost(Decimal("0.10"), DOLLARS))))
    [refused] = await submit_takes(run.queue, FOX, harness.clips, over_limit=True)
    await run.wait_until_idle()
    with pytest.raises(LimitExceeded):
        await submit_all(run.queue, [Submission(FOX, replaces=run.job(refused.id))], harness.clips)
    assert harness.states_on_disk() == {refused.id: "refused"}


async def test_an_edited_job_goes_where_the_original_was(harness: JobHarness) -> None:
    harness.clock.is_running = False
    run = harness.start_app()
    ids = await saved(run, harness, *"abcd")
    await run.queue.pending.cancel(ids["b"])
    await run.queue.remove(ids["b"])
    ids |= await saved(run, harness, "e")
    await run.queue.pending.move([ids["e"]], ids["a"])
    takes = await submit_takes(run.queue, replace(FOX, prompt="b", takes=2, replaces=ids["b"]), harness.clips, hold=60)
    line = (*(ids[name] for name in "ea"), takes[0].id, takes[1].id, *(ids[name] for name in "cd"))
    assert run.queue.pending.job_ids == line
    again = await harness.restart_app(run)
    assert again.queue.pending.job_ids == line


async def test_the_first_job_stays_first_when_it_is_edited_and_retried(
    harness: JobHarness,
) -> None:
    harness.clock.is_running = False
    run = harness.start_app()
    await saved(run, harness, *"ab")
    front = await submit_one(run.queue, replace(FOX, prompt="front"), harness.clips, hold=60, front=True)
    await run.queue.pending.cancel(front.id)
    edited = await submit_one(run.queue, replace(FOX, prompt="edited", replaces=front.id), harness.clips, hold=60)
    assert run.queue.pending.job_ids[0] == edited.id
    harness.world.fail_next("moderation")
    await run.queue.pending.send_now(edited.id)
    await run.wait_for_state(edited.id, "refused")
    later = await submit_one(run.queue, replace(FOX, prompt="later"), harness.clips, hold=60)
    [anew] = await submit_all(run.queue, [Submission(FOX, replaces=run.job(edited.id))], harness.clips, hold=60)
    assert (run.queue.pending.job_ids[0], run.queue.pending.job_ids[-1]) == (anew.id, later.id)


async def test_retries_keep_their_order_before_later_submissions(harness: JobHarness) -> None:
    harness.world.fail_next("moderation", 2)
    run = harness.start_app()
    failed = [await submit_one(run.queue, replace(FOX, prompt=name), harness.clips) for name in "ab"]
    await run.wait_until_idle()
    harness.clock.is_running = False
    later = await submit_one(run.queue, replace(FOX, prompt="later"), harness.clips, hold=60)
    orders = [Submission(job.draft, replaces=run.job(job.id)) for job in reversed(failed)]
    anew = await submit_all(run.queue, orders, harness.clips, hold=60)
    assert run.queue.pending.job_ids == (anew[1].id, anew[0].id, later.id)


async def test_a_postponed_job_returns_to_its_place_whatever_was_moved(harness: JobHarness) -> None:
    harness.clock.is_running = False
    harness.world.fail_next("rate_limit")
    harness.network.answers_released.clear()
    run = harness.start_app()
    first = await submit_one(run.queue, replace(FOX, prompt="first"), harness.clips)
    await run.wait_for_state(first.id, "sending")
    ids = await saved(run, harness, *"ab")
    await run.queue.pending.move([ids["b"]], ids["a"])
    harness.network.answers_released.set()
    await run.wait_for(first.id, lambda job: job.state.name == "waiting" and bool(job.notice))
    assert run.queue.pending.job_ids == (first.id, ids["b"], ids["a"])
