"""What another program does with the same account is seen as it happens."""

from dataclasses import replace

from kling_desktop.domain.library.clip import Clip
from kling_desktop.domain.request.draft import LocalImage
from tests.services.job_harness import FOX, Desk, Open, comes, picture
from tests.support.job_submission import submit_one, submit_paused

_LOOKS = 12


def brought(run: Open) -> list[str]:
    """The jobs of the clips that come to the library from now on."""
    ids: list[str] = []

    def note(clips: tuple[Clip, ...]) -> None:
        ids.extend(clip.id for clip in clips)

    run.library.added.connect(note)
    return ids


async def some_looks(desk: Desk) -> None:
    """As long as it takes to look several times, by the desk's clock."""
    until = desk.time.now + 2.0 * _LOOKS
    while desk.time.now < until:
        await desk.time.sleep(1.0)


async def test_a_job_of_another_program_is_followed_until_it_is_a_clip(desk: Desk) -> None:
    window, render = desk.open(), desk.open(origin="render")
    clips = brought(window)
    desk.time.runs = False
    job = await submit_one(render.queue, FOX, desk.clips, hold=10)
    await window.queue.watch_foreign_jobs()
    await window.until(job.id, "held")
    assert window.queue.is_foreign(job.id)
    assert not await window.queue.pending.cancel(job.id)
    desk.time.runs = True
    await render.done(job.id)
    await window.until(job.id, "done")
    await comes(lambda: bool(clips))
    await some_looks(desk)
    assert (clips, window.queue.jobs) == ([job.id], ())
    assert len(desk.world.creates) == 1


async def test_one_that_was_begun_and_done_between_two_looks_is_not_missed(desk: Desk) -> None:
    window, render = desk.open(), desk.open(origin="render")
    before = await submit_one(render.queue, FOX, desk.clips)
    await render.done(before.id)
    clips = brought(window)
    await window.queue.watch_foreign_jobs()
    await some_looks(desk)
    jobs = [await submit_one(render.queue, FOX, desk.clips) for _ in range(3)]
    await render.done(*(job.id for job in jobs))
    await comes(lambda: len(clips) >= len(jobs))
    await some_looks(desk)
    assert sorted(clips) == sorted(job.id for job in jobs), "and what was there before is no news"


async def test_what_one_does_oneself_is_told_once(desk: Desk) -> None:
    run = desk.open()
    clips = brought(run)
    await run.queue.watch_foreign_jobs()
    job = await submit_one(run.queue, FOX, desk.clips)
    await run.done(job.id)
    await some_looks(desk)
    clip = await run.library.get_clip(job.id)
    assert clip
    await run.library.save(replace(clip, rating=4))
    await run.library.remove(clip)
    await some_looks(desk)
    await run.library.restore(clip)
    await some_looks(desk)
    assert clips == [job.id, job.id]
    assert run.history[job.id].count("done") == 1


async def test_a_job_that_another_program_has_taken_off_the_list_goes(desk: Desk) -> None:
    window, other = desk.open(), desk.open(origin="render")
    removed: list[str] = []
    window.queue.events.removed.connect(removed.append)
    desk.time.runs = False
    job = await submit_one(other.queue, FOX, desk.clips, hold=10)
    await window.queue.watch_foreign_jobs()
    await window.until(job.id, "held")
    await other.queue.pending.cancel(job.id)
    desk.time.runs = True
    await window.until(job.id, "cancelled")
    await other.queue.remove(job.id)
    await comes(lambda: not window.queue.jobs)
    assert removed == [job.id]


async def test_another_profile_s_jobs_and_clips_are_none_of_this_one_s(desk: Desk) -> None:
    window, other = desk.open(), desk.open(profile="second")
    clips = brought(window)
    await window.queue.watch_foreign_jobs()
    job = await submit_one(other.queue, FOX, desk.clips)
    await other.done(job.id)
    await some_looks(desk)
    assert (clips, window.history) == ([], {})


async def test_what_a_program_has_left_when_it_ended_is_told_of_and_goes_on_here_at_a_click(desk: Desk) -> None:
    window, render = desk.open(), desk.open(origin="render")
    left: list[int] = []
    window.queue.events.orphaned.connect(left.append)
    await window.queue.watch_foreign_jobs()
    desk.line.pictures.clear()
    framed = replace(FOX, start_frame=(LocalImage(str(picture(desk.folder / "start.png"))),))
    own = await submit_one(window.queue, framed, desk.clips)
    await window.until(own.id, "uploading")
    desk.time.runs = False
    sent = await submit_one(render.queue, FOX, desk.clips)
    await render.until(sent.id, "generating")
    unsent = await submit_paused(render.queue, FOX, desk.clips)
    await render.close()
    desk.time.runs = True
    await comes(lambda: left == [2])
    assert window.queue.is_foreign(unsent.id)
    await window.queue.recover()
    assert not window.queue.is_foreign(unsent.id)
    assert window.state(own.id) == "uploading", "what is carried here already goes on as it was"
    desk.line.pictures.set()
    await window.done(sent.id, own.id)
    assert window.queue.pending.is_paused(unsent.id)
    await comes(lambda: left == [2, 0])
    assert len(desk.world.creates) == 2
