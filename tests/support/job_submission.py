"""Submits jobs to a queue in one line each."""

from collections.abc import Sequence
from dataclasses import replace

from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.submission import Submission
from kling_desktop.domain.request.draft import Draft
from kling_desktop.services.jobs.job_queue import JobQueue
from kling_desktop.services.jobs.submission import SubmitOptions


async def submit_one(
    queue: JobQueue, draft: Draft, folder: str, *, hold: float = 0.0, front: bool = False, naming: str = ""
) -> Job:
    """Submit one take of a draft."""
    options = SubmitOptions(folder, hold, to_front=front, filename_template=naming)
    [job] = await queue.submit([Submission(replace(draft, takes=1))], options)
    return job


async def submit_takes(
    queue: JobQueue, draft: Draft, folder: str, *, hold: float = 0.0, front: bool = False, over_limit: bool = False
) -> list[Job]:
    """Submit all takes of a draft."""
    return await queue.submit([Submission(draft)], SubmitOptions(folder, hold, front, over_limit=over_limit))


async def submit_paused(queue: JobQueue, draft: Draft, folder: str, *, hold: float = 0.0) -> Job:
    """Submit one take of a draft that waits for a click."""
    [job] = await queue.submit([Submission(replace(draft, takes=1))], SubmitOptions(folder, hold, is_paused=True))
    return job


async def submit_all(
    queue: JobQueue,
    submissions: Sequence[Submission],
    folder: str,
    *,
    hold: float = 0.0,
    over_limit: bool = False,
    is_paused: bool = False,
) -> list[Job]:
    """Submit several at once."""
    return await queue.submit(submissions, SubmitOptions(folder, hold, over_limit=over_limit, is_paused=is_paused))
