"""Caps while jobs are carried: what would pass one waits, and says so."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from kling_desktop.domain.errors import LimitExceeded
from kling_desktop.domain.jobs.job import DOLLARS, Cost
from kling_desktop.domain.jobs.submission import Submission, row_keys, subset
from kling_desktop.domain.spending.limits import PriceSettings, SpendingLimits
from tests.services.job_harness import FOX, Desk, Open
from tests.support.job_submission import submit_all, submit_one, submit_takes


def terms(amount: str) -> Callable[[], PriceSettings]:
    return lambda: PriceSettings(SpendingLimits(day=Cost(Decimal(amount), DOLLARS)))


def open_capped(desk: Desk, amount: str) -> Open:
    return desk.open(terms=terms(amount))


async def test_takes_that_would_pass_the_cap_are_not_ordered_until_the_user_lets_them(desk: Desk) -> None:
    run = open_capped(desk, "2")
    with pytest.raises(LimitExceeded, match="over your daily limit"):
        await submit_takes(run.queue, replace(FOX, takes=3), desk.clips)
    assert (run.queue.jobs, desk.asked("create")) == ((), 0)
    jobs = await submit_takes(run.queue, replace(FOX, takes=3), desk.clips, over_limit=True)
    await run.done(*[job.id for job in jobs])
    assert desk.asked("create") == 3


async def test_a_job_whose_turn_comes_over_the_cap_waits_and_is_asked_about(desk: Desk) -> None:
    run = open_capped(desk, "1.6")
    asked: dict[str, str] = {}
    run.queue.events.limit_reached.connect(asked.__setitem__)
    jobs = await submit_all(run.queue, [Submission(replace(FOX, takes=3))], desk.clips, is_paused=True)
    for job in jobs:
        await run.queue.pending.send_now(job.id)
    await run.finished()
    assert desk.asked("create") == 2
    [kept] = asked
    assert "over your daily limit of $1.60" in asked[kept]
    assert run.state(kept) == "waiting"
    assert run.queue.pending.is_paused(kept)
    assert run.job(kept).notice == asked[kept]
    await run.queue.pending.send_over_limit([kept])
    await run.done(*[job.id for job in jobs])
    assert desk.asked("create") == 3


async def test_a_cap_of_an_earlier_run_still_counts_after_a_restart(desk: Desk) -> None:
    run = open_capped(desk, "1.6")
    done = [await submit_one(run.queue, FOX, desk.clips) for _ in range(2)]
    await run.done(*[job.id for job in done])
    await run.close()
    again = open_capped(desk, "1.6")
    await again.queue.start()
    with pytest.raises(LimitExceeded):
        await submit_takes(again.queue, FOX, desk.clips)


async def test_a_refused_order_gives_its_room_back(desk: Desk) -> None:
    run = open_capped(desk, "1")
    desk.world.fail_next("moderation")
    refused = await submit_one(run.queue, FOX, desk.clips)
    await run.finished()
    assert run.state(refused.id) == "refused"
    [job] = await submit_takes(run.queue, FOX, desk.clips)
    await run.done(job.id)
    with pytest.raises(LimitExceeded):
        await submit_takes(run.queue, FOX, desk.clips)


async def test_a_retry_that_would_pass_the_cap_leaves_the_failed_job_where_it_is(desk: Desk) -> None:
    run = open_capped(desk, "1")
    desk.world.fail_next("moderation")
    refused = await submit_one(run.queue, FOX, desk.clips)
    await run.finished()
    spent = await submit_one(run.queue, FOX, desk.clips)
    await run.done(spent.id)
    again = Submission(FOX, replaces=run.job(refused.id))
    with pytest.raises(LimitExceeded):
        await submit_all(run.queue, [again], desk.clips)
    assert run.state(refused.id) == "refused"
    [job] = await submit_all(run.queue, [again], desk.clips, over_limit=True)
    assert refused.id not in [one.id for one in run.queue.jobs]
    await run.done(job.id)


async def test_those_that_fit_are_ordered_exactly_and_what_another_window_has_ordered_meanwhile_counts(
    desk: Desk,
) -> None:
    desk.time.runs = False
    run, other = open_capped(desk, "2.5"), open_capped(desk, "2.5")
    rows = [replace(FOX, prompt="a", takes=3), replace(FOX, prompt="b", duration=10), replace(FOX, prompt="c")]
    orders = [Submission(row, row_keys=keys) for row, keys in zip(rows, row_keys(rows), strict=True)]
    with pytest.raises(LimitExceeded) as over:
        await submit_all(run.queue, orders, desk.clips, hold=60)
    assert over.value.allowed_takes == (0, 1, 2)
    assert run.queue.jobs == ()
    await submit_one(other.queue, FOX, desk.clips, hold=60)
    with pytest.raises(LimitExceeded) as over_now:
        await submit_all(run.queue, subset(orders, over.value.allowed_takes), desk.clips, hold=60)
    assert over_now.value.allowed_takes == (0, 1)
    jobs = await submit_all(run.queue, subset(orders, over_now.value.allowed_takes), desk.clips, hold=60)
    assert [(job.draft.prompt, job.take, job.takes) for job in jobs] == [("a", 1, 2), ("a", 2, 2)]
    ordered = await run.queue.find_submitted_rows(key for order in orders for key in order.row_keys)
    assert list(ordered) == list(orders[0].row_keys[:2])


async def test_which_fit_is_not_told_where_some_of_it_was_ordered_by_an_earlier_click(desk: Desk) -> None:
    run = open_capped(desk, "1")
    desk.world.fail_next("moderation")
    refused = await submit_one(run.queue, FOX, desk.clips)
    await run.finished()
    again = Submission(FOX, replaces=run.job(refused.id))
    await run.queue.remove(refused.id)
    with pytest.raises(LimitExceeded) as over:
        await submit_all(run.queue, [again, Submission(replace(FOX, takes=2))], desk.clips)
    assert over.value.allowed_takes == ()
