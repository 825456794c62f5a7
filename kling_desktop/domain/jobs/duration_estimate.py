"""How long a generation usually takes, learned from the user's own."""

from collections.abc import Iterable
from dataclasses import dataclass

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Done
from kling_desktop.domain.request.generation_type import GenerationType, type_of

_ENOUGH = 5
"""So many times must be known before one of them can be called late."""


@dataclass(frozen=True, slots=True)
class DurationEstimate:
    """Seconds from the sending: soon is when the first of such jobs are done, late when nearly all are."""

    early: float
    median: float
    late: float


def duration_key(job: Job) -> tuple[int, bool]:
    """What makes times comparable: the length, and whether it is an edit."""
    return job.draft.duration, type_of(job.draft) is GenerationType.EDIT


def measured_seconds(job: Job) -> float | None:
    """How long a finished job took; None where that isn't known."""
    if not isinstance(job.state, Done):
        return None
    if job.generation_seconds is None and job.ended_at is not None and job.sent_at is not None:
        return job.ended_at - job.sent_at  # with the download, and the time for which the app was closed
    return job.generation_seconds


def estimate_duration(durations: Iterable[float]) -> DurationEstimate | None:
    """Of at least one time; late is the 95th percentile, or well beyond the longest while only a few are known."""
    ordered = sorted(durations)
    if not ordered:
        return None
    last = len(ordered) - 1
    late = ordered[round(0.95 * last)] if len(ordered) >= _ENOUGH else 2 * ordered[last]
    middle = (ordered[last // 2] + ordered[(last + 1) // 2]) / 2
    return DurationEstimate(ordered[round(0.05 * last)], middle, late)
