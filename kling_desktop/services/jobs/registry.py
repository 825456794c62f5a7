"""The jobs of a queue: on disk first, then in memory, then shown."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done, Event, Generating
from kling_desktop.store.jobs.job_store import JobStore

T = TypeVar("T")


class JobRegistry:
    """jobs are those known here, by ID, but for clips: one that is done is shown once more and leaves. mine names
    those that this process carries, in owner's name. show is told of each job that is new or has changed, removed of
    one that was taken off the list.

    A job is saved within its turn, and a verb of the user's holds the turn while it works: so no verb interrupts a
    save half-way and takes the job for something that it no longer is.
    """

    def __init__(
        self, store: JobStore, owner: str, show: Callable[[Job], None], removed: Callable[[str], None]
    ) -> None:
        self.jobs: dict[str, Job] = {}
        self.owned: set[str] = set()
        self._store = store
        self._owner = owner
        self._show = show
        self._removed = removed
        self._turns: dict[str, asyncio.Lock] = {}
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="jobs on disk")

    def is_owned_in(self, job_id: str, *kinds: type) -> bool:
        """Whether this process carries the job and it is in one of those states."""
        return job_id in self.owned and isinstance(self.jobs[job_id].state, kinds)

    def lock(self, job_id: str) -> asyncio.Lock:
        return self._turns.setdefault(job_id, asyncio.Lock())

    async def save(self, job: Job) -> Job:
        """The job, saved and shown. To be called by those who don't have its turn."""
        async with self.lock(job.id):
            return await self.save_locked(job)

    async def save_locked(self, job: Job) -> Job:
        try:
            await self.on_disk(self._store.save, job)
        except UserError:
            if job.generation and not job.is_terminal:
                self.publish(job)  # a full disk must not make the app forget what the service took money for
            raise
        self.publish(job)
        return job

    async def save_sending(self, job: Job) -> Job:
        """The job, saved as sent in the next moment; LimitExceeded when it may not be. By those without its turn."""
        async with self.lock(job.id):
            await self.on_disk(self._store.save_within_limit, job)
            self.publish(job)
            return job

    async def claim(self, job: Job, generation: str, notice: str = "") -> Job | None:
        """The job with that generation as its own, saved; None when another job has it. By those with the turn."""
        found = replace(job.transition(Event.MATCH, Generating(generation)), notice=notice)
        if not await self.on_disk(self._store.claim, found):
            return None
        self.publish(found)
        return found

    def publish(self, job: Job) -> None:
        if isinstance(job.state, Done):
            self._forget(job.id)
        else:
            self.jobs[job.id] = job
        self._show(job)

    def add(self, job: Job) -> None:
        """A job that has just been saved is carried here from now on."""
        self.owned.add(job.id)
        self.publish(job)

    async def remove(self, job_id: str) -> None:
        """Take a job that ended without a clip off the list."""
        async with self.lock(job_id):
            if job_id in self.jobs and self.jobs[job_id].is_terminal:
                await self.on_disk(self._store.delete, job_id)
                self.discard(job_id)

    async def restore(self, job: Job) -> None:
        """Bring a job that was removed back onto the list, as it was."""
        async with self.lock(job.id):
            if job.is_terminal and job.id not in self.jobs and not isinstance(job.state, Done):
                await self.on_disk(self._store.add, job, self._owner)
                self.add(job)

    def discard(self, job_id: str) -> None:
        """One that was taken off the list, on disk as well."""
        self._forget(job_id)
        self._removed(job_id)

    def _forget(self, job_id: str) -> None:
        self.jobs.pop(job_id, None)
        self.owned.discard(job_id)

    async def on_disk(self, call: Callable[..., T], *arguments: object) -> T:
        """Run a call of the store in its own thread: one after the other, off the window's thread."""
        return await asyncio.get_running_loop().run_in_executor(self._disk, call, *arguments)

    async def close(self) -> None:
        """Return when the last save is on disk."""
        await asyncio.to_thread(self._disk.shutdown)
