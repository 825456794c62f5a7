"""The jobs that are still to be sent: in whose order they go, and how many at once."""

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import PENDING

DEFAULT_SLOTS = 10
"""How many jobs the service works on at once for an account, unless it says otherwise."""


class SendScheduler:
    """Jobs ask for their turn; the first in the user's order get it while there is room.

    jobs and mine are the shelf's. Those that the user has put in order go by that, all others after them, as they came.
    One that has left keeps its place, for what may be ordered in its stead.
    """

    def __init__(self, jobs: Mapping[str, Job], mine: AbstractSet[str]) -> None:
        self._jobs = jobs
        self._mine = mine
        self._slots = DEFAULT_SLOTS
        self._places: dict[str, int] = {}
        self._asking: dict[str, asyncio.Future[None]] = {}
        self._let_in: set[str] = set()
        self._open_to_all = False

    @property
    def pending_ids(self) -> list[str]:
        """The IDs of all unsent jobs that this process carries, the next one first."""
        unsent = [
            job_id for job_id, job in self._jobs.items() if job_id in self._mine and isinstance(job.state, PENDING)
        ]
        return sorted(unsent, key=self._rank)

    def set_order(self, job_ids: Sequence[str]) -> None:
        self._places = {job_id: place for place, job_id in enumerate(job_ids)}
        self.admit()

    def move(self, job_ids: Collection[str], before: str | None) -> bool:
        """Those jobs, among themselves as they are, go before that one, or last of all for None. Whether that changes
        anything for those that wait.
        """
        return self._change([job_id for job_id in self.pending_ids if job_id in job_ids], before)

    def move_to_front(self, job_ids: Collection[str]) -> bool:
        """Those jobs go before all others that wait, as `move`."""
        return self.move(job_ids, next((job_id for job_id in self.pending_ids if job_id not in job_ids), None))

    def remember_positions(self) -> None:
        """One is about to leave: where it stood is to be known."""
        self._places = {job_id: place for place, job_id in enumerate(self._ever)}

    def inherit_positions(self, places: Iterable[tuple[str, Sequence[str]]]) -> bool:
        """Let new jobs go where those were to go in whose stead they are, as `move`. They go last where nobody knows
        that any more.
        """
        changes = [self._change(anew, old) for old, anew in places if old in self._ever]
        return any(changes)

    def set_slots(self, slots: int) -> None:
        """So many may be at the service at once."""
        self._slots = max(1, slots)
        self.admit()

    async def wait_turn(self, job_id: str) -> None:
        """Return when the job may be sent."""
        self._let_in.discard(job_id)
        asked = self._asking[job_id] = asyncio.get_running_loop().create_future()
        try:
            self.admit()
            await asked
        finally:
            if self._asking.get(job_id) is asked:
                del self._asking[job_id]

    def try_take_slot(self, job_id: str) -> bool:
        """Whether there is room for the job at once; if so, it is taken."""
        if self._room() > 0:
            self._let_in.add(job_id)
            return True
        return False

    def release(self, job_id: str) -> None:
        """The job is no longer carried: whatever room was kept for it is free."""
        self._let_in.discard(job_id)
        self.admit()

    def open_to_all(self, is_open: bool) -> None:
        """Nothing is sent for now: all that ask come to hear why, instead of standing there."""
        self._open_to_all = is_open
        self.admit()

    def admit(self) -> None:
        """To be called whenever a job has changed: let in those for whom there is room now."""
        asking = {job_id: asked for job_id, asked in self._asking.items() if not asked.done()}
        room = len(asking) if self._open_to_all else self._room() if asking else 0
        if room > 0:
            for job_id in [job_id for job_id in self.pending_ids if job_id in asking][:room]:
                self._let_in.add(job_id)
                asking[job_id].set_result(None)

    @property
    def _ever(self) -> list[str]:
        """All that stand or have stood in line, as far as is known."""
        here = [job_id for job_id in self._jobs if job_id in self._mine]
        return sorted(dict.fromkeys([*here, *self._places]), key=self._rank)

    def _change(self, moving: Sequence[str], before: str | None) -> bool:
        was = self.pending_ids
        others = [job_id for job_id in self._ever if job_id not in moving]
        at = others.index(before) if before in others else len(others)
        self.set_order([*others[:at], *moving, *others[at:]])
        return self.pending_ids != was

    def _room(self) -> int:
        at_work = sum(_takes_room(self._jobs[job_id]) for job_id in self._mine)
        on_the_way = sum(self._is_on_its_way(job_id) for job_id in self._let_in)
        return self._slots - at_work - on_the_way

    def _is_on_its_way(self, job_id: str) -> bool:
        return job_id in self._mine and isinstance(self._jobs[job_id].state, job_states.Waiting | job_states.Held)

    def _rank(self, job_id: str) -> tuple[float, float]:
        job = self._jobs.get(job_id)
        return self._places.get(job_id, float("inf")), job.created_at if job else 0.0


def _takes_room(job: Job) -> bool:
    """Whether the service works on it, or is about to. One that the user is asked about may never have come there."""
    if isinstance(job.state, job_states.Unknown):
        return not job.state.needs_user
    return isinstance(job.state, job_states.Uploading | job_states.Sending | job_states.Generating)
