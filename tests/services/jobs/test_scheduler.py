"""The unsent: so many at once, in the user's order, paused, sent, taken out."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from kling_desktop.domain.errors import LimitExceeded
from kling_desktop.domain.jobs.submission import Submission
from kling_desktop.domain.spending.limits import PriceSettings, SpendingLimits
from kling_desktop.domain.spending.prices import DOLLARS, Cost
from tests.services.job_harness import FOX, Desk, Open
from tests.support.job_submission import submit_all, submit_one, submit_paused, submit_takes


async def saved(run: Open, desk: Desk, *names: str) -> dict[str, str]:
    return {name: (await submit_paused(run.queue, replace(FOX, prompt=name), desk.clips)).id for name in names}


def at_the_service(run: Open) -> int:
    return sum(job.state.name in ("uploading", "sending", "generating") for job in run.queue.jobs)


def sent_order(desk: Desk) -> list[str]:
    return [order["parameters"]["prompt"] for order in desk.world.creates]


async def test_no_more_are_at_the_service_at_once_than_the_account_has_room_for(desk: Desk) -> None:
    run = desk.open()
    run.queue.pending.set_slots(3)
    most: list[int] = []
    run.queue.events.changed.connect(lambda _job: most.append(at_the_service(run)))
    jobs = [await submit_one(run.queue, FOX, desk.clips, hold=hold) for hold in (0, 0, 3, 0, 3, 0, 0)]
    await run.done(*(job.id for job in jobs))
    assert max(most) == 3
    assert len(desk.world.creates) == 7


async def test_ten_are_sent_at_once_until_the_account_says_otherwise(desk: Desk) -> None:
    desk.time.runs = False
    run = desk.open()
    jobs = [await submit_one(run.queue, FOX, desk.clips) for _ in range(12)]
    await run.until(jobs[9].id, "generating")
    assert [run.state(job.id) for job in jobs[10:]] == ["waiting"] * 2
    assert not run.queue.pending.is_paused(jobs[11].id)
    run.queue.pending.set_slots(11)
    await run.until(jobs[10].id, "generating")
    assert run.state(jobs[11].id) == "waiting"


async def test_the_unsent_go_in_the_order_that_the_user_gave_them_after_a_restart_too(desk: Desk) -> None:
    run = desk.open()
    ids = await saved(run, desk, "a", "b", "c", "d")
    await run.queue.pending.move([ids["d"]], ids["a"])
    await run.queue.pending.move([ids["a"]], None)
    assert run.queue.pending.job_ids == tuple(ids[name] for name in "dbca")
    again = await desk.reopen(run)
    again.queue.pending.set_slots(1)
    assert again.queue.pending.job_ids == tuple(ids[name] for name in "dbca")
    ids |= await saved(again, desk, "e")
    await again.queue.pending.send_all()
    await again.done(*ids.values())
    assert sent_order(desk) == list("dbcae")


async def test_several_are_moved_together_and_stay_in_order_among_themselves(desk: Desk) -> None:
    run = desk.open()
    ids = await saved(run, desk, *"abcde")
    await run.queue.pending.move({ids["e"], ids["b"]}, ids["a"])
    assert run.queue.pending.job_ids == tuple(ids[name] for name in "beacd")
    await run.queue.pending.move([ids["a"], "gone"], "gone too")
    assert run.queue.pending.job_ids == tuple(ids[name] for name in "becda")


async def test_one_ordered_to_the_front_is_sent_before_all_that_wait(desk: Desk) -> None:
    desk.time.runs = False
    run = desk.open()
    run.queue.pending.set_slots(1)
    first = await submit_one(run.queue, replace(FOX, prompt="first"), desk.clips)
    await run.until(first.id, "generating")
    late = await submit_one(run.queue, replace(FOX, prompt="late"), desk.clips)
    takes = await submit_takes(run.queue, replace(FOX, prompt="urgent", takes=2), desk.clips, front=True)
    assert run.queue.pending.job_ids == (takes[0].id, takes[1].id, late.id)
    desk.time.runs = True
    await run.done(first.id, late.id, *(take.id for take in takes))
    assert sent_order(desk) == ["first", "urgent", "urgent", "late"]


async def test_takes_of_one_click_know_their_numbers_and_are_jobs_of_their_own(desk: Desk) -> None:
    run = desk.open()
    takes = await submit_takes(run.queue, replace(FOX, takes=3), desk.clips)
    assert [(job.take, job.takes, job.draft.takes) for job in takes] == [(1, 3, 1), (2, 3, 1), (3, 3, 1)]
    await run.done(*(job.id for job in takes))
    assert len(desk.world.creates) == 3


@pytest.mark.parametrize("hold", [0, 3])
async def test_a_paused_job_waits_for_a_click_and_lets_others_pass(desk: Desk, hold: float) -> None:
    desk.time.runs = False
    run = desk.open()
    run.queue.pending.set_slots(1)
    busy = await submit_one(run.queue, FOX, desk.clips)
    await run.until(busy.id, "generating")
    paused = await submit_one(run.queue, replace(FOX, prompt="paused"), desk.clips, hold=hold)
    other = await submit_one(run.queue, replace(FOX, prompt="other"), desk.clips)
    await run.queue.pending.pause(paused.id)
    await run.queue.pending.pause(busy.id)
    assert run.queue.pending.is_paused(paused.id)
    assert run.state(paused.id) == "waiting" == desk.on_disk()[paused.id]
    desk.time.runs = True
    await run.done(busy.id, other.id)
    assert run.state(paused.id) == "waiting"
    await run.queue.pending.send_now(paused.id)
    await run.done(paused.id)
    assert len(desk.world.creates) == 3


async def test_all_are_paused_and_sent_with_one_click_each(desk: Desk) -> None:
    desk.time.runs = False
    run = desk.open()
    run.queue.pending.set_slots(2)
    jobs = [await submit_one(run.queue, replace(FOX, prompt=str(n)), desk.clips) for n in range(5)]
    for job in jobs[:2]:  # which of them arrives first is up to the threads that write them down
        await run.until(job.id, "generating")
    await run.queue.pending.pause_all()
    desk.time.runs = True
    await run.finished()
    assert [run.state(job.id) for job in jobs] == ["done", "done", "waiting", "waiting", "waiting"]
    assert sorted(sent_order(desk)) == list("01")
    run.queue.pending.set_slots(1)
    await run.queue.pending.send_all()
    await run.done(*(job.id for job in jobs))
    assert sent_order(desk)[2:] == list("234")


async def test_one_that_is_taken_back_while_it_waits_frees_the_way(desk: Desk) -> None:
    desk.time.runs = False
    run = desk.open()
    run.queue.pending.set_slots(1)
    busy, gone, last = [await submit_one(run.queue, FOX, desk.clips) for _ in range(3)]
    await run.until(busy.id, "generating")
    assert await run.queue.pending.cancel(gone.id)
    desk.time.runs = True
    await run.done(busy.id, last.id)
    assert run.state(gone.id) == "cancelled"
    assert len(desk.world.creates) == 2


async def test_with_room_for_one_an_order_that_does_not_get_through_is_tried_again(desk: Desk) -> None:
    desk.line.unreachable = 3
    run = desk.open()
    run.queue.pending.set_slots(1)
    jobs = [await submit_one(run.queue, FOX, desk.clips) for _ in range(3)]
    await run.done(*(job.id for job in jobs))
    assert len(desk.world.creates) == 3


async def test_those_that_stand_in_line_hear_that_sending_is_stopped(desk: Desk) -> None:
    desk.world.fail_next("no_credit")
    run = desk.open()
    run.queue.pending.set_slots(1)
    jobs = [await submit_one(run.queue, FOX, desk.clips) for _ in range(4)]
    await run.finished()
    assert [run.state(job.id) for job in jobs] == ["refused", "waiting", "waiting", "waiting"]
    assert all(run.queue.pending.is_paused(job.id) and "credit" in run.job(job.id).notice for job in jobs[1:])
    await run.queue.pending.send_all()
    await run.done(*(job.id for job in jobs[1:]))
    assert desk.asked("create") == 4


async def test_one_that_nobody_can_tell_about_keeps_no_room(desk: Desk) -> None:
    desk.world.fail_next("drop_before")
    run = desk.open()
    run.queue.pending.set_slots(1)
    lost, other = [await submit_one(run.queue, replace(FOX, prompt=name), desk.clips) for name in ("lost", "other")]
    await run.done(other.id)
    assert run.state(lost.id) == "unknown"


async def test_a_listener_hears_of_another_order(desk: Desk) -> None:
    run = desk.open()
    heard: list[tuple[str, ...]] = []
    run.queue.events.reordered.connect(lambda: heard.append(run.queue.pending.job_ids))
    ids = await saved(run, desk, "a", "b")
    await asyncio.gather(run.queue.pending.move([ids["b"]], ids["a"]), run.queue.pending.move([ids["b"]], ids["a"]))
    assert heard == [(ids["b"], ids["a"])]


async def test_one_ordered_anew_takes_the_place_of_the_failed_one_as_the_take_that_it_was(desk: Desk) -> None:
    desk.world.faults["failed"] = 1.0
    run = desk.open()
    takes = await submit_takes(run.queue, replace(FOX, takes=2), desk.clips)
    await run.finished()
    assert [run.state(job.id) for job in takes] == ["failed", "failed"]
    desk.world.faults.clear()
    failed = run.job(takes[1].id)
    [anew] = await submit_all(run.queue, [Submission(failed.draft, replaces=failed)], "elsewhere")
    assert (anew.take, anew.takes, anew.folder) == (2, 2, desk.clips)
    await run.done(anew.id)
    assert failed.id not in desk.on_disk()
    assert len(desk.world.creates) == 3


async def test_one_ordered_anew_that_a_cap_keeps_leaves_the_failed_one_where_it_is(desk: Desk) -> None:
    desk.world.fail_next("moderation")
    run = desk.open(terms=lambda: PriceSettings(SpendingLimits(day=Cost(Decimal("0.10"), DOLLARS))))
    [refused] = await submit_takes(run.queue, FOX, desk.clips, over_limit=True)
    await run.finished()
    with pytest.raises(LimitExceeded):
        await submit_all(run.queue, [Submission(FOX, replaces=run.job(refused.id))], desk.clips)
    assert desk.on_disk() == {refused.id: "refused"}


async def test_what_is_ordered_from_the_form_that_a_job_was_taken_into_goes_where_that_was_to_go(desk: Desk) -> None:
    desk.time.runs = False
    run = desk.open()
    ids = await saved(run, desk, *"abcd")
    await run.queue.pending.cancel(ids["b"])
    await run.queue.remove(ids["b"])
    ids |= await saved(run, desk, "e")
    await run.queue.pending.move([ids["e"]], ids["a"])
    takes = await submit_takes(run.queue, replace(FOX, prompt="b", takes=2, replaces=ids["b"]), desk.clips, hold=60)
    line = (*(ids[name] for name in "ea"), takes[0].id, takes[1].id, *(ids[name] for name in "cd"))
    assert run.queue.pending.job_ids == line
    again = await desk.reopen(run)
    assert again.queue.pending.job_ids == line


async def test_an_order_before_all_others_keeps_that_place_when_it_is_edited_and_when_it_is_tried_again(
    desk: Desk,
) -> None:
    desk.time.runs = False
    run = desk.open()
    await saved(run, desk, *"ab")
    front = await submit_one(run.queue, replace(FOX, prompt="front"), desk.clips, hold=60, front=True)
    await run.queue.pending.cancel(front.id)
    edited = await submit_one(run.queue, replace(FOX, prompt="edited", replaces=front.id), desk.clips, hold=60)
    assert run.queue.pending.job_ids[0] == edited.id
    desk.world.fail_next("moderation")
    await run.queue.pending.send_now(edited.id)
    await run.until(edited.id, "refused")
    later = await submit_one(run.queue, replace(FOX, prompt="later"), desk.clips, hold=60)
    [anew] = await submit_all(run.queue, [Submission(FOX, replaces=run.job(edited.id))], desk.clips, hold=60)
    assert (run.queue.pending.job_ids[0], run.queue.pending.job_ids[-1]) == (anew.id, later.id)


async def test_several_that_are_tried_again_go_as_they_were_and_before_what_was_ordered_later(desk: Desk) -> None:
    desk.world.fail_next("moderation", 2)
    run = desk.open()
    failed = [await submit_one(run.queue, replace(FOX, prompt=name), desk.clips) for name in "ab"]
    await run.finished()
    desk.time.runs = False
    later = await submit_one(run.queue, replace(FOX, prompt="later"), desk.clips, hold=60)
    orders = [Submission(job.draft, replaces=run.job(job.id)) for job in reversed(failed)]
    anew = await submit_all(run.queue, orders, desk.clips, hold=60)
    assert run.queue.pending.job_ids == (anew[1].id, anew[0].id, later.id)


async def test_one_that_could_not_be_sent_comes_back_to_its_place_whatever_was_moved_meanwhile(desk: Desk) -> None:
    desk.time.runs = False
    desk.world.fail_next("rate_limit")
    desk.line.answers.clear()
    run = desk.open()
    first = await submit_one(run.queue, replace(FOX, prompt="first"), desk.clips)
    await run.until(first.id, "sending")
    ids = await saved(run, desk, *"ab")
    await run.queue.pending.move([ids["b"]], ids["a"])
    desk.line.answers.set()
    await run.now(first.id, lambda job: job.state.name == "waiting" and bool(job.notice))
    assert run.queue.pending.job_ids == (first.id, ids["b"], ids["a"])
