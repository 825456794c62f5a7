"""What the user may do with jobs before they are sent: their order, waiting for a click, how many go, taken back."""

import time
from collections.abc import Callable, Collection, Iterable

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job_states import PENDING, Event
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.runner import JobRunner
from kling_desktop.services.jobs.scheduler import SendScheduler
from kling_desktop.store.jobs.job_store import JobStore


class PendingJobs:
    """reordered is told of another order. A verb that comes too late for its job does nothing."""

    def __init__(
        self,
        shelf: JobRegistry,
        carrier: JobRunner,
        line: SendScheduler,
        store: JobStore,
        reordered: Callable[[], None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._shelf = shelf
        self._carrier = carrier
        self._line = line
        self._store = store
        self._reordered = reordered
        self._clock = clock

    @property
    def job_ids(self) -> tuple[str, ...]:
        """The IDs of the unsent jobs that this process carries or could carry, the next one first."""
        return tuple(self._line.pending_ids)

    def set_slots(self, slots: int) -> None:
        """So many may be at the service at once; the rest waits here, where it can still be changed."""
        self._line.set_slots(slots)

    def is_paused(self, job_id: str) -> bool:
        """Whether an unsent job waits for a click."""
        return self._shelf.is_owned_in(job_id, *PENDING) and not self._carrier.is_running(job_id)

    async def load_order(self, service: str, profile: str) -> None:
        """The order that the user gave them in an earlier run."""
        self._line.set_order(await self._shelf.on_disk(self._store.queue_order, service, profile))

    async def move(self, job_ids: Collection[str], before: str | None) -> None:
        """Let them go before that one, or last of all for None. The order outlives the app."""
        if self._line.move(job_ids, before):
            await self.save_order()

    async def move_to_front(self, job_ids: Collection[str]) -> None:
        """Let them go before all others."""
        if self._line.move_to_front(job_ids):
            await self.save_order()

    async def pause(self, job_id: str) -> None:
        """Let one wait for a click."""
        async with self._shelf.lock(job_id):
            if not self._shelf.is_owned_in(job_id, *PENDING) or not self._carrier.is_running(job_id):
                return
            await self._carrier.stop(job_id)
            job = self._shelf.jobs[job_id]
            if isinstance(job.state, job_states.Waiting):
                self._shelf.publish(job)
            else:
                await self._shelf.save_locked(job.transition(Event.POSTPONE, job_states.Waiting()))

    async def pause_all(self) -> None:
        """Let all wait for a click: the last ones first, or one would take the room of the other."""
        for job_id in reversed(self._line.pending_ids):
            await self.pause(job_id)

    async def send_now(self, job_id: str) -> None:
        """Send one that is held, or waits for a click."""
        async with self._shelf.lock(job_id):
            if not self._shelf.is_owned_in(job_id, *PENDING):
                return
            self._carrier.allow_sending()
            if self._shelf.is_owned_in(job_id, job_states.Held):
                await self._carrier.stop(job_id)
                job = self._shelf.jobs[job_id]
                at_once = self._line.try_take_slot(job_id)
                event, state = (
                    (Event.START, job_states.Uploading()) if at_once else (Event.POSTPONE, job_states.Waiting())
                )
                await self._shelf.save_locked(job.transition(event, state))
            self._carrier.start(job_id)

    async def send_all(self) -> None:
        """Send all that waits for a click, in its order."""
        for job_id in self._line.pending_ids:
            if self.is_paused(job_id):
                await self.send_now(job_id)

    async def send_over_limit(self, job_ids: Iterable[str]) -> None:
        """Send those that a cap keeps: the user lets them pass it."""
        names = list(job_ids)
        await self._shelf.on_disk(self._store.allow_over_limit, names)
        for job_id in names:
            await self.send_now(job_id)

    async def cancel(self, job_id: str) -> bool:
        """Take one back; False when it is too late for that."""
        async with self._shelf.lock(job_id):
            if not self._shelf.is_owned_in(job_id, *PENDING):
                return False
            self._line.remember_positions()
            await self._carrier.stop(job_id)
            job = self._shelf.jobs[job_id]
            await self._shelf.save_locked(job.transition(Event.CANCEL, job_states.Cancelled(), ended_at=self._clock()))
            return True

    async def save_order(self) -> None:
        """Tell of another order, and let it outlive the app."""
        self._reordered()
        await self._shelf.on_disk(self._store.save_queue_order, self._line.pending_ids)
