"""The loop around each job's steps: what waits after a failure, retries, converts and logs, but for the following."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from kling_desktop.domain.errors import KlingError, LimitExceeded, RefusalReason
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.failure_catalog import REFUSALS
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import PENDING, Event
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.scheduler import SendScheduler
from kling_desktop.services.jobs.steps import SendingStopped
from kling_desktop.services.poll_schedule import PollSchedule, Sleep, retry_notice, sleep_wall_clock

log = logging.getLogger(__name__)

_CANCEL_AGAIN = 0.5  # seconds


class JobRunner:
    """A task for each job that goes on by itself. halted is told once why sending was stopped for all, capped which
    job waits because it would pass a cap of the user's, and why.
    """

    def __init__(
        self,
        shelf: JobRegistry,
        step: Callable[[Job], Awaitable[Job]],
        pace: PollSchedule,
        clock: Callable[[], float],
        sleep: Sleep,
        halted: Callable[[RefusalReason], None],
        line: SendScheduler,
        capped: Callable[[str, str], None],
    ) -> None:
        self._shelf = shelf
        self._step = step
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._halted = halted
        self._line = line
        self._capped = capped
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._why_halted = ""
        self._closing = False

    @property
    def why_not_send(self) -> str:
        """Why nothing may be sent now; "" when it may."""
        return self._why_halted or ("The app is closing." if self._closing else "")

    def allow_sending(self) -> None:
        """The user wants to send again after all was stopped."""
        self._why_halted = ""
        self._line.open_to_all(False)

    def is_running(self, job_id: str) -> bool:
        return job_id in self._tasks

    def start(self, job_id: str) -> None:
        if job_id not in self._tasks and not self._closing:
            task = asyncio.create_task(self._run(job_id), name=f"job {job_id}")
            self._tasks[job_id] = task
            task.add_done_callback(lambda done: self._put_down(job_id, done))
            if self._shelf.is_owned_in(job_id, *PENDING):
                self._shelf.publish(self._shelf.jobs[job_id])  # it waits for a click no longer

    async def stop(self, job_id: str) -> None:
        """Stop carrying a job where it is. To be called by those who have its turn."""
        if task := self._tasks.pop(job_id, None):
            while not task.done():  # a library may swallow a cancellation, and the task then waits for our turn
                task.cancel()
                await asyncio.wait({task}, timeout=_CANCEL_AGAIN)
            self._line.release(job_id)

    async def wait_until_idle(self) -> None:
        """Return once nothing goes on by itself any more."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def close(self, grace: float) -> None:
        """Stop everything, resumably; a request whose answer is on its way gets grace seconds to be heard."""
        self._closing = True
        await self._stop_all(but=job_states.Sending)
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=grace)
        await self._stop_all()

    async def _stop_all(self, but: type | tuple[()] = ()) -> None:
        for job_id in list(self._tasks):
            async with self._shelf.lock(job_id):
                job = self._shelf.jobs.get(job_id)
                if job is None or not isinstance(job.state, but):
                    await self.stop(job_id)

    def _put_down(self, job_id: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(job_id) is task:
            del self._tasks[job_id]
            self._line.release(job_id)
            if self._shelf.is_owned_in(job_id, *PENDING):
                self._shelf.publish(self._shelf.jobs[job_id])  # it has come to wait for a click

    async def _run(self, job_id: str) -> None:
        failures = 0
        while (job := self._shelf.jobs.get(job_id)) and not (_rests(job) or self._closing):
            try:
                if not await self._advance(job_id):
                    return
                failures = 0
            except KlingError as error:
                failures += 1
                await self._tell_and_wait(job_id, error.message, failures, getattr(error, "retry_after", None))
            except OSError as error:
                failures += 1
                log.info("job %s: %s", job_id, error)
                await self._tell_and_wait(job_id, _trouble_on_disk(error), failures)
            except Exception:  # the boundary: a job that may be paid for outlives a fault of ours
                failures += 1
                log.exception("job %s: a step broke", job_id)
                await self._tell_and_wait(job_id, "Something went wrong in the app.", failures)
        if job:
            self._halt_if_all_would_fail(job)

    async def _advance(self, job_id: str) -> bool:
        """Whether the job goes on by itself after its next step."""
        try:
            await self._step(self._shelf.jobs[job_id])
        except SendingStopped as halted:
            async with self._shelf.lock(job_id):
                if self.why_not_send:  # else the user has clicked meanwhile
                    job = self._shelf.jobs[job_id]
                    if not isinstance(job.state, job_states.Waiting):
                        job = job.transition(Event.POSTPONE, job_states.Waiting())
                    await self._shelf.save_locked(replace(job, notice=str(halted)))
                    return False
        except LimitExceeded as over:
            async with self._shelf.lock(job_id):
                if self._shelf.is_owned_in(job_id, *PENDING):  # else the user has taken it back meanwhile
                    job = self._shelf.jobs[job_id].transition(Event.POSTPONE, job_states.Waiting())
                    await self._shelf.save_locked(replace(job, notice=over.message))
                    self._capped(job_id, over.message)
            return False
        return True

    def _halt_if_all_would_fail(self, job: Job) -> None:
        if (
            isinstance(job.state, job_states.Refused)
            and not self._why_halted
            and (why := REFUSALS[job.state.reason].halts_queue_message)
        ):
            self._why_halted = why
            self._line.open_to_all(True)
            self._halted(job.state.reason)

    async def _tell_and_wait(self, job_id: str, what: str, failures: int, retry_after: float | None = None) -> None:
        if self._closing:
            return
        wait = self._pace.retry_delay(failures, retry_after)
        self._shelf.publish(replace(self._shelf.jobs[job_id], notice=retry_notice(what, wait)))
        await sleep_wall_clock(wait, self._clock, self._sleep)


def _rests(job: Job) -> bool:
    return job.is_terminal or (isinstance(job.state, job_states.Unknown) and job.state.needs_user)


def _trouble_on_disk(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    return f"The disk gives trouble: {error.strerror or error}{where}."
