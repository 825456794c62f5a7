"""What the user can do with jobs whose answer never came: say which generation is theirs, or send them again."""

import asyncio
from pathlib import Path

from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.jobs.generation import Generation
from kling_desktop.domain.jobs.job_states import Event, Unknown, Waiting
from kling_desktop.domain.jobs.reconciliation import is_candidate
from kling_desktop.services.jobs.reconciler import Reconciler
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.runner import JobRunner
from kling_desktop.services.jobs.scheduler import SendScheduler
from kling_desktop.services.remote import Remote


class UnknownOutcomes:
    """The jobs of this process with an unknown outcome. An action that comes too late for its job does nothing."""

    def __init__(
        self,
        remote: Remote,
        registry: JobRegistry,
        scheduler: SendScheduler,
        runner: JobRunner,
        reconciler: Reconciler,
    ) -> None:
        self._remote = remote
        self._registry = registry
        self._scheduler = scheduler
        self._runner = runner
        self._reconciler = reconciler

    async def attach(self, job_id: str, generation: str) -> bool:
        """The user says which generation a job is; False when another job has it."""
        async with self._registry.lock(job_id):
            if not self._registry.is_owned_in(job_id, Unknown):
                return False
            await self._runner.stop(job_id)
            try:
                async with self._reconciler.lock:
                    is_claimed = await self._registry.claim(self._registry.jobs[job_id], generation) is not None
            finally:
                self._runner.start(job_id)
        await self._reconciler.drop_claimed_candidates()
        return is_claimed

    async def send_again(self, job_id: str) -> None:
        """The user has looked, and takes the risk of a second charge."""
        async with self._registry.lock(job_id):
            if not self._registry.is_owned_in(job_id, Unknown):
                return
            await self._runner.stop(job_id)
            try:
                await self._registry.save_locked(self._registry.jobs[job_id].transition(Event.RESEND, Waiting()))
                self._scheduler.resume()
            finally:
                self._runner.start(job_id)

    async def candidates(self, job_id: str) -> tuple[str, ...] | None:
        """The generations that may be the job's and belong to no other; None when its outcome is known by now."""
        await self._reconciler.drop_claimed_candidates()
        job = self._registry.jobs.get(job_id)
        return job.state.candidates if job and isinstance(job.state, Unknown) else None

    async def load_candidate(self, generation: str, poster: Path) -> Generation | None:
        """Ask the service for a candidate, and download its poster, if it has one, to this file.

        Raises:
            KlingError: The service can't be asked just now.
        """
        await asyncio.to_thread(poster.unlink, missing_ok=True)
        found = await self._remote.get_generation(generation)
        if found and (url := next((media.poster for media in found.media if media.poster), "")):
            try:
                await self._remote.download(url, poster)
            except KlingError:  # a candidate without its poster is still one
                await asyncio.to_thread(poster.unlink, missing_ok=True)
        return found

    async def may_be_ours(self, generation: Generation) -> bool:
        """Whether a generation may belong to a job whose answer never came or has yet to come, in any process."""
        skew = self._remote.clock_skew or 0.0
        return any(is_candidate(job, generation, skew) for job in await self._reconciler.list_unresolved())
