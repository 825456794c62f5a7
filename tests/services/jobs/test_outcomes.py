"""An unknown outcome is looked for, asked about, and never sent again by itself."""

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from tests.services.job_harness import FOX, Desk, Open, comes
from tests.support.job_submission import submit_one

NOTHING_MADE = ["drop_before", "error_500_before", "create.html", "create.empty", "create.garbage"]
MADE = ["drop_after", "error_500_after"]


async def lost(desk: Desk, run: Open, fault: str = "drop_before") -> Job:
    """A job that the user is asked about."""
    desk.world.fail_next(fault)
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.finished()
    job = run.job(job.id)
    assert isinstance(job.state, job_states.Unknown)
    assert job.state.needs_user
    return job


@pytest.mark.parametrize("fault", NOTHING_MADE)
async def test_where_nothing_was_made_the_user_is_asked_and_nothing_is_sent_again(desk: Desk, fault: str) -> None:
    run = desk.open()
    job = await lost(desk, run, fault)
    assert job.state == job_states.Unknown(5, needs_user=True)
    assert (desk.asked("create"), len(desk.world.creates)) == (1, 0)
    assert 60 <= desk.time.now - (job.sent_at or 0) <= 90


@pytest.mark.parametrize("fault", MADE)
async def test_what_was_made_is_found_and_charged_once(desk: Desk, fault: str) -> None:
    desk.world.fail_next(fault)
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    told: list[str] = []
    run.queue.events.reconciled.connect(lambda job: told.append(job.id))
    found = await run.until(job.id, "generating")
    assert "found in your account" in found.notice
    [done] = await run.done(job.id)
    assert done.generation in desk.world.generations
    assert (desk.asked("create"), len(desk.world.creates)) == (1, 1)
    assert told == [job.id]


async def test_a_find_that_the_disk_did_not_take_is_found_again_after_a_restart(desk: Desk) -> None:
    desk.world.fail_next("drop_after")
    run = desk.open()
    with sqlite3.connect(desk.database) as disk:
        full = "BEFORE UPDATE ON jobs WHEN new.state = 'generating' BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        disk.execute(f"CREATE TRIGGER full {full}")
    disk.close()
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.now(job.id, lambda job: "Trying again" in job.notice)
    await run.close()
    assert desk.on_disk() == {job.id: "unknown"}
    with sqlite3.connect(desk.database) as disk:
        disk.execute("DROP TRIGGER full")
    disk.close()
    again = desk.open()
    await again.queue.start()
    [done] = await again.done(job.id)
    assert done.generation in desk.world.generations
    assert len(desk.world.creates) == 1


async def test_a_list_that_lags_behind_is_looked_at_again(desk: Desk) -> None:
    desk.world.faults["late_list"] = 1.0
    desk.world.fail_next("drop_after")
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.done(job.id)
    assert desk.asked("list") == 4
    assert len(desk.world.creates) == 1


async def test_a_list_that_can_t_be_had_costs_no_look(desk: Desk) -> None:
    desk.world.fail_next("drop_after")
    desk.world.fail_next("list.html", 7)
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.done(job.id)
    assert len(desk.world.creates) == 1


async def test_one_far_down_a_long_list_is_found_whatever_its_order(desk: Desk) -> None:
    run = desk.open()
    for place in range(120):
        desk.time.now += 30
        desk.world.accept({"parameters": {"prompt": f"{place}", "duration": 5, "width": 1920, "height": 1080}})
    made = desk.world.generations
    desk.world.generations = _Backwards(made)
    desk.time.now += 1000
    desk.world.fail_next("drop_after")
    job = await submit_one(run.queue, FOX, desk.clips)
    [done] = await run.done(job.id)
    assert desk.world.generations[done.generation].prompt == FOX.prompt


class _Backwards(dict):  # type: ignore[type-arg]
    """Generations that the service lists oldest first."""

    def __reversed__(self):  # type: ignore[no-untyped-def]
        return iter(self)

    def values(self):  # type: ignore[no-untyped-def]
        return _Values(super().values())


class _Values(list):  # type: ignore[type-arg]
    def __reversed__(self):  # type: ignore[no-untyped-def]
        return iter(self)


async def test_three_equal_takes_lost_together_are_told_apart(desk: Desk) -> None:
    desk.world.fail_next("drop_after", 3)
    run = desk.open()
    jobs = [await submit_one(run.queue, FOX, desk.clips) for _ in range(3)]
    ends = await run.done(*(job.id for job in jobs))
    assert {end.generation for end in ends} == set(desk.world.generations)
    assert len({end.file for end in ends}) == 3
    assert len(desk.world.creates) == 3


async def test_two_found_for_three_lost_takes_are_asked_about(desk: Desk) -> None:
    run = desk.open()
    desk.time.runs = False
    desk.world.fail_next("drop_after", 2)
    made = [await submit_one(run.queue, FOX, desk.clips) for _ in range(2)]
    await run.until(made[1].id, "unknown")
    desk.world.fail_next("drop_before")
    unmade = await submit_one(run.queue, FOX, desk.clips)
    await run.until(unmade.id, "unknown")
    desk.time.runs = True
    await run.finished()
    for job in (*made, unmade):
        state = run.job(job.id).state
        assert isinstance(state, job_states.Unknown)
        assert set(state.candidates) == set(desk.world.generations)
    assert len(desk.world.creates) == 2


