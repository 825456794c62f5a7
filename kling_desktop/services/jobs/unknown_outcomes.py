"""The jobs whose answer never came: what could be theirs, kept true while it is given away, and what the user says."""

import asyncio
from collections.abc import Callable

from kling_desktop.domain.jobs.generation import Generation
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Event, Unknown, Waiting
from kling_desktop.domain.jobs.reconciliation import is_candidate, without_claimed
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.runner import JobRunner
from kling_desktop.services.remote import Remote
from kling_desktop.store.jobs.job_store import JobStore

FOUND_NOTICE = "Its answer was lost, but it was found in your account. It goes on, and was ordered once."


class UnknownOutcomes:
    """Of one service: what this process carries and asks the user about.

    found is told of one that was found beyond doubt. matching is held while one is looked for in the account's list, or
    a job that looks just then offers what is given away here. A verb that comes too late for its job does nothing.
    """

    def __init__(
        self,
        shelf: JobRegistry,
        store: JobStore,
        carrier: JobRunner,
        remote: Remote,
        service: str,
        matching: asyncio.Lock,
        found: Callable[[Job], None],
    ) -> None:
        self._shelf = shelf
        self._store = store
        self._carrier = carrier
        self._remote = remote
        self._service = service
        self._matching = matching
        self._found = found

    async def attach(self, job_id: str, generation: str) -> bool:
        """The user says which generation a job is; False when another job has it."""
        async with self._shelf.lock(job_id):
            if not self._shelf.is_owned_in(job_id, Unknown):
                return False
            await self._carrier.stop(job_id)
            try:
                async with self._matching:
                    claimed = await self._shelf.claim(self._shelf.jobs[job_id], generation) is not None
            finally:
                self._carrier.start(job_id)
        await self._drop_taken()
        return claimed

    async def send_again(self, job_id: str) -> None:
        """The user has looked, and takes the risk of a second charge."""
        async with self._shelf.lock(job_id):
            if not self._shelf.is_owned_in(job_id, Unknown):
                return
            await self._carrier.stop(job_id)
            try:
                await self._shelf.save_locked(self._shelf.jobs[job_id].transition(Event.RESEND, Waiting()))
                self._carrier.allow_sending()
            finally:
                self._carrier.start(job_id)

    async def candidates(self, job_id: str) -> tuple[str, ...] | None:
        """The generations that could be a job's, but for those that are another's by now; None when it is in doubt no
        longer.
        """
        await self._drop_taken()
        job = self._shelf.jobs.get(job_id)
        return job.state.candidates if job and isinstance(job.state, Unknown) else None

    async def may_be_ours(self, generation: Generation) -> bool:
        """Whether a job whose answer never came or has yet to come, whoever carries it, could be this one."""
        in_doubt = await self._shelf.on_disk(self._store.unresolved, self._service)
        return any(is_candidate(job, generation, self._remote.clock_skew or 0.0) for job in in_doubt)

    async def claim(self, job: Job, generation: str) -> Job | None:
        """The job with the generation that was found to be its own; None when another job has that."""
        async with self._shelf.lock(job.id):
            found = await self._shelf.claim(job, generation, FOUND_NOTICE)
        if found:
            await self._drop_taken()
            self._found(found)
        return found

    async def _drop_taken(self) -> None:
        """Let no job offer a generation that is another's by now. To be called by those who have no job's turn."""
        if not any(self._offered(job_id) for job_id in self._shelf.owned):
            return
        claimed = await self._shelf.on_disk(self._store.claimed_generations, self._service)
        for job_id in [one for one in self._shelf.owned if claimed.intersection(self._offered(one))]:
            async with self._shelf.lock(job_id):
                if claimed.intersection(self._offered(job_id)):  # else the user has decided meanwhile
                    job = self._shelf.jobs[job_id]
                    assert isinstance(job.state, Unknown)
                    await self._shelf.save_locked(job.transition(Event.RECHECK, without_claimed(job.state, claimed)))

    def _offered(self, job_id: str) -> tuple[str, ...]:
        """One that still looks by itself offers nothing, and will see for itself what is taken."""
        state = self._shelf.jobs[job_id].state if job_id in self._shelf.owned else None
        return state.candidates if isinstance(state, Unknown) and state.needs_user else ()
