"""What `render` and `resume` print about jobs."""

import json
import os
import sys

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.failure_catalog import failure_details
from kling_desktop.domain.jobs.job import Job


class Reporter:
    """A line for each thing that happens to a job, and none for what was said already."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._said: dict[str, str] = {}

    def tell(self, job: Job) -> None:
        line = json.dumps(self._event(job)) if self._as_json else self._words(job)
        if self._said.get(job.id) != line:
            self._said[job.id] = line
            _print(line)

    def _event(self, job: Job) -> dict[str, object]:
        cost = {"amount": str(job.cost.amount), "unit": job.cost.unit} if job.cost else None
        return {
            "job": job.id,
            "state": job.state.name,
            "generation": job.generation or None,
            "file": getattr(job.state, "file", None),
            "cost": cost,
            "message": _message(job),
        }

    def _words(self, job: Job) -> str:
        told = " ".join(part for part in (getattr(job.state, "file", ""), _message(job)) if part)
        return f"{job.id[:8]} {job.state.name}{': ' if told else ''}{told}"


def _print(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:  # nobody reads any more; what is paid for goes on all the same
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _message(job: Job) -> str:
    """What there is to say about a job beside its state: the reason of its end, or why it waits."""
    match job.state:
        case job_states.Refused() | job_states.Failed() | job_states.Blocked():
            return " ".join(part for part in failure_details(job) if part)
        case job_states.Unknown(needs_user=True):
            return "No answer arrived, and your account doesn't tell which clip it is. Choose in the window."
    return job.notice
