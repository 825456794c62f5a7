"""An unknown outcome is reconciled, then asked about, and never sent again by itself."""

import asyncio
import sqlite3
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from kling_desktop.domain.errors import Unanswered
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from tests.services.job_harness import FOX, AppRun, JobHarness, wait_until
from tests.support.job_submission import submit_one

NOTHING_MADE = ["drop_before", "error_500_before", "create.html", "create.empty", "create.garbage"]
MADE = ["drop_after", "error_500_after"]


async def lost(harness: JobHarness, run: AppRun, fault: str = "drop_before") -> Job:
    """A job that the user is asked about."""
    harness.world.fail_next(fault)
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_idle()
    job = run.job(job.id)
    assert isinstance(job.state, job_states.Unknown)
    assert job.state.needs_user
    return job


@pytest.mark.parametrize("fault", NOTHING_MADE)
async def test_if_nothing_was_generated_the_user_is_asked_and_nothing_is_sent_again(
    harness: JobHarness, fault: str
) -> None:
    run = harness.start_app()
    job = await lost(harness, run, fault)
    assert job.state == job_states.Unknown(5, needs_user=True)
    assert (harness.count_calls("create"), len(harness.world.creates)) == (1, 0)
    assert 60 <= harness.clock.now - (job.sent_at or 0) <= 90


@pytest.mark.parametrize("fault", MADE)
async def test_a_lost_answer_is_found_and_charged_once(harness: JobHarness, fault: str) -> None:
    harness.world.fail_next(fault)
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    told: list[str] = []
    run.queue.events.reconciled.connect(lambda job: told.append(job.id))
    found = await run.wait_for_state(job.id, "generating")
    assert "found in your account" in found.notice
    [done] = await run.wait_until_done(job.id)
    assert done.generation in harness.world.generations
    assert (harness.count_calls("create"), len(harness.world.creates)) == (1, 1)
    assert told == [job.id]


@pytest.mark.parametrize("status", [503, 200])
async def test_one_wrong_date_does_not_hide_a_lost_request(harness: JobHarness, status: int) -> None:
    run = harness.start_app()
    await run.client.get_account()
    for date in ("Thu, 01 Jan 1970 00:00:00 GMT", "Sun, 10 Jan 2027 10:00:00 GMT"):
        harness.network.instead.append(
            ("/me", httpx.Response(status, json={"user_details": []}, headers={"date": date}))
        )
        with pytest.raises(Unanswered):
            await run.client.get_account()
    harness.world.fail_next("drop_after")
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    assert len(harness.world.creates) == 1


async def test_a_match_that_could_not_be_saved_is_found_again_after_a_restart(harness: JobHarness) -> None:
    harness.world.fail_next("drop_after")
    run = harness.start_app()
    with sqlite3.connect(harness.database) as disk:
        full = "BEFORE UPDATE ON jobs WHEN new.state = 'generating' BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        disk.execute(f"CREATE TRIGGER full {full}")
    disk.close()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for(job.id, lambda job: "Trying again" in job.notice)
    await run.close()
    assert harness.states_on_disk() == {job.id: "unknown"}
    with sqlite3.connect(harness.database) as disk:
        disk.execute("DROP TRIGGER full")
    disk.close()
    again = harness.start_app()
    await again.queue.start()
    [done] = await again.wait_until_done(job.id)
    assert done.generation in harness.world.generations
    assert len(harness.world.creates) == 1


async def test_a_lagging_list_is_read_again(harness: JobHarness) -> None:
    harness.world.faults["late_list"] = 1.0
    harness.world.fail_next("drop_after")
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    assert harness.count_calls("list") == 4
    assert len(harness.world.creates) == 1


async def test_a_failed_list_counts_as_no_attempt(harness: JobHarness) -> None:
    harness.world.fail_next("drop_after")
    harness.world.fail_next("list.html", 7)
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    assert len(harness.world.creates) == 1


