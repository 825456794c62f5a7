"""Takes over the jobs that earlier runs, and other programs that have ended, left open. No job ever runs twice."""

from collections.abc import Collection

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import PENDING, Event
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.runner import JobRunner
from kling_desktop.services.jobs.scheduler import SendScheduler
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock
from kling_desktop.store.threads import DatabaseThread

ORIGINS = frozenset({"window", "render", "import"})


class JobRecovery:
    """Of one service and profile."""

    def __init__(
        self,
        registry: JobRegistry,
        scheduler: SendScheduler,
        runner: JobRunner,
        store: JobStore,
        database: DatabaseThread,
        lock: ProcessLock,
        account: tuple[str, str],
    ) -> None:
        self._registry = registry
        self._scheduler = scheduler
        self._runner = runner
        self._store = store
        self._database = database
        self._lock = lock
        self._account = account

    async def load_jobs(self) -> None:
        """Load all unfinished jobs, whichever process runs them."""
        for job in reversed(await self._database.run(self._store.unfinished, *self._account)):
            self._registry.jobs[job.id] = job

    async def adopt(self, origins: Collection[str], *, send_pending: bool) -> list[str]:
        """Take over the jobs that no living process runs, and run those that were sent already.

        Args:
            origins: From where they were submitted: "window", "render", "import".
            send_pending: Also send those that were never sent; otherwise they wait for a click.

        Returns:
            The IDs of the jobs taken over.
        """
        registry = self._registry
        claimed = await self._database.run(
            self._store.claim_orphans, self._lock.name, *self._account, origins, self._lock.is_alive
        )
        adopted = [job for job in claimed if job.id not in registry.owned]
        for job in adopted:
            registry.jobs[job.id] = job
            registry.owned.add(job.id)
        self._scheduler.set_order(await self._database.run(self._store.queue_order, *self._account))
        for job in adopted:
            settled = await self._settle(job)
            if send_pending or not isinstance(settled.state, PENDING):
                self._runner.start(job.id)
        return [job.id for job in adopted]

    async def _settle(self, job: Job) -> Job:
        """Undo what was under way in the process that has ended."""
        match job.state:
            case job_states.Held() | job_states.Uploading():
                return await self._registry.save(job.transition(Event.POSTPONE, job_states.Waiting()))
            case job_states.Unknown():  # the account's list may have caught up meanwhile
                return await self._registry.save(job.transition(Event.RECHECK, job_states.Unknown()))
            case _:
                return job
