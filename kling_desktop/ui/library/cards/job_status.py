"""What the queue knows about a job beyond the job itself."""

from collections.abc import Callable
from dataclasses import dataclass

from kling_desktop.domain.jobs.duration_estimate import DurationEstimate
from kling_desktop.domain.jobs.job import Job


@dataclass(frozen=True, slots=True)
class JobStatus:
    """Every painted card asks, so the answers come from memory. The defaults are for when no account is connected.

    Attributes:
        is_paused: Whether a pending job waits until the user sends it.
        is_foreign: Whether another program runs the job.
        estimate_duration: How long such jobs took so far; None if unknown.
    """

    is_paused: Callable[[str], bool] = lambda _job_id: False
    is_foreign: Callable[[str], bool] = lambda _job_id: False
    estimate_duration: Callable[[Job], DurationEstimate | None] = lambda _job: None


NO_STATUS = JobStatus()
