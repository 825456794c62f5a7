"""Jobs to store."""

from dataclasses import replace
from typing import Any

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Generating
from kling_desktop.domain.request.draft import Draft

SERVICE = "https://service.test/api/rest"
PROFILE = "studio"


def a_job(job_id: str = "job-1", **changes: Any) -> Job:
    job = Job(job_id, SERVICE, PROFILE, "window", "/clips", Draft(prompt="A fox in the snow"), created_at=1000.0)
    return replace(job, **changes)


def one_of_many(run: str, number: int, *, sent: bool) -> Job:
    """A job in which everything follows from its run and number."""
    job = a_job(f"{run}-{number}", draft=Draft(prompt=f"{number} " * 300), created_at=float(number))
    return replace(job, state=Generating(f"generation-{job.id}")) if sent else job
