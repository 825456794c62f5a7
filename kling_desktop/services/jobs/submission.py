"""Turns submissions into jobs: all of them on disk or none, and only then visible and on their way."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from uuid import uuid4

from kling_desktop.domain.errors import KlingError, LimitExceeded
from kling_desktop.domain.jobs import job_states
from kling_desktop.domain.jobs.job import Job
from kling_desktop.domain.jobs.job_states import Event
from kling_desktop.domain.jobs.submission import Submission
from kling_desktop.services.jobs.events import JobEvents
from kling_desktop.services.jobs.pending import PendingJobs
from kling_desktop.services.jobs.registry import JobRegistry
from kling_desktop.services.jobs.runner import JobRunner
from kling_desktop.services.jobs.scheduler import SendScheduler
from kling_desktop.store.jobs.job_store import JobStore, SubmissionLinks
from kling_desktop.store.threads import DatabaseThread


@dataclass(frozen=True, slots=True)
class SubmitOptions:
    """How to submit.

    Attributes:
        folder: Where the clips go.
        hold_seconds: For how long the jobs can be taken back before they are sent.
        to_front: Send them before all that wait.
        filename_template: For the names of the clips; "" is the default one.
        over_limit: The user lets them exceed the spending limits.
        is_paused: They wait for a click instead of being sent; the limits are checked then.
    """

    folder: str
    hold_seconds: float = 0.0
    to_front: bool = False
    filename_template: str = ""
    over_limit: bool = False
    is_paused: bool = False


class JobSubmitter:
    """Submits jobs, and resubmits cancelled ones.

    A job can be replaced once at most, whatever comes first: a retry, the form that it was taken into, or the click
    that puts it back.
    """

    def __init__(
        self,
        registry: JobRegistry,
        scheduler: SendScheduler,
        runner: JobRunner,
        pending: PendingJobs,
        store: JobStore,
        database: DatabaseThread,
        events: JobEvents,
        *,
        service: str,
        profile: str,
        submitted_from: str,
        owner: str,
        clock: Callable[[], float],
    ) -> None:
        self._registry = registry
        self._scheduler = scheduler
        self._runner = runner
        self._pending = pending
        self._store = store
        self._database = database
        self._events = events
        self._service = service
        self._profile = profile
        self._submitted_from = submitted_from
        self._owner = owner
        self._clock = clock
        self._replaced: set[str] = set()

    async def submit(self, submissions: Sequence[Submission], options: SubmitOptions) -> list[Job]:
        """Save a job for each take, all or none, and send them. A job that is replaced leaves the list.

        Raises:
            LimitExceeded: They would exceed a spending limit; none of them was saved.
        """
        timely = [self._without_stale_replacement(one) for one in submissions if not self._is_too_late(one)]
        jobs, links = self._new_jobs(timely, options)
        if options.is_paused:
            save = partial(self._store.add_all, jobs, self._owner, links)
        else:
            save = partial(self._store.add_within_limit, jobs, self._owner, links, over_limit=options.over_limit)
        try:
            await self._save(save, {one.replaced_id for one in timely} - {""})
        except LimitExceeded as exceeded:
            if len(timely) == len(submissions):
                raise
            raise LimitExceeded(exceeded.message) from exceeded  # its numbers of takes aren't the caller's
        await self._start(jobs, _replacements(timely, jobs), options)
        return jobs

    async def resubmit(self, job: Job, *, is_paused: bool = False) -> Job | None:
        """Submit a cancelled job anew, at its old queue position; None if something else has replaced it meanwhile."""
        if job.id in self._replaced:
            return None
        new = replace(job, id=uuid4().hex, created_at=self._clock(), state=job_states.Waiting(), notice="")
        links = {new.id: SubmissionLinks(replaces=job.id)}
        await self._save(partial(self._store.add_all, [new], self._owner, links), {job.id})
        await self._start([new], [(job.id, [new.id])], SubmitOptions(job.folder, is_paused=is_paused))
        return new

    async def _save(self, save: Callable[[], None], replaced: Collection[str]) -> None:
        self._replaced.update(replaced)
        try:
            await self._database.run(save)
        except KlingError:  # it isn't on disk; after any other error it may be
            self._replaced.difference_update(replaced)
            raise

    async def _start(
        self, jobs: Sequence[Job], replacements: Sequence[tuple[str, Sequence[str]]], options: SubmitOptions
    ) -> None:
        for job in jobs:
            self._registry.add(job)
        if options.to_front:
            is_reordered = self._scheduler.move_to_front([job.id for job in jobs])
        else:
            is_reordered = self._scheduler.inherit_positions(replacements)
        if not options.is_paused:
            for job in jobs:
                self._runner.start(job.id)
        for old, _ in replacements:  # last of all: whatever happened before, one of the two is on the list
            await self._registry.remove(old)
            self._events.emit(self._events.replaced, old)
        if is_reordered:  # they are submitted even if their position can't be saved
            await self._pending.save_order()

    def _new_jobs(
        self, submissions: Sequence[Submission], options: SubmitOptions
    ) -> tuple[list[Job], dict[str, SubmissionLinks]]:
        """A job for each take, and by their IDs what they are linked to."""
        jobs, links = list[Job](), dict[str, SubmissionLinks]()
        for submission in submissions:
            takes = list(self._takes(submission, options))
            for job, key in zip(takes, submission.row_keys, strict=False):
                links[job.id] = SubmissionLinks(key, submission.force)
            if submission.replaced_id:
                links[takes[0].id] = SubmissionLinks(replaces=submission.replaced_id)
            jobs += takes
        return jobs, links

    def _takes(self, submission: Submission, options: SubmitOptions) -> Iterator[Job]:
        draft, now, old = submission.draft, self._clock(), submission.replaces
        for take in range(1, draft.takes + 1):
            job = Job(
                id=uuid4().hex,
                service=self._service,
                profile=self._profile,
                submitted_from=self._submitted_from,
                folder=old.folder if old else options.folder,
                draft=replace(draft, takes=1, replaces=""),
                created_at=now,
                take=old.take if old else take,
                takes=old.takes if old else draft.takes,
                preset_name=submission.preset_name,
                filename_template=old.filename_template if old else options.filename_template,
            )
            if options.hold_seconds > 0:
                job = job.transition(Event.HOLD, job_states.Held(now + options.hold_seconds))
            yield job

    def _is_too_late(self, submission: Submission) -> bool:
        """Whether it retries a job that was retried already or has left the list: a second click in a hurry."""
        old = submission.replaces
        return old is not None and (old.id in self._replaced or old.id not in self._registry.jobs)

    def _without_stale_replacement(self, submission: Submission) -> Submission:
        """A form whose job was replaced already, or put back, is submitted like any other."""
        if submission.draft.replaces in self._replaced:
            return replace(submission, draft=replace(submission.draft, replaces=""))
        return submission


def _replacements(submissions: Sequence[Submission], jobs: Sequence[Job]) -> list[tuple[str, Sequence[str]]]:
    """For each job that is replaced, the jobs that replace it."""
    ids = iter([job.id for job in jobs])
    pairs = [(one.replaced_id, list(islice(ids, one.draft.takes))) for one in submissions]
    return [(old, new) for old, new in pairs if old]
