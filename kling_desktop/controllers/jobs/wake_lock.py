"""Keeps the computer awake while a paid clip is still to be fetched, and not a moment longer."""

from kling_desktop.controllers.connections import Connections
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Downloading, Generating, Made, Sending, Unknown
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.ui.notifications.wake_lock import WakeLock

_PAID = (Sending, Unknown, Generating, Made, Downloading)


class WakeLockController:
    """Follows the jobs of one session; nothing is kept awake for the sandbox, which costs nothing."""

    def __init__(self, connections: Connections, queue: JobQueue, lock: WakeLock) -> None:
        self._lock = lock
        self._paid: set[str] = set()
        connections.on(queue.events.changed, self._on_job_changed)
        connections.on_close(lambda: lock.hold(False))

    def _on_job_changed(self, job: Job) -> None:
        if isinstance(job.state, _PAID):
            self._paid.add(job.id)
        else:
            self._paid.discard(job.id)
        self._lock.hold(bool(self._paid))
