"""Prints what happens to the jobs of `render` and `resume`."""

import json
import os
import sys

from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.failure_catalog import failure_details
from kling_desktop.domain.jobs.job import Job


class Reporter:
    """Prints a line whenever something happens to a job, and none twice."""

    def __init__(self, *, as_json: bool) -> None:
        self._as_json = as_json
        self._printed: dict[str, str] = {}

    def report(self, job: Job) -> None:
        line = json.dumps(_event(job)) if self._as_json else _sentence(job)
        if self._printed.get(job.id) != line:
            self._printed[job.id] = line
            _print(line)


def _event(job: Job) -> dict[str, object]:
    cost = {"amount": str(job.cost.amount), "unit": job.cost.unit} if job.cost else None
    return {
        "job": job.id,
        "state": job.state.name,
        "generation": job.generation or None,
        "file": getattr(job.state, "file", None),
        "cost": cost,
        "message": _message(job),
    }


def _sentence(job: Job) -> str:
    details = " ".join(part for part in (getattr(job.state, "file", ""), _message(job)) if part)
    return f"{job.id[:8]} {job.state.name}{': ' if details else ''}{details}"


def _print(line: str) -> None:
    try:
        print(line, flush=True)
    except BrokenPipeError:  # nobody reads any more, but what is paid for goes on
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _message(job: Job) -> str:
    """Why a job ended as it did, or why it waits."""
    match job.state:
        case job_states.Refused() | job_states.Failed() | job_states.Blocked():
            return " ".join(part for part in failure_details(job) if part)
        case job_states.Unknown(needs_user=True):
            return "No answer arrived, and the clip couldn't be identified in your account. Choose it in the window."
    return job.notice
