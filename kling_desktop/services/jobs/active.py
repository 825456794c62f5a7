"""What the user may do with jobs that the service has, or may have."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import replace

from kling_desktop.domain.errors import KlingError
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import PENDING, Event
from kling_desktop.services.clips.clip_saver import ClipSaver
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.runner import JobRunner

ACTIVE = (job_states.Generating, job_states.Made, job_states.Downloading)
"""What the service has, and what is to come home."""


class ActiveJobs:
    """files is for what blocks on clips. A verb that comes too late for its job does nothing."""

    def __init__(
        self, shelf: JobRegistry, carrier: JobRunner, landing: ClipSaver, files: Executor, clock: Callable[[], float]
    ) -> None:
        self._shelf = shelf
        self._carrier = carrier
        self._landing = landing
        self._files = files
        self._clock = clock

    async def forget(self, job_id: str) -> None:
        """The user gives up on it; it may have cost something all the same."""
        async with self._shelf.lock(job_id):
            if not self._shelf.is_owned_in(job_id, job_states.Unknown, *ACTIVE):
                return
            await self._carrier.stop(job_id)
            job = self._shelf.jobs[job_id]
            forgotten = job_states.Forgotten(job.generation)
            try:
                await self._shelf.save_locked(job.transition(Event.FORGET, forgotten, ended_at=self._clock()))
            except KlingError:
                self._carrier.start(job_id)
                raise
            await self._clear(job)

    async def save_elsewhere(self, job_id: str, folder: str) -> bool:
        """Bring its clip to another folder than the one it was ordered into, were it sent yet or not; False when it is
        too late.

        NoPlace where that folder is none for clips either; then nothing is changed.
        """
        if (job := self._shelf.jobs.get(job_id)) and not job.is_terminal:
            there = replace(job, folder=folder)
            await asyncio.get_running_loop().run_in_executor(self._files, self._landing.check_folder, there)
        async with self._shelf.lock(job_id):
            if not self._shelf.is_owned_in(job_id, *PENDING, *ACTIVE) or self._shelf.jobs[job_id].folder == folder:
                return False
            carried = self._carrier.is_running(job_id)
            await self._carrier.stop(job_id)
            job = self._shelf.jobs[job_id]
            try:
                await self._shelf.save_locked(replace(job, folder=folder, notice=""))
            finally:
                if carried:
                    self._carrier.start(job_id)
            await self._clear(job)
            return True

    async def _clear(self, job: Job) -> None:
        with suppress(OSError):  # a piece of a clip that stays is no reason to complain
            await asyncio.get_running_loop().run_in_executor(self._files, self._landing.discard_part, job)
