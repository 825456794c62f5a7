"""What somebody orders becomes jobs: all of it on disk or none, and only then in sight and on its way."""

from collections.abc import Awaitable, Callable, Sequence
from functools import partial

from kling_desktop.domain.job import Job
from kling_desktop.domain.order import Order
from kling_desktop.store.jobs import JobStore
from kling_desktop.work.carrier import Carrier
from kling_desktop.work.new_jobs import NewJobs
from kling_desktop.work.shelf import Shelf


class Placing:
    """to_front lets jobs go before all that wait. owner carries what is placed here."""

    def __init__(
        self,
        shelf: Shelf,
        store: JobStore,
        carrier: Carrier,
        new_jobs: NewJobs,
        owner: str,
        to_front: Callable[[Sequence[str]], Awaitable[None]],
    ) -> None:
        self._shelf = shelf
        self._store = store
        self._carrier = carrier
        self._new_jobs = new_jobs
        self._owner = owner
        self._to_front = to_front
        self._being_replaced: set[str] = set()

    async def order(
        self, orders: Sequence[Order], folder: str, *, hold: float, front: bool, naming: str, over_cap: bool
    ) -> list[Job]:
        """Place and carry them; OverCap, and none is placed, where they would pass a cap of the user's, unless
        over_cap. One that takes another's place does so once: a second click in a hurry orders nothing.
        """
        orders = [order for order in orders if not (order.instead_of and self._is_replaced(order.instead_of))]
        replaced = {order.instead_of.id for order in orders if order.instead_of}
        self._being_replaced |= replaced
        try:
            jobs, rows = self._new_jobs.make(orders, folder, hold, naming)
            await self._shelf.on_disk(partial(self._store.order, jobs, self._owner, rows, over_cap=over_cap))
            self._take_up(jobs)
            try:
                if front:
                    await self._to_front([job.id for job in jobs])
            finally:  # they are ordered, whether or not their place outlives the app
                for job in jobs:
                    self._carrier.carry(job.id)
            for job_id in replaced:  # only now: whatever happened before, one of the two is on the list
                await self._shelf.remove(job_id)
        finally:
            self._being_replaced -= replaced
        return jobs

    async def save(self, orders: Sequence[Order], folder: str, *, hold: float, naming: str) -> list[Job]:
        """Place them to wait for a click."""
        jobs, rows = self._new_jobs.make(orders, folder, hold, naming)
        await self._shelf.on_disk(self._store.add_all, jobs, self._owner, rows)
        self._take_up(jobs)
        return jobs

    def _is_replaced(self, job: Job) -> bool:
        return job.id in self._being_replaced or job.id not in self._shelf.jobs

    def _take_up(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self._shelf.take_up(job)
