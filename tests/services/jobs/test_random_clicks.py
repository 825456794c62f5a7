"""Whatever the user clicks and whatever goes wrong, nobody pays more often than they clicked, and nothing is lost."""

import asyncio
import random
from dataclasses import replace

import pytest

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job_states import PENDING
from kling_desktop.domain.request.draft import LocalImage
from tests.services.job_harness import FOX, AppRun, JobHarness, write_image
from tests.support.job_submission import submit_one, submit_takes

LIKELY = {
    **dict.fromkeys(("drop_before", "drop_after", "error_500_before", "error_500_after"), 0.08),
    **dict.fromkeys(("rate_limit", "html", "empty", "garbage", "error_field_200"), 0.05),
    **dict.fromkeys(("no_credit", "moderation", "late_list", "late_video", "null_generation", "flat", "no_cost"), 0.08),
    **dict.fromkeys(("failed", "blocked", "truncated", "wrong_video", "url_expired", "upload.drop_before"), 0.1),
}
STEPS = 40


class Walk:
    """A user at one harness who clicks whatever can be clicked, and now and then restarts the app."""

    def __init__(self, harness: JobHarness, seed: int) -> None:
        self.harness = harness
        self.dice = random.Random(seed)
        self.run = harness.start_app()
        self.clicks = 0  # that may each cost once
        self.strayed = 0  # clicks that may leave a generation to nobody
        self.ids: list[str] = []
        self.draft = replace(FOX, start_frame=(LocalImage(str(write_image(harness.folder / "a.png"))),))

    async def step(self) -> None:
        verb = self.dice.choice([*[self.add] * 4, *[self.click] * 8, self.restart, *[self.wait] * 4])
        await verb()

    async def add(self) -> None:
        self.clicks += 1
        draft = self.dice.choice([FOX, FOX, self.draft])
        job = await submit_one(self.run.queue, draft, self.harness.clips, hold=self.dice.choice([0, 0, 3]))
        self.ids.append(job.id)

    async def click(self) -> None:
        """Two clicks at once on two jobs, as a quick user manages."""
        if self.ids:
            await asyncio.gather(*(self._verb(self.dice.choice(self.ids)) for _ in range(2)))

    async def _verb(self, job_id: str) -> None:
        queue = self.run.queue
        for _ in range(self.dice.randrange(4)):
            await asyncio.sleep(0)
        name = self.dice.choice(["send_now", "cancel", "attach", "send_again", "forget", "pause", "move", "edit"])
        if name == "edit":
            await self._edit(job_id)
            return
        if name == "move":
            await queue.pending.move([job_id], self.dice.choice([None, *self.ids]))
            return
        if name == "pause":
            await queue.pending.pause(job_id)
            return
        if name == "attach":
            if known := list(self.harness.world.generations):
                self.strayed += await queue.unknown.attach(job_id, self.dice.choice(known))
            return
        if name == "send_again":
            before = self.run.history.get(job_id, []).count("waiting")
            await queue.unknown.send_again(job_id)
            sent = self.run.history.get(job_id, []).count("waiting") > before
            self.clicks += sent
            self.strayed += sent
            return
        verbs = {"send_now": queue.pending.send_now, "cancel": queue.pending.cancel, "forget": queue.active.forget}
        await verbs[name](job_id)

    async def _edit(self, job_id: str) -> None:
        """Into the form; from there it is ordered and put back, both at once."""
        queue = self.run.queue
        if not await queue.pending.cancel(job_id):
            return
        job = self.run.job(job_id)
        back, [ordered] = await asyncio.gather(
            queue.resubmit(job), submit_takes(queue, replace(job.draft, replaces=job_id), self.harness.clips, hold=3)
        )
        self.ids += [ordered.id, *([back.id] if back else [])]
        self.clicks += back is not None

    async def restart(self) -> None:
        self.run = await self.harness.restart_app(self.run)
        self.run.queue.pending.set_slots(self.dice.choice([1, 2, 10]))

    async def wait(self) -> None:
        await asyncio.sleep(self.dice.random() * 0.05)


@pytest.mark.parametrize("seed", range(8))
async def test_a_user_who_clicks_at_random_never_pays_twice_and_loses_nothing(harness: JobHarness, seed: int) -> None:
    harness.world.faults.update(LIKELY)
    harness.world.faults.seed = seed
    walk = Walk(harness, seed)
    for _ in range(STEPS):
        await walk.step()
        assert len(harness.world.creates) <= walk.clicks
    harness.world.faults.clear()
    await walk.run.wait_until_idle()
    await walk.restart()
    await walk.run.wait_until_idle()
    judge(harness, walk.run, walk.clicks, walk.strayed)


def judge(harness: JobHarness, run: AppRun, clicks: int, strayed: int) -> None:
    assert len(harness.world.creates) <= clicks
    jobs = {job_id: run.job(job_id) for job_id in harness.states_on_disk()}
    assert {job_id: job.state.name for job_id, job in jobs.items()} == harness.states_on_disk()
    for job in jobs.values():
        asked = isinstance(job.state, job_states.Unknown) and job.state.needs_user
        assert job.is_terminal or asked or (isinstance(job.state, PENDING) and run.queue.pending.is_paused(job.id)), job
    held = [job.generation for job in jobs.values() if job.generation]
    assert len(held) == len(set(held))
    # What was accepted and belongs to no job is in doubt for one, or the user has strayed from it.
    claimed = run.store.claimed_generations(next(iter(jobs.values())).service)
    doubtful = [job for job in jobs.values() if isinstance(job.state, job_states.Unknown | job_states.Forgotten)]
    assert len(set(harness.world.generations) - claimed) <= strayed + sum(not job.generation for job in doubtful)
