"""What the user may do with jobs; each is carried to its end, across restarts, without ever paying twice."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial

from psygnal import EmitLoopError, Signal, SignalInstance

from kling_desktop.domain import states
from kling_desktop.domain.draft import Draft
from kling_desktop.domain.errors import KlingError, Refusal
from kling_desktop.domain.generation import Generation
from kling_desktop.domain.job import Job
from kling_desktop.domain.matching import could_be
from kling_desktop.domain.order import Order, RowKey
from kling_desktop.domain.states import UNSENT, Event
from kling_desktop.domain.usual import Usual
from kling_desktop.store.jobs import JobStore
from kling_desktop.store.owner import Owner
from kling_desktop.store.rows import Ordered
from kling_desktop.work.carrier import Carrier
from kling_desktop.work.doubts import Doubts
from kling_desktop.work.following import Follower
from kling_desktop.work.landing import Landing
from kling_desktop.work.line import Line
from kling_desktop.work.new_jobs import NewJobs
from kling_desktop.work.orders import Orders
from kling_desktop.work.pace import Pace, trying_again
from kling_desktop.work.remote import Remote
from kling_desktop.work.shelf import Shelf
from kling_desktop.work.steps import Steps
from kling_desktop.work.times import Times
from kling_desktop.work.unsent import Unsent
from kling_desktop.work.uploads import Uploads

log = logging.getLogger(__name__)

FOUND = "Its answer was lost, but it was found in your account. It goes on, and was ordered once."

ORIGINS = frozenset({"window", "render", "import"})
FOLLOWED = (states.Generating, states.Made, states.Downloading)
"""What the service has, and what is to come home."""


class Queue:
    """The jobs of one service and profile that are no clips. Each one that goes on by itself has a task; the rest wait
    for a click. A job that is done is told of once more and leaves: it is the Library's.

    changed tells of a new or changed job, removed of one taken off the list, progress of bytes moved for a job,
    reordered of another order of the unsent ones, found of one of unknown outcome that was found beyond doubt, halted
    why sending was stopped for all, and capped which job waits as it would pass a cap, and why. unsent is for what
    waits here; uploads brings pictures to the service, those of the form too. A verb that comes too late for its job
    does nothing.
    """

    changed = Signal(Job)
    removed = Signal(str)
    reordered = Signal()
    progress = Signal(str, int, object)
    found = Signal(Job)
    halted = Signal(Refusal)
    capped = Signal(str, str)

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
        self._remote = remote
        self._store = store
        self._owner = owner
        self._landing = landing
        self._service, self._profile = service, profile
        self._clock = clock
        self._new_jobs = NewJobs(service, profile, origin, clock)
        pace = pace or Pace()
        self._files = ThreadPoolExecutor(2, thread_name_prefix="clips on disk")
        self._shelf = Shelf(store, self._show)
        self._doubts = Doubts(self._shelf, store, service)
        self._line = Line(self._shelf.jobs, self._shelf.mine)
        self._being_replaced: set[str] = set()
        self._times = Times()
        self._follower = Follower(remote, pace, clock, sleep, self._times.usual, self._trouble)
        self.uploads = Uploads(remote, store, self._shelf.on_disk, self._files, service=service, profile=profile)
        self._steps = Steps(
            remote=remote,
            uploads=self.uploads,
            follower=self._follower,
            store=store,
            on_disk=self._shelf.on_disk,
            files=self._files,
            landing=landing,
            pace=pace,
            clock=clock,
            sleep=sleep,
            keep=self._shelf.keep,
            keep_sent=self._shelf.keep_sent,
            claim=self._claim,
            progress=lambda job, moved, total: self._tell(self.progress, job, moved, total),
            halted=lambda: self._carrier.why_not_send,
            line=self._line,
            orders=Orders(pace, clock, sleep),
        )
        self._carrier = Carrier(
            self._shelf,
            self._steps.step,
            pace,
            clock,
            sleep,
            halted=lambda why: self._tell(self.halted, why),
            line=self._line,
            capped=lambda job_id, why: self._tell(self.capped, job_id, why),
        )

        self.unsent = Unsent(
            self._shelf,
            self._carrier,
            self._line,
            store,
            owner.name,
            send=self.send_now,
            remove=self.remove,
            reordered=lambda: self._tell(self.reordered),
            clock=clock,
        )

    @property
    def account(self) -> str:
        """Names the service and profile together."""
        return f"{self._service} {self._profile}"

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

    async def could_be_ours(self, generation: Generation) -> bool:
        """Whether a job whose answer never came or has yet to come, whoever carries it, could be this one."""
        in_doubt = await self._shelf.on_disk(self._store.in_doubt, self._service)
        return any(could_be(job, generation, self._remote.skew or 0.0) for job in in_doubt)

    async def start(
        self, origins: Collection[str] | None = None, *, send_unsent: bool = False, learn: bool = True
    ) -> list[str]:
        """Carry on what nobody else carries: sent jobs by themselves, unsent ones at the user's word.

        origins: whose jobs to take over; by default everybody's, so that what a killed `render` has paid for or wants
        to ask about comes to the window. Without learn, `learn` is to be called later. Returns the IDs of those taken
        over.
        """
        shelf, mine = self._shelf, ORIGINS if origins is None else origins
        for job in reversed(await shelf.on_disk(self._store.unfinished, self._service, self._profile)):
            shelf.jobs[job.id] = job
        if learn:
            await self.learn()
        adopted = await shelf.on_disk(
            self._store.adopt, self._owner.name, self._service, self._profile, mine, self._owner.is_alive
        )
        for job in adopted:
            shelf.jobs[job.id] = job
            shelf.mine.add(job.id)
        await self.unsent.bring_order(self._service, self._profile)
        for job in adopted:
            if isinstance(job.state, states.Held | states.Uploading):
                job = await shelf.keep(job.moved(Event.POSTPONE, states.Waiting()))
            elif isinstance(job.state, states.Unknown):  # the list may have caught up meanwhile
                job = await shelf.keep(job.moved(Event.LOOK, states.Unknown()))
            if send_unsent or not isinstance(job.state, UNSENT):
                self._carrier.carry(job.id)
        return [job.id for job in adopted]

    async def learn(self) -> None:
        """Learn from the finished jobs how long such ones take; it takes a moment where there are many of them."""
        self._times.learn(await self._shelf.on_disk(self._store.telling, self._service, self._profile))

    async def add(self, draft: Draft, folder: str, *, hold: float = 0.0, front: bool = False, naming: str = "") -> Job:
        """Save a new job, then carry it, after hold seconds in which it can be taken back; before all that wait, if
        front.
        """
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
        """As many jobs as the drafts ask takes for, each as `add`: all of them, or none and OverCap where they would
        pass a cap of the user's, unless the user lets them. A job whose place one takes leaves the list, and has its
        place taken once: a second click in a hurry orders nothing.
        """
        orders = [order for order in orders if not (order.instead_of and self._is_replaced(order.instead_of))]
        replaced = {order.instead_of.id for order in orders if order.instead_of}
        self._being_replaced |= replaced
        try:
            jobs, rows = self._new_jobs.make(orders, folder, hold, naming)
            await self._shelf.on_disk(partial(self._store.order, jobs, self._owner.name, rows, over_cap=over_cap))
            self._take_up(jobs)
            try:
                if front:
                    await self.unsent.to_front([job.id for job in jobs])
            finally:  # they are ordered, whether or not their place outlives the app
                for job in jobs:
                    self._carrier.carry(job.id)
            for job_id in replaced:  # only now: whatever happened before, one of the two is on the list
                await self.remove(job_id)
        finally:
            self._being_replaced -= replaced
        return jobs

    def _is_replaced(self, job: Job) -> bool:
        return job.id in self._being_replaced or job.id not in self._shelf.jobs

    async def save(self, draft: Draft, folder: str, *, hold: float = 0.0, naming: str = "") -> Job:
        """Save a new job that waits to be sent."""
        [job] = await self.save_all([Order(replace(draft, takes=1))], folder, hold=hold, naming=naming)
        return job

    async def save_all(self, orders: Sequence[Order], folder: str, *, hold: float = 0.0, naming: str = "") -> list[Job]:
        """Save new jobs that wait to be sent, all or none."""
        jobs, rows = self._new_jobs.make(orders, folder, hold, naming)
        await self._shelf.on_disk(self._store.add_all, jobs, self._owner.name, rows)
        self._take_up(jobs)
        return jobs

    async def ordered(self, keys: Iterable[RowKey]) -> dict[RowKey, Ordered]:
        """Which of these rows of tables were ordered before, in this account."""
        return await self._shelf.on_disk(self._store.ordered, self._service, self._profile, list(keys))

    def _take_up(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            self._shelf.mine.add(job.id)
            self._shelf.show(job)

    async def send_over_cap(self, job_ids: Iterable[str]) -> None:
        """Send unsent jobs that a cap keeps: the user lets them pass it."""
        names = list(job_ids)
        await self._shelf.on_disk(self._store.allow_over_cap, names)
        for job_id in names:
            await self.send_now(job_id)

    async def send_now(self, job_id: str) -> None:
        """Send a held or paused job."""
        async with self._shelf.turn(job_id):
            if not self._shelf.may(job_id, *UNSENT):
                return
            self._carrier.allow_sending()
            if self._shelf.may(job_id, states.Held):
                await self._carrier.stop(job_id)
                job = self._shelf.jobs[job_id]
                at_once = self._line.take_turn(job_id)
                event, state = (Event.START, states.Uploading()) if at_once else (Event.POSTPONE, states.Waiting())
                await self._shelf.keep_in_turn(job.moved(event, state))
            self._carrier.carry(job_id)

    async def cancel(self, job_id: str) -> bool:
        """Take a job back before it is sent; False when it is too late for that."""
        async with self._shelf.turn(job_id):
            if not self._shelf.may(job_id, *UNSENT):
                return False
            await self._carrier.stop(job_id)
            job = self._shelf.jobs[job_id]
            await self._shelf.keep_in_turn(job.moved(Event.CANCEL, states.Cancelled(), ended_at=self._clock()))
            return True

    async def attach(self, job_id: str, generation: str) -> bool:
        """The user says which generation a job of unknown outcome is; False when another job has it."""
        async with self._shelf.turn(job_id):
            if not self._shelf.may(job_id, states.Unknown):
                return False
            await self._carrier.stop(job_id)
            try:
                async with self._steps.matching:  # or a job that looks just now offers what is given away here
                    claimed = await self._shelf.claim(self._shelf.jobs[job_id], generation) is not None
            finally:
                self._carrier.carry(job_id)
        await self._doubts.drop_taken()
        return claimed

    async def could_be(self, job_id: str) -> tuple[str, ...] | None:
        """The generations that could be a job of unknown outcome, but for those that are another's by now; None when
        it is in doubt no longer.
        """
        await self._doubts.drop_taken()
        job = self._shelf.jobs.get(job_id)
        return job.state.candidates if job and isinstance(job.state, states.Unknown) else None

    async def send_again(self, job_id: str) -> None:
        """The user has looked, and takes the risk of a second charge."""
        async with self._shelf.turn(job_id):
            if not self._shelf.may(job_id, states.Unknown):
                return
            await self._carrier.stop(job_id)
            try:
                await self._shelf.keep_in_turn(self._shelf.jobs[job_id].moved(Event.SEND_AGAIN, states.Waiting()))
                self._carrier.allow_sending()
            finally:
                self._carrier.carry(job_id)

    async def forget(self, job_id: str) -> None:
        """The user gives up on a job that was sent; it may have cost something all the same."""
        async with self._shelf.turn(job_id):
            if not self._shelf.may(job_id, states.Unknown, states.Generating, states.Made, states.Downloading):
                return
            await self._carrier.stop(job_id)
            job = self._shelf.jobs[job_id]
            forgotten = states.Forgotten(job.generation)
            try:
                await self._shelf.keep_in_turn(job.moved(Event.FORGET, forgotten, ended_at=self._clock()))
            except KlingError:
                self._carrier.carry(job_id)
                raise
            with suppress(OSError):  # a piece of a clip that stays is no reason to complain
                await asyncio.get_running_loop().run_in_executor(self._files, self._landing.clear, job)

    async def save_elsewhere(self, job_id: str, folder: str) -> bool:
        """Send the clip of a job to another folder than the one it was ordered into; False when it is too late.

        NoPlace where that folder is none for clips either; then nothing is changed.
        """
        if (job := self._shelf.jobs.get(job_id)) and not job.ended:
            there = replace(job, folder=folder)
            await asyncio.get_running_loop().run_in_executor(self._files, self._landing.make_ready, there)
        async with self._shelf.turn(job_id):
            if not self._shelf.may(job_id, *UNSENT, *FOLLOWED) or self._shelf.jobs[job_id].folder == folder:
                return False
            carried = self._carrier.carries(job_id)
            await self._carrier.stop(job_id)
            job = self._shelf.jobs[job_id]
            try:
                await self._shelf.keep_in_turn(replace(job, folder=folder, notice=""))
            finally:
                if carried:
                    self._carrier.carry(job_id)
            with suppress(OSError):  # a piece of a clip that stays is no reason to complain
                await asyncio.get_running_loop().run_in_executor(self._files, self._landing.clear, job)
            return True

    async def remove(self, job_id: str) -> None:
        """Take a job that ended without a clip off the list."""
        async with self._shelf.turn(job_id):
            if job_id in self._shelf.jobs and self._shelf.jobs[job_id].ended:
                await self._shelf.on_disk(self._store.delete, job_id)
                self._shelf.drop(job_id)
                self._tell(self.removed, job_id)

    async def put_back(self, job: Job) -> None:
        """Bring a job that was removed back onto the list, as it was."""
        async with self._shelf.turn(job.id):
            if job.ended and job.id not in self._shelf.jobs and not isinstance(job.state, states.Done):
                await self._shelf.on_disk(self._store.add, job, self._owner.name)
                self._shelf.mine.add(job.id)
                self._shelf.show(job)

    async def finished(self) -> None:
        """Return once nothing goes on by itself any more."""
        await self._carrier.finished()

    async def close(self, grace: float = 10.0) -> None:
        """Stop everything, resumably; a request whose answer is on its way gets grace seconds to be heard."""
        await self._carrier.close(grace)
        await self.uploads.close()
        await self._follower.close()
        await self._shelf.close()
        await asyncio.to_thread(self._files.shutdown)

    def _trouble(self, job_id: str, what: str, wait: float) -> None:
        if job := self._shelf.jobs.get(job_id):
            self._shelf.show(replace(job, notice=trying_again(what, wait)))

    async def _claim(self, job: Job, generation: str) -> Job | None:
        async with self._shelf.turn(job.id):
            found = await self._shelf.claim(job, generation, FOUND)
        if found:
            await self._doubts.drop_taken()
            self._tell(self.found, found)
        return found

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
