"""What other programs do with the same account: seen here as it happens, and left to them."""

import asyncio
import logging
from collections.abc import Callable, Iterable

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.poll_schedule import Sleep
from kling_desktop.store.jobs.foreign_jobs import ForeignJobStore
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock

log = logging.getLogger(__name__)

_EVERY = 2.0
"""Seconds. A look where nothing was written is one question to the database, in its thread."""


class ForeignJobWatcher:
    """A job of another program is shown as it is there; one that is done is shown once more and is a clip. left_behind
    is told how many nobody carries any more, whenever that changes.
    """

    def __init__(
        self,
        shelf: JobRegistry,
        store: JobStore,
        jobs: ForeignJobStore,
        owner: ProcessLock,
        sleep: Sleep,
        left_behind: Callable[[int], None],
    ) -> None:
        self._shelf = shelf
        self._store = store
        self._jobs = jobs
        self._owner = owner
        self._sleep = sleep
        self._left_behind = left_behind
        self._left = 0
        self._known: set[str] = set()
        self._version = -1
        self._watching: asyncio.Task[None] | None = None
        self._closed = False

    async def watch(self) -> None:
        """From now on. The clips that there are by now are known to whoever asks."""
        if self._watching is None and not self._closed:
            self._known.update(await self._shelf.on_disk(self._jobs.newest_clips))
            if not self._closed:
                self._watching = asyncio.create_task(self._watch(), name="watch other programs")

    async def close(self) -> None:
        self._closed = True
        if self._watching:
            self._watching.cancel()
            await asyncio.wait({self._watching})

    async def _watch(self) -> None:
        while True:
            try:
                version = await self._shelf.on_disk(self._jobs.version)
                if version != self._version:
                    await self._look()
                    self._version = version  # of before: what is written meanwhile is looked at next
                await self._look_for_left()
            except UserError as error:
                log.info("what other programs do can't be seen: %s", error)
            await self._sleep(_EVERY)

    async def _look(self) -> None:
        jobs = {job.id: job for job in await self._shelf.on_disk(self._jobs.unfinished)}
        for job in jobs.values():
            if job.id not in self._shelf.owned and self._shelf.jobs.get(job.id) != job:
                self._shelf.publish(job)
        gone = [job_id for job_id in self._shelf.jobs if job_id not in self._shelf.owned and job_id not in jobs]
        clips = [job_id for job_id in await self._shelf.on_disk(self._jobs.newest_clips) if job_id not in self._known]
        await self._show_ends(dict.fromkeys((*gone, *clips)))

    async def _look_for_left(self) -> None:
        """That a program has ended is written nowhere; it is asked while there is something that it would leave."""
        open_ones = [job_id for job_id, job in self._shelf.jobs.items() if not job.is_terminal]
        is_some = any(job_id not in self._shelf.owned for job_id in open_ones)
        left = len(await self._shelf.on_disk(self._jobs.orphaned, self._owner.is_alive)) if is_some else 0
        if left != self._left:
            self._left = left
            self._left_behind(left)

    async def _show_ends(self, job_ids: Iterable[str]) -> None:
        for job_id in job_ids:
            job = await self._shelf.on_disk(self._store.get, job_id)
            if job_id in self._shelf.owned:
                continue
            if job is None and job_id in self._shelf.jobs:
                self._shelf.discard(job_id)
            elif job and isinstance(job.state, Done) and job_id not in self._known:
                self._known.add(job_id)
                self._shelf.publish(job)
