"""One loop polls all accepted jobs with few requests, and soon sees what is done."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from statistics import mean

import pytest

from kling_desktop.api.client import Client
from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Generating
from kling_desktop.domain.secret import Secret
from kling_desktop.sandbox.app import create_app
from kling_desktop.sandbox.settings import SandboxSettings
from kling_desktop.sandbox.world import World
from kling_desktop.services.jobs.poller import GenerationPoller
from kling_desktop.services.poll_schedule import PollSchedule
from tests.services.job_harness import BASE, FOX, KEY, JumpingClock, wait_until
from tests.support.sandbox_transport import SandboxTransport

NAIVE_EVERY = 5.0
SENDING_EVERY = 0.7
"""Seconds between two requests: 100 in a minute, minus the time for an answer."""


@dataclass
class Watch:
    """Jobs at a service, the follower that asks about them, and when it saw which of them done.

    jumped: by how much this machine's clock was set since, which the service and whoever sleeps don't notice.
    """

    time: JumpingClock
    jumped: list[float]
    world: World
    client: Client
    follower: GenerationPoller
    usual: list[DurationEstimate | None] = field(default_factory=lambda: [None])
    jobs: dict[str, Job] = field(default_factory=dict)
    noticed: dict[str, float] = field(default_factory=dict)
    troubles: dict[str, list[str]] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def order(self, seconds: float, sent_at: float | None = None) -> Job:
        """A job that the service has, done so many seconds after it was sent."""
        sent = self.time.now if sent_at is None else sent_at
        body = {"parameters": {"prompt": FOX.prompt, "duration": 5, "width": 1920, "height": 1080}}
        made = replace(self.world.accept(body), created=sent, ready=sent + seconds)
        self.world.keep(made)
        state = Generating(made.id)
        job = Job(made.id, BASE, "default", "window", "clips", FOX, sent, state, sent_at=sent)
        self.jobs[job.id] = job
        return job

    def follow(self, job: Job) -> None:
        self.tasks.add(asyncio.create_task(self._notice(job), name=f"job {job.id}"))

    async def _notice(self, job: Job) -> None:
        assert isinstance(job.state, Generating)
        while (await self.follower.wait_result(job, job.state)).generation.status == "PENDING":
            pass
        self.noticed[job.id] = self.time.now

    async def all_noticed(self) -> None:
        async with asyncio.timeout(60):
            await asyncio.gather(*self.tasks)

    def late(self, job: Job) -> float:
        return self.noticed[job.id] - self.world.generations[job.id].ready

    def asked(self, *calls: str) -> int:
        return sum(one.call in calls for one in self.world.requests)


@pytest.fixture
async def watch() -> AsyncIterator[Callable[..., Watch]]:
    begun: list[tuple[Watch, asyncio.Task[None]]] = []

    def begin(pace: PollSchedule | None = None) -> Watch:
        time = JumpingClock()
        app = create_app(SandboxSettings(), clock=time)
        jumped = [0.0]

        def clock() -> float:
            return time.now + jumped[0]

        client = Client(BASE, Secret(KEY), transport=SandboxTransport(app), clock=clock)
        usual: list[DurationEstimate | None] = [None]
        troubles: dict[str, list[str]] = {}
        follower = GenerationPoller(
            client,
            pace or PollSchedule(),
            clock,
            time.sleep,
            lambda _job: usual[0],
            lambda job_id, what, _wait: troubles.setdefault(job_id, []).append(what),
        )
        watch = Watch(time, jumped, app.state.world, client, follower, usual, troubles=troubles)
        begun.append((watch, asyncio.create_task(time.run(), name="the clock")))
        return watch

    yield begin
    for watch, clock in begun:
        for task in (*watch.tasks, clock):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await watch.follower.close()
        await watch.client.aclose()


async def test_three_hundred_jobs_take_a_tenth_of_the_requests_and_are_seen_done_within_five_seconds(
    watch: Callable[..., Watch],
) -> None:
    """Sent one after the other, done after one to five minutes, as the service's videos are."""
    at = watch()
    dice = random.Random(300)

    async def send() -> None:
        for _ in range(300):
            at.follow(at.order(min(300.0, max(60.0, dice.lognormvariate(4.8, 0.4)))))
            await at.time.sleep(SENDING_EVERY)

    await send()
    await at.all_noticed()
    naive = sum((at.noticed[job.id] - (job.sent_at or 0)) / NAIVE_EVERY for job in at.jobs.values())
    asked = at.asked("poll", "list", "me")
    late = [at.late(job) for job in at.jobs.values()]
    print(f"{asked} questions ({naive:.0f} naive), seen {mean(late):.1f} s after, at most {max(late):.1f}")
    assert asked <= naive / 10
    assert mean(late) <= 5.0
    assert max(late) <= 15.0


