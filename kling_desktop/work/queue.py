"""Carry each job to its end, across restarts, without ever paying twice."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar
from uuid import uuid4

from psygnal import EmitLoopError, Signal, SignalInstance

from kling_desktop.domain import states
from kling_desktop.domain.draft import Draft
from kling_desktop.domain.errors import KlingError, Refusal
from kling_desktop.domain.job import Job
from kling_desktop.domain.states import UNSENT, Event
from kling_desktop.store.jobs import JobStore
from kling_desktop.store.owner import Owner
from kling_desktop.work.landing import Landing
from kling_desktop.work.pace import Pace
from kling_desktop.work.remote import Remote
from kling_desktop.work.steps import Halted, Steps

T = TypeVar("T")
log = logging.getLogger(__name__)

STOPS_ALL = {
    Refusal.CREDIT: "Sending is stopped: there is not enough credit. Add credit, then send the rest.",
    Refusal.KEY: "Sending is stopped: the API key is not accepted. Change the key, then send the rest.",
    Refusal.MODEL: "Sending is stopped: this account may not use the model.",
}
"""Refusals that every other job would meet as well."""


class Queue:
    """The jobs of one service and profile. Each one that goes on by itself has a task; the rest wait for a click.

    changed tells of a new or changed job, removed of one taken off the list, progress of bytes moved for a job,
    and halted why sending was stopped for all.
    """

    changed = Signal(Job)
    removed = Signal(str)
    progress = Signal(str, int, object)
    halted = Signal(str)

    def __init__(
        self,
        remote: Remote,
        store: JobStore,
        owner: Owner,
        landing: Landing,
        *,
        service: str,
        profile: str,
        origin: str,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._owner = owner
        self._service, self._profile, self._origin = service, profile, origin
        self._clock, self._sleep = clock, sleep
        self._pace = pace or Pace()
        self._jobs: dict[str, Job] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self._mine: set[str] = set()
        self._why_halted = ""
        self._closing = False
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="jobs on disk")
        self._steps = Steps(
            remote=remote,
            store=store,
            disk=self._disk,
            landing=landing,
            pace=self._pace,
            clock=clock,
            sleep=sleep,
            keep=self._keep,
            jobs=lambda: self.jobs,
            progress=self._tell_progress,
            halted=lambda: self._why_halted or ("The app is closing." if self._closing else ""),
            one_at_a_time=asyncio.Lock(),
        )

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Newest first."""
        return tuple(sorted(self._jobs.values(), key=lambda job: job.created_at, reverse=True))

    def is_paused(self, job_id: str) -> bool:
        """Whether an unsent job waits for a click."""
        return self._may(job_id, *UNSENT) and job_id not in self._tasks

    def is_elsewhere(self, job_id: str) -> bool:
        """Whether another window or a `render` carries this job."""
        return job_id not in self._mine and not self._jobs[job_id].ended

    async def start(self, origins: Collection[str] | None = None, *, send_unsent: bool = False) -> list[str]:
        """Carry on what nobody else carries: sent jobs by themselves, unsent ones at the user's word.

        origins: whose jobs to take over; by default this queue's own kind. Returns the IDs of those taken over.
        """
        every = await self._on_disk(self._store.all, self._service, self._profile)
        self._jobs = {job.id: job for job in every}
        adopted = await self._on_disk(
            self._store.adopt,
            self._owner.name,
            self._service,
            self._profile,
            {self._origin} if origins is None else origins,
            self._owner.is_alive,
        )
        self._mine = {job.id for job in adopted}
        for job in adopted:
            if isinstance(job.state, states.Held | states.Uploading):
                job = await self._keep(job.moved(Event.POSTPONE, states.Waiting()))
            elif isinstance(job.state, states.Unknown):  # the list may have caught up meanwhile
                job = await self._keep(job.moved(Event.LOOK, states.Unknown()))
            self._jobs[job.id] = job
            if send_unsent or not isinstance(job.state, UNSENT):
                self._carry(job.id)
        return [job.id for job in adopted]

    async def add(self, draft: Draft, folder: str, *, hold: float = 0.0) -> Job:
        """Save a new job, then carry it, after hold seconds in which it can be taken back."""
        job = await self.save(draft, folder, hold=hold)
        self._carry(job.id)
        return job

    async def save(self, draft: Draft, folder: str, *, hold: float = 0.0) -> Job:
        """Save a new job that waits to be sent."""
        job = Job(uuid4().hex, self._service, self._profile, self._origin, folder, draft, self._clock())
        if hold > 0:
            job = job.moved(Event.HOLD, states.Held(self._clock() + hold))
        await self._on_disk(self._store.add, job, self._owner.name)
        self._mine.add(job.id)
        self._show(job)
        return job

    async def send_now(self, job_id: str) -> None:
        """Send a held or paused job."""
        async with self._turn(job_id):
            if not self._may(job_id, *UNSENT):
                return
            self._why_halted = ""
            if isinstance(self._jobs[job_id].state, states.Held):
                await self._stop_carrying(job_id)
                if isinstance(self._jobs[job_id].state, states.Held):
                    await self._keep(self._jobs[job_id].moved(Event.START, states.Uploading()))
            self._carry(job_id)

    async def cancel(self, job_id: str) -> bool:
        """Take a job back before it is sent; False when it is too late for that."""
        async with self._turn(job_id):
            if not self._may(job_id, *UNSENT):
                return False
            await self._stop_carrying(job_id)
            job = self._jobs[job_id]
            if not isinstance(job.state, UNSENT):
                self._carry(job_id)
                return False
            await self._keep(job.moved(Event.CANCEL, states.Cancelled(), ended_at=self._clock()))
            return True

    async def attach(self, job_id: str, generation: str) -> bool:
        """The user says which generation a job of unknown outcome is; False when another job has it."""
        async with self._turn(job_id):
            if not self._may(job_id, states.Unknown):
                return False
            await self._stop_carrying(job_id)
            if claimed := await self._on_disk(self._store.claim, job_id, self._service, generation):
                await self._keep(self._jobs[job_id].moved(Event.FIND, states.Generating(generation)))
            self._carry(job_id)
            return claimed

    async def send_again(self, job_id: str) -> None:
        """The user has looked, and takes the risk of a second charge."""
        async with self._turn(job_id):
            if self._may(job_id, states.Unknown):
                await self._stop_carrying(job_id)
                await self._keep(self._jobs[job_id].moved(Event.SEND_AGAIN, states.Waiting()))
                self._why_halted = ""
                self._carry(job_id)

    async def forget(self, job_id: str) -> None:
        """The user gives up on a job that was sent; it may have cost something all the same."""
        async with self._turn(job_id):
            if not self._may(job_id, states.Unknown, states.Generating, states.Made, states.Downloading):
                return
            await self._stop_carrying(job_id)
            job = self._jobs[job_id]
            await self._keep(job.moved(Event.FORGET, states.Forgotten(job.generation), ended_at=self._clock()))

    async def remove(self, job_id: str) -> None:
        """Take an ended job off the list; its clip stays where it is."""
        if self._jobs[job_id].ended:
            await self._on_disk(self._store.delete, job_id)
            del self._jobs[job_id]
            self.removed.emit(job_id)

    async def finished(self) -> None:
        """Return once nothing goes on by itself any more."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def close(self, grace: float = 10.0) -> None:
        """Stop everything, resumably; a request whose answer is on its way gets grace seconds to be heard."""
        self._closing = True
        sending = [task for job, task in self._tasks.items() if isinstance(self._jobs[job].state, states.Sending)]
        if sending:
            await asyncio.wait(sending, timeout=grace)
        for job_id in list(self._tasks):
            await self._stop_carrying(job_id)
        self._disk.shutdown(wait=True)

    def _carry(self, job_id: str) -> None:
        if job_id not in self._tasks and not self._closing:
            task = asyncio.create_task(self._run(job_id), name=f"job {job_id}")
            self._tasks[job_id] = task
            task.add_done_callback(lambda done: self._put_down(job_id, done))

    def _put_down(self, job_id: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(job_id) is task:
            del self._tasks[job_id]
            if isinstance(self._jobs[job_id].state, UNSENT):
                self._show(self._jobs[job_id])  # it has come to wait for a click

    async def _stop_carrying(self, job_id: str) -> None:
        if task := self._tasks.pop(job_id, None):
            task.cancel()
            await asyncio.wait({task})

    async def _run(self, job_id: str) -> None:
        """The loop around one job's steps: the only place that waits after a failure, retries, converts and logs."""
        failures = 0
        while not (self._resting(self._jobs[job_id]) or self._closing):
            try:
                await self._steps.step(self._jobs[job_id])
                failures = 0
            except Halted:
                job = self._jobs[job_id]
                await self._keep(replace(job.moved(Event.POSTPONE, states.Waiting()), notice=self._why_halted))
                return
            except KlingError as error:
                failures += 1
                await self._tell_and_wait(job_id, error.what, failures, getattr(error, "retry_after", None))
            except OSError as error:
                failures += 1
                log.info("job %s: %s", job_id, error)
                await self._tell_and_wait(job_id, _trouble_on_disk(error), failures)
            except Exception:  # the boundary: a job that may be paid for outlives a fault of ours
                failures += 1
                log.exception("job %s: a step broke", job_id)
                await self._tell_and_wait(job_id, "Something went wrong in the app.", failures)
        self._halt_if_all_would_fail(self._jobs[job_id])

    def _resting(self, job: Job) -> bool:
        return job.ended or (isinstance(job.state, states.Unknown) and job.state.asked)

    def _halt_if_all_would_fail(self, job: Job) -> None:
        if isinstance(job.state, states.Refused) and job.state.why in STOPS_ALL and not self._why_halted:
            self._why_halted = STOPS_ALL[job.state.why]
            self.halted.emit(self._why_halted)

    async def _tell_and_wait(self, job_id: str, what: str, failures: int, retry_after: float | None = None) -> None:
        wait = self._pace.after_failure(failures, retry_after)
        self._show(replace(self._jobs[job_id], notice=f"{what} Trying again in {max(1, round(wait))} s."))
        await self._sleep(wait)

    def _may(self, job_id: str, *kinds: type) -> bool:
        """Whether this process carries the job and it is in one of those states."""
        return job_id in self._mine and isinstance(self._jobs[job_id].state, kinds)

    def _turn(self, job_id: str) -> asyncio.Lock:
        return self._turns.setdefault(job_id, asyncio.Lock())

    async def _keep(self, job: Job) -> Job:
        await self._on_disk(self._store.save, job)
        self._show(job)
        return job

    def _show(self, job: Job) -> None:
        self._jobs[job.id] = job
        self._tell(self.changed, job)

    def _tell_progress(self, job_id: str, moved: int, total: int | None) -> None:
        self._tell(self.progress, job_id, moved, total)

    def _tell(self, signal: SignalInstance, *news: object) -> None:
        """Emit so that a fault in what is shown can't stop what is paid for."""
        try:
            signal.emit(*news)
        except EmitLoopError:
            log.exception("showing %s failed", signal.name)

    async def _on_disk(self, call: Callable[..., T], *arguments: object) -> T:
        """Run a call of the store in its own thread: one after the other, off the window's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._disk, call, *arguments)


def _trouble_on_disk(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    return f"The disk gives trouble: {error.strerror or error}{where}."