async def test_what_is_given_to_one_drops_out_of_what_could_be_the_others(desk: Desk) -> None:
    """Four whose answer was lost, two of which had arrived: interchangeable, so the user says which is which."""
    run = desk.open()
    desk.time.runs = False
    desk.world.fail_next("drop_after", 2)
    jobs = [await submit_one(run.queue, FOX, desk.clips) for _ in range(2)]
    await run.until(jobs[1].id, "unknown")
    desk.world.fail_next("drop_before", 2)
    jobs += [await submit_one(run.queue, FOX, desk.clips) for _ in range(2)]
    await run.until(jobs[3].id, "unknown")
    desk.time.runs = True
    await run.finished()
    one, two = desk.world.generations

    def offered() -> list[tuple[str, ...]]:
        return [state.candidates for job in jobs if isinstance(state := run.job(job.id).state, job_states.Unknown)]

    assert await run.queue.unknown.attach(jobs[0].id, one)
    assert offered() == [(two,)] * 3
    assert not await run.queue.unknown.attach(jobs[1].id, one)
    assert await run.queue.unknown.attach(jobs[1].id, two)
    assert offered() == [()] * 2
    await run.finished()
    assert [run.state(job.id) for job in jobs[2:]] == ["unknown"] * 2
    assert len(desk.world.creates) == 2


async def test_what_a_render_has_taken_is_no_longer_among_what_could_be_ours(desk: Desk) -> None:
    window, render = desk.open(), desk.open(origin="render")
    desk.time.runs = False
    desk.world.fail_next("drop_before")
    mine = await submit_one(window.queue, FOX, desk.clips)
    await window.until(mine.id, "unknown")
    desk.world.fail_next("drop_after")
    other = await submit_one(render.queue, FOX, desk.clips)
    await render.until(other.id, "unknown")
    desk.time.runs = True
    await asyncio.gather(window.finished(), render.finished())
    [generation] = desk.world.generations
    assert await window.queue.unknown.candidates(mine.id) == (generation,)
    assert await render.queue.unknown.attach(other.id, generation)
    assert await window.queue.unknown.candidates(mine.id) == ()
    await render.finished()


async def test_nobody_is_asked_while_an_equal_take_is_being_sent(desk: Desk) -> None:
    run = desk.open()
    desk.time.runs = False
    desk.world.fail_next("drop_after")
    first = await submit_one(run.queue, FOX, desk.clips)
    await run.until(first.id, "unknown")
    desk.line.answers.clear()
    second = await submit_one(run.queue, FOX, desk.clips)
    await run.until(second.id, "sending")
    sent = desk.time.now
    desk.time.runs = True
    await comes(lambda: desk.time.now >= sent + 200)
    state = run.job(first.id).state
    assert isinstance(state, job_states.Unknown)
    assert not state.needs_user
    desk.line.answers.set()
    ends = await run.done(first.id, second.id)
    assert {end.generation for end in ends} == set(desk.world.generations)


async def test_a_twin_from_another_device_is_asked_about_with_both_as_candidates(desk: Desk) -> None:
    def twin() -> None:
        desk.line.before_create = lambda: None
        desk.world.accept({"parameters": {"prompt": FOX.prompt, "duration": 5, "width": 1920, "height": 1080}})

    desk.line.before_create = twin
    run = desk.open()
    job = await lost(desk, run, "drop_after")
    assert isinstance(job.state, job_states.Unknown)
    assert set(job.state.candidates) == set(desk.world.generations)
    chosen = list(desk.world.generations)[1]
    assert await run.queue.unknown.attach(job.id, chosen)
    [done] = await run.done(job.id)
    assert done.generation == chosen


async def test_a_generation_is_never_attached_twice(desk: Desk) -> None:
    run = desk.open()
    first = await submit_one(run.queue, FOX, desk.clips)
    [done] = await run.done(first.id)
    second = await lost(desk, run)
    assert not await run.queue.unknown.attach(second.id, done.generation)
    await run.finished()
    assert isinstance(run.job(second.id).state, job_states.Unknown)


async def test_the_user_may_send_again_at_the_risk_of_a_second_charge(desk: Desk) -> None:
    run = desk.open()
    job = await lost(desk, run)
    await run.queue.unknown.send_again(job.id)
    await run.done(job.id)
    assert (desk.asked("create"), len(desk.world.creates)) == (2, 1)


async def test_the_user_may_forget_it_in_every_sent_state(desk: Desk) -> None:
    run = desk.open()
    unknown = await lost(desk, run)
    desk.time.runs = False
    generating = await submit_one(run.queue, replace(FOX, prompt="Another"), desk.clips)
    await run.until(generating.id, "generating")
    for job in (unknown, generating):
        await run.queue.active.forget(job.id)
        assert run.state(job.id) == "forgotten" == desk.on_disk()[job.id]
    assert run.job(generating.id).generation
    desk.time.runs = True
    await run.finished()