async def test_a_generation_far_down_the_list_is_found_whatever_its_order(harness: JobHarness) -> None:
    run = harness.start_app()
    for place in range(120):
        harness.clock.now += 30
        harness.world.accept({"parameters": {"prompt": f"{place}", "duration": 5, "width": 1920, "height": 1080}})
    made = harness.world.generations
    harness.world.generations = _Backwards(made)
    harness.clock.now += 1000
    harness.world.fail_next("drop_after")
    job = await submit_one(run.queue, FOX, harness.clips)
    [done] = await run.wait_until_done(job.id)
    assert harness.world.generations[done.generation].prompt == FOX.prompt


class _Backwards(dict):  # type: ignore[type-arg]
    """Generations that the service lists oldest first."""

    def __reversed__(self):  # type: ignore[no-untyped-def]
        return iter(self)

    def values(self):  # type: ignore[no-untyped-def]
        return _Values(super().values())


class _Values(list):  # type: ignore[type-arg]
    def __reversed__(self):  # type: ignore[no-untyped-def]
        return iter(self)


async def test_three_equal_takes_lost_together_are_told_apart(harness: JobHarness) -> None:
    harness.world.fail_next("drop_after", 3)
    run = harness.start_app()
    jobs = [await submit_one(run.queue, FOX, harness.clips) for _ in range(3)]
    ends = await run.wait_until_done(*(job.id for job in jobs))
    assert {end.generation for end in ends} == set(harness.world.generations)
    assert len({end.file for end in ends}) == 3
    assert len(harness.world.creates) == 3


async def test_the_user_is_asked_about_two_matches_for_three_lost_takes(harness: JobHarness) -> None:
    run = harness.start_app()
    harness.clock.is_running = False
    harness.world.fail_next("drop_after", 2)
    made = [await submit_one(run.queue, FOX, harness.clips) for _ in range(2)]
    await run.wait_for_state(made[1].id, "unknown")
    harness.world.fail_next("drop_before")
    unmade = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(unmade.id, "unknown")
    harness.clock.is_running = True
    await run.wait_until_idle()
    for job in (*made, unmade):
        state = run.job(job.id).state
        assert isinstance(state, job_states.Unknown)
        assert set(state.candidates) == set(harness.world.generations)
    assert len(harness.world.creates) == 2


async def test_a_generation_that_was_attached_is_no_candidate_for_other_jobs(harness: JobHarness) -> None:
    """Four whose answer was lost, two of which had arrived: interchangeable, so the user says which is which."""
    run = harness.start_app()
    harness.clock.is_running = False
    harness.world.fail_next("drop_after", 2)
    jobs = [await submit_one(run.queue, FOX, harness.clips) for _ in range(2)]
    await run.wait_for_state(jobs[1].id, "unknown")
    harness.world.fail_next("drop_before", 2)
    jobs += [await submit_one(run.queue, FOX, harness.clips) for _ in range(2)]
    await run.wait_for_state(jobs[3].id, "unknown")
    harness.clock.is_running = True
    await run.wait_until_idle()
    one, two = harness.world.generations

    def offered() -> list[tuple[str, ...]]:
        return [state.candidates for job in jobs if isinstance(state := run.job(job.id).state, job_states.Unknown)]

    assert await run.queue.unknown.attach(jobs[0].id, one)
    assert offered() == [(two,)] * 3
    assert not await run.queue.unknown.attach(jobs[1].id, one)
    assert await run.queue.unknown.attach(jobs[1].id, two)
    assert offered() == [()] * 2
    await run.wait_until_idle()
    assert [run.state(job.id) for job in jobs[2:]] == ["unknown"] * 2
    assert len(harness.world.creates) == 2


async def test_a_generation_that_a_render_has_claimed_is_no_candidate(harness: JobHarness) -> None:
    window, render = harness.start_app(), harness.start_app(submitted_from="render")
    harness.clock.is_running = False
    harness.world.fail_next("drop_before")
    mine = await submit_one(window.queue, FOX, harness.clips)
    await window.wait_for_state(mine.id, "unknown")
    harness.world.fail_next("drop_after")
    other = await submit_one(render.queue, FOX, harness.clips)
    await render.wait_for_state(other.id, "unknown")
    harness.clock.is_running = True
    await asyncio.gather(window.wait_until_idle(), render.wait_until_idle())
    [generation] = harness.world.generations
    assert await window.queue.unknown.candidates(mine.id) == (generation,)
    assert await render.queue.unknown.attach(other.id, generation)
    assert await window.queue.unknown.candidates(mine.id) == ()
    await render.wait_until_idle()


