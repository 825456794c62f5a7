"""The queue: jobs are ordered here, and each is carried to its end, across restarts, without ever paying twice."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from psygnal import EmitLoopError, Signal, SignalInstance

from kling_desktop.domain.draft import Draft
from kling_desktop.domain.errors import Refusal
from kling_desktop.domain.job import Job
from kling_desktop.domain.order import Order, RowKey
from kling_desktop.domain.usual import Usual
from kling_desktop.store.jobs import JobStore
from kling_desktop.store.others import OthersJobs
from kling_desktop.store.owner import Owner
from kling_desktop.store.rows import Ordered
from kling_desktop.work.carrier import Carrier
from kling_desktop.work.doubts import Doubts
from kling_desktop.work.following import Follower
from kling_desktop.work.landing import Landing
from kling_desktop.work.line import Line
from kling_desktop.work.new_jobs import NewJobs
from kling_desktop.work.orders import Orders
from kling_desktop.work.others import Others
from kling_desktop.work.pace import Pace, trying_again
from kling_desktop.work.placing import Placing
from kling_desktop.work.remote import Remote
from kling_desktop.work.sent import Sent
from kling_desktop.work.shelf import Shelf
from kling_desktop.work.steps import Steps
from kling_desktop.work.taking_over import ORIGINS, TakingOver
from kling_desktop.work.times import Times
from kling_desktop.work.unsent import Unsent
from kling_desktop.work.uploads import Uploads

log = logging.getLogger(__name__)


class Queue:
    """The jobs of one service and profile that are no clips. Each one that goes on by itself has a task; the rest wait
    for a click. A job that is done is told of once more and leaves: it is the Library's.

    What may be done with jobs is told by where they are: unsent is for those that wait here, doubts for those whose
    answer never came, sent for those that the service has. uploads brings pictures to the service, those of the form
    too.

    changed tells of a new or changed job, removed of one taken off the list, progress of bytes moved for a job,
    reordered of another order of the unsent ones, found of one of unknown outcome that was found beyond doubt, halted
    why sending was stopped for all, capped which job waits as it would pass a cap, and why, replaced of one whose place
    another has taken, and left_behind of how many open jobs nobody carries, as another program has ended.
    """

    changed = Signal(Job)
    removed = Signal(str)
    reordered = Signal()
    progress = Signal(str, int, object)
    found = Signal(Job)
    halted = Signal(Refusal)
    capped = Signal(str, str)
    replaced = Signal(str)
    left_behind = Signal(int)

    def __init__(
        self,
        remote: Remote,
        store: JobStore,
        owner: Owner,
        landing: Landing,
        *,
        service: str,
        profile: str,
        origin: str,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        pace, matching = pace or Pace(), asyncio.Lock()
        self._store = store
        self._account = (service, profile)
        self._files = ThreadPoolExecutor(2, thread_name_prefix="clips on disk")
        self._times = Times()
        self._shelf = shelf = Shelf(store, owner.name, self._show, lambda job_id: self._tell(self.removed, job_id))
        self._line = Line(shelf.jobs, shelf.mine)
        self._follower = Follower(remote, pace, clock, sleep, self._times.usual, self._trouble)
        self.uploads = Uploads(remote, store, shelf.on_disk, self._files, service=service, profile=profile)
        steps = Steps(
            remote=remote,
            uploads=self.uploads,
            follower=self._follower,
            store=store,
            on_disk=shelf.on_disk,
            files=self._files,
            landing=landing,
            pace=pace,
            clock=clock,
            sleep=sleep,
            keep=shelf.keep,
            keep_sent=shelf.keep_sent,
            claim=lambda job, generation: self.doubts.claim(job, generation),
            progress=lambda job, moved, total: self._tell(self.progress, job, moved, total),
            halted=lambda: self._carrier.why_not_send,
            line=self._line,
            orders=Orders(pace, clock, sleep),
            matching=matching,
        )
        self._carrier = carrier = Carrier(
            shelf,
            steps.step,
            pace,
            clock,
            sleep,
            halted=lambda why: self._tell(self.halted, why),
            line=self._line,
            capped=lambda job_id, why: self._tell(self.capped, job_id, why),
        )
        self.unsent = Unsent(shelf, carrier, self._line, store, lambda: self._tell(self.reordered), clock=clock)
        self.doubts = Doubts(shelf, store, carrier, remote, service, matching, lambda job: self._tell(self.found, job))
        self.sent = Sent(shelf, carrier, landing, self._files, clock)
        new_jobs = NewJobs(service, profile, origin, clock)
        self._placing = Placing(
            shelf,
            store,
            carrier,
            self._line,
            self.unsent,
            new_jobs,
            owner.name,
            replaced=lambda job_id: self._tell(self.replaced, job_id),
        )
        self._taking_over = TakingOver(shelf, store, carrier, self.unsent, owner, service, profile)
        self._others = Others(
            shelf,
            store,
            OthersJobs(store, owner.name, service, profile),
            owner,
            sleep,
            left_behind=lambda count: self._tell(self.left_behind, count),
        )

    @property
    def account(self) -> str:
        """Names the service and profile together."""
        return " ".join(self._account)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Newest first."""
        return tuple(sorted(self._shelf.jobs.values(), key=lambda job: job.created_at, reverse=True))

    def is_paused(self, job_id: str) -> bool:
        """Whether an unsent job waits for a click."""
        return self.unsent.is_paused(job_id)

    def is_elsewhere(self, job_id: str) -> bool:
        """Whether another window or a `render` carries this job."""
        job = self._shelf.jobs.get(job_id)
        return job is not None and job_id not in self._shelf.mine and not job.ended

    def usual(self, job: Job) -> Usual | None:
        """How long such jobs take, as far as is known."""
        return self._times.usual(job)

    async def start(
        self, origins: Collection[str] = ORIGINS, *, send_unsent: bool = False, learn: bool = True
    ) -> list[str]:
        """Carry on what nobody else carries: sent jobs by themselves, unsent ones at the user's word.

        origins: whose jobs to take over; by default everybody's, so that what a killed `render` has paid for or wants
        to ask about comes to the window. Without learn, `learn` is to be called later. Returns the IDs of those taken
        over.
        """
        await self._taking_over.know_all()
        if learn:
            await self.learn()
        return await self._taking_over.take_over(origins, send_unsent=send_unsent)

    async def learn(self) -> None:
        """Learn from the finished jobs how long such ones take; it takes a moment where there are many of them."""
        self._times.learn(await self._shelf.on_disk(self._store.telling, *self._account))

    async def watch_others(self) -> None:
        """From now on, tell of what other programs do with their jobs: a `render` beside the window."""
        await self._others.watch()

    async def take_over(self) -> None:
        """Carry on what other programs have left behind: sent jobs by themselves, unsent ones wait for a click."""
        for job_id in await self._taking_over.take_over(ORIGINS, send_unsent=False):
            if job := self._shelf.jobs.get(job_id):
                self._shelf.show(job)

    async def add(self, draft: Draft, folder: str, *, hold: float = 0.0, front: bool = False, naming: str = "") -> Job:
        """One job, as `order_all`."""
        [job] = await self.order(replace(draft, takes=1), folder, hold=hold, front=front, naming=naming)
        return job

    async def order(
        self,
        draft: Draft,
        folder: str,
        *,
        hold: float = 0.0,
        front: bool = False,
        preset_name: str = "",
        naming: str = "",
        over_cap: bool = False,
    ) -> list[Job]:
        """As many jobs as the draft asks takes for, as `order_all`."""
        order = Order(draft, preset_name)
        return await self.order_all([order], folder, hold=hold, front=front, naming=naming, over_cap=over_cap)

    async def order_all(
        self,
        orders: Sequence[Order],
        folder: str,
        *,
        hold: float = 0.0,
        front: bool = False,
        naming: str = "",
        over_cap: bool = False,
    ) -> list[Job]:
        """Save as many new jobs as the drafts ask takes for, then carry them: all, or none and OverCap where they would
        pass a cap of the user's, unless over_cap says that the user lets them. hold: seconds in which they can be taken
        back. front: they are sent before all that wait. A job whose place one takes leaves the list.
        """
        return await self._placing.order(orders, folder, hold=hold, front=front, naming=naming, over_cap=over_cap)

    async def again(self, job: Job, *, waits: bool = False) -> Job | None:
        """A new job as that unsent one was which was taken back, where it was in line; None where something was ordered
        in its stead meanwhile. waits: for a click. That one goes off the list.
        """
        return await self._placing.again(job, waits=waits)

    async def save(self, draft: Draft, folder: str, *, hold: float = 0.0, naming: str = "") -> Job:
        """Save a new job that waits to be sent."""
        [job] = await self.save_all([Order(replace(draft, takes=1))], folder, hold=hold, naming=naming)
        return job

    async def save_all(self, orders: Sequence[Order], folder: str, *, hold: float = 0.0, naming: str = "") -> list[Job]:
        """Save new jobs that wait to be sent, all or none."""
        return await self._placing.save(orders, folder, hold=hold, naming=naming)

    async def ordered(self, keys: Iterable[RowKey]) -> dict[RowKey, Ordered]:
        """Which of these rows of tables were ordered before, in this account."""
        return await self._shelf.on_disk(self._store.ordered, *self._account, list(keys))

    async def remove(self, job_id: str) -> None:
        """Take a job that ended without a clip off the list."""
        await self._shelf.remove(job_id)

    async def put_back(self, job: Job) -> None:
        """Bring a job that was removed back onto the list, as it was."""
        await self._shelf.put_back(job)

    async def finished(self) -> None:
        """Return once nothing goes on by itself any more."""
        await self._carrier.finished()

    async def close(self, grace: float = 10.0) -> None:
        """Stop everything, resumably; a request whose answer is on its way gets grace seconds to be heard."""
        await self._others.close()
        await self._carrier.close(grace)
        await self.uploads.close()
        await self._follower.close()
        await self._shelf.close()
        await asyncio.to_thread(self._files.shutdown)

    def _trouble(self, job_id: str, what: str, wait: float) -> None:
        if job := self._shelf.jobs.get(job_id):
            self._shelf.show(replace(job, notice=trying_again(what, wait)))

    def _show(self, job: Job) -> None:
        self._times.learn([job])
        self._tell(self.changed, job)
        self._line.admit()

    def _tell(self, signal: SignalInstance, *news: object) -> None:
        """Emit so that a fault in what is shown can't stop what is paid for."""
        try:
            signal.emit(*news)
        except EmitLoopError:
            log.exception("showing %s failed", signal.name)
