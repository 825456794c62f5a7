"""How long the generations of an account take, as far as this queue has seen."""

from collections import deque

from kling_desktop.domain.jobs.duration_estimate import (
    DurationEstimate,
    DurationKey,
    duration_key,
    estimate_duration,
    measured_seconds,
)
from kling_desktop.domain.jobs.job import Job

_LATEST = 100


class DurationStats:
    """The latest durations of each kind of job; what is long past says little about now."""

    def __init__(self) -> None:
        self._seconds: dict[DurationKey, deque[float]] = {}
        self._estimates: dict[DurationKey, DurationEstimate | None] = {}

    def record(self, job: Job) -> None:
        """Learn from a finished job; others are ignored."""
        if (seconds := measured_seconds(job)) is not None:
            key = duration_key(job)
            self._seconds.setdefault(key, deque(maxlen=_LATEST)).append(seconds)
            self._estimates.pop(key, None)

    def estimate(self, job: Job) -> DurationEstimate | None:
        """How long such jobs take; None while none is known."""
        key = duration_key(job)
        if key not in self._estimates:
            self._estimates[key] = estimate_duration(self._seconds.get(key, ()))
        return self._estimates[key]