async def test_nobody_is_asked_while_an_equal_take_is_being_sent(harness: JobHarness) -> None:
    run = harness.start_app()
    harness.clock.is_running = False
    harness.world.fail_next("drop_after")
    first = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(first.id, "unknown")
    harness.network.answers_released.clear()
    second = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(second.id, "sending")
    sent = harness.clock.now
    harness.clock.is_running = True
    await wait_until(lambda: harness.clock.now >= sent + 200)
    state = run.job(first.id).state
    assert isinstance(state, job_states.Unknown)
    assert not state.needs_user
    harness.network.answers_released.set()
    ends = await run.wait_until_done(first.id, second.id)
    assert {end.generation for end in ends} == set(harness.world.generations)


async def test_the_user_is_asked_about_an_equal_generation_of_another_device(harness: JobHarness) -> None:
    def twin() -> None:
        harness.network.before_create = lambda: None
        harness.world.accept({"parameters": {"prompt": FOX.prompt, "duration": 5, "width": 1920, "height": 1080}})

    harness.network.before_create = twin
    run = harness.start_app()
    job = await lost(harness, run, "drop_after")
    assert isinstance(job.state, job_states.Unknown)
    assert set(job.state.candidates) == set(harness.world.generations)
    chosen = list(harness.world.generations)[1]
    assert await run.queue.unknown.attach(job.id, chosen)
    [done] = await run.wait_until_done(job.id)
    assert done.generation == chosen


async def test_a_generation_is_never_attached_twice(harness: JobHarness) -> None:
    run = harness.start_app()
    first = await submit_one(run.queue, FOX, harness.clips)
    [done] = await run.wait_until_done(first.id)
    second = await lost(harness, run)
    assert not await run.queue.unknown.attach(second.id, done.generation)
    await run.wait_until_idle()
    assert isinstance(run.job(second.id).state, job_states.Unknown)


