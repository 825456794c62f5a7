"""The jobs of a queue in memory. A change is on disk before it is in memory, and in memory before it is reported."""

import asyncio
from dataclasses import replace

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done, Event, Generating
from kling_desktop.services.jobs.events import JobEvents
from kling_desktop.services.poll_schedule import retry_notice
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.threads import DatabaseThread


class JobRegistry:
    """The known jobs by ID, all but finished ones: those are clips.

    A job is saved under its lock, and an action of the user holds the lock while it works. So no action interrupts a
    save half-way and mistakes the state of the job.

    Attributes:
        jobs: By ID. Written only by this class and by what loads jobs at the start.
        owned: The IDs of the jobs that this process runs; the others belong to other processes.
    """

    def __init__(self, store: JobStore, database: DatabaseThread, owner: str, events: JobEvents) -> None:
        self.jobs: dict[str, Job] = {}
        self.owned: set[str] = set()
        self._store = store
        self._database = database
        self._owner = owner
        self._events = events
        self._locks: dict[str, asyncio.Lock] = {}

    def is_owned_in(self, job_id: str, *states: type) -> bool:
        """Whether this process runs the job and it is in one of these states."""
        return job_id in self.owned and isinstance(self.jobs[job_id].state, states)

    def lock(self, job_id: str) -> asyncio.Lock:
        return self._locks.setdefault(job_id, asyncio.Lock())

    async def save(self, job: Job) -> Job:
        """Save and publish a job. For callers that don't hold its lock."""
        async with self.lock(job.id):
            return await self.save_locked(job)

    async def save_locked(self, job: Job) -> Job:
        """Save and publish a job. For callers that hold its lock."""
        try:
            await self._database.run(self._store.save, job)
        except UserError:
            if job.generation and not job.is_terminal:
                self.publish(job)  # a full disk must not make the app forget what the service took money for
            raise
        self.publish(job)
        return job

    async def save_sending(self, job: Job) -> Job:
        """Save and publish a job that is sent in the next moment. For callers that don't hold its lock.

        Raises:
            LimitExceeded: It would exceed a spending limit; nothing is saved.
        """
        async with self.lock(job.id):
            await self._database.run(self._store.save_within_limit, job)
            self.publish(job)
            return job

    async def claim(self, job: Job, generation: str, notice: str = "") -> Job | None:
        """Save and publish the job with this generation as its own; None if another job has it.

        For callers that hold the job's lock.
        """
        found = replace(job.transition(Event.MATCH, Generating(generation)), notice=notice)
        if not await self._database.run(self._store.claim, found):
            return None
        self.publish(found)
        return found

    def publish(self, job: Job) -> None:
        """Keep a job in memory as it is now, and report it. A finished one leaves."""
        if isinstance(job.state, Done):
            self._forget(job.id)
        else:
            self.jobs[job.id] = job
        self._events.emit(self._events.changed, job)

    def publish_retry(self, job_id: str, problem: str, seconds: float) -> None:
        """Say on a job what went wrong and when it is tried again."""
        if job := self.jobs.get(job_id):
            self.publish(replace(job, notice=retry_notice(problem, seconds)))

    def add(self, job: Job) -> None:
        """Take in a job that has just been saved; this process runs it from now on."""
        self.owned.add(job.id)
        self.publish(job)

    async def remove(self, job_id: str) -> None:
        """Take a job that ended without a clip off the list."""
        async with self.lock(job_id):
            if job_id in self.jobs and self.jobs[job_id].is_terminal:
                await self._database.run(self._store.delete, job_id)
                self.discard(job_id)

    async def restore(self, job: Job) -> None:
        """Put a removed job back on the list as it was."""
        async with self.lock(job.id):
            if job.is_terminal and job.id not in self.jobs and not isinstance(job.state, Done):
                await self._database.run(self._store.add, job, self._owner)
                self.add(job)

    def discard(self, job_id: str) -> None:
        """Forget a job that is gone from the disk, and report it."""
        self._forget(job_id)
        self._events.emit(self._events.removed, job_id)

    def _forget(self, job_id: str) -> None:
        self.jobs.pop(job_id, None)
        self.owned.discard(job_id)
