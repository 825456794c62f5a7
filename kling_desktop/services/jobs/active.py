"""What the user can do with jobs that the service has, or may have: forget them, or save the clip elsewhere."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import PENDING, Event
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.runner import JobRunner
from kling_desktop.store.threads import WorkerThreads

ACTIVE = (job_states.Generating, job_states.Made, job_states.Downloading)
"""The service has accepted the job, and its clip isn't on disk yet."""


class ActiveJobs:
    """The jobs of this process that were sent. An action that comes too late for its job does nothing."""

    def __init__(
        self,
        registry: JobRegistry,
        runner: JobRunner,
        saver: ClipSaver,
        files: WorkerThreads,
        clock: Callable[[], float],
    ) -> None:
        self._registry = registry
        self._runner = runner
        self._saver = saver
        self._files = files
        self._clock = clock

    async def forget(self, job_id: str) -> None:
        """Give up on a job; it may have cost something all the same."""
        async with self._registry.lock(job_id):
            if not self._registry.is_owned_in(job_id, job_states.Unknown, *ACTIVE):
                return
            await self._runner.stop(job_id)
            job = self._registry.jobs[job_id]
            forgotten = job_states.Forgotten(job.generation)
            try:
                await self._registry.save_locked(job.transition(Event.FORGET, forgotten, ended_at=self._clock()))
            except KlingError:
                self._runner.start(job_id)
                raise
            await self._discard_part(job)

    async def save_elsewhere(self, job_id: str, folder: str) -> bool:
        """Save a job's clip to another folder than planned, whether it is sent or not; False when it is too late.

        Raises:
            DestinationError: That folder takes no clips either; nothing has changed.
        """
        if (job := self._registry.jobs.get(job_id)) and not job.is_terminal:
            await self._files.run(self._saver.check_folder, replace(job, folder=folder))
        async with self._registry.lock(job_id):
            if not self._registry.is_owned_in(job_id, *PENDING, *ACTIVE):
                return False
            if self._registry.jobs[job_id].folder == folder:
                return False
            was_running = self._runner.is_running(job_id)
            await self._runner.stop(job_id)
            job = self._registry.jobs[job_id]
            try:
                await self._registry.save_locked(replace(job, folder=folder, notice=""))
            finally:
                if was_running:
                    self._runner.start(job_id)
            await self._discard_part(job)
            return True

    async def _discard_part(self, job: Job) -> None:
        with suppress(OSError):  # a partial file that stays is no reason to complain
            await self._files.run(self._saver.discard_part, job)