async def test_the_user_may_send_again_at_the_risk_of_a_second_charge(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await lost(harness, run)
    await run.queue.unknown.send_again(job.id)
    await run.wait_until_done(job.id)
    assert (harness.count_calls("create"), len(harness.world.creates)) == (2, 1)


async def test_the_user_may_forget_it_in_every_sent_state(harness: JobHarness) -> None:
    run = harness.start_app()
    unknown = await lost(harness, run)
    harness.clock.is_running = False
    generating = await submit_one(run.queue, replace(FOX, prompt="Another"), harness.clips)
    await run.wait_for_state(generating.id, "generating")
    for job in (unknown, generating):
        await run.queue.active.forget(job.id)
        assert run.state(job.id) == "forgotten" == harness.states_on_disk()[job.id]
    assert run.job(generating.id).generation
    harness.clock.is_running = True
    await run.wait_until_idle()


async def test_forgetting_a_download_deletes_its_partial_file(harness: JobHarness) -> None:
    harness.world.faults["truncated"] = 1.0
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for(job.id, lambda job: "is incomplete" in job.notice)
    assert list(Path(harness.clips).glob(".*.part"))
    await run.queue.active.forget(job.id)
    await run.wait_until_idle()
    assert run.state(job.id) == "forgotten"
    assert not list(Path(harness.clips).glob(".*.part"))


async def test_a_restart_looks_again_for_jobs_that_the_user_was_asked_about(harness: JobHarness) -> None:
    harness.world.faults["late_list"] = 1.0
    run = harness.start_app()
    harness.world.fail_next("drop_after")
    harness.world.fail_next("list.error_500_before", 0)
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(job.id, "unknown")
    again = await harness.restart_app(run)
    await again.wait_until_done(job.id)
    assert len(harness.world.creates) == 1


async def test_window_and_render_do_not_take_each_others_equal_generations(harness: JobHarness) -> None:
    """Each knows of the other's job only from the database."""
    window, render = harness.start_app(), harness.start_app(submitted_from="render")
    harness.world.fail_next("drop_before")
    mine = await submit_one(window.queue, FOX, harness.clips)
    await window.wait_for_state(mine.id, "unknown")
    harness.clock.is_running = False
    harness.world.fail_next("drop_after")
    other = await submit_one(render.queue, FOX, harness.clips)
    await render.wait_for_state(other.id, "unknown")
    harness.clock.is_running = True
    await asyncio.gather(window.wait_until_idle(), render.wait_until_idle())
    for run, job in ((window, mine), (render, other)):
        state = run.job(job.id).state
        assert isinstance(state, job_states.Unknown)
        assert state.candidates == tuple(harness.world.generations)


async def test_two_profiles_of_one_account_never_download_the_same_generation(harness: JobHarness) -> None:
    runs = [harness.start_app(profile=profile) for profile in ("mine", "ours")]
    for run in runs:
        await run.client.get_account()
    harness.clock.is_running = False
    harness.world.fail_next("drop_after", 2)
    jobs = [await submit_one(run.queue, FOX, harness.clips) for run in runs]
    for run, job in zip(runs, jobs, strict=True):
        await run.wait_for_state(job.id, "unknown")
    harness.clock.is_running = True
    ends = [(await run.wait_until_done(job.id))[0] for run, job in zip(runs, jobs, strict=True)]
    assert {end.generation for end in ends} == set(harness.world.generations)
    assert len(harness.world.creates) == 2


@pytest.mark.parametrize("known", [True, False])
async def test_a_generation_that_may_belong_to_two_profiles_is_asked_about_in_both(
    harness: JobHarness, known: bool
) -> None:
    runs = [harness.start_app(profile=profile) for profile in ("mine", "ours")]
    if known:
        for run in runs:
            await run.client.get_account()
    harness.clock.is_running = False
    for fault, run in zip(("drop_after", "drop_before"), runs, strict=True):
        harness.world.fail_next(fault)
        job = await submit_one(run.queue, FOX, harness.clips)
        await run.wait_for_state(job.id, "unknown")
    harness.clock.is_running = True
    for run in runs:
        await run.wait_until_idle()
    [made] = harness.world.generations
    (mine,), (ours,) = (run.queue.jobs for run in runs)
    for job in (mine, ours):
        assert job.state == job_states.Unknown(5, needs_user=True, candidates=(made,))
    assert await runs[1].queue.unknown.attach(ours.id, made)
    assert not await runs[0].queue.unknown.attach(mine.id, made)
    assert await runs[0].queue.unknown.candidates(mine.id) == ()


async def test_what_another_profile_is_sending_is_not_taken_for_a_lost_answer(harness: JobHarness) -> None:
    harness.clock.is_running = False
    lost, sending = (harness.start_app(profile=profile) for profile in ("mine", "ours"))
    harness.world.fail_next("drop_before")
    harness.network.answers_released.clear()
    other = await submit_one(lost.queue, FOX, harness.clips)
    await lost.wait_for_state(other.id, "unknown")
    job = await submit_one(sending.queue, FOX, harness.clips)
    await sending.wait_for_state(job.id, "sending")
    await wait_until(lambda: bool(harness.world.creates))
    harness.clock.is_running = True
    await wait_until(lambda: harness.count_calls("list") >= 2)
    assert lost.state(other.id) == "unknown"
    harness.network.answers_released.set()
    [done] = await sending.wait_until_done(job.id)
    assert [done.generation] == list(harness.world.generations)
    await lost.wait_until_idle()
    assert lost.job(other.id).state == job_states.Unknown(5, needs_user=True)


async def test_a_lost_answer_is_not_searched_in_the_account_of_another_key(harness: JobHarness) -> None:
    run = harness.start_app()
    await run.client.get_account()
    harness.clock.is_running = False
    harness.world.fail_next("drop_after")
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(job.id, "unknown")
    assert run.job(job.id).user == harness.world.user
    harness.world.user = "11111111-1e0f-6a11-ab0e-0d0e57a11ed0"
    await run.client.get_account()
    harness.clock.is_running = True
    await run.wait_until_idle()
    assert run.job(job.id).state == job_states.Unknown(5, needs_user=True)
