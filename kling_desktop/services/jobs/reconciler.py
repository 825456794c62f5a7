"""Finds the generation of a job whose answer never came in the account's list."""

import asyncio
from collections.abc import Callable, Iterable

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.generation import Generation
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Event, Unknown
from kling_desktop.domain.jobs.reconciliation import (
    MATCH_WINDOW,
    Matches,
    reconcile,
    sent_at_server_time,
    without_claimed,
)
from kling_desktop.services.jobs.events import JobEvents
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.poll_schedule import PollSchedule, Sleep
from kling_desktop.services.remote import PAGE_SIZE, Remote, iter_pages
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.threads import DatabaseThread

FOUND_NOTICE = "The answer was lost, but the job was found in your account. It continues, and was sent only once."
_MAX_PAGES = 10
_MAX_SENDING_SECONDS = 300.0
"""After this time no create request can be on its way any more; the client gives up well before."""


class Reconciler:
    """Matches jobs of unknown outcome with the account's list, and keeps what the user can choose from true.

    Attributes:
        lock: Held while a job is matched. Equal jobs that match at the same moment would get in each other's way.
    """

    def __init__(
        self,
        remote: Remote,
        store: JobStore,
        database: DatabaseThread,
        registry: JobRegistry,
        events: JobEvents,
        service: str,
        schedule: PollSchedule,
        clock: Callable[[], float],
        sleep: Sleep,
    ) -> None:
        self.lock = asyncio.Lock()
        self._remote = remote
        self._store = store
        self._database = database
        self._registry = registry
        self._events = events
        self._service = service
        self._schedule = schedule
        self._clock = clock
        self._sleep = sleep

    async def attempt(self, job: Job, state: Unknown) -> Job:
        """Look once for the job's generation; after the last attempt the user is asked."""
        delays = self._schedule.reconcile_delays
        await self._sleep(delays[min(state.attempts, len(delays) - 1)])
        listed = await self._list_since_sending(job)
        async with self.lock:
            matches = await self._match(job, listed)
            if (found := matches.attached.get(job.id)) and (claimed := await self._claim(job, found)):
                return claimed
            # While an equal job is being sent there is nothing to ask the user yet.
            attempts = state.attempts + 1 if matches.is_settled else min(state.attempts + 1, len(delays) - 1)
            again = Unknown(attempts, attempts >= len(delays), matches.candidates.get(job.id, ()))
            return await self._registry.save(job.transition(Event.RECHECK, again))

    async def list_unresolved(self) -> list[Job]:
        """The jobs at this service, of any profile and process, whose answer never came or has yet to come."""
        return await self._database.run(self._store.unresolved, self._service)

    async def drop_claimed_candidates(self) -> None:
        """Offer the user no generation that meanwhile belongs to another job. For callers that hold no job's lock."""
        if not any(self._offered(job_id) for job_id in self._registry.owned):
            return
        claimed = await self._database.run(self._store.claimed_generations, self._service)
        for job_id in [one for one in self._registry.owned if claimed.intersection(self._offered(one))]:
            async with self._registry.lock(job_id):
                match self._registry.jobs.get(job_id):
                    case Job(state=Unknown() as state) as job if claimed.intersection(self._offered(job_id)):
                        rest = job.transition(Event.RECHECK, without_claimed(state, claimed))
                        await self._registry.save_locked(rest)
                    case _:  # the user has decided meanwhile
                        pass

    async def _claim(self, job: Job, generation: str) -> Job | None:
        async with self._registry.lock(job.id):
            claimed = await self._registry.claim(job, generation, FOUND_NOTICE)
        if claimed:
            await self.drop_claimed_candidates()
            self._events.emit(self._events.reconciled, claimed)
        return claimed

    async def _match(self, job: Job, listed: Iterable[Generation]) -> Matches:
        """By what is on disk: another process, even of another profile, may have lost an equal job just now."""
        if job.user and job.user != self._remote.user_id:  # the profile has got the key of another account since
            return Matches({}, {})
        unresolved = [self._as_unknown(other) for other in await self.list_unresolved()]
        claimed = await self._database.run(self._store.claimed_generations, job.service)
        return reconcile(job, unresolved, listed, claimed, self._remote.clock_skew or 0.0)

    def _as_unknown(self, job: Job) -> Job:
        """A process that ended while it was sending left its job in that state, though nothing is on its way."""
        match job.state:
            case job_states.Sending() if self._clock() - (job.sent_at or 0.0) > _MAX_SENDING_SECONDS:
                return job.transition(Event.LOSE_ANSWER, Unknown())
            case _:
                return job

    async def _list_since_sending(self, job: Job) -> list[Generation]:
        """The account's generations back to the time when the job was sent."""
        listed: list[Generation] = []
        oldest = (sent_at_server_time(job, self._remote.clock_skew or 0.0) or 0.0) - MATCH_WINDOW
        async for page in iter_pages(self._remote.list_generations, _MAX_PAGES):
            listed += page
            times = [one.created_at.timestamp() for one in page if one.created_at]
            # No order of the list is documented: only one that runs backwards may be left early.
            is_newest_first = times == sorted(times, reverse=True)
            if len(page) < PAGE_SIZE or (times and is_newest_first and times[0] < oldest):
                break
        return listed

    def _offered(self, job_id: str) -> tuple[str, ...]:
        """What the user can choose from. A job that still looks by itself offers nothing."""
        match self._registry.jobs.get(job_id):
            case Job(state=Unknown(needs_user=True, candidates=candidates)) if job_id in self._registry.owned:
                return candidates
            case _:
                return ()
