"""Once a request was accepted, only FAILED, an empty COMPLETE or the user ends its job."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.failure_catalog import FAILED
from kling_desktop.domain.library.filename_template import clip_filename
from kling_desktop.media.video.probe import clip_problem
from kling_desktop.services.clips.clip_saver import MIN_FREE_BYTES, free_disk_space
from tests.services.job_harness import FOX, JobHarness, wait_until
from tests.support.job_submission import submit_one

GARBAGE = [
    *("html", "empty", "garbage", "error_500_before", "drop_before", "drop_after", "rate_limit", "rate_limit_date"),
    *("error_field_200", "unauthorized"),
]


@pytest.mark.parametrize("fault", GARBAGE)
async def test_no_answer_to_a_poll_ends_a_job(harness: JobHarness, fault: str) -> None:
    harness.world.fail_next(f"poll.{fault}", 4)
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    told = await run.wait_for(job.id, lambda job: "Trying again in" in job.notice)
    assert isinstance(told.state, job_states.Generating)
    await run.wait_until_done(job.id)
    assert len(harness.world.creates) == 1


@pytest.mark.parametrize("fault", ["null_generation", "unknown_status", "late_video"])
async def test_odd_answers_end_no_job(harness: JobHarness, fault: str) -> None:
    harness.world.faults[fault] = 1.0
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)


@pytest.mark.parametrize("fault", ["flat", "v1_wrapper", "no_cost", "credits"])
async def test_every_shape_of_acceptance_is_understood(harness: JobHarness, fault: str) -> None:
    harness.world.fail_next(fault)
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    cost = run.job(job.id).cost
    assert (cost is None) if fault == "no_cost" else (str(cost) == ("484 credits" if fault == "credits" else "$0.755"))


async def test_a_failed_generation_ends_with_a_sentence(harness: JobHarness) -> None:
    harness.world.fail_next("failed")
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_idle()
    state = run.job(job.id).state
    assert isinstance(state, job_states.Failed)
    assert state.message == FAILED.explanation


async def test_a_generation_without_a_video_is_polled_for_ten_minutes_and_then_blocked(harness: JobHarness) -> None:
    harness.world.fail_next("blocked")
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    seen = await run.wait_for(job.id, lambda job: getattr(job.state, "empty_since", None) is not None)
    await run.wait_until_idle()
    ended = run.job(job.id)
    assert isinstance(ended.state, job_states.Blocked)
    assert isinstance(seen.state, job_states.Generating)
    assert 600 <= (ended.ended_at or 0) - (seen.state.empty_since or 0) < 630


@pytest.mark.parametrize(
    "fault", ["truncated", "wrong_video", "url_expired", "video.drop_before", "video.error_500_before"]
)
async def test_a_failed_download_is_retried(harness: JobHarness, fault: str) -> None:
    harness.world.fail_next(fault, 1 if fault == "url_expired" else 2)
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    [done] = await run.wait_until_done(job.id)
    assert clip_problem(Path(done.file), None, None, None) == ""
    assert not list(Path(harness.clips).glob(".*"))
    assert run.history[job.id].count("made") == len([name for name in run.history[job.id] if name == "downloading"])
    assert harness.count_calls("video") >= 2


async def test_an_interrupted_download_continues_where_it_was(harness: JobHarness) -> None:
    harness.world.fail_next("truncated")
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    first, second = (one.headers for one in harness.world.requests if one.call == "video")
    assert "range" not in first
    assert int(second["range"].removeprefix("bytes=").removesuffix("-")) > 40_000


async def test_a_file_that_is_no_video_is_discarded_and_downloaded_again(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(job.id, "generating")
    [made] = harness.world.generations.values()
    clip = harness.world.clip_file(made, "mp4")
    whole = clip.read_bytes()
    clip.write_bytes(b"\0\0\0\x20ftypisom" + bytes(100_000))
    await run.wait_for(job.id, lambda job: "Trying again" in job.notice)
    clip.write_bytes(whole)
    [done] = await run.wait_until_done(job.id)
    assert clip_problem(Path(done.file), None, None, None) == ""


@pytest.mark.parametrize("fault", ["no_poster", "poster_404"])
async def test_a_missing_poster_is_made_from_the_first_frame(harness: JobHarness, fault: str) -> None:
    harness.world.fail_next(fault)
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    [done] = await run.wait_until_done(job.id)
    assert Path(done.poster_file).exists()


async def test_nothing_is_paid_for_while_the_folder_can_not_be_used(harness: JobHarness) -> None:
    Path(harness.clips).write_text("a file where the folder should be")
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    told = await run.wait_for(
        job.id, lambda job: "Its folder can't be used" in job.notice and harness.clips in job.notice
    )
    assert isinstance(told.state, job_states.Uploading)
    assert harness.count_calls("create") == 0
    Path(harness.clips).unlink()
    await run.wait_until_done(job.id)
    assert harness.count_calls("create") == 1


async def test_nothing_is_paid_for_while_the_disk_is_too_full(harness: JobHarness) -> None:
    run = harness.start_app()
    harness.get_free_bytes = lambda _folder: MIN_FREE_BYTES - 1
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for(
        job.id, lambda job: f"Only 199 MB are free in {harness.clips}, and a clip needs 200 MB" in job.notice
    )
    assert harness.count_calls("create") == 0
    harness.get_free_bytes = free_disk_space
    await run.wait_until_done(job.id)


async def test_a_problem_with_posters_is_reported_and_retried(harness: JobHarness) -> None:
    file = harness.folder / "posters"
    file.write_text("a file where the folder should be")
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    told = await run.wait_for(job.id, lambda job: "a problem with the disk" in job.notice)
    assert str(file) in told.notice
    file.unlink()
    [done] = await run.wait_until_done(job.id)
    assert [Path(done.file)] == list(Path(harness.clips).iterdir())


def _gone(folder: Path) -> None:
    folder.rename(folder.with_name("moved"))


def _back(folder: Path) -> None:
    folder.with_name("moved").rename(folder)


def _shut(folder: Path) -> None:
    """A file in its place: no rights keep the administrator out, who may be running this."""
    _gone(folder)
    folder.write_text("in the way")


def _opened(folder: Path) -> None:
    folder.unlink()
    _back(folder)


@pytest.mark.parametrize(("break_it", "mend"), [(_gone, _back), (_shut, _opened)])
async def test_a_folder_that_is_gone_is_reported_and_awaited_without_asking_the_service(
    harness: JobHarness, break_it: Callable[[Path], None], mend: Callable[[Path], None]
) -> None:
    run = harness.start_app()
    harness.clock.is_running = False
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(job.id, "generating")
    break_it(Path(harness.clips))
    harness.clock.is_running = True
    told = await run.wait_for(job.id, lambda job: f"Its folder is gone: {harness.clips}." in job.notice)
    assert isinstance(told.state, job_states.Downloading)
    asked, began = len(harness.world.requests), harness.clock.now
    await wait_until(lambda: harness.clock.now >= began + 3 * 3600)
    assert len(harness.world.requests) == asked, "for three hours"
    mend(Path(harness.clips))
    [done] = await run.wait_until_done(job.id)
    assert [Path(done.file)] == list(Path(harness.clips).iterdir())


async def test_a_clip_whose_folder_is_gone_is_saved_elsewhere(harness: JobHarness, tmp_path: Path) -> None:
    run = harness.start_app()
    harness.clock.is_running = False
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(job.id, "generating")
    _gone(Path(harness.clips))
    harness.clock.is_running = True
    await run.wait_for(job.id, lambda job: "is gone" in job.notice)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert await run.queue.active.save_elsewhere(job.id, str(elsewhere))
    [done] = await run.wait_until_done(job.id)
    assert [Path(done.file)] == list(elsewhere.iterdir())
    assert not await run.queue.active.save_elsewhere(job.id, harness.clips), "too late"


async def test_a_full_disk_loses_no_answer_that_was_paid_for(harness: JobHarness) -> None:
    """The database takes nothing more from the moment the order is accepted, until there is room again."""
    run = harness.start_app()
    harness.network.before_create = lambda: run.connections[0].execute("PRAGMA query_only = ON")
    job = await submit_one(run.queue, FOX, harness.clips)
    told = await run.wait_for(job.id, lambda job: "can't be read or written" in job.notice)
    assert isinstance(told.state, job_states.Generating)
    run.connections[0].execute("PRAGMA query_only = OFF")
    await run.wait_until_done(job.id)
    assert "unknown" not in run.history[job.id]
    assert harness.count_calls("create") == 1


async def test_the_key_never_goes_to_the_bucket_or_the_cdn(harness: JobHarness) -> None:
    run = harness.start_app()
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    assert {one.call for one in harness.world.requests if "authorization" in one.headers} == {"create", "poll"}


async def test_progress_is_reported_in_bytes(harness: JobHarness, film: Path) -> None:
    run = harness.start_app()
    moved: list[tuple[str, int, object]] = []
    run.queue.events.progressed.connect(lambda *news: moved.append(news))
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_until_done(job.id)
    size = film.stat().st_size
    assert moved[-1] == (job.id, size, size)
    assert len(moved) > 2


async def test_equal_names_get_numbers_and_nothing_is_overwritten(harness: JobHarness) -> None:
    run = harness.start_app()
    harness.clock.is_running = False
    job = await submit_one(run.queue, FOX, harness.clips)
    await run.wait_for_state(job.id, "generating")
    taken = Path(harness.clips) / clip_filename("", job, datetime.fromtimestamp(job.created_at).astimezone())
    taken.write_text("somebody else's")
    harness.clock.is_running = True
    [done] = await run.wait_until_done(job.id)
    assert Path(done.file).name == f"{taken.stem} 2.mp4"
    assert taken.read_text() == "somebody else's"


async def test_the_prompt_can_hold_anything(harness: JobHarness) -> None:
    run = harness.start_app()
    prompts = ["../../etc/passwd", "con. ", "狐" * 1500, "a\nb\tc\0d", "🦊" * 700, '<>:"/\\|?*', "‮abc", "."]
    jobs = [await submit_one(run.queue, replace(FOX, prompt=prompt), harness.clips) for prompt in prompts]
    for end in await run.wait_until_done(*(job.id for job in jobs)):
        assert Path(end.file).parent == Path(harness.clips)
        assert json.loads((harness.world.folder / "generations" / f"{end.generation}.json").read_text())
