"""A task for each job that goes on by itself: it steps, waits after a failure, tries again and logs."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from kling_desktop.domain.errors import KlingError, LimitExceeded, describe_error
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.failure_catalog import REFUSALS
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import PENDING, Event
from kling_desktop.services.jobs.events import JobEvents
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.scheduler import SendingStopped, SendScheduler
from kling_desktop.services.jobs.steps import JobSteps
from kling_desktop.services.poll_schedule import PollSchedule, Sleep, sleep_wall_clock

log = logging.getLogger(__name__)

_CANCEL_AGAIN_SECONDS = 0.5


class JobRunner:
    """Runs the jobs of this process: the only place that decides whether a job goes on, and when."""

    def __init__(
        self,
        registry: JobRegistry,
        scheduler: SendScheduler,
        steps: JobSteps,
        events: JobEvents,
        schedule: PollSchedule,
        clock: Callable[[], float],
        sleep: Sleep,
    ) -> None:
        self._registry = registry
        self._scheduler = scheduler
        self._steps = steps
        self._events = events
        self._schedule = schedule
        self._clock = clock
        self._sleep = sleep
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._is_closing = False

    def is_running(self, job_id: str) -> bool:
        return job_id in self._tasks

    def start(self, job_id: str) -> None:
        """Run a job from where it is, unless it runs already."""
        if job_id not in self._tasks and not self._is_closing:
            task = asyncio.create_task(self._run(job_id), name=f"job {job_id}")
            self._tasks[job_id] = task
            task.add_done_callback(lambda done: self._finished(job_id, done))
            self._publish_pending(job_id)  # it is no longer paused

    async def stop(self, job_id: str) -> None:
        """Stop a job where it is. For callers that hold its lock."""
        if task := self._tasks.pop(job_id, None):
            while not task.done():  # a library may swallow a cancellation, and the task then waits for our lock
                task.cancel()
                await asyncio.wait({task}, timeout=_CANCEL_AGAIN_SECONDS)
            self._scheduler.release(job_id)

    async def wait_until_idle(self) -> None:
        """Return once nothing goes on by itself any more."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def close(self, grace: float) -> None:
        """Stop everything so that it can be resumed; a request that is out gets `grace` seconds to be answered."""
        self._is_closing = True
        self._scheduler.close()
        await self._stop_all(except_in=job_states.Sending)
        if self._tasks:
            await asyncio.wait(self._tasks.values(), timeout=grace)
        await self._stop_all()

    async def _stop_all(self, except_in: type | tuple[()] = ()) -> None:
        for job_id in list(self._tasks):
            async with self._registry.lock(job_id):
                job = self._registry.jobs.get(job_id)
                if job is None or not isinstance(job.state, except_in):
                    await self.stop(job_id)

    def _finished(self, job_id: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(job_id) is task:
            del self._tasks[job_id]
            self._scheduler.release(job_id)
            self._publish_pending(job_id)  # it is paused now

    def _publish_pending(self, job_id: str) -> None:
        if self._registry.is_owned_in(job_id, *PENDING):
            self._registry.publish(self._registry.jobs[job_id])

    async def _run(self, job_id: str) -> None:
        # By the state in which they happened: what went well before and after a step doesn't make it work. A download
        # that fails again and again is answered in between, when its job asks for a new address.
        failures: Counter[type] = Counter()
        while (job := self._registry.jobs.get(job_id)) and not (_is_at_rest(job) or self._is_closing):
            state = type(job.state)
            try:
                if not await self._advance(job):
                    return
                del failures[state]
            except KlingError as error:
                failures[state] += 1
                await self._back_off(job_id, error.message, failures[state], getattr(error, "retry_after", None))
            except OSError as error:
                failures[state] += 1
                log.info("Job %s: %s", job_id, error)
                await self._back_off(job_id, describe_error(error), failures[state])
            except Exception:  # the boundary: a job that may be paid for outlives a fault of ours
                failures[state] += 1
                log.exception("Job %s: a step failed", job_id)
                await self._back_off(job_id, "Something went wrong in the app.", failures[state])
        if job:
            self._stop_sending_if_all_would_fail(job)

    async def _advance(self, job: Job) -> bool:
        """Take the next step, and say whether the job goes on by itself after it."""
        try:
            await self._steps.step(job)
        except SendingStopped as stopped:
            async with self._registry.lock(job.id):
                if self._scheduler.stop_reason:  # else the user has clicked meanwhile
                    await self._postpone(job.id, str(stopped))
                    return False
        except LimitExceeded as exceeded:
            async with self._registry.lock(job.id):
                if self._registry.is_owned_in(job.id, *PENDING):  # else the user has cancelled it meanwhile
                    await self._postpone(job.id, exceeded.message)
                    self._events.emit(self._events.limit_reached, job.id, exceeded.message)
            return False
        return True

    async def _postpone(self, job_id: str, notice: str) -> None:
        job = self._registry.jobs[job_id]
        if not isinstance(job.state, job_states.Waiting):
            job = job.transition(Event.POSTPONE, job_states.Waiting())
        await self._registry.save_locked(replace(job, notice=notice))

    def _stop_sending_if_all_would_fail(self, job: Job) -> None:
        match job.state:
            case job_states.Refused(reason=refusal):
                reason = REFUSALS[refusal].halts_queue_message
                if reason and self._scheduler.stop(reason):
                    self._events.emit(self._events.sending_stopped, refusal)

    async def _back_off(self, job_id: str, problem: str, failures: int, retry_after: float | None = None) -> None:
        if not self._is_closing:
            delay = self._schedule.retry_delay(failures, retry_after)
            self._registry.publish_retry(job_id, problem, delay)
            await sleep_wall_clock(delay, self._clock, self._sleep)


def _is_at_rest(job: Job) -> bool:
    return job.is_terminal or (isinstance(job.state, job_states.Unknown) and job.state.needs_user)
