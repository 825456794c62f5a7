"""Which pending job is sent next, and how many at once."""

import asyncio
from collections.abc import Collection, Iterable, Sequence

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import PENDING
from kling_desktop.services.jobs.events import JobEvents
from kling_desktop.services.jobs.registry import JobRegistry

DEFAULT_SLOTS = 10
"""How many jobs the service works on at once for an account, unless it says otherwise."""
_CLOSING = "The app is closing."


class SendingStopped(Exception):
    """Sending is stopped for all jobs; the text says why."""


class SendScheduler:
    """Grants slots at the service to the pending jobs of this process, in the user's order.

    Jobs that the user has moved go by their position; all others follow in the order they were created. A job that
    left keeps its position, for the job that may be submitted in its place.
    """

    def __init__(self, registry: JobRegistry, events: JobEvents) -> None:
        self._registry = registry
        self._slots = DEFAULT_SLOTS
        self._positions: dict[str, int] = {}
        self._waiters: dict[str, asyncio.Future[None]] = {}
        self._admitted: set[str] = set()
        self._stop_reason = ""
        self._is_closing = False
        events.changed.connect(self.admit)

    @property
    def pending_ids(self) -> list[str]:
        """The IDs of all pending jobs that this process runs, the next one first."""
        registry = self._registry
        pending = [
            job_id
            for job_id, job in registry.jobs.items()
            if job_id in registry.owned and isinstance(job.state, PENDING)
        ]
        return sorted(pending, key=self._rank)

    def set_order(self, job_ids: Sequence[str]) -> None:
        self._positions = {job_id: position for position, job_id in enumerate(job_ids)}
        self.admit()

    def move(self, job_ids: Collection[str], before: str | None) -> bool:
        """Move jobs, in their present order, before another one, or to the end for None.

        Returns:
            Whether the order of the pending jobs has changed.
        """
        return self._reorder([job_id for job_id in self.pending_ids if job_id in job_ids], before)

    def move_to_front(self, job_ids: Collection[str]) -> bool:
        """Move jobs before all other pending ones, and say whether the order has changed."""
        return self.move(job_ids, next((job_id for job_id in self.pending_ids if job_id not in job_ids), None))

    def remember_positions(self) -> None:
        """Note where everybody stands, before a job leaves whose position may be wanted later."""
        self._positions = {job_id: position for position, job_id in enumerate(self._all_ids)}

    def inherit_positions(self, replacements: Iterable[tuple[str, Sequence[str]]]) -> bool:
        """Give new jobs the positions of those they replace, and say whether the order has changed.

        Where the old position is unknown, the new jobs stay at the end.
        """
        changes = [self._reorder(new, old) for old, new in replacements if old in self._all_ids]
        return any(changes)

    def set_slots(self, slots: int) -> None:
        """Set how many jobs may be at the service at once."""
        self._slots = max(1, slots)
        self.admit()

    async def wait_turn(self, job_id: str) -> None:
        """Return when the job may be sent.

        Raises:
            SendingStopped: Sending is stopped for all.
        """
        self._admitted.discard(job_id)
        waiter = self._waiters[job_id] = asyncio.get_running_loop().create_future()
        try:
            self.admit()
            await waiter
        finally:
            if self._waiters.get(job_id) is waiter:
                del self._waiters[job_id]
        self.raise_if_stopped()

    def try_take_slot(self, job_id: str) -> bool:
        """Take a free slot for the job, ahead of those that wait; False if there is none."""
        if self._free_slots() > 0:
            self._admitted.add(job_id)
            return True
        return False

    def release(self, job_id: str) -> None:
        """Free the slot that was kept for a job which no longer runs."""
        self._admitted.discard(job_id)
        self.admit()

    @property
    def stop_reason(self) -> str:
        """Why nothing is sent at the moment; "" while sending goes on."""
        return self._stop_reason or (_CLOSING if self._is_closing else "")

    def raise_if_stopped(self) -> None:
        """Raise SendingStopped while sending is stopped."""
        if reason := self.stop_reason:
            raise SendingStopped(reason)

    def stop(self, reason: str) -> bool:
        """Stop sending for all: whoever waits hears why. False if it is stopped already."""
        if self._stop_reason:
            return False
        self._stop_reason = reason
        self.admit()
        return True

    def resume(self) -> None:
        """Send again: the user wants to try."""
        self._stop_reason = ""
        self.admit()

    def close(self) -> None:
        """Send nothing from now on: the app is closing."""
        self._is_closing = True

    def admit(self) -> None:
        """Let in as many waiting jobs as there are free slots. Runs whenever a job has changed."""
        waiters = {job_id: waiter for job_id, waiter in self._waiters.items() if not waiter.done()}
        # While sending is stopped all are let in, to hear why instead of waiting for ever.
        free = len(waiters) if self._stop_reason else self._free_slots() if waiters else 0
        if free > 0:
            for job_id in [job_id for job_id in self.pending_ids if job_id in waiters][:free]:
                self._admitted.add(job_id)
                waiters[job_id].set_result(None)

    @property
    def _all_ids(self) -> list[str]:
        """All jobs that have or had a position, as far as known."""
        here = [job_id for job_id in self._registry.jobs if job_id in self._registry.owned]
        return sorted(dict.fromkeys([*here, *self._positions]), key=self._rank)

    def _reorder(self, moving: Sequence[str], before: str | None) -> bool:
        was = self.pending_ids
        others = [job_id for job_id in self._all_ids if job_id not in moving]
        at = others.index(before) if before in others else len(others)
        self.set_order([*others[:at], *moving, *others[at:]])
        return self.pending_ids != was

    def _free_slots(self) -> int:
        taken = sum(_takes_slot(self._registry.jobs[job_id]) for job_id in self._registry.owned)
        # A job that was let in takes its slot until it has begun.
        about_to_start = sum(
            self._registry.is_owned_in(job_id, job_states.Waiting, job_states.Held) for job_id in self._admitted
        )
        return self._slots - taken - about_to_start

    def _rank(self, job_id: str) -> tuple[float, float]:
        job = self._registry.jobs.get(job_id)
        return self._positions.get(job_id, float("inf")), job.created_at if job else 0.0


def _takes_slot(job: Job) -> bool:
    """Whether the service works on a job or is about to. One that the user is asked about may never have arrived."""
    match job.state:
        case job_states.Unknown(needs_user=needs_user):
            return not needs_user
        case job_states.Uploading() | job_states.Sending() | job_states.Generating():
            return True
        case _:
            return False
