"""How long a generation takes, learned from the user's own jobs."""

from collections.abc import Iterable
from dataclasses import dataclass

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.request.generation_type import GenerationType, type_of

_ENOUGH = 5
"""How many durations must be known before their 95th percentile means anything."""


@dataclass(frozen=True, slots=True)
class DurationEstimate:
    """In seconds from sending: when the first such jobs are done, when half of them are, and when nearly all are."""

    early: float
    median: float
    late: float


DurationKey = tuple[int, bool, str]
"""What makes durations comparable: the clip's length, whether it is an edit, and the model."""


def duration_key(job: Job) -> DurationKey:
    return job.draft.duration, type_of(job.draft) is GenerationType.EDIT, job.draft.model


def measured_seconds(job: Job) -> float | None:
    """Return how long a finished job took; None if that isn't known."""
    if not isinstance(job.state, Done):
        return None
    if job.generation_seconds is None and job.ended_at is not None and job.sent_at is not None:
        return job.ended_at - job.sent_at  # includes the download, and the time for which the app was closed
    return job.generation_seconds


def estimate_duration(durations: Iterable[float]) -> DurationEstimate | None:
    """Estimate from known durations; None without any.

    `late` is the 95th percentile, or twice the longest while only a few are known.
    """
    ordered = sorted(durations)
    if not ordered:
        return None
    last = len(ordered) - 1
    late = ordered[round(0.95 * last)] if len(ordered) >= _ENOUGH else 2 * ordered[last]
    middle = (ordered[last // 2] + ordered[(last + 1) // 2]) / 2
    return DurationEstimate(ordered[round(0.05 * last)], middle, late)
