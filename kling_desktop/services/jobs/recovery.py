"""What earlier runs, and other programs that have ended, left open: it goes on here, never in two places at once."""

from collections.abc import Collection

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import PENDING, Event
from kling_desktop.services.jobs.pending import PendingJobs
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.runner import JobRunner
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock

ORIGINS = frozenset({"window", "render", "import"})


class JobRecovery:
    """The jobs of one service and profile."""

    def __init__(
        self,
        shelf: JobRegistry,
        store: JobStore,
        carrier: JobRunner,
        unsent: PendingJobs,
        owner: ProcessLock,
        service: str,
        profile: str,
    ) -> None:
        self._shelf = shelf
        self._store = store
        self._carrier = carrier
        self._unsent = unsent
        self._owner = owner
        self._account = (service, profile)

    async def load_jobs(self) -> None:
        """What is on disk, whoever carries it."""
        for job in reversed(await self._shelf.on_disk(self._store.unfinished, *self._account)):
            self._shelf.jobs[job.id] = job

    async def adopt(self, origins: Collection[str], *, send_unsent: bool) -> list[str]:
        """Carry on what nobody else carries: sent jobs by themselves, unsent ones where send_unsent says so."""
        shelf = self._shelf
        adopted = await shelf.on_disk(
            self._store.claim_orphans, self._owner.name, *self._account, origins, self._owner.is_alive
        )
        adopted = [job for job in adopted if job.id not in shelf.owned]
        for job in adopted:
            shelf.jobs[job.id] = job
            shelf.owned.add(job.id)
        await self._unsent.load_order(*self._account)
        for job in adopted:
            job = await self._settled(job)
            if send_unsent or not isinstance(job.state, PENDING):
                self._carrier.start(job.id)
        return [job.id for job in adopted]

    async def _settled(self, job: Job) -> Job:
        match job.state:
            case job_states.Held() | job_states.Uploading():
                return await self._shelf.save(job.transition(Event.POSTPONE, job_states.Waiting()))
            case job_states.Unknown():  # the list may have caught up meanwhile
                return await self._shelf.save(job.transition(Event.RECHECK, job_states.Unknown()))
            case _:
                return job
