"""The queue: jobs are ordered here, and each is carried to its end, across restarts, without ever paying twice."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial

from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.submission import Submission, TableRowKey
from kling_desktop.domain.request.draft import Draft
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.services.jobs.active import ActiveJobs
from kling_desktop.services.jobs.events import JobEvents
from kling_desktop.services.jobs.foreign_jobs import ForeignJobWatcher
from kling_desktop.services.jobs.job_queue_parts import Carrying
from kling_desktop.services.jobs.new_jobs import NewJobs
from kling_desktop.services.jobs.pending import PendingJobs
from kling_desktop.services.jobs.recovery import ORIGINS, JobRecovery
from kling_desktop.services.jobs.submission import JobSubmitter
from kling_desktop.services.poll_schedule import PollSchedule
from kling_desktop.services.remote import Remote
from kling_desktop.store.jobs.foreign_jobs import ForeignJobStore
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock
from kling_desktop.store.jobs.submitted_rows import SubmittedRow


class JobQueue(JobEvents):
    """The jobs of one service and profile that are no clips. Each one that goes on by itself has a task; the rest wait
    for a click. A job that is done is told of once more and leaves: it is the Library's.

    What may be done with jobs is told by where they are: unsent is for those that wait here, doubts for those whose
    answer never came, sent for those that the service has. uploads brings pictures to the service, those of the form
    too.
    """

    def __init__(
        self,
        remote: Remote,
        store: JobStore,
        owner: ProcessLock,
        landing: ClipSaver,
        *,
        service: str,
        profile: str,
        origin: str,
        pace: PollSchedule | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._account = (service, profile)
        carrying = Carrying(
            remote, store, owner.name, landing, self._account, pace or PollSchedule(), clock, sleep, self
        )
        shelf, line, carrier = carrying.shelf, carrying.line, carrying.carrier
        self._carrying, self._shelf, self._times = carrying, shelf, carrying.times
        self.uploads, self.unknown = carrying.uploads, carrying.doubts
        self.pending = PendingJobs(shelf, carrier, line, store, lambda: self.emit(self.reordered), clock=clock)
        self.active = ActiveJobs(shelf, carrier, landing, carrying.files, clock)
        new_jobs = NewJobs(service, profile, origin, clock)
        replaced = partial(self.emit, self.replaced)
        self._placing = JobSubmitter(shelf, store, carrier, line, self.pending, new_jobs, owner.name, replaced)
        self._taking_over = JobRecovery(shelf, store, carrier, self.pending, owner, service, profile)
        others = ForeignJobStore(store, owner.name, service, profile)
        self._others = ForeignJobWatcher(shelf, store, others, owner, sleep, partial(self.emit, self.orphaned))

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
        return self.pending.is_paused(job_id)

    def is_foreign(self, job_id: str) -> bool:
        """Whether another window or a `render` carries this job."""
        job = self._shelf.jobs.get(job_id)
        return job is not None and job_id not in self._shelf.owned and not job.is_terminal

    def estimate_duration(self, job: Job) -> DurationEstimate | None:
        """How long such jobs take, as far as is known."""
        return self._times.estimate(job)

    async def start(
        self, origins: Collection[str] = ORIGINS, *, send_pending: bool = False, learn: bool = True
    ) -> list[str]:
        """Carry on what nobody else carries: sent jobs by themselves, unsent ones at the user's word.

        origins: whose jobs to take over; by default everybody's, so that what a killed `render` has paid for or wants
        to ask about comes to the window. Without learn, `learn` is to be called later. Returns the IDs of those taken
        over.
        """
        await self._taking_over.load_jobs()
        if learn:
            await self.learn_durations()
        return await self._taking_over.adopt(origins, send_unsent=send_pending)

    async def learn_durations(self) -> None:
        """Learn from the finished jobs how long such ones take; it takes a moment where there are many of them."""
        self._times.record(await self._shelf.on_disk(self._store.finished_jobs, *self._account))

    async def watch_foreign_jobs(self) -> None:
        """From now on, tell of what other programs do with their jobs: a `render` beside the window."""
        await self._others.watch()

    async def recover(self) -> None:
        """Carry on what other programs have left behind: sent jobs by themselves, unsent ones wait for a click."""
        for job_id in await self._taking_over.adopt(ORIGINS, send_unsent=False):
            if job := self._shelf.jobs.get(job_id):
                self._shelf.publish(job)

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
        order = Submission(draft, preset_name)
        return await self.order_all([order], folder, hold=hold, front=front, naming=naming, over_cap=over_cap)

    async def order_all(
        self,
        orders: Sequence[Submission],
        folder: str,
        *,
        hold: float = 0.0,
        front: bool = False,
        naming: str = "",
        over_cap: bool = False,
    ) -> list[Job]:
        """Save as many new jobs as the drafts ask takes for, then carry them: all, or none and LimitExceeded where they
        would pass a cap of the user's, unless over_cap says that the user lets them. hold: seconds in which they can be
        taken back. front: they are sent before all that wait. A job whose place one takes leaves the list.
        """
        return await self._placing.order(orders, folder, hold=hold, front=front, naming=naming, over_cap=over_cap)

    async def resubmit(self, job: Job, *, paused: bool = False) -> Job | None:
        """A new job as that unsent one was which was taken back, where it was in line; None where something was ordered
        in its stead meanwhile. waits: for a click. That one goes off the list.
        """
        return await self._placing.again(job, waits=paused)

    async def save(self, draft: Draft, folder: str, *, hold: float = 0.0, naming: str = "") -> Job:
        """Save a new job that waits to be sent."""
        [job] = await self.save_all([Submission(replace(draft, takes=1))], folder, hold=hold, naming=naming)
        return job

    async def save_all(
        self, orders: Sequence[Submission], folder: str, *, hold: float = 0.0, naming: str = ""
    ) -> list[Job]:
        """Save new jobs that wait to be sent, all or none."""
        return await self._placing.save(orders, folder, hold=hold, naming=naming)

    async def find_submitted_rows(self, keys: Iterable[TableRowKey]) -> dict[TableRowKey, SubmittedRow]:
        """Which of these rows of tables were ordered before, in this account."""
        return await self._shelf.on_disk(self._store.find_submitted_rows, *self._account, list(keys))

    async def remove(self, job_id: str) -> None:
        """Take a job that ended without a clip off the list."""
        await self._shelf.remove(job_id)

    async def restore(self, job: Job) -> None:
        """Bring a job that was removed back onto the list, as it was."""
        await self._shelf.restore(job)

    async def wait_until_idle(self) -> None:
        """Return once nothing goes on by itself any more."""
        await self._carrying.carrier.wait_until_idle()

    async def close(self, grace: float = 10.0) -> None:
        """Stop everything, resumably; a request whose answer is on its way gets grace seconds to be heard."""
        await self._others.close()
        await self._carrying.close(grace)
