"""Watches what other programs do with the same account's jobs, such as a `render` while the window is open."""

import asyncio
import logging
from collections.abc import Iterable

from kling_desktop.domain.errors import UserError
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.services.jobs.events import JobEvents
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.poll_schedule import Sleep
from kling_desktop.store.jobs.foreign_jobs import ForeignJobStore
from kling_desktop.store.jobs.job_store import JobStore
from kling_desktop.store.jobs.process_lock import ProcessLock
from kling_desktop.store.threads import DatabaseThread

log = logging.getLogger(__name__)

_INTERVAL = 2.0
"""Seconds. Where nothing was written, a check is one question to the database, on its thread."""


class ForeignJobWatcher:
    """Publishes other programs' jobs as they change, their clips once, and how many jobs were orphaned."""

    def __init__(
        self,
        registry: JobRegistry,
        store: JobStore,
        foreign: ForeignJobStore,
        database: DatabaseThread,
        lock: ProcessLock,
        events: JobEvents,
        sleep: Sleep,
    ) -> None:
        self._registry = registry
        self._store = store
        self._foreign = foreign
        self._database = database
        self._lock = lock
        self._events = events
        self._sleep = sleep
        self._orphaned = 0
        self._known_clips: set[str] = set()
        self._version = -1
        self._task: asyncio.Task[None] | None = None
        self._is_closed = False

    async def watch(self) -> None:
        """Watch from now on. The clips that exist by now are known to whoever asks."""
        if self._task is None and not self._is_closed:
            self._known_clips.update(await self._database.run(self._foreign.newest_clips))
            if not self._is_closed:
                self._task = asyncio.create_task(self._watch(), name="watch other programs")

    async def close(self) -> None:
        self._is_closed = True
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _watch(self) -> None:
        while True:
            try:
                version = await self._database.run(self._foreign.version)
                if version != self._version:
                    await self._publish_changes()
                    self._version = version  # the one from before: what was written meanwhile is seen next time
                await self._count_orphans()
            except UserError as error:
                log.info("Other programs' jobs can't be read: %s", error)
            await self._sleep(_INTERVAL)

    async def _publish_changes(self) -> None:
        registry = self._registry
        jobs = {job.id: job for job in await self._database.run(self._foreign.unfinished)}
        for job in jobs.values():
            if job.id not in registry.owned and registry.jobs.get(job.id) != job:
                registry.publish(job)
        gone = [job_id for job_id in registry.jobs if job_id not in registry.owned and job_id not in jobs]
        clips = await self._database.run(self._foreign.newest_clips)
        new_clips = [job_id for job_id in clips if job_id not in self._known_clips]
        await self._publish_ends(dict.fromkeys((*gone, *new_clips)))

    async def _count_orphans(self) -> None:
        """No program writes down that it ended; so this asks for as long as there are jobs that may be orphaned."""
        registry = self._registry
        has_foreign = any(job_id not in registry.owned and not job.is_terminal for job_id, job in registry.jobs.items())
        orphans = await self._database.run(self._foreign.orphaned, self._lock.is_alive) if has_foreign else []
        if len(orphans) != self._orphaned:
            self._orphaned = len(orphans)
            self._events.emit(self._events.orphaned, self._orphaned)

    async def _publish_ends(self, job_ids: Iterable[str]) -> None:
        for job_id in job_ids:
            job = await self._database.run(self._store.get, job_id)
            if job_id in self._registry.owned:
                continue
            if job is None and job_id in self._registry.jobs:
                self._registry.discard(job_id)
            elif job and isinstance(job.state, Done) and job_id not in self._known_clips:
                self._known_clips.add(job_id)
                self._registry.publish(job)