async def test_forgetting_a_download_clears_its_piece_away(desk: Desk) -> None:
    desk.world.faults["truncated"] = 1.0
    run = desk.open()
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.now(job.id, lambda job: "stopped after" in job.notice)
    assert list(Path(desk.clips).glob(".*.part"))
    await run.queue.active.forget(job.id)
    await run.finished()
    assert run.state(job.id) == "forgotten"
    assert not list(Path(desk.clips).glob(".*.part"))


async def test_a_restart_looks_again_for_what_was_asked_about(desk: Desk) -> None:
    desk.world.faults["late_list"] = 1.0
    run = desk.open()
    desk.world.fail_next("drop_after")
    desk.world.fail_next("list.error_500_before", 0)
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.until(job.id, "unknown")
    again = await desk.reopen(run)
    await again.done(job.id)
    assert len(desk.world.creates) == 1


async def test_the_window_and_a_render_that_lost_equal_orders_don_t_take_each_other_s(desk: Desk) -> None:
    """Each knows of the other's job only from the database."""
    window, render = desk.open(), desk.open(origin="render")
    desk.world.fail_next("drop_before")
    mine = await submit_one(window.queue, FOX, desk.clips)
    await window.until(mine.id, "unknown")
    desk.time.runs = False
    desk.world.fail_next("drop_after")
    other = await submit_one(render.queue, FOX, desk.clips)
    await render.until(other.id, "unknown")
    desk.time.runs = True
    await asyncio.gather(window.finished(), render.finished())
    for run, job in ((window, mine), (render, other)):
        state = run.job(job.id).state
        assert isinstance(state, job_states.Unknown)
        assert state.candidates == tuple(desk.world.generations)


async def test_two_profiles_on_one_account_share_what_was_made_and_none_of_it_comes_twice(desk: Desk) -> None:
    runs = [desk.open(profile=profile) for profile in ("mine", "ours")]
    for run in runs:
        await run.client.get_account()
    desk.time.runs = False
    desk.world.fail_next("drop_after", 2)
    jobs = [await submit_one(run.queue, FOX, desk.clips) for run in runs]
    for run, job in zip(runs, jobs, strict=True):
        await run.until(job.id, "unknown")
    desk.time.runs = True
    ends = [(await run.done(job.id))[0] for run, job in zip(runs, jobs, strict=True)]
    assert {end.generation for end in ends} == set(desk.world.generations)
    assert len(desk.world.creates) == 2


@pytest.mark.parametrize("known", [True, False])
async def test_one_that_could_be_either_of_two_profiles_orders_is_asked_about_by_both(desk: Desk, known: bool) -> None:
    runs = [desk.open(profile=profile) for profile in ("mine", "ours")]
    if known:
        for run in runs:
            await run.client.get_account()
    desk.time.runs = False
    for fault, run in zip(("drop_after", "drop_before"), runs, strict=True):
        desk.world.fail_next(fault)
        job = await submit_one(run.queue, FOX, desk.clips)
        await run.until(job.id, "unknown")
    desk.time.runs = True
    for run in runs:
        await run.finished()
    [made] = desk.world.generations
    (mine,), (ours,) = (run.queue.jobs for run in runs)
    for job in (mine, ours):
        assert job.state == job_states.Unknown(5, needs_user=True, candidates=(made,))
    assert await runs[1].queue.unknown.attach(ours.id, made)
    assert not await runs[0].queue.unknown.attach(mine.id, made)
    assert await runs[0].queue.unknown.candidates(mine.id) == ()


async def test_what_another_profile_is_just_sending_is_not_taken_for_a_lost_one(desk: Desk) -> None:
    desk.time.runs = False
    lost, sending = (desk.open(profile=profile) for profile in ("mine", "ours"))
    desk.world.fail_next("drop_before")
    desk.line.answers.clear()
    other = await submit_one(lost.queue, FOX, desk.clips)
    await lost.until(other.id, "unknown")
    job = await submit_one(sending.queue, FOX, desk.clips)
    await sending.until(job.id, "sending")
    await comes(lambda: bool(desk.world.creates))
    desk.time.runs = True
    await comes(lambda: desk.asked("list") >= 2)
    assert lost.state(other.id) == "unknown"
    desk.line.answers.set()
    [done] = await sending.done(job.id)
    assert [done.generation] == list(desk.world.generations)
    await lost.finished()
    assert lost.job(other.id).state == job_states.Unknown(5, needs_user=True)


async def test_a_lost_order_is_not_looked_for_in_the_account_of_another_key(desk: Desk) -> None:
    run = desk.open()
    await run.client.get_account()
    desk.time.runs = False
    desk.world.fail_next("drop_after")
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.until(job.id, "unknown")
    assert run.job(job.id).user == desk.world.user
    desk.world.user = "11111111-1e0f-6a11-ab0e-0d0e57a11ed0"
    await run.client.get_account()
    desk.time.runs = True
    await run.finished()
    assert run.job(job.id).state == job_states.Unknown(5, needs_user=True)