async def test_nothing_is_asked_in_the_first_twenty_seconds(watch: Callable[..., Watch]) -> None:
    at = watch()
    sent = at.time.now
    for _ in range(3):
        at.follow(at.order(10))
    await at.all_noticed()
    assert set(at.noticed.values()) == {sent + 20}
    assert at.asked("list") == 1


async def test_a_job_is_polled_around_its_estimated_duration(watch: Callable[..., Watch]) -> None:
    at = watch()
    at.usual[0] = DurationEstimate(early=150, median=200, late=260)
    job = at.order(203)
    at.follow(job)
    await at.all_noticed()
    assert at.late(job) <= 5
    assert at.asked("poll") <= 24


async def test_after_a_restart_jobs_sent_long_ago_are_polled_at_once(watch: Callable[..., Watch]) -> None:
    at = watch()
    start = at.time.now
    for _ in range(60):
        at.follow(at.order(100, sent_at=start - 1000))
    await at.all_noticed()
    assert set(at.noticed.values()) == {start}
    assert at.asked("list", "poll") == 2


async def test_generations_that_the_list_omits_are_asked_about_one_by_one(watch: Callable[..., Watch]) -> None:
    at = watch()
    at.world.faults["late_list"] = 1.0
    for _ in range(3):
        at.follow(at.order(10))
    await at.all_noticed()
    assert at.asked("poll") == 3


@pytest.mark.parametrize("fault", ["html", "empty", "garbage", "error_500_before", "drop_before", "error_field_200"])
async def test_generations_are_asked_about_one_by_one_if_the_list_always_fails(
    watch: Callable[..., Watch], fault: str
) -> None:
    at = watch()
    at.world.faults[f"list.{fault}"] = 1.0
    jobs = [at.order(60) for _ in range(30)]
    for job in jobs:
        at.follow(job)
    await at.all_noticed()
    assert max(at.late(job) for job in jobs) <= 30
    assert not at.troubles


async def test_a_generation_that_always_fails_delays_no_others(watch: Callable[..., Watch]) -> None:
    at = watch()
    gone, *others = (at.order(60) for _ in range(3))
    at.world.drop(at.world.generations[gone.id])
    for job in (gone, *others):
        at.follow(job)
    await wait_until(lambda: len(at.noticed) >= 2)
    assert max(at.late(job) for job in others) <= 10
    assert set(at.troubles) == {gone.id}


@pytest.mark.parametrize("fault", ["rate_limit", "unauthorized"])
async def test_no_job_asks_a_service_that_is_unreachable(watch: Callable[..., Watch], fault: str) -> None:
    at = watch()
    for _ in range(30):
        at.follow(at.order(30))
    at.world.fail_next(f"list.{fault}", 3)
    await at.all_noticed()
    assert at.asked("list") == 4
    assert at.asked("poll") == 0
    assert {len(told) for told in at.troubles.values()} == {3}


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
async def test_a_clock_that_jumps_delays_nothing(watch: Callable[..., Watch], jump: float) -> None:
    """As when the machine has slept, or its clock was set."""
    at = watch()
    jobs = [at.order(90) for _ in range(3)]
    for job in jobs:
        at.follow(job)
    await at.time.sleep(45)
    at.jumped[0] = jump
    await at.all_noticed()
    assert max(at.late(job) for job in jobs) <= 20


async def test_a_fixed_interval_applies_from_the_start(watch: Callable[..., Watch]) -> None:
    at = watch(PollSchedule(2.0))
    began = at.time.now
    job = at.order(9)
    at.follow(job)
    await at.all_noticed()
    assert at.noticed[job.id] - began == 10
    assert at.asked("poll") == 5


async def test_a_url_that_has_failed_is_asked_for_by_itself(watch: Callable[..., Watch]) -> None:
    """The list may go on to name the old one."""
    at = watch()
    jobs = [at.order(30) for _ in range(3)]
    for job in jobs:
        at.follow(job)
    await at.all_noticed()
    lists = at.asked("list")
    again = at.time.now
    for job in jobs:
        at.follow(job)
    await at.all_noticed()
    assert (at.asked("list") - lists, at.asked("poll")) == (1, 3)
    assert max(at.noticed.values()) - again <= 10
