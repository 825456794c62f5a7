"""What somebody orders becomes jobs: all of it on disk or none, and only then in sight and on its way."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from kling_desktop.domain.errors import KlingError, LimitExceeded
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.submission import Submission
from kling_desktop.services.jobs.new_jobs import NewJobs
from kling_desktop.services.jobs.pending import PendingJobs
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.runner import JobRunner
from kling_desktop.services.jobs.scheduler import SendScheduler
from kling_desktop.store.jobs.job_store import JobStore, SubmissionLinks


class JobSubmitter:
    """A job has its place taken once, whoever is the quicker: one that tries it anew, the form that it was taken into,
    or the click that puts it back. replaced is told of each whose place was taken. owner carries what is placed here.
    """

    def __init__(
        self,
        shelf: JobRegistry,
        store: JobStore,
        carrier: JobRunner,
        line: SendScheduler,
        unsent: PendingJobs,
        new_jobs: NewJobs,
        owner: str,
        replaced: Callable[[str], None],
    ) -> None:
        self._shelf = shelf
        self._store = store
        self._carrier = carrier
        self._line = line
        self._unsent = unsent
        self._new_jobs = new_jobs
        self._owner = owner
        self._tell_replaced = replaced
        self._replaced: set[str] = set()

    async def order(
        self, orders: Sequence[Submission], folder: str, *, hold: float, front: bool, naming: str, over_cap: bool
    ) -> list[Job]:
        """Place and carry them; LimitExceeded, and none is placed, where they would pass a cap of the user's, unless
        over_cap.
        """
        asked_for = orders
        orders = [self._with_its_place(order) for order in asked_for if not self._is_too_late(order)]
        jobs, meant = self._new_jobs.make(orders, folder, hold, naming)
        save = partial(self._store.add_within_limit, jobs, self._owner, meant, over_limit=over_cap)
        try:
            await self._save(save, {order.replaced_id for order in orders} - {""})
        except LimitExceeded as over:
            if len(orders) == len(asked_for):
                raise
            raise LimitExceeded(over.message) from over  # which of them fit is told by other numbers than the asker's
        await self._take_up(jobs, _places(orders, jobs), front=front, waiting=())
        return jobs

    async def again(self, job: Job, *, waits: bool) -> Job | None:
        """A new job as that unsent one was which was taken back, where it was; None where something was ordered in its
        stead meanwhile. waits: for a click.
        """
        if job.id in self._replaced:
            return None
        anew = self._new_jobs.again(job)
        meant = {anew.id: SubmissionLinks(replaces=job.id)}
        await self._save(partial(self._store.add_all, [anew], self._owner, meant), {job.id})
        await self._take_up([anew], [(job.id, [anew.id])], waiting={anew.id} if waits else ())
        return anew

    async def save(self, orders: Sequence[Submission], folder: str, *, hold: float, naming: str) -> list[Job]:
        """Place them to wait for a click."""
        jobs, meant = self._new_jobs.make(orders, folder, hold, naming)
        await self._shelf.on_disk(self._store.add_all, jobs, self._owner, meant)
        await self._take_up(jobs, waiting={job.id for job in jobs})
        return jobs

    async def _save(self, save: Callable[[], None], replaced: Collection[str]) -> None:
        self._replaced.update(replaced)
        try:
            await self._shelf.on_disk(save)
        except KlingError:  # it isn't on disk; whatever else happens, it may be
            self._replaced.difference_update(replaced)
            raise

    async def _take_up(
        self,
        jobs: Sequence[Job],
        places: Sequence[tuple[str, Sequence[str]]] = (),
        *,
        front: bool = False,
        waiting: Collection[str],
    ) -> None:
        for job in jobs:
            self._shelf.add(job)
        moved = self._line.move_to_front([job.id for job in jobs]) if front else self._line.inherit_positions(places)
        for job in jobs:
            if job.id not in waiting:
                self._carrier.start(job.id)
        for old, _ in places:  # only now: whatever happened before, one of the two is on the list
            await self._shelf.remove(old)
            self._tell_replaced(old)
        if moved:  # they are ordered, whether or not their place outlives the app
            await self._unsent.save_order()

    def _is_too_late(self, order: Submission) -> bool:
        """Whether it tries one anew that was tried anew, or taken off the list: a second click in a hurry."""
        old = order.replaces
        return old is not None and (old.id in self._replaced or old.id not in self._shelf.jobs)

    def _with_its_place(self, order: Submission) -> Submission:
        """From a form whose job was ordered already, or put back, comes an order as any other."""
        gone = order.draft.replaces in self._replaced
        return replace(order, draft=replace(order.draft, replaces="")) if gone else order


def _places(orders: Sequence[Submission], jobs: Sequence[Job]) -> list[tuple[str, Sequence[str]]]:
    """For each job whose place is taken, those that take it."""
    ids = iter([job.id for job in jobs])
    taking = [(order.replaced_id, list(islice(ids, order.draft.takes))) for order in orders]
    return [(old, anew) for old, anew in taking if old]
