"""The job queue: runs submitted jobs until their clips are on disk, across restarts, without ever paying twice."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable

from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.submission import TableRowKey
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.services.jobs.active import ActiveJobs
from kling_desktop.services.jobs.create_rate_limit import CreateRateLimiter
from kling_desktop.services.jobs.duration_stats import DurationStats
from kling_desktop.services.jobs.events import JobEvents
from kling_desktop.services.jobs.foreign_jobs import ForeignJobWatcher
from kling_desktop.services.jobs.pending import PendingJobs
from kling_desktop.services.jobs.poller import GenerationPoller
from kling_desktop.services.jobs.reconciler import Reconciler
from kling_desktop.services.jobs.recovery import ORIGINS, JobRecovery
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.runner import JobRunner
from kling_desktop.services.jobs.scheduler import SendScheduler
from kling_desktop.services.jobs.steps import JobSteps
from kling_desktop.services.jobs.submission import JobSubmitter
from kling_desktop.services.jobs.unknown_outcomes import UnknownOutcomes
from kling_desktop.services.jobs.uploads import ImageUploader
from kling_desktop.services.poll_schedule import PollSchedule, Sleep
from kling_desktop.services.remote import Remote
from kling_desktop.store.jobs.foreign_jobs import ForeignJobStore
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock
from kling_desktop.store.jobs.submitted_rows import SubmittedRow
from kling_desktop.store.threads import DatabaseThread, WorkerThreads


class JobQueue:
    """The unfinished jobs of one service and profile.

    A job that goes on by itself has a task; the others wait for a click. A finished job is reported once more and
    leaves: its clip is the library's.

    Attributes:
        events: What happens to the jobs.
        submit: Submits new jobs; see JobSubmitter.
        resubmit: Submits a cancelled job anew; see JobSubmitter.
        registry: The jobs in memory.
        remove: Takes a job that ended without a clip off the list; see JobRegistry.
        restore: Puts it back; see JobRegistry.
        wait_until_idle: Returns once nothing goes on by itself any more.
        watch_foreign_jobs: Reports from now on what other programs do with their jobs.
        pending: What the user can do with jobs before they are sent.
        active: What the user can do with jobs at the service.
        unknown: What the user can do with jobs whose answer never came.
        uploader: Uploads images, for jobs and for the form.
    """

    def __init__(
        self,
        remote: Remote,
        store: JobStore,
        lock: ProcessLock,
        saver: ClipSaver,
        *,
        service: str,
        profile: str,
        submitted_from: str,
        schedule: PollSchedule | None = None,
        clock: Callable[[], float] = time.time,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        account = self._account = (service, profile)
        schedule = schedule or PollSchedule()
        self._store = store
        self._database = database = DatabaseThread(store.connection, "jobs on disk")
        self._files = files = WorkerThreads("clips on disk", 2)
        self.events = events = JobEvents()
        self._durations = durations = DurationStats()
        events.changed.connect(durations.record)
        self.registry = registry = JobRegistry(store, database, lock.name, events)
        scheduler = SendScheduler(registry, events)
        self.uploader = ImageUploader(remote, store, database, files, account, clock)
        self._poller = GenerationPoller(remote, schedule, clock, sleep, durations.estimate, registry.publish_retry)
        reconciler = Reconciler(remote, store, database, registry, events, service, schedule, clock, sleep)
        steps = JobSteps(
            remote=remote,
            registry=registry,
            scheduler=scheduler,
            rate_limiter=CreateRateLimiter(schedule, clock, sleep),
            uploader=self.uploader,
            poller=self._poller,
            reconciler=reconciler,
            saver=saver,
            files=files,
            events=events,
            schedule=schedule,
            clock=clock,
            sleep=sleep,
        )
        self._runner = runner = JobRunner(registry, scheduler, steps, events, schedule, clock, sleep)
        self.pending = PendingJobs(registry, scheduler, runner, store, database, events, clock)
        self.active = ActiveJobs(registry, runner, saver, files, clock)
        self.unknown = UnknownOutcomes(remote, registry, scheduler, runner, reconciler)
        submitter = JobSubmitter(
            registry,
            scheduler,
            runner,
            self.pending,
            store,
            database,
            events,
            service=service,
            profile=profile,
            submitted_from=submitted_from,
            owner=lock.name,
            clock=clock,
        )
        self.submit, self.resubmit = submitter.submit, submitter.resubmit
        self.remove, self.restore = registry.remove, registry.restore
        self.wait_until_idle = runner.wait_until_idle
        self._recovery = JobRecovery(registry, scheduler, runner, store, database, lock, account)
        foreign = ForeignJobStore(store, lock.name, service, profile)
        self._foreign = ForeignJobWatcher(registry, store, foreign, database, lock, events, sleep)
        self.watch_foreign_jobs = self._foreign.watch

    @property
    def account(self) -> str:
        """Names the service and profile together."""
        return " ".join(self._account)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Newest first."""
        return tuple(sorted(self.registry.jobs.values(), key=lambda job: job.created_at, reverse=True))

    def is_foreign(self, job_id: str) -> bool:
        """Whether another window or a `render` runs this job."""
        job = self.registry.jobs.get(job_id)
        return job is not None and job_id not in self.registry.owned and not job.is_terminal

    def estimate_duration(self, job: Job) -> DurationEstimate | None:
        """How long such jobs take, as far as known."""
        return self._durations.estimate(job)

    async def start(
        self, origins: Collection[str] = ORIGINS, *, send_pending: bool = False, learn: bool = True
    ) -> list[str]:
        """Load the jobs, and run those that no other process runs.

        Args:
            origins: Whose jobs to take over. By default everybody's, so that what a killed `render` has paid for, or
                wants to ask about, comes to the window.
            send_pending: Also send jobs that were never sent; otherwise they wait for a click.
            learn: Learn durations at once; otherwise call `learn_durations` later.

        Returns:
            The IDs of the jobs taken over.
        """
        await self._recovery.load_jobs()
        if learn:
            await self.learn_durations()
        return await self._recovery.adopt(origins, send_pending=send_pending)

    async def learn_durations(self) -> None:
        """Learn from finished jobs how long they take. It takes a moment where there are many."""
        for job in await self._database.run(self._store.finished_jobs, *self._account):
            self._durations.record(job)

    async def recover(self) -> None:
        """Take over what other programs left behind: sent jobs go on by themselves, pending ones wait for a click."""
        for job_id in await self._recovery.adopt(ORIGINS, send_pending=False):
            if job := self.registry.jobs.get(job_id):
                self.registry.publish(job)

    async def count_unreadable(self) -> int:
        """Return how many of the account's jobs can't be read. They stay in the database as they are."""
        return await self._database.run(self._store.count_unreadable, *self._account)

    async def find_submitted_rows(self, keys: Iterable[TableRowKey]) -> dict[TableRowKey, SubmittedRow]:
        """Which of these table rows were submitted before, in this account."""
        return await self._database.run(self._store.find_submitted_rows, *self._account, list(keys))

    async def close(self, grace: float = 10.0) -> None:
        """Stop everything so that it can be resumed; a request that is out gets `grace` seconds to be answered."""
        await self._foreign.close()
        await self._runner.close(grace)
        await self.uploader.close()
        await self._poller.close()
        await self._database.close()
        await self._files.close()
