"""What the user can do with jobs before they are sent: reorder, pause, send, cancel."""

from collections.abc import Callable, Collection, Iterable

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job_states import PENDING, Event
from kling_desktop.services.jobs.events import JobEvents
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.runner import JobRunner
from kling_desktop.services.jobs.scheduler import SendScheduler
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.threads import DatabaseThread


class PendingJobs:
    """The jobs of this process that aren't sent yet. An action that comes too late for its job does nothing."""

    def __init__(
        self,
        registry: JobRegistry,
        scheduler: SendScheduler,
        runner: JobRunner,
        store: JobStore,
        database: DatabaseThread,
        events: JobEvents,
        clock: Callable[[], float],
    ) -> None:
        self._registry = registry
        self._scheduler = scheduler
        self._runner = runner
        self._store = store
        self._database = database
        self._events = events
        self._clock = clock

    @property
    def job_ids(self) -> tuple[str, ...]:
        """The IDs of the pending jobs, the next one first."""
        return tuple(self._scheduler.pending_ids)

    def set_slots(self, slots: int) -> None:
        """Set how many jobs may be at the service at once; the rest wait here, where they can still be changed."""
        self._scheduler.set_slots(slots)

    def is_paused(self, job_id: str) -> bool:
        """Whether a pending job waits for a click."""
        return self._registry.is_owned_in(job_id, *PENDING) and not self._runner.is_running(job_id)

    async def move(self, job_ids: Collection[str], before: str | None) -> None:
        """Move jobs before another one, or to the end for None. The order is kept across restarts."""
        if self._scheduler.move(job_ids, before):
            await self.save_order()

    async def move_to_front(self, job_ids: Collection[str]) -> None:
        """Move jobs before all others."""
        if self._scheduler.move_to_front(job_ids):
            await self.save_order()

    async def pause(self, job_id: str) -> None:
        """Let a job wait for a click."""
        async with self._registry.lock(job_id):
            if not self._registry.is_owned_in(job_id, *PENDING) or not self._runner.is_running(job_id):
                return
            await self._runner.stop(job_id)
            job = self._registry.jobs[job_id]
            if isinstance(job.state, job_states.Waiting):
                self._registry.publish(job)
            else:
                await self._registry.save_locked(job.transition(Event.POSTPONE, job_states.Waiting()))

    async def pause_all(self) -> None:
        """Let all wait for a click: the last ones first, or they would take the slots of those that stop."""
        for job_id in reversed(self._scheduler.pending_ids):
            await self.pause(job_id)

    async def send_now(self, job_id: str) -> None:
        """Send a job that is held or paused."""
        async with self._registry.lock(job_id):
            if not self._registry.is_owned_in(job_id, *PENDING):
                return
            self._scheduler.resume()
            if self._registry.is_owned_in(job_id, job_states.Held):
                await self._runner.stop(job_id)
                job = self._registry.jobs[job_id]
                if self._scheduler.try_take_slot(job_id):
                    job = job.transition(Event.START, job_states.Uploading())
                else:
                    job = job.transition(Event.POSTPONE, job_states.Waiting())
                await self._registry.save_locked(job)
            self._runner.start(job_id)

    async def send_all(self) -> None:
        """Send all paused jobs, in their order."""
        for job_id in self._scheduler.pending_ids:
            if self.is_paused(job_id):
                await self.send_now(job_id)

    async def send_over_limit(self, job_ids: Iterable[str]) -> None:
        """Send jobs that a spending limit holds back: the user lets them exceed it."""
        ids = list(job_ids)
        await self._database.run(self._store.allow_over_limit, ids)
        for job_id in ids:
            await self.send_now(job_id)

    async def cancel(self, job_id: str) -> bool:
        """Cancel a job; False when it is too late for that."""
        async with self._registry.lock(job_id):
            if not self._registry.is_owned_in(job_id, *PENDING):
                return False
            self._scheduler.remember_positions()
            await self._runner.stop(job_id)
            job = self._registry.jobs[job_id]
            cancelled = job.transition(Event.CANCEL, job_states.Cancelled(), ended_at=self._clock())
            await self._registry.save_locked(cancelled)
            return True

    async def save_order(self) -> None:
        """Report the order of the pending jobs, and save it for the next start."""
        self._events.emit(self._events.reordered)
        await self._database.run(self._store.save_queue_order, self._scheduler.pending_ids)
