"""How long the generations of an account take, as far as this queue has seen."""

from collections import deque
from collections.abc import Iterable

from kling_desktop.domain.jobs.duration_estimate import (
    DurationEstimate,
    duration_key,
    estimate_duration,
    measured_seconds,
)
from kling_desktop.domain.jobs.job import Job

_LATEST = 100


class DurationStats:
    """The latest times of each kind of job; what is long past says little about now."""

    def __init__(self) -> None:
        self._seconds: dict[tuple[int, bool], deque[float]] = {}
        self._usual: dict[tuple[int, bool], DurationEstimate | None] = {}

    def record(self, jobs: Iterable[Job]) -> None:
        """Finished jobs, the oldest first; others teach nothing."""
        for job in jobs:
            if (seconds := measured_seconds(job)) is not None:
                self._seconds.setdefault(duration_key(job), deque(maxlen=_LATEST)).append(seconds)
                self._usual.pop(duration_key(job), None)

    def estimate(self, job: Job) -> DurationEstimate | None:
        """How long such jobs take; None while none is known."""
        kind = duration_key(job)
        if kind not in self._usual:
            self._usual[kind] = estimate_duration(self._seconds.get(kind, ()))
        return self._usual[kind]
